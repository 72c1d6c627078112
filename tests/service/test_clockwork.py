"""The clockwork beats until it is closed; what fails is tried again and keeps back nothing else."""

from __future__ import annotations

import threading

import pytest
from lianjin.service import clockwork
from lianjin.service.clockwork import Clockwork, beat
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


def test_it_beats_at_once_and_again_until_it_is_closed(
    sqlite_state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    beats = threading.Semaphore(0)
    monkeypatch.setattr(clockwork, "beat", lambda state: beats.release())
    with Clockwork(sqlite_state, every_s=0.01):
        for _ in range(3):
            assert beats.acquire(timeout=20)
    assert "lianjin-clockwork" not in {thread.name for thread in threading.enumerate()}
    with Clockwork(sqlite_state, every_s=3_600):  # closing does not wait for the next beat
        assert beats.acquire(timeout=20)
