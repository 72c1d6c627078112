"""Tries are counted by key, come back with time, and are not remembered without end."""

from __future__ import annotations

import pytest
from lianjin.service.account import throttle
from lianjin.service.account.throttle import Throttle, TooOften


def test_tries_are_used_up_and_come_back_one_by_one() -> None:
    now = [100.0]
    found = Throttle(3, 10, clock=lambda: now[0])
    for _ in range(3):
        found.take("a")
    with pytest.raises(TooOften) as refused:
        found.take("a")
    assert refused.value.retry_s == 11
    found.take("b")
    now[0] += 10
    found.take("a")
    with pytest.raises(TooOften):
        found.take("a")
    now[0] += 1_000
    for _ in range(3):
        found.take("a")
    with pytest.raises(TooOften):
        found.take("a")


def test_what_went_well_gives_all_tries_back() -> None:
    found = Throttle(2, 10, clock=lambda: 0.0)
    for _ in range(5):
        found.take("a")
        found.forget("a")


def test_the_keys_that_came_last_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "THROTTLE_KEYS", 10)
    found = Throttle(1, 10, clock=lambda: 0.0)
    for n in range(100):
        found.take(str(n))
    found.take("0")
    with pytest.raises(TooOften):
        found.take("99")
