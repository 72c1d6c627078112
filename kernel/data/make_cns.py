"""Writes cns.tsv.z: the characters of CNS 11643 planes 1 and 2 in the order of their codes.

The order is that of the standard, read off the C library's converter (`iconv -f EUC-TW`): two rows of
94 × 94 characters, a space where there is none.

    python kernel/data/make_cns.py
"""

from __future__ import annotations

import subprocess

from make_han import write

CODES = range(0xA1, 0xFF)


def plane(prefix: bytes) -> str:
    """The plane's 8,836 places; `prefix` selects it."""
    source = b"".join(prefix + bytes([row, cell]) + b"\n" for row in CODES for cell in CODES)
    command = ["iconv", "-c", "-f", "EUC-TW", "-t", "UTF-8"]
    done = subprocess.run(command, input=source, capture_output=True, check=False)
    cells = done.stdout.decode().split("\n")[: len(CODES) ** 2]
    return "".join(cell if len(cell) == 1 else " " for cell in cells)


if __name__ == "__main__":
    write("cns.tsv.z", [[plane(b"")], [plane(b"\x8e\xa2")]])
