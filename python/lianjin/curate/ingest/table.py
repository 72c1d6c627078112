"""Comma- and tab-separated tables: a header, then one record a row."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from lianjin import _kernel
from lianjin.core import limits
from lianjin.core.words import Words
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import batch_of, quarantined
from lianjin.curate.ingest.source import Source
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.window import Window


def read_table(piece: Piece, spec: InputSpec, summary: Summary) -> Iterator[pa.RecordBatch]:
    """The rows below the header; `position` is the line at which a row begins, 0 the header's."""
    mapping = _kernel.Mapping(list(spec.names))
    allowed = (limits.RECORD_SIZE_BYTES, limits.RECORD_DEPTH)
    source = Source(piece)
    window = Window(source, piece.start)
    line = piece.first_position
    layout = None
    while window.grow():
        if layout is None:
            found = _kernel.table_layout(piece.head or window.content, piece.format == "tsv")
            if found is None:
                summary.framing += len(window.content)
                window.drop(len(window.content))
                if window.is_last:
                    break
                continue
            layout, header = found
            if not piece.head:
                line += window.content.count(b"\n", 0, header)
                summary.framing += header
                window.drop(header)
        batch, consumed, n_lines, framing = _kernel.read_table(
            window.content, layout, mapping, line, window.start, window.is_last, allowed
        )
        line += n_lines
        summary.framing += framing
        window.drop(consumed)
        if batch.num_rows:
            yield batch
        if window.is_stuck:
            yield from _skip_line(window, line, summary)
            line += 1
        if window.is_last:
            break
    for row in window.rest(line):
        yield batch_of([row])
    summary.length = source.length


def _skip_line(window: Window, line: int, summary: Summary) -> Iterator[pa.RecordBatch]:
    """Gives up a line whose row never ends, by a stray quote most likely; reading goes on."""
    end = window.content.find(b"\n")
    if end < 0:
        return
    sentence = Words(
        f"a row of over {limits.RECORD_SIZE_BYTES} bytes begins here; is a quote left open?",
        f"从这里开始的一行超过 {limits.RECORD_SIZE_BYTES} 字节；是否有引号没有闭合？",
    )
    row = quarantined(
        line, window.start, window.start + end, "record-too-large", sentence, window.content
    )
    yield batch_of([row])
    summary.framing += 1
    window.drop(end + 1)
