"""Answers of people that a record carries in its own fields, beside its TC609 `annotation`.

Takes a batch of records; gives one Answer for each `fields.answers` item: who said what of which record,
and whether the item was a gold one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lianjin.evaluate.records import Records


@dataclass(frozen=True)
class Answer:
    """What `annotator` said of `record`: a label as text. `gold`: the right label, if it is known."""

    record: str
    annotator: str
    label: str
    gold: str | None = None


def answers_of(records: Records) -> Iterator[Answer]:
    """The answers of a batch, in order."""
    for identifier, own in zip(records.ids, records.fields, strict=True):
        gold = own.get("gold")
        for answer in _listed(own.get("answers")):
            label = answer.get("label")
            if label is not None:
                yield Answer(
                    identifier,
                    str(answer.get("annotator", "")),
                    str(label),
                    None if gold is None else str(gold),
                )


def _listed(value: Any) -> list[dict[str, Any]]:
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, dict)]
