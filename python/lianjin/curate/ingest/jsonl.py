"""Lines, read by the kernel: each one JSON object, or each one text."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from lianjin import _kernel
from lianjin.core import limits
from lianjin.curate.ingest.line import line_buffers
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import batch_of
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary


def read_jsonl(piece: Piece, spec: InputSpec, summary: Summary) -> Iterator[pa.RecordBatch]:
    """The lines that are not blank; `position` is the line's index in the file."""
    mapping = None if piece.format == "lines" else _kernel.Mapping(list(spec.names))
    line = piece.first_position
    allowed = (limits.RECORD_SIZE_BYTES, limits.RECORD_DEPTH)
    for buffer in line_buffers(piece, summary):
        if buffer.bad:
            yield batch_of([buffer.quarantined(line)])
            line += 1
            continue
        if mapping is None:
            read = _kernel.read_lines(buffer.content, line, buffer.start, allowed)
        else:
            read = _kernel.read_jsonl(buffer.content, mapping, line, buffer.start, allowed)
        batch, n_lines, framing = read
        line += n_lines
        summary.framing += framing
        if batch.num_rows:
            yield batch
