"""A manifest that anybody may have written says what it says, and nothing falls over it."""

from __future__ import annotations

from typing import Any

import pytest
from lianjin.corpus.dataset import open_dataset
from lianjin.service.facts import counts_of, funnel, has_recipe, rights_of

from .dataset import dataset


def test_the_funnel_ends_with_what_was_kept() -> None:
    manifest = open_dataset(dataset()).manifest
    steps = funnel(manifest, "zh")
    assert [(s.verb, s.removed, s.left) for s in steps] == [
        ("repair", 0, 4),
        ("keep", 1, 3),
        ("link", 1, 2),
    ]
    assert steps[-1].left == manifest["kept"]
    assert rights_of(manifest)["licence"] == {"unknown": 2}


@pytest.mark.parametrize(
    "recipe",
    [
        None, 3, "x", [], {}, {"steps": None}, {"steps": {}}, {"steps": [3]}, {"steps": [{}]},
        {"steps": [{"keep": 3}]}, {"steps": [{"keep": "chars >"}]}, {"steps": [{"frob": "x"}]},
        {"steps": [{"keep": "chars > 1", "link": "exact"}]}, {"steps": [{"link": "a", "with": 3}]},
    ],
)  # fmt: skip
def test_a_recipe_of_another_form_gives_no_funnel(recipe: Any) -> None:
    manifest = {"recipe": recipe, "records": 3, "quarantined": 0, "steps": []}
    assert not has_recipe(manifest)
    assert funnel(manifest, "en") == []


@pytest.mark.parametrize(
    "value", [None, 3, "x", [1], {"a": "x"}, {"a": True}, {"a": 1.5}, {"a": {}}]
)
def test_what_is_no_count_is_left_out(value: Any) -> None:
    assert counts_of(value) == {}
    assert rights_of({"rights": value}) in ({}, {"a": {}})
    recipe = {"steps": [{"keep": "chars > 1"}]}
    steps = funnel({"recipe": recipe, "records": 3, "quarantined": 1, "steps": value}, "en")
    assert [(s.removed, s.left) for s in steps] == [(0, 2)]
