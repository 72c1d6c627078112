"""The names that rules may use, and what each holds: the record's columns and every score."""

from __future__ import annotations

from lianjin.operators.registry import Operator, operators
from lianjin.operators.rule import BOOLEAN, NUMBER, TEXT, Kind

COLUMNS = {
    **dict.fromkeys(
        (
            "path", "kind", "text", "title", "author", "published", "url", "licence", "copyright",
            "origin", "aigc", "source_id", "charset",
        ),
        TEXT,
    ),
    "generated": BOOLEAN,
}  # fmt: skip
"""The columns of a record that a rule may name. The record's own fields are `fields.NAME`."""

AMOUNTS = frozenset(
    {
        "chars",
        "count",
        "lines",
        "sentences",
        "words",
        "mentions",
        "tokens",
        "bytes",
        "nats",
        "bits",
        "per word",
    }
)
"""Units of what is never less than nothing."""


def vocabulary() -> dict[str, Kind]:
    """What each column and score holds."""
    return {**COLUMNS, **{score.name: kind(score) for score in operators("score")}}


def kind(score: Operator) -> Kind:
    """The values a score can have, from its unit and the type it returns."""
    if score.returns is str:
        return TEXT
    if score.returns is bool:
        return BOOLEAN
    if score.unit == "ratio":
        return Kind("number", 0, 1)
    if score.unit == "flag":
        return Kind("number", 0, 1, whole=True)
    if score.unit in AMOUNTS:
        return Kind("number", 0, None, whole=score.returns is int)
    return NUMBER
