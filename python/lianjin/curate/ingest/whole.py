"""Files that are one record."""

from __future__ import annotations

from collections.abc import Callable

from lianjin.core import limits
from lianjin.core.words import Words
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import Row, quarantined
from lianjin.curate.ingest.source import Source
from lianjin.curate.ingest.summary import Summary


def read_whole(piece: Piece, summary: Summary, row: Callable[[bytes], Row]) -> Row | None:
    """The file as one record, whose columns beside its place `row` gives; none if it is empty.

    A file over the limit, or whose compressed stream breaks off, is quarantined.
    """
    source = Source(piece)
    kept: list[bytes] = []
    for block in source:
        if source.length <= limits.RECORD_SIZE_BYTES or not kept:
            kept.append(block)
    summary.length = source.length
    content = b"".join(kept)
    if source.damage:
        return quarantined(0, 0, source.length, "broken-stream", source.damage, content)
    if source.length > limits.RECORD_SIZE_BYTES:
        sentence = Words(
            f"{source.length} bytes; at most {limits.RECORD_SIZE_BYTES} are read",
            f"{source.length} 字节；最多读 {limits.RECORD_SIZE_BYTES} 字节",
        )
        return quarantined(0, 0, source.length, "record-too-large", sentence, content)
    if not content:
        return None
    return {"position": 0, "start": 0, "end": len(content), "kind": "text", **row(content)}
