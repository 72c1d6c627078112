"""JSON documents: an array of objects, objects in a row, or one object around an array."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from lianjin import _kernel
from lianjin.core import limits
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import batch_of
from lianjin.curate.ingest.source import Source
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.window import Window


def read_json(piece: Piece, spec: InputSpec, summary: Summary) -> Iterator[pa.RecordBatch]:
    """The objects of a document; `position` is their index."""
    mapping = _kernel.Mapping(list(spec.names))
    allowed = (limits.RECORD_SIZE_BYTES, limits.RECORD_DEPTH)
    source = Source(piece)
    window = Window(source, piece.start)
    state = (0, False)
    while window.grow():
        batch, consumed, framing, state = _kernel.read_json(
            window.content, mapping, state, window.start, window.is_last, allowed
        )
        summary.framing += framing
        window.drop(consumed)
        if batch.num_rows:
            yield batch
        if window.is_last or window.is_stuck:
            break
    for row in window.rest(state[0]):
        yield batch_of([row])
    summary.length = source.length
