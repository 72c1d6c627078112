"""How far people agree beyond chance: Krippendorff's alpha, from counts.

Takes who-said-what as (unit, value) pairs; gives one number and where it lies. People who answer
few units cost nothing: there is no table of people by units.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from lianjin.stats.bootstrap import LEVEL, REPLICATES, Interval, interval

Level = Literal["nominal", "ordinal", "interval"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Counts:
    """How often each unit was given each value: one row for each pair that occurs, no zeros.

    `unit`, `value`: int64[n_rows], indices; `count`: int64[n_rows], at least 1. `values`:
    float64[n_values], ascending: the numbers that ordinal and interval alpha measure distances by.
    Units with fewer than two answers cannot disagree and are left out; `n_alone` counts them.
    """

    unit: Whole
    value: Whole
    count: Whole
    values: Numbers
    n_units: int
    n_alone: int

    @property
    def n_answers(self) -> int:
        """Answers that can be compared with another."""
        return int(self.count.sum())


@dataclass(frozen=True)
class Agreement:
    """Krippendorff's alpha of `n_answers` answers to `n_units` units that have two or more.

    `alpha`: 1 where all agree, 0 where they agree as chance would, below 0 where they agree less;
    None where it is undefined: no unit has two answers, or all answers are the same value, so that
    nothing shows whether people can tell units apart. `interval` is None where alpha is.
    """

    level: Level
    alpha: float | None
    interval: Interval | None
    n_units: int
    n_answers: int
    n_alone: int


def counts(answers: Iterable[tuple[Hashable, float]]) -> Counts:
    """The counts of (unit, value) pairs, one for each answer that was given.

    For nominal alpha the numbers stand for names. Units are numbered in order of appearance among
    those that have two answers. No answers give empty counts.
    """
    seen: dict[Hashable, list[float]] = {}
    for unit, value in answers:
        seen.setdefault(unit, []).append(value)
    several = [found for found in seen.values() if len(found) > 1]
    flat = np.array([value for found in several for value in found], np.float64)
    units = np.repeat(np.arange(len(several)), [len(found) for found in several])
    values, index = np.unique(flat, return_inverse=True)
    pairs = np.stack([units.astype(np.int64), index.astype(np.int64)])
    rows, count = np.unique(pairs, axis=1, return_counts=True)
    return Counts(rows[0], rows[1], count, values, len(several), len(seen) - len(several))


def alpha(counts: Counts, level: Level, drawn: Whole | None = None) -> float | None:
    """Krippendorff's alpha; None where it is undefined.

    1 - D_o / D_e: disagreement seen within units over that expected if answers were dealt out
    anew. With n_uv answers v to unit u, m_u answers to u, n_v answers v and n in all,

        D_o = 1/n      sum_u 1/(m_u - 1) sum_{v,w} n_uv n_uw d(v, w)
        D_e = 1/(n(n-1))                 sum_{v,w} n_v  n_w  d(v, w)

    d is 0 or 1 (nominal), or the squared difference of values (interval) or of their mid-ranks
    among all answers (ordinal: Krippendorff's sum over the ranks between is that difference).
    Both sums close: no pair of values is visited, O(rows). Krippendorff, Computing Krippendorff's
    Alpha-Reliability, 2011; Content Analysis, 4th ed. 2019, chapter 12.

    `drawn`: int64[n_units], how often each unit counts; once by default.

    >>> alpha(counts([(1, 0), (1, 0), (2, 1), (2, 1)]), "nominal")
    1.0
    """
    weight = np.ones(counts.n_units, np.int64) if drawn is None else drawn
    weights = (counts.count * weight[counts.unit]).astype(np.float64)
    n = float(weights.sum())
    if n == 0:
        return None
    total = np.bincount(counts.value, weights, len(counts.values))
    if level == "nominal":
        expected = n * n - float(total @ total)
        within = _nominal(counts)
    else:
        at = counts.values if level == "interval" else np.cumsum(total) - total / 2
        # Distances do not change when all values move; near zero, squares lose no digits.
        at = at - float(total @ at) / n
        expected = 2 * (n * float(total @ (at * at)) - float(total @ at) ** 2)
        within = _squared(counts, at)
    if np.count_nonzero(total) < 2:
        return None
    observed = float(weight @ within)
    return 1 - (n - 1) * observed / expected


def agreement(
    counts: Counts,
    level: Level,
    *,
    seed: int = 0,
    replicates: int = REPLICATES,
    confidence: float = LEVEL,
) -> Agreement:
    """Alpha with the interval that it lies in, from drawing units again (`stats/bootstrap.py`)."""
    value = alpha(counts, level)
    where = None
    if value is not None:
        where = interval(
            lambda drawn: alpha(counts, level, drawn),
            counts.n_units,
            seed=seed,
            replicates=replicates,
            level=confidence,
        )
    return Agreement(level, value, where, counts.n_units, counts.n_answers, counts.n_alone)


def _nominal(counts: Counts) -> Numbers:
    """float64[n_units]: of each unit, pairs that differ over its answers but one."""
    count = counts.count.astype(np.float64)
    m = np.bincount(counts.unit, count, counts.n_units)
    same = np.bincount(counts.unit, count * count, counts.n_units)
    result: Numbers = (m * m - same) / (m - 1)
    return result


def _squared(counts: Counts, at: Numbers) -> Numbers:
    """float64[n_units]: of each unit, squared differences of all pairs over its answers but one."""
    count, place = counts.count.astype(np.float64), at[counts.value]
    m = np.bincount(counts.unit, count, counts.n_units)
    first = np.bincount(counts.unit, count * place, counts.n_units)
    second = np.bincount(counts.unit, count * place * place, counts.n_units)
    result: Numbers = np.maximum(2 * (m * second - first * first) / (m - 1), 0)
    return result
