"""Alpha agrees with what Krippendorff published, with sums by hand, and with its own definition."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Sequence

import pytest
from lianjin.stats.agreement import LEVELS, Agreement, Level, agreement, alpha, counts

PUBLISHED = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, None, None, None],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, None, 3],
    [None, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, None],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, None],
]
"""Four observers, twelve units: Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011, C."""

Answers = Sequence[tuple[int, float]]


def answers(table: Sequence[Sequence[int | None]]) -> list[tuple[int, float]]:
    return [(u, v) for row in table for u, v in enumerate(row) if v is not None]


def by_definition(given: Answers, level: Level) -> float | None:
    """Alpha as the paper writes it: coincidences of every pair of values, distances summed."""
    units: dict[int, list[float]] = {}
    for unit, value in given:
        units.setdefault(unit, []).append(value)
    several = [found for found in units.values() if len(found) > 1]
    coincidences: Counter[tuple[float, float]] = Counter()
    for found in several:
        for v, w in itertools.permutations(found, 2):
            coincidences[v, w] += 1 / (len(found) - 1)  # type: ignore[assignment]
    total: Counter[float] = Counter()
    for (v, _), weight in coincidences.items():
        total[v] += weight
    ranks, n = sorted(total), sum(total.values())

    def distance(v: float, w: float) -> float:
        if level == "nominal":
            return float(v != w)
        if level == "interval":
            return (v - w) ** 2
        v, w = min(v, w), max(v, w)
        between = sum(total[g] for g in ranks if v <= g <= w)
        return float((between - (total[v] + total[w]) / 2) ** 2)

    expected = sum(total[v] * total[w] * distance(v, w) for v in ranks for w in ranks)
    if expected == 0:
        return None
    observed = sum(weight * distance(v, w) for (v, w), weight in coincidences.items())
    return 1 - (n - 1) * observed / expected


@pytest.mark.parametrize(
    ("level", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_the_published_example_gives_the_published_values(level: Level, published: float) -> None:
    found = alpha(counts(answers(PUBLISHED)), level)
    assert found is not None
    assert round(found, 3) == published


def test_two_units_by_hand() -> None:
    # Units (1, 1) and (1, 2): D_o = 2/4, D_e = (3*1 + 1*3)/(4*3); alpha = 1 - (1/2)/(1/2) = 0.
    assert alpha(counts([(1, 1), (1, 1), (2, 1), (2, 2)]), "nominal") == 0


def test_those_who_always_differ_are_below_chance() -> None:
    # n = 4, all four pairs differ: D_o = 1, D_e = 8/12; alpha = 1 - 3/2.
    assert alpha(counts([(1, 0), (1, 1), (2, 0), (2, 1)]), "nominal") == -0.5


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize(
    "given", [[], [(1, 3)], [(1, 3), (2, 4)], [(1, 3), (1, 3), (2, 3), (2, 3)]]
)
def test_what_cannot_be_told_is_undefined(given: Answers, level: Level) -> None:
    assert agreement(counts(given), level).alpha is None
    assert agreement(counts(given), level).interval is None


@pytest.mark.parametrize("level", LEVELS)
def test_it_is_its_definition_for_any_answers(level: Level) -> None:
    dice = random.Random(7)
    for _ in range(60):
        given = [
            (dice.randrange(9), dice.choice([0, 1, 2, 5, 9])) for _ in range(dice.randrange(40))
        ]
        found, expected = alpha(counts(given), level), by_definition(given, level)
        assert found == pytest.approx(expected, abs=1e-12), given


def test_values_far_from_zero_lose_nothing() -> None:
    far = [(u, v + 1e9) for u, v in answers(PUBLISHED)]
    assert alpha(counts(far), "interval") == pytest.approx(0.849, abs=5e-4)


def test_an_agreement_says_what_it_rests_on() -> None:
    found = agreement(counts(answers(PUBLISHED)), "nominal", seed=3)
    assert found.interval is not None
    assert found == Agreement("nominal", found.alpha, found.interval, 11, 40, 1)
    assert found.interval.low < 0.743 < found.interval.high
    assert agreement(counts(answers(PUBLISHED)), "nominal", seed=3) == found
    assert agreement(counts(answers(PUBLISHED)), "nominal", seed=4) != found
