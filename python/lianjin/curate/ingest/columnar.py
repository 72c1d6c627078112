"""Parquet and Arrow files: one record a row."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from lianjin import _kernel
from lianjin.core import limits
from lianjin.core.words import Words
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import batch_of, quarantined
from lianjin.curate.ingest.source import Source, unreadable
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary

BATCH_ROWS = 1_024
"""Rows of one batch before it is cut by size."""
BATCH_BYTES = 8 << 20


def read_columnar(piece: Piece, spec: InputSpec, summary: Summary) -> Iterator[pa.RecordBatch]:
    """The rows; `position`, `start` and `end` are row numbers.

    A file that cannot be opened is one quarantined record of length 1; where reading breaks off,
    the rows that are left are one.
    """
    mapping = _kernel.Mapping(list(spec.names))
    allowed = (limits.RECORD_SIZE_BYTES, limits.RECORD_DEPTH)
    opened = _parquet if piece.format == "parquet" else _arrow
    row, n_rows = 0, 0
    try:
        n_rows, batches = opened(piece)
        for whole in batches:
            for batch in _cut(whole):
                yield _kernel.read_columns(batch, mapping, row, allowed)
                row += batch.num_rows
        n_rows = max(n_rows, row)
    except OSError as error:
        if error.errno is not None:
            raise unreadable(piece.path, error) from error
        yield from _broken(piece, row, n_rows, error)
        n_rows = max(n_rows, row + 1)
    except (pa.ArrowException, ValueError) as error:
        yield from _broken(piece, row, n_rows, error)
        n_rows = max(n_rows, row + 1)
    summary.length = n_rows


def _broken(piece: Piece, row: int, n_rows: int, error: Exception) -> Iterator[pa.RecordBatch]:
    said = " ".join(str(error).split())[:300]
    sentence = Words(
        f"reading breaks off at row {row}: {said}", f"读到第 {row} 行处中断，文件已损坏或不完整"
    )
    code = f"invalid-{piece.format}"
    yield batch_of([quarantined(row, row, max(n_rows, row + 1), code, sentence, b"")])


Opened = tuple[int, Iterator[pa.RecordBatch]]


def _parquet(piece: Piece) -> Opened:
    file = pq.ParquetFile(_content(piece))
    return file.metadata.num_rows, file.iter_batches(batch_size=BATCH_ROWS)


def _arrow(piece: Piece) -> Opened:
    """An IPC file (Feather 2 is one) or stream; their number of rows shows only while reading."""
    content = _content(piece)
    start = content.read(6)
    content.seek(0)
    if start != b"ARROW1":
        return 0, iter(pa.ipc.open_stream(content))
    file = pa.ipc.open_file(content)
    get: Callable[[int], pa.RecordBatch] = file.get_batch
    return 0, map(get, range(file.num_record_batches))


def _content(piece: Piece) -> pa.NativeFile:
    """The file, mapped; or the bytes of a compressed file, which has to be read whole."""
    if not piece.compression:
        return pa.memory_map(os.fsencode(piece.absolute))
    source = Source(piece)
    content = b"".join(source)
    if source.damage:
        raise ValueError(source.damage.en)
    return pa.BufferReader(content)


def _cut(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """The batch in slices of about BATCH_BYTES."""
    rows = max(1, min(BATCH_ROWS, batch.num_rows * BATCH_BYTES // max(1, batch.nbytes)))
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)
