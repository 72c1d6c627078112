"""A share of the input that one worker reads, measures and stores under one name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lianjin.curate.plan import Piece

TASK_BYTES = 32 << 20
"""Input bytes a task takes before the next one begins: enough to forget the start of a task,
little enough that a killed run loses seconds."""

TASK_FILES = 2_000
"""Files a task takes at most, however small they are."""


@dataclass(frozen=True)
class Task:
    """The `index`-th task of a run reads `pieces`, in order."""

    index: int
    pieces: tuple[Piece, ...]
    size_bytes: int

    @property
    def name(self) -> str:
        """Its name in the work folder: the same in every run over the same input."""
        return f"{self.index:06d}"


def tasks(pieces: Sequence[Piece]) -> tuple[Task, ...]:
    """The pieces in tasks of about `TASK_BYTES`, in order; depends on the input alone."""
    return tuple(
        Task(index, group, sum(piece.size_bytes for piece in group))
        for index, group in enumerate(_groups(pieces))
    )


def _groups(pieces: Sequence[Piece]) -> Iterator[tuple[Piece, ...]]:
    group: list[Piece] = []
    size_bytes = 0
    for piece in pieces:
        full = size_bytes + piece.size_bytes > TASK_BYTES or len(group) == TASK_FILES
        if group and full:
            yield tuple(group)
            group, size_bytes = [], 0
        group.append(piece)
        size_bytes += piece.size_bytes
    if group:
        yield tuple(group)
