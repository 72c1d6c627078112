"""How sure a number is: an interval from drawing its units again and again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

REPLICATES = 1_000
LEVEL = 0.95
BLOCK = 1 << 22
"""Draws made at a time at most, so that memory does not grow with units times replicates."""

Statistic = Callable[[npt.NDArray[np.int64]], float | None]
"""From how often each unit was drawn, int64[n_units], to a number; None where it is undefined."""


@dataclass(frozen=True)
class Interval:
    """Where a number lies with `level` confidence: `low` to `high`.

    `n_undefined` of `n_replicates` draws gave no number and are left out; where they are many, the
    interval says little.
    """

    low: float
    high: float
    level: float
    n_replicates: int
    n_undefined: int


def interval(
    statistic: Statistic,
    n_units: int,
    *,
    seed: int,
    replicates: int = REPLICATES,
    level: float = LEVEL,
) -> Interval | None:
    """The percentile interval of a statistic over units drawn with replacement.

    None if there is no unit, or if more than half of the draws give no number. The same seed gives
    the same interval on every machine (PCG64). Efron and Tibshirani, An Introduction to the
    Bootstrap, 1993, chapter 13.

    >>> interval(lambda n: float(n @ [0, 1]) / 2, 2, seed=1)
    Interval(low=0.0, high=1.0, level=0.95, n_replicates=1000, n_undefined=0)
    """
    if n_units == 0:
        return None
    random = np.random.Generator(np.random.PCG64(seed))
    found: list[float] = []
    for _ in range(replicates):
        value = statistic(_drawn(random, n_units))
        if value is not None:
            found.append(value)
    if 2 * len(found) <= replicates:
        return None
    tail = (1 - level) / 2
    low, high = np.quantile(np.array(found), [tail, 1 - tail])
    return Interval(float(low), float(high), level, replicates, replicates - len(found))


def _drawn(random: np.random.Generator, n_units: int) -> npt.NDArray[np.int64]:
    """How often each unit comes up in `n_units` draws, in blocks of bounded memory."""
    counts: npt.NDArray[Any] = np.zeros(n_units, np.int64)
    for start in range(0, n_units, BLOCK):
        draws = random.integers(0, n_units, min(BLOCK, n_units - start))
        counts += np.bincount(draws, minlength=n_units)
    return counts
