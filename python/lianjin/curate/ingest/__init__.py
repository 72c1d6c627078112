"""Reading: files in, batches of records out.

Takes a piece of a file; gives batches in the schema of `corpus/document.py` and a summary whose
record ranges and framing add up to the length of what was read. What cannot be read is a record
with an `error_code`; only a disk that fails raises.
"""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from lianjin.curate.ingest.blob import read_blob
from lianjin.curate.ingest.columnar import read_columnar
from lianjin.curate.ingest.json import read_json
from lianjin.curate.ingest.jsonl import read_jsonl
from lianjin.curate.ingest.markdown import read_markdown
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import Row, batch_of, weight
from lianjin.curate.ingest.spec import FORMATS, InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.table import read_table
from lianjin.curate.ingest.text import read_text
from lianjin.curate.ingest.unknown import read_unknown
from lianjin.curate.ingest.warc import read_warc

__all__ = ["FORMATS", "InputSpec", "Piece", "Summary", "batch_of", "is_whole", "read", "read_one"]
__all__ += ["weight"]

_READERS = {
    "arrow": read_columnar,
    "csv": read_table,
    "json": read_json,
    "jsonl": read_jsonl,
    "lines": read_jsonl,
    "parquet": read_columnar,
    "tsv": read_table,
    "warc": read_warc,
}
_WHOLE_READERS = {"html": read_blob, "md": read_markdown, "txt": read_text}


def is_whole(piece: Piece) -> bool:
    """Whether the piece is a file that is one record, for `read_one`."""
    return piece.format not in _READERS


def read_one(piece: Piece, spec: InputSpec, summary: Summary) -> Row | None:
    """The one record of a piece that is whole, None if it is empty; fills the summary.

    Small files come by the thousand: their records make batches together (`batch_of`).
    """
    row = _WHOLE_READERS.get(piece.format, read_unknown)(piece, spec, summary)
    summary.complete = True
    return row


def read(piece: Piece, spec: InputSpec, summary: Summary) -> Iterator[pa.RecordBatch]:
    """The records of a piece, in order, in batches of about 4 MiB; fills the summary.

    `summary` is whole once the iterator has ended. Memory: a batch and one record. Raises
    StorageError where the file cannot be read, has vanished or has changed since the plan.
    """
    if is_whole(piece):
        row = read_one(piece, spec, summary)
        yield from [] if row is None else [batch_of([row])]
        return
    yield from _READERS[piece.format](piece, spec, summary)
    summary.complete = True
