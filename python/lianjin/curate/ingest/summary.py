"""What a reader says about a piece, beside its records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Summary:
    """The account of one piece, filled while it is read.

    `length`: decompressed bytes (rows, if columnar) that were read. `framing`: those of them that
    belong to no record, counted as they are skipped, never by subtraction. `complete`: the piece
    was read to its end.
    """

    length: int = 0
    framing: int = 0
    complete: bool = False
