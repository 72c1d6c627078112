"""Answers of people, read from a record's own fields."""

from __future__ import annotations

from pathlib import Path

from lianjin.evaluate.answer import SIDES, Answer
from lianjin.evaluate.evaluation import evaluate

from .conftest import Made

PAIR = {"prompt": "早市几点开？", "chosen": "甲", "rejected": "乙"}


def test_sides_scores_and_verdicts_are_read_and_nonsense_is_passed_by(made: Made) -> None:
    listed = [
        {"annotator": "x", "choice": "chosen_much", "outcome": "accepted", "scores": {"chosen": {"fit": 4, "why": "?"}}},
        {"annotator": "y", "choice": "rejected_slightly", "outcome": "fixed"},
        {"annotator": "z", "choice": "same"},
        {"annotator": "w", "choice": "other"},
        "nonsense",
    ]  # fmt: skip
    found = evaluate(made([PAIR | {"annotations": listed}, {"text": "早市", "annotations": 3}]))
    assert "甲" > "乙"
    assert found.subject.totals.answers == (
        Answer("a.jsonl#0", "x", {"chosen.fit": 4.0, "side": SIDES["second"]}, "accepted"),
        Answer("a.jsonl#0", "y", {"side": SIDES["first"]}, "fixed"),
        Answer("a.jsonl#0", "z", {"side": SIDES["same"]}, ""),
        Answer("a.jsonl#0", "w", {}, ""),
    )


def test_a_record_of_an_export_is_annotated_and_dated(made: Made, tmp_path: Path) -> None:
    """The fields that an annotation project writes: TC609's own, and each answer beside them."""
    record = PAIR | {
        "original_time": "2024-5-1",
        "source_details": "https://example.org/a",
        "annotation": {"label": ["much_better"], "annotation_method": "人工标注", "annotator": "普通标注员"},
        "annotations": [{"annotator": "x", "choice": "chosen_much", "outcome": "accepted"}],
    }  # fmt: skip
    found = evaluate(made([record]))
    assert found.subject.totals.labels == {"much_better": 1}
    assert found.subject.totals.years == {"2024": 1}
    values = {result.index.code: result.measured.value for result in found.results}
    assert (values["0203"], values["0304"]) == (1.0, 1.0)
