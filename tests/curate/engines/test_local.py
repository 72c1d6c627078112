"""Threads of one machine: results in order, the first error stops all, a request is obeyed."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Event, Lock

import pytest
from lianjin.core.errors import Cancelled
from lianjin.curate.engines.local import LocalEngine


@pytest.fixture(params=[1, 3])
def engine(request: pytest.FixtureRequest) -> LocalEngine:
    return LocalEngine(request.param, Event())


def test_results_come_in_the_order_of_the_tasks(engine: LocalEngine) -> None:
    assert list(engine.map(lambda n: n * n, range(50))) == [n * n for n in range(50)]


def test_a_slow_task_holds_its_place() -> None:
    """The first waits until the second has ended."""
    second_ended = Event()

    def run(n: int) -> int:
        if n == 0:
            assert second_ended.wait(10)
        if n == 1:
            second_ended.set()
        return n

    assert list(LocalEngine(2, Event()).map(run, range(5))) == [0, 1, 2, 3, 4]


def test_tasks_run_side_by_side() -> None:
    together = Barrier(3, timeout=10)
    assert sorted(LocalEngine(3, Event()).map(lambda _: together.wait(), range(3))) == [0, 1, 2]


def test_no_tasks_give_no_results(engine: LocalEngine) -> None:
    assert list(engine.map(lambda n: n, [])) == []
    assert not engine.cancel.is_set()


def test_the_first_error_in_order_is_raised_and_stops_all(engine: LocalEngine) -> None:
    ran: list[int] = []
    lock = Lock()

    def run(n: int) -> int:
        with lock:
            ran.append(n)
        if n in (3, 4):
            raise ZeroDivisionError(n)
        return n

    results: list[int] = []
    with pytest.raises(ZeroDivisionError, match="3"):
        results.extend(engine.map(run, range(1_000)))
    assert results == [0, 1, 2]
    assert engine.cancel.is_set()
    assert len(ran) <= 4 + 2 * engine.workers, "no more than what was under way"


def test_few_results_wait_however_many_tasks_there_are(engine: LocalEngine) -> None:
    ran: list[int] = []
    results = engine.map(ran.append, range(1_000))
    next(results)
    assert len(ran) <= 1 + 2 * engine.workers
    results.close()
    assert len(ran) <= 1 + 2 * engine.workers, "who stops asking stops the tasks"


def test_a_request_to_stop_lets_no_further_task_begin(engine: LocalEngine) -> None:
    ran: list[int] = []

    def run(n: int) -> int:
        ran.append(n)
        if n == 2:
            engine.cancel.set()
        return n

    with pytest.raises(Cancelled):
        list(engine.map(run, range(1_000)))
    assert len(ran) < 3 + engine.workers


def test_a_request_before_the_start_runs_nothing(engine: LocalEngine) -> None:
    engine.cancel.set()
    with pytest.raises(Cancelled) as stopped:
        list(engine.map(lambda n: n, range(3)))
    assert (stopped.value.code, stopped.value.exit_code) == ("cancelled", 130)


def test_a_shuffle_gathers_each_partition_from_all_tasks_in_order(
    engine: LocalEngine, tmp_path: Path
) -> None:
    def split(task: int) -> list[str]:
        paths = [tmp_path / f"{task}-{k}" for k in range(3)]
        for k, path in enumerate(paths):
            path.write_text(f"{task}{k} ")
        return [str(path) for path in paths]

    def gather(partition: int, paths: list[str]) -> str:
        return f"{partition}: " + "".join(Path(path).read_text() for path in paths)

    assert list(engine.shuffle(split, range(4), gather, 3)) == [
        "0: 00 10 20 30 ",
        "1: 01 11 21 31 ",
        "2: 02 12 22 32 ",
    ]
