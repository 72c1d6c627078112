"""Plain text: one file one record."""

from __future__ import annotations

import pyarrow as pa

from lianjin import _kernel
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import HEAD_BYTES, Row
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.whole import read_whole


def read_text(piece: Piece, spec: InputSpec, summary: Summary) -> Row | None:
    """The file's text, decoded; an empty file has no record."""
    return read_whole(piece, summary, lambda content: decoded(content, spec.charset))


def decoded(content: bytes, charset: str | None, hint: str | None = None) -> Row:
    """The columns text and charset, or why there is no text.

    `charset` is the recipe's word and final; `hint` is a server's, which the bytes may contradict.
    """
    if charset is not None:
        return {"text": content.decode(charset, errors="replace"), "charset": charset}
    batch = _kernel.decode(pa.array([content], pa.large_binary()), pa.array([hint], pa.string()))
    row: dict[str, object] = batch.select(["text", "charset", "error_code", "error"]).to_pylist()[0]
    return row if row["error_code"] is None else {**row, "blob": content[:HEAD_BYTES]}
