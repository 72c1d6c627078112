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
from lianjin.curate.ingest.spec import FORMATS, InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.table import read_table
from lianjin.curate.ingest.text import read_text
from lianjin.curate.ingest.unknown import read_unknown
from lianjin.curate.ingest.warc import read_warc

__all__ = ["FORMATS", "InputSpec", "Piece", "Summary", "read"]

_READERS = {
    "arrow": read_columnar,
    "csv": read_table,
    "html": read_blob,
    "json": read_json,
    "jsonl": read_jsonl,
    "lines": read_jsonl,
    "md": read_markdown,
    "parquet": read_columnar,
    "tsv": read_table,
    "txt": read_text,
    "warc": read_warc,
}


def read(piece: Piece, spec: InputSpec, summary: Summary) -> Iterator[pa.RecordBatch]:
    """The records of a piece, in order, in batches of about 4 MiB; fills the summary.

    `summary` is whole once the iterator has ended. Memory: a batch and one record. Raises
    StorageError where the file cannot be read, has vanished or has changed since the plan.
    """
    reader = _READERS.get(piece.format, read_unknown)
    yield from reader(piece, spec, summary)
    summary.complete = True
