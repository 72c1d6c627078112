"""Pages: bytes that extraction reads, one file one record."""

from __future__ import annotations

from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import Row
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.whole import read_whole


def read_blob(piece: Piece, spec: InputSpec, summary: Summary) -> Row | None:
    """The file's bytes in `blob`, with media type text/html; an empty file has no record."""
    declared = f"; charset={spec.charset}" if spec.charset else ""
    media_type = f"text/html{declared}"
    return read_whole(piece, summary, lambda page: {"blob": page, "media_type": media_type})
