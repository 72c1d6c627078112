"""Where tasks run.

Takes tasks and a function; gives results, and partition files for a shuffle by key.
Every engine resumes and writes the same bytes, because a task's output is named after the task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Engine(Protocol):
    """Two verbs: `map` over tasks, and `shuffle` by key through files on the store."""

    def map(self, run: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """`run(task)` for each task, results in the order of `tasks`; the first error stops all."""

    def shuffle(
        self,
        split: Callable[[T], Sequence[str]],
        tasks: Sequence[T],
        gather: Callable[[int, Sequence[str]], R],
        n_partitions: int,
    ) -> Iterator[R]:
        """Runs `split(task)`, which writes one file per partition and gives their paths, for all
        tasks; then `gather(partition, paths)` for each partition, results in partition order."""
