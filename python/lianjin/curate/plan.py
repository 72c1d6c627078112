"""The plan of a run: its input cut into pieces, the same for any number of workers.

Takes what the recipe says of its input; gives files with their digests, and pieces in input order.
Nothing but names and bytes of the input decides where it is cut.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from itertools import pairwise
from pathlib import Path

import numpy as np

from lianjin.curate.ingest.format import compression_of, format_of
from lianjin.curate.ingest.listing import Found, listing
from lianjin.curate.ingest.piece import Piece as Piece
from lianjin.curate.ingest.source import Source, unreadable
from lianjin.curate.ingest.spec import InputSpec

PIECE_BYTES = 32 << 20
"""About how much of a large file one piece holds."""
HEAD_BYTES = 64 << 10
"""How much of a file is looked at to tell its format."""

TABLE_HEAD_BYTES = 16 << 10
"""How much of a table tells its layout to the pieces after the first."""

_BLOCK_BYTES = 4 << 20
TIMES_TOLD = 200
"""How often at most a plan tells how far it is."""
_LINES = {"jsonl", "lines"}
_TABLES = {"csv", "tsv"}
"""Cut like lines if no quote could hide a line end."""


@dataclass(frozen=True)
class PlannedFile:
    """An input file as it was when the run was planned."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Plan:
    """Files and pieces of a run, both in input order."""

    files: tuple[PlannedFile, ...]
    pieces: tuple[Piece, ...]


def plan(
    spec: InputSpec,
    *,
    path: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    piece_bytes: int = PIECE_BYTES,
    without: Path | None = None,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Plan:
    """The plan for the input of a recipe; `path` overrides where it is.

    Nothing in the folder `without` is read. `report(done, total)` in bytes.

    Every file is read once, for its digest and for the ends of its lines: as fast as the disk, or
    as SHA-256. Raises NotFound, UsageError, Conflict and StorageError before anything is built.
    """
    given = spec.path if path is None else path
    inputs = [given] if isinstance(given, str | os.PathLike) else list(given)
    files: list[PlannedFile] = []
    pieces: list[Piece] = []
    listed = listing(inputs, without=without)
    meter = _Meter(report, sum(map(_size_bytes, listed)))
    for found in listed:
        file, cut = _planned(found, spec, piece_bytes, meter)
        files.append(file)
        pieces += cut
    return Plan(tuple(files), tuple(pieces))


def _size_bytes(found: Found) -> int:
    """The size of a file; 0 if it is not there any more, which its reader tells."""
    try:
        return os.stat(found.absolute).st_size
    except OSError:
        return 0


class _Meter:
    """Tells how much was read of all files, a few hundred times at most: files may be many."""

    def __init__(self, report: Callable[[int, int], None], total: int) -> None:
        self._report = report
        self._total = total
        self._done = self._told = 0

    def see(self, size_bytes: int) -> None:
        """Takes in that so many more bytes were read."""
        self._done = min(self._done + size_bytes, self._total)
        if (self._done - self._told) * TIMES_TOLD >= self._total or self._done == self._total:
            self._told = self._done
            self._report(self._done, self._total)


def _planned(
    found: Found, spec: InputSpec, piece_bytes: int, meter: _Meter
) -> tuple[PlannedFile, list[Piece]]:
    try:
        with open(found.absolute, "rb") as file:
            block: bytes | bytearray = file.read(HEAD_BYTES)
            piece = _whole(found, spec, bytes(block))
            digest = hashlib.sha256()
            lines = _Cutter(piece, piece_bytes)
            read_bytes = 0
            while block:
                digest.update(block)
                lines.see(block)
                read_bytes += len(block)
                meter.see(len(block))
                block = _next_block(file, block)
    except OSError as error:
        raise unreadable(found.path, error) from error
    # Most files are no longer than their head.
    sized = piece if piece.size_bytes == read_bytes else replace(piece, size_bytes=read_bytes)
    return PlannedFile(found.path, read_bytes, digest.hexdigest()), lines.pieces(sized)


def _next_block(file: BufferedReader, last: bytes | bytearray) -> bytes | bytearray:
    """The next bytes of the file, in the place of the last: fresh memory would cost more than
    reading does. Most files end with their head."""
    if len(last) < HEAD_BYTES:
        return b""
    if not isinstance(last, bytearray):
        last = bytearray(_BLOCK_BYTES)
    size = file.readinto(last)
    return last if size == len(last) else last[:size]


def _whole(found: Found, spec: InputSpec, head: bytes) -> Piece:
    """The file as one piece, as long as its head until more is known."""
    compression = compression_of(head)
    name = os.path.basename(found.path)
    piece = Piece(
        path=found.path,
        absolute=str(found.absolute),
        format=spec.format or ("" if compression else format_of(name, head)),
        compression=compression,
        start=0,
        first_position=0,
        size_bytes=len(head),
    )
    if piece.format:
        return piece
    head = next((block[:HEAD_BYTES] for block in Source(piece)), b"")
    return replace(piece, format=format_of(name, head))


class _Cutter:
    """Finds where a file of lines may be cut: after the first line end at multiples of a size."""

    def __init__(self, piece: Piece, piece_bytes: int) -> None:
        self._active = piece.format in _LINES | _TABLES and not piece.compression
        self._is_table = piece.format in _TABLES
        self._head = b""
        self._piece_bytes = piece_bytes
        self._next = piece_bytes
        self._at = 0
        self._lines = 0
        self._cuts: list[tuple[int, int]] = [(0, 0)]  # first byte and first line of each piece

    def see(self, block: bytes | bytearray) -> None:
        """Takes the next block of the file."""
        if not self._active:
            return
        if self._is_table:
            self._head = self._head or bytes(block[: block.rfind(b"\n", 0, TABLE_HEAD_BYTES) + 1])
            if b'"' in block or not self._head:
                self._active, self._cuts = False, self._cuts[:1]
                return
        counted = 0
        while self._at + len(block) >= self._next:
            end = block.find(b"\n", max(self._next - self._at - 1, 0))
            if end < 0:
                break
            self._lines += _line_ends(block, counted, end + 1)
            counted = end + 1
            self._cuts.append((self._at + counted, self._lines))
            self._next = (self._at + counted) // self._piece_bytes * self._piece_bytes
            self._next += self._piece_bytes
        self._lines += _line_ends(block, counted, len(block))
        self._at += len(block)

    def pieces(self, whole: Piece) -> list[Piece]:
        """The pieces, once all blocks were seen."""
        if len(self._cuts) == 1:
            return [whole]
        starts = [*self._cuts, (self._at, self._lines)]
        return [
            replace(
                whole,
                start=start,
                first_position=line,
                size_bytes=end - start,
                head=self._head if start else b"",
            )
            for (start, line), (end, _) in pairwise(starts)
            if end > start
        ]


def _line_ends(block: bytes | bytearray, start: int, end: int) -> int:
    """How many lines end in `block[start:end]`; `bytes.count` takes five times as long."""
    return int(np.count_nonzero(np.frombuffer(block, np.uint8)[start:end] == ord("\n")))
