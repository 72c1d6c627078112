"""Reads the binary dictionaries that the `opencc` package carries.

Takes a dictionary's name; gives its entries as text.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import opencc

CLIB = Path(opencc.__file__).parent / "clib"
DICTIONARIES = CLIB / "share" / "opencc"


@cache
def entries(name: str) -> tuple[tuple[str, list[str]], ...]:
    """(key, values) of the dictionary `NAME.ocd2`, in its order."""
    tool = CLIB / "bin" / "opencc_dict"
    if not os.access(tool, os.X_OK):
        tool.chmod(0o755)
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / "dictionary.txt"
        source = DICTIONARIES / f"{name}.ocd2"
        call = [tool, "-i", source, "-o", text, "-f", "ocd2", "-t", "text"]
        subprocess.run(call, check=True, capture_output=True)
        lines = text.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return tuple((key, values.split(" ")) for key, values in pairs)
