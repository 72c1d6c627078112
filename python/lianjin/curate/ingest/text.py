"""Plain text: one file one record."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import HEAD_BYTES, Row
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.whole import read_whole


def read_text(piece: Piece, spec: InputSpec, summary: Summary) -> Iterator[pa.RecordBatch]:
    """The file's text, decoded; an empty file has no record."""
    return read_whole(piece, summary, _decoded)


def _decoded(content: bytes) -> Row:
    try:
        return {"text": content.decode("utf-8-sig"), "charset": "utf-8"}
    except UnicodeDecodeError as error:
        return {
            "blob": content[:HEAD_BYTES],
            "error_code": "undecodable",
            "error": f"byte {error.start} is not UTF-8",
        }
