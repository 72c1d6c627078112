"""A recipe is checked whole, and everything wrong with it is said at once, in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.core.errors import LianjinError, NotFound, RecipeError
from lianjin.curate.recipe import Recipe, load, parse

SCORES = '''
from lianjin import score


@score(version=1, unit="chars")
def shout_chars(text: str) -> int:
    """Number of exclamation marks."""
    return text.count("！")


@score(version=2, unit="ratio")
def shout_ratio(text: str) -> float:
    """Share of exclamation marks."""
    return text.count("！") / max(1, len(text))


@score(version=1, unit="label")
def mood(text: str) -> str:
    """One word."""
    return "loud" if "！" in text else "calm"
'''
RECIPE = """\
name: quiet
about: {en: Quiet pages only, zh: 只留安静的网页}
operators: [my_scores.py]
input: {path: "raw/*.jsonl", text: content, id: doc_id}
steps:
  - score: [shout_chars, mood]
  - keep: "shout_ratio < 0.5"
  - keep: "mood == 'calm' or shout_chars < 3"
    when_null: drop
output: {shard: 1MiB}
quarantine: {limit: 0.01}
"""


@pytest.fixture
def said(tmp_path: Path) -> Callable[[str], Recipe]:
    """Parses a recipe beside the file of scores."""
    (tmp_path / "my_scores.py").write_text(SCORES, "utf-8")
    return lambda text: parse(text, source="r.yaml", folder=tmp_path)


def problems(said: Callable[[str], Recipe], text: str) -> list[tuple[int, int, str, str]]:
    with pytest.raises(RecipeError) as caught:
        said(text)
    return [(p.line, p.column, p.code, p.message.en) for p in caught.value.problems]


def test_a_recipe_offers_what_a_run_needs(said: Callable[[str], Recipe]) -> None:
    recipe = said(RECIPE)
    assert (recipe.name, recipe.version, recipe.shard_bytes) == ("quiet", 1, 2**20)
    assert recipe.quarantine_limit == 0.01
    assert recipe.input.path == ("raw/*.jsonl",)
    assert recipe.input.names == (("text", "content"), ("id", "doc_id"))
    assert recipe.scores == ("shout_chars", "mood", "shout_ratio", "tokens_estimate")
    assert [(step, keep.text) for step, keep in recipe.keeps] == [
        (1, "shout_ratio < 0.5"),
        (2, "mood == 'calm' or shout_chars < 3"),
    ]
    assert recipe.operator_versions == {
        "score.mood": 1,
        "score.shout_chars": 1,
        "score.shout_ratio": 2,
        "score.tokens_estimate": 1,
    }


def test_a_rule_over_null_does_what_its_step_says(said: Callable[[str], Recipe]) -> None:
    table = pa.table({"mood": ["calm", None], "shout_ratio": pa.array([0.9, None])})
    masks = [keep.mask(table).to_pylist() for _, keep in said(RECIPE).keeps]
    assert masks == [[False, True], [True, False]]


def test_the_digest_names_what_is_done_and_nothing_else(said: Callable[[str], Recipe]) -> None:
    digest = said(RECIPE).digest
    same = [
        RECIPE.replace("raw/*.jsonl", "elsewhere"),
        RECIPE.replace("Quiet pages only", "Other words"),
        RECIPE.replace("1MiB", "1048576"),
    ]
    other = [
        RECIPE.replace("< 0.5", "< 0.6"),
        RECIPE.replace("when_null: drop", "when_null: keep"),
        RECIPE.replace("doc_id", "id"),
        RECIPE.replace("1MiB", "2MiB"),
    ]
    assert [said(text).digest for text in same] == [digest] * 3
    assert digest not in [said(text).digest for text in other]


def test_a_changed_file_of_scores_changes_the_digest(
    said: Callable[[str], Recipe], tmp_path: Path
) -> None:
    before = said(RECIPE).digest
    (tmp_path / "my_scores.py").write_text(SCORES.replace("calm", "CALM"), "utf-8")
    assert said(RECIPE).digest != before


def test_all_problems_are_said_at_once(said: Callable[[str], Recipe]) -> None:
    text = """\
nam: broken
operators: [my_scores.py, none.py]
input: {path: 3, format: jsnol}
steps:
  - score: shout_char
  - repiar: entities
  - keep: "shout_ratoi < 0.5"
  - keep: "shout_chars > 3 and mood > 3"
  - keep: "shout_chars > 5 and shout_chars < 3"
  - keep: "shout_chars < 3"
    when_nul: drop
  - keep: "shout_chars < 3"
  - link: minhsh
