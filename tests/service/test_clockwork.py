"""The clockwork beats until it is closed; what fails is tried again and keeps back nothing else."""

from __future__ import annotations

import threading

import pytest
from lianjin.service.clockwork import DUTIES, Clockwork, Duty, beat
from lianjin.service.state import State


def test_a_duty_that_fails_keeps_back_no_other(
    sqlite_state: State, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def fails(state: State) -> None:
        raise OSError(28, "No space left on device")

    beat(sqlite_state, (fails, lambda state: done.append(state)))
    assert done == [sqlite_state]
    assert "fails failed" in caplog.text


def test_each_duty_is_done_at_once_and_again_in_its_time(sqlite_state: State) -> None:
    often, seldom = threading.Semaphore(0), threading.Semaphore(0)
    too_early: list[State] = []

    def fast(state: State) -> None:
        often.release()

    def slow(state: State) -> None:
        seldom.release()

    def later(state: State) -> None:
        too_early.append(state)

    duties = (Duty(fast, 0.001), Duty(slow, 3_600), Duty(later, 0.001, first_s=3_600))
    with Clockwork(sqlite_state, duties):
        for _ in range(5):
            assert often.acquire(timeout=20)
        assert seldom.acquire(timeout=20)
        assert not seldom.acquire(blocking=False)
    # Closing has not waited an hour.
    assert too_early == []
    assert "lianjin-clockwork" not in {thread.name for thread in threading.enumerate()}


def test_the_servers_duties_do_nothing_where_nothing_is_due(sqlite_state: State) -> None:
    assert [duty.work(sqlite_state) for duty in DUTIES] == [0, 0, 0]
