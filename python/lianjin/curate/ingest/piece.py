"""A share of a file that one task reads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A byte range of one file, or one whole file.

    `path` is relative to the input and begins the ids of its records; `absolute` is where the file
    is. `start` is the first byte in the decompressed file (row, if columnar) and `first_position`
    the position of the first record there. `size_bytes` is what is read from the disk for it.
    `head` is how the file begins where a later piece must know: the header of a table.
    """

    path: str
    absolute: str
    format: str
    compression: str
    start: int
    first_position: int
    size_bytes: int
    head: bytes = b""
