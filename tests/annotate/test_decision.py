"""More than half decide; anything less is said to be undecided."""

from __future__ import annotations

import pytest
from lianjin.annotate.answer import Answer
from lianjin.annotate.decision import RubricDecision, decide_pair, decide_rubric

from tests.annotate.conftest import RUBRIC, plan


@pytest.mark.parametrize(
    ("choices", "side", "label"),
    [
        (["a_much"], "A", "much_better"),
        (["a_much", "a_slightly", "b_much"], "A", "slightly_better"),
        (["b_much", "b_much", "same"], "B", "much_better"),
        (["a_much", "b_much"], None, "undecided"),
        (["a_much", "same"], None, "undecided"),
        (["a_much", "a_much", "same", "b_much"], None, "undecided"),
        (["same", "same", "a_much"], None, "same"),
        (["both_bad", "both_bad", "same"], None, "both_bad"),
        (["a_slightly", "a_much"], "A", "slightly_better"),
    ],
)
def test_more_than_half_decide(choices: list[str], side: str | None, label: str) -> None:
    found = decide_pair([Answer(choice) for choice in choices])
    assert found is not None
    assert (found.side, found.label, sum(found.votes.values())) == (side, label, len(choices))


def test_no_answers_decide_nothing() -> None:
    assert decide_pair([]) is None
    assert decide_rubric([], plan(rubric=RUBRIC)) is None


def test_scores_are_means_and_their_total_is_weighted() -> None:
    scores = [{"correct": 5, "clear": 1}, {"correct": 3, "clear": 3}]
    answers = [Answer(None, {"A": found}) for found in scores]
    # correct: (4 - 1)/4 of weight 3; clear: (2 - 1)/2 of weight 1.
    assert decide_rubric(answers, plan(rubric=RUBRIC)) == RubricDecision(
        {"correct": 4, "clear": 2}, (3 * 0.75 + 0.5) / 4
    )
