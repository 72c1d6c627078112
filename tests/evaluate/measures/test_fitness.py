"""Cells, scale, time and right answers against a requirement, counted by hand."""

from __future__ import annotations

import pytest
from lianjin.evaluate.measures.fitness import normalised_entropy, wilson_lower

from .conftest import Count

TOPICS = [{"text": f"第{n}篇", "topic": t} for n, t in enumerate(["市井", "市井", "自然", "官样"])]


def test_cells_are_covered_by_enough_records(count: Count) -> None:
    needed = "taxonomy: [{by: fields.topic, cells: [市井, 自然, 体育], least: 2}]"
    found = count("cells_covered", TOPICS, needed)
    assert (found.numerator, found.denominator) == (1, 3)
    assert found.failing == (
        ("fields.topic=自然", ("uncovered",)),
        ("fields.topic=体育", ("uncovered",)),
    )
    (axis,) = found.found["axes"]
    assert axis["cells"] == {"市井": 2, "自然": 1, "体育": 0}
    assert axis["other"] == 1
    # -(2/3 ln 2/3 + 1/3 ln 1/3) / ln 3
    assert axis["entropy"] == pytest.approx(0.579380164)


def test_a_record_may_stand_in_several_cells_and_axes_add_up(count: Count) -> None:
    records = [{"text": "早市", "tags": ["市井", "清晨"]}]
    needed = "taxonomy: [{by: fields.tags, cells: [市井, 清晨]}, {by: kind, cells: [text, media]}]"
    found = count("cells_covered", records, needed)
    assert (found.numerator, found.denominator) == (3, 4)


def test_entropy_is_undefined_of_one_cell_or_no_record() -> None:
    assert normalised_entropy({"a": 3}) is None
    assert normalised_entropy({"a": 0, "b": 0}) is None


def test_the_scarcest_scale_counts(count: Count) -> None:
    found = count("scale_reached", TOPICS, "scale: {records: 5, chars: 24}")
    assert (found.numerator, found.denominator) == (12, 24), "4 of 5 records, 12 of 24 characters"
    assert count("scale_reached", TOPICS, "scale: {records: 2}").value == 1


def test_tokens_are_those_that_the_build_counted(count: Count) -> None:
    found = count("scale_reached", TOPICS, "scale: {tokens: 1000}")
    tokens = found.found["tokens"]
    assert (found.numerator, found.denominator) == (tokens["count"], 1000)
    assert tokens == {"count": found.numerator, "counted_by": "tokens_estimate"}
    assert found.found["scales"] == {"tokens": {"found": found.numerator, "needed": 1000}}
    assert count("scale_reached", TOPICS).found == {"tokens": tokens}, "shown, asked for or not"


@pytest.mark.parametrize(
    ("published", "cause"),
    [
        ("2020-01-01", None),
        ("2024-05-31", None),
        ("2024-05-31T23:59:00Z", None),
        ("2024-05", None),
        ("2024", None),
        ("2019-12-31", "early"),
        ("2024-06-01", "late"),
        ("2025", "late"),
        (None, "undated"),
        ("昨天", "undated"),
    ],
)
def test_times_are_compared_as_precisely_as_the_requirement(
    count: Count, published: str | None, cause: str | None
) -> None:
    record = {"text": "早市", "published": published}
    found = count("in_time", [record], 'time: {from: "2020", to: "2024-05"}')
    assert found.causes == ({cause: 1} if cause else {})


@pytest.mark.parametrize("name", ["cells_covered", "scale_reached", "in_time", "right_annotation"])
def test_nothing_is_measured_that_nobody_asked_for(count: Count, name: str) -> None:
    found = count(name, TOPICS)
    assert found.value is None
    assert found.absent.zh


def answered(text: str, *answers: tuple[str, str, str]) -> dict[str, object]:
    listed = [{"annotator": a, "choice": c, "outcome": o} for a, c, o in answers]
    return {"prompt": "问", "chosen": f"甲{text}", "rejected": f"乙{text}", "annotations": listed}


def test_reviewed_answers_count_by_the_lower_limit(count: Count) -> None:
    records = [
        answered("1", ("x", "chosen_much", "accepted"), ("y", "chosen_slightly", "accepted")),
        answered("2", ("x", "chosen_much", "accepted"), ("y", "rejected_much", "fixed")),
        answered("3", ("x", "rejected_much", "submitted")),
    ]
    found = count("right_annotation", records)
    assert (found.numerator, found.denominator) == (3, 4)
    assert found.lower == pytest.approx(0.3006, abs=5e-5)
    assert found.failing == (("a.jsonl#1", ("wrong",)),)
    assert (found.found["answers"], found.found["annotators"]) == (5, 2)


def test_agreement_is_blind_to_which_answer_most_chose(count: Count) -> None:
    """By the names `chosen` and `rejected` four times "chosen" would be no variation at all."""
    records = [
        answered("1", ("x", "chosen_much", "accepted"), ("y", "chosen_much", "accepted")),
        {**answered("2", ("x", "chosen_much", "accepted"), ("y", "chosen_much", "accepted"))}
        | {"chosen": "乙2", "rejected": "甲2"},
    ]
    found = count("right_annotation", records)
    # 甲 stands behind 乙 by its code point, so the two records prefer different sides.
    assert found.found["agreement"]["side"]["alpha"] == 1.0


def test_answers_without_review_are_not_called_right(count: Count) -> None:
    found = count("right_annotation", [answered("1", ("x", "chosen_much", "submitted"))])
    assert found.value is None
    assert found.found["answers"] == 1


def test_wilson_is_never_below_zero_and_never_sure() -> None:
    assert wilson_lower(0, 0) == 0
    assert wilson_lower(0, 5) == 0
    assert wilson_lower(5, 5) == pytest.approx(0.5655, abs=5e-5)
