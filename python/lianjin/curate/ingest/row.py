"""Records one by one, into batches: for formats whose records are few and large."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa

from lianjin.core.words import Words
from lianjin.corpus.document import RECORD

BATCH_BYTES = 4 << 20
BATCH_ROWS = 1_000
HEAD_BYTES = 64
"""How much of an unreadable record stands in `blob`, so that one can see what it was."""

Row = Mapping[str, Any]
"""Columns of RECORD by name; absent ones are null."""


def batches(rows: Iterable[Row]) -> Iterator[pa.RecordBatch]:
    """The rows in batches that close at BATCH_BYTES of content or BATCH_ROWS."""
    waiting: list[Row] = []
    size_bytes = 0
    for row in rows:
        waiting.append(row)
        size_bytes += weight(row)
        if size_bytes >= BATCH_BYTES or len(waiting) == BATCH_ROWS:
            yield batch_of(waiting)
            waiting, size_bytes = [], 0
    if waiting:
        yield batch_of(waiting)


def weight(row: Row) -> int:
    """About how many bytes the row's content takes."""
    return len(row.get("blob") or b"") + 3 * len(row.get("text") or "")


def batch_of(rows: list[Row]) -> pa.RecordBatch:
    """The rows as one batch."""
    present = {name for row in rows for name, value in row.items() if value is not None}
    columns = [
        pa.array([row.get(field.name) for row in rows], field.type)
        if field.name in present
        else pa.nulls(len(rows), field.type)
        for field in RECORD
    ]
    return pa.RecordBatch.from_arrays(columns, schema=RECORD)


def quarantined(position: int, start: int, end: int, code: str, error: Words, head: bytes) -> Row:
    """A record that cannot be read, with how it begins."""
    return {
        "position": position,
        "start": start,
        "end": end,
        "kind": "text",
        "blob": head[:HEAD_BYTES],
        "error_code": code,
        "error": error.stored,
    }
