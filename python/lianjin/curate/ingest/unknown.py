"""Files that no reader understands."""

from __future__ import annotations

from lianjin.core.words import Words
from lianjin.curate.ingest.format import UTF16
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import Row, quarantined
from lianjin.curate.ingest.source import Source
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary


def read_unknown(piece: Piece, spec: InputSpec, summary: Summary) -> Row | None:
    """One quarantined record over the whole file."""
    source = Source(piece)
    head = b""
    for block in source:
        head = head or block
    summary.length = source.length
    if not source.length:
        return None
    code = "unknown-format"
    sentence = Words(
        "neither its name nor its bytes tell a format that is read here",
        "从名称和内容都看不出是能读的格式",
    )
    if piece.format == UTF16:
        code = "unsupported-charset"
        sentence = Words(
            "structured files are read in UTF-8; this one is UTF-16: convert it",
            "结构化文件按 UTF-8 读取；这个是 UTF-16，请先转换",
        )
    return quarantined(0, 0, source.length, code, sentence, head)
