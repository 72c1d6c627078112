"""Arrow batches of records: columns by name, and the text that scores and links look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

TEXT = pa.scalar("text", pa.string())
"""The kind of plain texts. Typed and made once: of a bare `str` pyarrow guesses the type anew each
time, which takes longer than the comparison of a batch."""


def with_columns(batch: pa.RecordBatch, columns: Mapping[str, Any]) -> pa.RecordBatch:
    """The batch with these columns added, or put in the place of those of the same name."""
    arrays = dict(zip(batch.schema.names, batch.columns, strict=True)) | dict(columns)
    return pa.RecordBatch.from_arrays(list(arrays.values()), names=list(arrays))


def viewed_text(batch: pa.RecordBatch) -> pa.Array:
    """The text that scores and links look at, large_string; null for quarantined records.

    Plain text is itself; messages give their contents, a preference its prompt and both
    answers, media their text parts, joined by newlines.
    """
    if is_all_text(batch):
        return batch.column("text")
    joined = [
        _joined(record) if record["kind"] != "text" else record["text"]
        for record in batch.select(["kind", "text", "messages", "preference", "parts"]).to_pylist()
    ]
    return pa.array(joined, pa.large_string())


def is_all_text(batch: pa.RecordBatch) -> bool:
    """Whether every record is a plain text; true of no records."""
    found: bool = pc.all(pc.equal(batch.column("kind"), TEXT), min_count=0).as_py()
    return found


def _joined(record: dict[str, Any]) -> str | None:
    pieces: list[str | None] = [message["content"] for message in record["messages"] or ()]
    if record["preference"]:
        pieces += [record["preference"][key] for key in ("prompt", "chosen", "rejected")]
    pieces += [part["text"] for part in record["parts"] or ()]
    texts = [piece for piece in pieces if piece]
    return "\n".join(texts) if texts else None


def gathered(
    batches: Iterable[pa.RecordBatch], *, size_bytes: int, rows: int
) -> Iterator[pa.RecordBatch]:
    """The same rows in fewer batches: each closes once it has `size_bytes` or `rows`.

    Depends on the batches alone, so that output cut along them is the same in every run.
    """
    waiting: list[pa.RecordBatch] = []
    waiting_bytes = waiting_rows = 0
    for batch in batches:
        waiting.append(batch)
        waiting_bytes += batch.nbytes
        waiting_rows += batch.num_rows
        if waiting_bytes >= size_bytes or waiting_rows >= rows:
            yield _one(waiting)
            waiting, waiting_bytes, waiting_rows = [], 0, 0
    if waiting_rows:
        yield _one(waiting)


def _one(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    return batches[0] if len(batches) == 1 else pa.concat_batches(batches)