output: {shard: 1Mib}
quarantine: {limit: 5}
"""
    found = problems(said, text)
    assert [(line, column, code) for line, column, code, _ in found] == [
        (1, 1, "unknown-key"),
        (1, 1, "missing-key"),
        (2, 27, "operators-file"),
        (3, 15, "wrong-type"),
        (3, 26, "wrong-type"),
        (5, 12, "unknown-score"),
        (6, 5, "unknown-step"),
        (7, 12, "unknown-score"),
        (8, 32, "wrong-type"),
        (9, 12, "impossible-rule"),
        (11, 5, "unknown-key"),
        (13, 11, "unknown-link"),
        (14, 17, "wrong-type"),
        (15, 21, "wrong-type"),
    ]
    assert found[0][3] == "a recipe has no 'nam'; nearest is 'name'"
    assert "nearest is 'shout_ratio'" in found[7][3]


def test_a_problem_in_a_rule_shows_the_place(said: Callable[[str], Recipe]) -> None:
    with pytest.raises(RecipeError) as caught:
        said("name: a\noperators: my_scores.py\nsteps:\n  - keep: '中文 > 1 and mood'\n")
    assert [problem.excerpt for problem in caught.value.problems] == [
        "中文 > 1 and mood\n^^^^",
        "中文 > 1 and mood\n" + " " * 13 + "^^^^",
    ]


def test_rules_of_two_steps_that_exclude_each_other_are_refused(
    said: Callable[[str], Recipe],
) -> None:
    text = """\
name: never
operators: my_scores.py
steps:
  - keep: "shout_chars > 9"
  - keep: "shout_ratio < 0.5"
  - keep: "shout_chars < 5 and mood == 'calm'"
"""
    assert problems(said, text) == [
        (6, 12, "impossible-rule", "step 3: no document can pass this and step 1")
    ]


def test_a_rule_that_stops_nothing_is_refused(said: Callable[[str], Recipe]) -> None:
    text = "name: a\noperators: my_scores.py\nsteps:\n  - keep: shout_chars >= 0\n"
    assert problems(said, text) == [(4, 11, "constant-rule", "step 1: every document passes this")]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "wrong-type"),
        ("[1, 2]", "wrong-type"),
        ("name: a", "missing-key"),
        ("name: a\nsteps: x", "missing-key"),
        ("name: a\nname: b\nsteps: []", "yaml"),
        ("name: &a x\nsteps: []", "yaml"),
        ("name: [", "yaml"),
        ("name: a\tb: c: d", "yaml"),
        ("? [a]\n: b", "yaml"),
        ("[" * 100_000, "yaml"),
        ("name: a\nsteps: [3]", "unknown-step"),
        ("name: a\nsteps: [{keep: 3}]", "wrong-type"),
        ("name: a\nsteps: [{keep: 'chars >'}]", "rule-syntax"),
        ("name: a\nsteps: [{keep: \"title matches '('\"}]", "rule-syntax"),
        ("name: a\nversion: '1'\nsteps: []", "wrong-type"),
        ("name: a\ninput: {format: klingon}\nsteps: []", "wrong-type"),
        ("name: a\nsteps: [" + "{keep: 1}, " * 201 + "]", "too-many-steps"),
    ],
)
def test_what_is_no_recipe_is_refused_with_its_place(text: str, code: str) -> None:
    with pytest.raises(RecipeError) as caught:
        parse(text)
    assert caught.value.problems[0].code == code


def test_a_name_that_is_neither_preset_nor_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as caught:
        load("no-such-preset")
    assert caught.value.code == "unknown-recipe"
    with pytest.raises(NotFound):
        load(tmp_path / "missing.yaml")


@pytest.mark.parametrize("data", [b"name: \xff", b"x" * 1_000_001])
def test_a_file_that_is_no_recipe_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "r.yaml").write_bytes(data)
    with pytest.raises(LianjinError):
        load(tmp_path / "r.yaml")


LINES = [
    "name: a", "version: 1", "steps:", "  - keep: 'chars > 1'", "  - keep: [", "  - link: minhash",
    "    with: {jaccard: 0.9}", "    with: {jaccard: x, keep: [1]}", "    after: keep", "input: {}",
    "input: {path: [a, {b: c}], text: x}", "  - 3", "output: {shard: 0}", "output: {shard: 1MiB}",
    "quarantine: {limit: .nan}", "about: [x]", "  - score: [language, {a: b}]", "operators: [[x]]",
    "  - {keep: title is null, when_null: 3}", "? x", "\t", "- x", "steps: [~, {}, {keep: ~}]",
]  # fmt: skip


@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join) | st.text())
@settings(max_examples=150, deadline=None)
def test_any_text_is_a_recipe_or_is_refused_with_places(text: str) -> None:
    refused = None
    try:
        assert parse(text).digest.startswith("sha256:")
    except RecipeError as error:
        refused = error
    assert refused is None or all(problem.line > 0 for problem in refused.problems)
    assert refused is None or refused.problems
