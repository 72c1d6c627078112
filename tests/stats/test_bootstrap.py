"""Intervals are the same for the same seed, cover as they say, and are absent where nothing is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from lianjin.stats.bootstrap import Interval, interval


def share(hits: npt.NDArray[np.float64]) -> object:
    return lambda drawn: float(drawn @ hits) / len(hits)


def test_no_units_have_no_interval() -> None:
    assert interval(lambda drawn: 0.0, 0, seed=1) is None


def test_a_number_that_never_moves_has_an_interval_of_no_width() -> None:
    assert interval(lambda drawn: 2.0, 5, seed=1, replicates=10) == Interval(2, 2, 0.95, 10, 0)


def test_draws_without_a_number_are_counted_and_too_many_give_none() -> None:
    calls = iter(range(1_000))
    found = interval(lambda d: None if next(calls) % 4 == 0 else 1.0, 3, seed=1, replicates=100)
    assert found == Interval(1, 1, 0.95, 100, 25)
    assert interval(lambda drawn: None, 3, seed=1, replicates=100) is None


def test_every_draw_has_as_many_units_as_there_are() -> None:
    sums = []
    interval(lambda drawn: sums.append(int(drawn.sum())) or 0.0, 17, seed=1, replicates=50)
    assert sums == [17] * 50


def test_it_covers_a_share_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(5)
    covered = 0
    for seed in range(100):
        hits = (random.random(60) < 0.3).astype(np.float64)
        found = interval(share(hits), 60, seed=seed, replicates=200)  # type: ignore[arg-type]
        assert found is not None
        covered += found.low <= 0.3 <= found.high
    assert 85 <= covered <= 100
