"""Floors: what the machine and the usual engine do at best, measured in the same run.

python -m bench.floor parquet IN.jsonl OUT.parquet     # pyarrow's bare JSONL to zstd Parquet
python -m bench.floor read IN.parquet                  # the text column, its bytes counted
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json
import pyarrow.parquet as pq


def parquet(source: str, target: str) -> None:
    """Writes the records as Parquet, as pyarrow does it by itself."""
    options = pa.json.ReadOptions(block_size=8 << 20)
    table = pa.json.read_json(source, read_options=options)
    pq.write_table(table, target, compression="zstd")


def read(source: str) -> None:
    """Prints how many bytes of text a Parquet file holds."""
    print(pc.sum(pc.binary_length(pq.read_table(source, columns=["text"])["text"])).as_py())


def read_bytes(folder: str) -> None:
    """Prints how many bytes all files under a folder hold, each read once."""
    print(sum(len(path.read_bytes()) for path in Path(folder).rglob("*") if path.is_file()))


def copied_mb_per_s(size: int = 256 << 20) -> float:
    """Megabytes that memcpy moves in a CPU second, between pages that are there."""
    source, target = bytearray(size), memoryview(bytearray(size))
    target[:] = source
    start = time.process_time()
    for _ in range(4):
        target[:] = source
    return 4 * size / 1e6 / (time.process_time() - start)


def sorted_million_per_s(n: int = 2_000_000) -> float:
    """Millions of random 64-bit numbers that numpy sorts in a CPU second."""
    import numpy as np

    numbers = np.random.default_rng(1).integers(0, 2**63, n, dtype=np.int64)
    start = time.process_time()
    np.sort(numbers)
    return n / 1e6 / (time.process_time() - start)


if __name__ == "__main__":
    {"parquet": parquet, "read": read, "read_bytes": read_bytes}[sys.argv[1]](*sys.argv[2:])
