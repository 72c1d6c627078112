"""Rules that nothing can pass, or that stop nothing, are found before a run."""

from __future__ import annotations

import pytest
from lianjin.operators.rule import BOOLEAN, TEXT, Kind, conjuncts, parse, unreachable

KINDS = {
    "chars": Kind("number", 0, None, whole=True),
    "lines": Kind("number", 0, None, whole=True),
    "ratio": Kind("number", 0, 1),
    "language": TEXT,
    "generated": BOOLEAN,
}


def flaw(text: str) -> str | None:
    found = unreachable(conjuncts(parse(text).root), KINDS)
    return found[0] if found else None


@pytest.mark.parametrize(
    "text",
    [
        "chars > 10 and chars < 5",
        "chars > 10 and chars < 11",
        "ratio > 1",
        "ratio >= 30",
        "100 <= chars <= 10",
        "language == 'zh' and language == 'en'",
        "language in ('zh', 'en') and language == 'ja'",
        "generated and not generated",
        "chars is null and chars > 5",
        "chars > 10 and (chars < 5 or ratio > 2)",
        "fields.views > 5 and fields.views < 2",
        "title contains 'a' and not title contains 'a'",
    ],
)
def test_what_nothing_can_pass_is_impossible(text: str) -> None:
    assert flaw(text) == "impossible"


@pytest.mark.parametrize("text", ["chars >= 0", "ratio <= 1", "chars > 5 or chars < 10"])
def test_what_stops_nothing_is_constant(text: str) -> None:
    assert flaw(text) == "constant"


@pytest.mark.parametrize(
    "text",
    [
        "200 <= chars <= 100_000",
        "chars > lines",
        "ratio > 0.3 and ratio < 0.31",
        "language == 'zh'",
        "language > 'a' and language < 'b'",
        "chars is not null",
        "title contains 'a' and title contains 'b'",
        "fields.a > 5 and fields.b < 2",
        "not generated",
    ],
)
def test_a_sound_rule_has_no_flaw(text: str) -> None:
    assert flaw(text) is None


def test_rules_that_would_take_long_to_prove_are_taken_to_be_fine() -> None:
    many = " and ".join(f"fields.f{i} > {i} and fields.f{i} != fields.g" for i in range(40))
    assert flaw(many.replace("fields.g", "7")) is None
    crowd = " and ".join(f"(chars > {i} or fields.f{i % 9} > 3)" for i in range(200))
    assert flaw(crowd) is None
