"""Health is looked at now and then, by one at a time, and told to all."""

from __future__ import annotations

import threading

import pytest
from lianjin.core.errors import StorageError
from lianjin.core.limits import HEALTH_S
from lianjin.core.words import Words
from lianjin.service import pulse
from lianjin.service.pulse import Pulse, Vitals

WELL = Vitals(False, True, 7)


class Looks:
    """A look that counts, and what it gives."""

    def __init__(self) -> None:
        self.count = 0
        self.given: Vitals | StorageError = WELL

    def __call__(self) -> Vitals:
        self.count += 1
        if isinstance(self.given, StorageError):
            raise self.given
        return self.given


def test_what_was_seen_is_told_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now, looks = [0.0], Looks()
    found = Pulse(clock=lambda: now[0])
    assert [found.read(looks) for _ in range(100)] == [WELL] * 100
    assert looks.count == 1
    looks.given = StorageError("database-failed", Words("gone", "不在了"))
    now[0] += HEALTH_S
    for _ in range(100):
        with pytest.raises(StorageError, match="database-failed"):
            found.read(looks)
    assert looks.count == 2
    looks.given = WELL
    found.forget()
    assert (found.read(looks), looks.count) == (WELL, 3)


def test_while_one_waits_for_a_database_that_hangs_the_others_are_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now, began, goes_on = [0.0], threading.Event(), threading.Event()
    found = Pulse(clock=lambda: now[0])
    found.read(lambda: WELL)

    def hangs() -> Vitals:
        began.set()
        assert goes_on.wait(20)
        return Vitals(False, True, 8)

    now[0] += HEALTH_S
    first = threading.Thread(target=lambda: found.read(hangs))
    first.start()
    assert began.wait(20)
    assert found.read(hangs) == WELL
    monkeypatch.setattr(pulse, "HEALTH_S", 0.01)  # what was seen is too old now
    with pytest.raises(StorageError, match="health-slow"):
        found.read(hangs)
    goes_on.set()
    first.join()
    assert found.read(lambda: WELL).log_size == 8
