"""Values of strangers are looked at whole before anything is made of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lianjin.evaluate.certificate import evaluation_of
from lianjin.evaluate.evaluation import Evaluation
from lianjin.evaluate.shape import EVALUATION, NUMBER, Least, Maybe, misfit


@pytest.mark.parametrize(
    ("value", "shape", "place"),
    [
        (1, int, None),
        (True, int, "."),
        (1, NUMBER, None),
        (0.5, NUMBER, None),
        (None, Maybe(int), None),
        ("a", Maybe(int), "."),
        ({"a": 1}, {"a": int}, None),
        ({"a": 1, "b": 2}, {"a": int}, "."),
        ({"a": 1, "b": 2}, Least({"a": int}), None),
        ({"b": 2}, Least({"a": int}), "."),
        ([1, 2], [int], None),
        ("ab", [str], "."),
        ({"a": [{"b": 1}, {"b": "c"}]}, {"a": [{"b": int}]}, "a.1.b"),
    ],
)
def test_the_first_place_that_does_not_fit_is_told(
    value: Any, shape: Any, place: str | None
) -> None:
    assert misfit(value, shape) == place


def test_an_evaluation_has_its_shape(evaluation: Evaluation, undeclared: Evaluation) -> None:
    for found in (evaluation, undeclared):
        value = json.loads(found.to_bytes())
        assert misfit(value, EVALUATION) is None
        assert evaluation_of(found.to_bytes()) == value


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"[" * 100_000, b"\xff", b"NaN"])
def test_other_bytes_are_no_evaluation(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        evaluation_of(data)
