"""An answer says all that was asked and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lianjin.annotate.answer import (
    CHOICES,
    LEANING,
    Answer,
    answer_of,
    checked_answer,
    sealed,
    stored,
)
from lianjin.annotate.project import Plan
from lianjin.core.errors import LianjinError
from lianjin.core.identity import digest

from tests.annotate.conftest import RUBRIC, SCORES, plan

PAIR: Plan = plan()
SCORED_PAIR: Plan = plan(rubric=RUBRIC, reason_chars=20)
SCORES_ONLY: Plan = plan(kind="rubric", rubric=RUBRIC)
BOTH = {"A": SCORES, "B": {"correct": 1, "clear": 1}}
LONG = "B 把成因说反了，潮气不会透过玻璃，湿度更高会发霉。"


@pytest.mark.parametrize(
    ("plan", "answer"),
    [
        *((PAIR, Answer(choice)) for choice in CHOICES),
        (SCORED_PAIR, Answer("same", BOTH)),
        (SCORED_PAIR, Answer("a_much", BOTH, LONG)),
        (SCORED_PAIR, Answer("a_slightly", BOTH, "短")),
        (SCORES_ONLY, Answer(None, {"A": SCORES})),
    ],
)
def test_a_whole_answer_is_taken(plan: Plan, answer: Answer) -> None:
    assert checked_answer(answer, plan) == answer


@pytest.mark.parametrize(
    ("plan", "answer", "code"),
    [
        (PAIR, Answer(None), "wrong-answer"),
        (PAIR, Answer("c_much"), "wrong-answer"),
        (PAIR, Answer("<script>"), "wrong-answer"),
        (PAIR, Answer("same", {"A": SCORES}), "wrong-answer"),
        (SCORED_PAIR, Answer("same", {"A": SCORES}), "wrong-answer"),
        (SCORED_PAIR, Answer("a_much", BOTH, "短"), "wrong-text"),
        (SCORED_PAIR, Answer("same", {"A": SCORES, "C": SCORES}), "wrong-answer"),
        (SCORES_ONLY, Answer("same", {"A": SCORES}), "wrong-answer"),
        (SCORES_ONLY, Answer(None, {"A": {"correct": 4}}), "wrong-answer"),
        (SCORES_ONLY, Answer(None, {"A": {**SCORES, "x": 1}}), "wrong-answer"),
        (SCORES_ONLY, Answer(None, {"A": {**SCORES, "clear": 4}}), "wrong-answer"),
        (SCORES_ONLY, Answer(None, {"A": {**SCORES, "correct": 0}}), "wrong-answer"),
        (PAIR, Answer("same", active_s=-1), "wrong-answer"),
        (PAIR, Answer("same", active_s=86_401), "wrong-answer"),
        (PAIR, Answer("same", reason="x" * 1_000_000), "text-too-long"),
        (PAIR, Answer("same", reason="\ud800"), "wrong-text"),
    ],
)
def test_another_answer_is_refused(plan: Plan, answer: Answer, code: str) -> None:
    with pytest.raises(LianjinError) as refused:
        checked_answer(answer, plan)
    assert refused.value.code == code


@pytest.mark.parametrize("wrong", [True, 1.5, "4", None, float("nan")])
def test_a_score_is_a_whole_number(wrong: Any) -> None:
    with pytest.raises(LianjinError, match="wrong-answer"):
        checked_answer(Answer(None, {"A": {**SCORES, "correct": wrong}}), SCORES_ONLY)
    with pytest.raises(LianjinError, match="wrong-answer"):
        checked_answer(Answer("same", active_s=wrong if wrong != 4 else "4"), PAIR)


def test_an_answer_comes_back_from_its_columns() -> None:
    answer = Answer("b_much", BOTH, "<b>好</b>", 7)

    class Row:
        pass

    row = Row()
    row.__dict__.update(stored(answer))
    assert answer_of(row) == answer


def test_a_seal_tells_nothing_without_its_salt() -> None:
    answer = Answer("same")
    (salt, seal), (_, other) = sealed(answer), sealed(answer)
    assert seal != other
    assert seal == digest({"answer": answer.to_json(), "salt": salt})
    assert seal != digest({"answer": replace(answer, choice="a_much").to_json(), "salt": salt})


def test_every_choice_leans_somewhere() -> None:
    assert set(LEANING) == set(CHOICES)
