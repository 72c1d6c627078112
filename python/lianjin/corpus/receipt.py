"""One row per input record: where it came from, what was done to it, what became of it, why."""

from __future__ import annotations

from typing import Literal

import pyarrow as pa

Outcome = Literal["kept", "dropped", "quarantined"]

EDITS = pa.list_(
    pa.struct(
        [
            ("step", pa.uint8()),  # index of the step in the recipe
            ("rule", pa.string()),
            ("start", pa.uint32()),  # code points in the text as that step found it
            ("end", pa.uint32()),
            ("before", pa.string()),
            ("after", pa.string()),
            ("confidence", pa.float32()),
        ]
    )
)

SOURCE = pa.struct(
    [
        ("path", pa.string()),
        ("position", pa.int64()),  # the record's index in its file, from 0
        ("start", pa.int64()),  # byte range in the decompressed file, or row numbers
        ("end", pa.int64()),
    ]
)

LINK = pa.struct(
    [
        ("step", pa.uint8()),
        ("cluster", pa.string()),  # id of the cluster's first document in input order
        ("kept_id", pa.string()),  # whom this document repeats; its own id if it was preferred
        ("similarity", pa.float64()),  # exact Jaccard with that document, 0 to 1
    ]
)


POSITION_DIGITS = 19
"""Digits of the greatest position, 2**63 - 1."""


def document_id(path: str, position: int) -> str:
    """The id of a record: `news/a.jsonl#17`."""
    return f"{path}#{position}"


def split_id(identifier: str) -> tuple[str, int] | None:
    """(path, position) of an id; None if it does not read like one.

    >>> split_id("news/a#b.jsonl#17")
    ('news/a#b.jsonl', 17)
    """
    path, hash_sign, position = identifier.rpartition("#")
    if not hash_sign or not position.isdecimal() or len(position) > POSITION_DIGITS:
        return None
    return path, int(position)
