"""The engine of one machine: threads, since the kernel and pyarrow hold no interpreter lock."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import TypeVar

from lianjin.core.errors import Cancelled

T = TypeVar("T")
R = TypeVar("R")


class LocalEngine:
    """Runs tasks on `workers` threads; `cancel` stops it between batches.

    At most two tasks a worker are under way or waiting, so that results of a long run do not
    pile up and an error stops it soon.
    """

    def __init__(self, workers: int, cancel: Event) -> None:
        self.workers = workers
        self.cancel = cancel

    def map(self, run: Callable[[T], R], tasks: Sequence[T]) -> Iterator[R]:
        """`run(task)` for each task, results in the order of `tasks`; the first error stops all."""
        pool = ThreadPoolExecutor(self.workers, thread_name_prefix="lianjin")
        waiting: deque[Future[R]] = deque()
        rest = iter(tasks)
        try:
            while True:
                while len(waiting) < 2 * self.workers and (task := next(rest, None)) is not None:
                    waiting.append(pool.submit(self._unless_cancelled, run, task))
                if not waiting:
                    return
                yield waiting.popleft().result()
        except BaseException:
            self.cancel.set()
            raise
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def shuffle(
        self,
        split: Callable[[T], Sequence[str]],
        tasks: Sequence[T],
        gather: Callable[[int, Sequence[str]], R],
        n_partitions: int,
    ) -> Iterator[R]:
        """Partition files by `split`, then `gather` over each partition, in partition order."""
        files = list(self.map(split, tasks))
        by_partition = [[paths[k] for paths in files] for k in range(n_partitions)]
        return self.map(lambda k: gather(k, by_partition[k]), range(n_partitions))

    def _unless_cancelled(self, run: Callable[[T], R], task: T) -> R:
        if self.cancel.is_set():
            raise Cancelled.by_request()
        return run(task)
