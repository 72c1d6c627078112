"""Settings are of the declared types, all known, with the defaults of the others."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from lianjin.operators.registry import Operator
from lianjin.operators.settings import resolved, schema, wrong
from pydantic import Field


def reference(
    text: str,
    *,
    share: Annotated[float, Field(ge=0, le=1)],
    to: Literal["simplified", "traditional"] = "simplified",
    words: tuple[str, ...] = (),
    limit: int | None = None,
    deep: bool = False,
) -> list[Any]:
    """Nothing."""
    return []


REPAIR = Operator("repair", "shape", 1, "", "", "edits", reference, False)


def test_defaults_are_filled_in() -> None:
    assert resolved(REPAIR, {"share": 1, "words": ["a", "b"]}) == {
        "share": 1.0,
        "to": "simplified",
        "words": ["a", "b"],
        "limit": None,
        "deep": False,
    }


@pytest.mark.parametrize(
    ("given", "place", "message"),
    [
        ({}, "share", "shape needs the setting 'share'"),
        (
            {"share": 2},
            "share",
            "shape takes no share of 2; expected a number, at least 0, at most 1",
        ),
        ({"share": "1"}, "share", "shape takes no share of '1'; expected a number"),
        ({"share": 1, "to": "latin"}, "to", "shape takes no to of 'latin'; expected one of"),
        ({"share": 1, "limit": 1.5}, "limit", "shape takes no limit of 1.5"),
        ({"share": 1, "deep": 1}, "deep", "shape takes no deep of 1"),
        ({"share": 1, "words": "ab"}, "words", "shape takes no words of 'ab'"),
        ({"share": 1, "limt": 3}, "limt", "shape has no setting 'limt'; nearest is 'limit'"),
        ({"share": 1, "zzz": 3}, "zzz", "shape has no setting 'zzz'; it has share, to,"),
        ({"share": float("nan")}, "", "the settings of shape are no plain values"),
    ],
)
def test_a_wrong_setting_is_named(given: dict[str, Any], place: str, message: str) -> None:
    ((found, said),) = wrong(REPAIR, given)
    assert found == place
    assert said.en.startswith(message)
    with pytest.raises(ValueError, match="shape"):
        resolved(REPAIR, given)


def test_the_schema_is_that_of_the_signature() -> None:
    said = schema(REPAIR)
    assert (said["required"], said["additionalProperties"]) == (["share"], False)
    assert said["properties"]["to"]["enum"] == ["simplified", "traditional"]
    assert said["properties"]["share"]["maximum"] == 1
