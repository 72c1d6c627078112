"""Answers of people that a record carries in its own field `annotations`, beside its `annotation`.

Takes a batch of records; gives one Answer for each item: who said what of the record, and what another
person's review said of that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lianjin.evaluate.records import Records, named

SIDES = {"first": 0.0, "second": 1.0, "same": 2.0, "both_bad": 3.0}
"""Which answer of a pair is better, as names: nominal, the numbers only stand for them."""


@dataclass(frozen=True)
class Answer:
    """What `annotator` said of `record`: question → value. `outcome`: what review said, if anything.

    Questions are `side` of pairs, with the values of SIDES, and `answer.row` for scores of a rubric.
    """

    record: str
    annotator: str
    values: Mapping[str, float]
    outcome: str


def answers_of(records: Records) -> Iterator[Answer]:
    """The answers of a batch, in order."""
    pairs = records.plain("preference")
    for row, (identifier, own) in enumerate(zip(records.ids, records.fields, strict=True)):
        listed = own.get("annotations")
        for given in listed if isinstance(listed, list) else ():
            if isinstance(given, dict):
                values = dict(_scores(given.get("scores")))
                if (side := _side(given.get("choice"), pairs[row])) is not None:
                    values["side"] = SIDES[side]
                annotator, outcome = given.get("annotator", ""), given.get("outcome", "")
                yield Answer(identifier, str(annotator), values, str(outcome))


def _scores(scores: Any) -> Iterator[tuple[str, float]]:
    for side, rows in (scores if isinstance(scores, dict) else {}).items():
        for row, value in (rows if isinstance(rows, dict) else {}).items():
            if type(value) in (int, float):
                yield named(f"{side}.{row}"), float(value)


def _side(choice: Any, pair: Mapping[str, str | None] | None) -> str | None:
    """The side that a choice prefers, in an order of the two answers that no vote has made.

    A record calls an answer `chosen` because most chose it: counted by that name, people would seem
    to agree however they voted. Their texts' own order is blind to the votes.
    """
    if choice in ("same", "both_bad"):
        return str(choice)
    name = str(choice).partition("_")[0]
    if pair is None or name not in ("chosen", "rejected"):
        return None
    chosen_is_first = (pair.get("chosen") or "") <= (pair.get("rejected") or "")
    return "first" if (name == "chosen") == chosen_is_first else "second"
