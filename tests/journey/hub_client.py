"""What a buyer runs, with the client as it is published: loads, is refused, and says so in lines.

Takes the repository, a file to write to, and tokens: the right one, a stranger's. Reads a line
before it tries the right one again.
"""

from __future__ import annotations

import sys
from tempfile import TemporaryDirectory

import pyarrow as pa
from datasets import load_dataset
from datasets.exceptions import DatasetNotFoundError


def refused(name: str, token: object) -> str:
    """How it ends with a token and an empty cache: what was loaded before stays on this machine."""
    try:
        with TemporaryDirectory() as folder:
            load_dataset(name, token=token, cache_dir=folder)
    except DatasetNotFoundError as error:
        return "gated" if "is a gated dataset" in str(error) else str(error)
    return "loaded"


name, out, right, foreign = sys.argv[1:]
rows = load_dataset(name, token=right)["train"].with_format("arrow")[:]
with pa.OSFile(out, "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
    writer.write_table(rows)
first = next(iter(load_dataset(name, token=right, streaming=True)["train"]))
print("text", first["text"], flush=True)
print("none", refused(name, False), flush=True)
print("foreign", refused(name, foreign), flush=True)
sys.stdin.readline()
print("revoked", refused(name, right), flush=True)
