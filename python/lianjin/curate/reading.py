"""Reading a task: its pieces one after the other, in batches worth the kernel's while.

Takes a task; gives batches with the file's path and, for what could not be read, its first bytes,
and in the end a ledger of what was read, piece by piece.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from threading import Event
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lianjin.core.errors import Cancelled
from lianjin.corpus.batch import gathered, with_columns
from lianjin.corpus.document import RECORD
from lianjin.curate.ingest import (
    InputSpec,
    Piece,
    Summary,
    batch_of,
    is_whole,
    read,
    read_one,
    weight,
)
from lianjin.curate.ingest.row import Row
from lianjin.curate.task import Task

BATCH_BYTES = 4 << 20
BATCH_ROWS = 4_000
HEAD_BYTES = 64
"""Bytes of an unreadable record that the quarantine shows."""

OPTIONAL = tuple(field.name for field in RECORD if field.nullable and field.name != "text")


class Reading:
    """One pass over a task's pieces. `batches` is to be used up before `ledger` is asked."""

    def __init__(self, task: Task, spec: InputSpec, limit: int | None) -> None:
        self.task = task
        self.spec = spec
        self.rest = limit
        self._pieces: list[dict[str, Any]] = []
        self._errors: Counter[str] = Counter()
        self._present: set[str] = set()

    def batches(self, cancel: Event) -> Iterator[pa.RecordBatch]:
        """The records of all pieces, in order, in batches of about BATCH_BYTES."""
        for batch in gathered(self._records(), size_bytes=BATCH_BYTES, rows=BATCH_ROWS):
            if cancel.is_set():
                raise Cancelled.by_request()
            yield batch

    def watch(self, measured: pa.RecordBatch) -> pa.RecordBatch:
        """The same batch; notes which columns hold anything, and what failed."""
        for name in OPTIONAL:
            if (
                name in measured.schema.names
                and measured.column(name).null_count < measured.num_rows
            ):
                self._present.add(name)
        if "title_edits" in measured.schema.names and len(measured["title_edits"].flatten()):
            self._present.add("title_edits")
        for entry in pc.value_counts(measured.column("error_code").drop_null()).to_pylist():
            self._errors[entry["values"]] += entry["counts"]
        return measured

    def ledger(self) -> dict[str, Any]:
        """What was read: pieces, records, failures, and the columns that hold anything.

        `length` and `framing` of a piece are None if only its beginning was read.
        """
        return {
            "pieces": self._pieces,
            "records": sum(piece["records"] for piece in self._pieces),
            "failed": sum(self._errors.values()),
            "errors": dict(sorted(self._errors.items())),
            "present": sorted(self._present),
        }

    def _records(self) -> Iterator[pa.RecordBatch]:
        """The records with `path` and `head`; files of one record share a batch."""
        rows: list[Row] = []
        paths: list[str] = []
        size_bytes = 0
        for piece in self.task.pieces:
            if self.rest == 0:
                break
            if is_whole(piece):
                row = self._one(piece)
                if row is not None:
                    rows.append(row)
                    paths.append(piece.path)
                    size_bytes += weight(row)
                if size_bytes < BATCH_BYTES and len(rows) < BATCH_ROWS:
                    continue
            if rows:
                yield _placed(batch_of(rows), paths)
                rows, paths, size_bytes = [], [], 0
            if not is_whole(piece):
                yield from self._several(piece)
        if rows:
            yield _placed(batch_of(rows), paths)

    def _one(self, piece: Piece) -> Row | None:
        summary = Summary()
        row = read_one(piece, self.spec, summary)
        records = 0 if row is None else 1
        if self.rest is not None:
            self.rest -= records
        self._note(piece, summary, records)
        return row

    def _several(self, piece: Piece) -> Iterator[pa.RecordBatch]:
        records = 0
        summary = Summary()
        batches = read(piece, self.spec, summary)
        for whole in batches:
            batch = whole
            if self.rest is not None:
                batch = whole.slice(0, self.rest)
                self.rest -= batch.num_rows
            records += batch.num_rows
            yield _placed(batch, [piece.path] * batch.num_rows)
            if self.rest == 0:
                # A limit may end with the file: then nothing follows, and all of it was read.
                if batch.num_rows == whole.num_rows and _ends_its_file(piece):
                    next(batches, None)
                break
        self._note(piece, summary, records)

    def _note(self, piece: Piece, summary: Summary, records: int) -> None:
        self._pieces.append(
            {
                "path": piece.path,
                "length": summary.length if summary.complete else None,
                "framing": summary.framing if summary.complete else None,
                "records": records,
            }
        )


def _ends_its_file(piece: Piece) -> bool:
    """Whether no other piece of the file follows."""
    return piece.start + piece.size_bytes >= os.stat(piece.absolute).st_size


def _placed(batch: pa.RecordBatch, paths: Sequence[str]) -> pa.RecordBatch:
    """The batch with `path`, and `head` for records that failed."""
    failed = batch.column("error_code").is_valid()
    nothing = pa.scalar(None, pa.large_binary())
    head = pc.binary_slice(pc.if_else(failed, batch.column("blob"), nothing), 0, HEAD_BYTES)
    columns = {"path": pa.array(paths, pa.string()), "head": head.cast(pa.binary())}
    return with_columns(batch, columns)
