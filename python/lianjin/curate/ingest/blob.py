"""Pages: bytes that extraction reads, one file one record."""

from __future__ import annotations

from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import Row
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.whole import read_whole


def read_blob(piece: Piece, spec: InputSpec, summary: Summary) -> Row | None:
    """The file's bytes in `blob`, with media type text/html; an empty file has no record."""
    return read_whole(piece, summary, lambda page: as_page(page, "text/html", spec))


def as_page(page: bytes, media_type: str, spec: InputSpec) -> Row:
    """The columns `blob` and `media_type` of a page.

    The recipe's word on the charset is final: such a page is UTF-8 from here on. What a server
    says stays in the media type, and the bytes may contradict it.
    """
    if spec.charset is None:
        return {"blob": page, "media_type": media_type}
    text = page.decode(spec.charset, errors="replace")
    return {"blob": text.encode(errors="replace"), "media_type": "text/html; charset=utf-8"}
