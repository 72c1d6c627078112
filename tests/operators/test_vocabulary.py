"""What a rule may name, and what each name holds."""

from __future__ import annotations

from typing import Any

import pytest
from lianjin.corpus.document import RECORD
from lianjin.operators.registry import Operator
from lianjin.operators.rule import BOOLEAN, NUMBER, TEXT, Kind
from lianjin.operators.vocabulary import COLUMNS, kind


def test_the_columns_are_those_of_a_record() -> None:
    assert set(COLUMNS) - set(RECORD.names) == {"path"}


@pytest.mark.parametrize(
    ("unit", "returns", "expected"),
    [
        ("ratio", float, Kind("number", 0, 1)),
        ("chars", int, Kind("number", 0, None, whole=True)),
        ("chars", float, Kind("number", 0, None)),
        ("nats", float | None, Kind("number", 0, None)),
        ("words", int, Kind("number", 0, None, whole=True)),
        ("flag", int, Kind("number", 0, 1, whole=True)),
        ("label", str, TEXT),
        ("claim", bool | None, BOOLEAN),
        ("points", float, NUMBER),
    ],
)
def test_a_score_holds_what_its_unit_and_type_say(unit: str, returns: Any, expected: Kind) -> None:
    def reference(text: str) -> None:
        """Nothing."""

    reference.__annotations__["return"] = returns
    assert kind(Operator("score", "s", 1, "", "", unit, reference, False)) == expected
