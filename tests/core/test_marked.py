"""YAML whose every value knows its place."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lianjin.core.errors import RecipeError
from lianjin.core.limits import YAML_DEPTH
from lianjin.core.marked import Marked, read

TEXT = """\
name: 早市
steps:
  - keep: "chars > 3"
    when: 2024-01-02
  - {link: exact, with: {keep: first}}
n: [1, 0.5, true, null, ~, 'x']
"""


def place(marked: Marked) -> tuple[int, int]:
    return marked.line, marked.column


def test_values_are_plain_and_dates_stay_text() -> None:
    assert read(TEXT, "r", RecipeError).plain == {
        "name": "早市",
        "steps": [
            {"keep": "chars > 3", "when": "2024-01-02"},
            {"link": "exact", "with": {"keep": "first"}},
        ],
        "n": [1, 0.5, True, None, None, "x"],
    }


def test_every_value_and_key_knows_its_line_and_column() -> None:
    root = read(TEXT, "r", RecipeError)
    steps = root.value["steps"].value
    assert place(root.value["name"]) == (1, 7)
    assert place(root.keys["steps"]) == (2, 1)
    assert place(steps[0].keys["keep"]) == (3, 5)
    assert place(steps[0].value["keep"]) == (3, 12), "behind the quote"
    assert place(steps[1].value["with"].value["keep"]) == (5, 32)
    assert [place(item) for item in root.value["n"].value][-1] == (6, 29)


@pytest.mark.parametrize("text", ["", "# only a remark\n", "---\n"])
def test_a_file_without_a_value_is_none_at_its_beginning(text: str) -> None:
    assert read(text, "r", RecipeError).plain is None


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: &x 1\nb: 2", 1, "anchors and aliases are not used here"),
        ("a: 1\nb: *x", 2, "anchors and aliases are not used here"),
        ("a: 1\nb: 2\na: 3", 3, "the key 'a' stands here twice"),
        ("a: {b: 1, b: 2}", 1, "the key 'b' stands here twice"),
        ("? [a]\n: 1", 1, "a key is text"),
        ("a: [1", 1, "this is no YAML"),
        ("a: 'open", 1, "this is no YAML"),
        ("a:\n\t- b", 2, "this is no YAML"),
        ("a: 1\n---\nb: 2", 2, "this is no YAML"),
        ("a: !!python/object:os.system 1", 1, "this is no YAML"),
        ("a: \x00", 1, "this is no YAML"),
        ("[" * (YAML_DEPTH + 1), 1, f"this is nested deeper than {YAML_DEPTH}"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_in_its_place(text: str, line: int, said: str) -> None:
    with pytest.raises(RecipeError) as refused:
        read(text, "my.yaml", RecipeError)
    (problem,) = refused.value.problems
    assert (problem.code, problem.source, problem.line) == ("yaml", "my.yaml", line)
    assert said in problem.message.en


@given(st.text(alphabet="ab:-[]{}&*!'\"\n #?|>%@`,0.~", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(RecipeError):
        assert isinstance(read(text, "r", RecipeError), Marked)
