"""A requirement is checked whole, and says where each thing is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from lianjin.core.errors import NotFound, RequirementError
from lianjin.core.limits import PAPER_SIZE_BYTES, TAXONOMY_CELLS
from lianjin.core.words import Words
from lianjin.evaluate.requirement import (
    NONE,
    Axis,
    Requirement,
    load_requirement,
    parse_requirement,
)

from .conftest import REQUIREMENT


def test_all_of_a_requirement_is_read() -> None:
    assert parse_requirement(REQUIREMENT) == Requirement(
        name="small",
        version=2,
        about=Words("two places", "两处见闻"),
        records=8,
        chars=100,
        time_from="2020",
        time_to="2024-12",
        taxonomy=(Axis("fields.topic", ("市井", "自然", "体育"), 2),),
        items=("content", "published"),
        source_kind="公开数据集",
        source_details="a walk",
        licence="CC-BY-4.0",
        licence_evidence="a letter",
        thresholds={"0302": 0.5},
        owner={"channel": Words.verbatim("a folder"), "contact": Words.verbatim("a person")},
    )


def test_an_empty_requirement_asks_for_nothing() -> None:
    assert parse_requirement("{}") == NONE


def test_the_same_requirement_has_the_same_digest_however_it_is_written() -> None:
    one = parse_requirement("{name: a, scale: {chars: 5, records: 3}}")
    two = parse_requirement("scale:\n  records: 3\n  chars: 5\nname: 'a'\n")
    assert one.digest == two.digest != NONE.digest


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ("nmae: a", "unknown-key", 1, "nearest is 'name'"),
        ("- a", "wrong-type", 1, "a requirement is a mapping"),
        ("scale: {records: 0}", "wrong-type", 1, "a whole number from 1"),
        ("scale: {words: 3}", "unknown-key", 1, "has no 'words'"),
        ("time: {from: May}", "wrong-type", 1, "such as 2024-05-31"),
        ("taxonomy:\n  - {cells: [a]}", "missing-key", 2, "has no `by`"),
        ("taxonomy:\n  - {by: topic, cells: [a]}", "wrong-type", 2, "`folder` or `fields.name`"),
        ("taxonomy: [{by: folder, cells: [a, a]}]", "duplicate-cell", 1, "'a' stands here twice"),
        ("items: [contents]", "unknown-item", 1, "'contents' is no item"),
        ("source: {kind: 网上}", "wrong-type", 1, "互联网"),
        ("type: {is: 通识}", "wrong-type", 1, "`general`, `industry`, `specialist`"),
        ("licence: {commercial: 1}", "wrong-type", 1, "true or false"),
        ("thresholds: {'0208': 90}", "wrong-type", 1, "a number from 0 to 1"),
        ("owner: {phone: 1}", "unknown-key", 1, "has no 'phone'"),
        ("about: 3", "wrong-type", 1, "text"),
        ("a: [", "yaml", 1, "no YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, code: str, line: int, said: str) -> None:
    with pytest.raises(RequirementError) as refused:
        parse_requirement(text, source="my.yaml")
    problem = refused.value.problems[0]
    assert (problem.code, problem.source, problem.line) == (code, "my.yaml", line)
    assert said in problem.words.en


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(RequirementError) as refused:
        parse_requirement("nmae: a\nscale: {records: x}\ntime: {to: x}\n")
    assert refused.value.code == "requirement-problems"
    assert [p.line for p in refused.value.problems] == [1, 2, 3]


def test_more_cells_than_the_limit_are_refused() -> None:
    cells = ", ".join(f"c{n}" for n in range(TAXONOMY_CELLS + 1))
    with pytest.raises(RequirementError) as refused:
        parse_requirement(f"taxonomy: [{{by: folder, cells: [{cells}]}}]")
    assert refused.value.code == "too-many-cells"


def test_a_file_that_is_no_requirement_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no-such-file"):
        load_requirement(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_bytes(b"name: \xff")
    with pytest.raises(RequirementError, match="encoding"):
        load_requirement(tmp_path / "a.yaml")
    (tmp_path / "a.yaml").write_bytes(b"#" * (PAPER_SIZE_BYTES + 1))
    with pytest.raises(RequirementError, match="paper-too-large"):
        load_requirement(tmp_path / "a.yaml")


def test_the_example_is_a_requirement() -> None:
    found = load_requirement(Path(__file__).parents[2] / "examples" / "requirement.yaml")
    assert found.name == "pages"
    assert [axis.by for axis in found.taxonomy] == ["folder", "language"]
