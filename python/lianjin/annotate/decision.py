"""What people's answers to one task come to.

Takes the answers that count; gives the preference that most of them hold, or mean scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean, median_low
from typing import Any, Literal

from lianjin.annotate.answer import LEANING, Answer
from lianjin.annotate.project import Plan

Label = Literal["much_better", "slightly_better", "same", "both_bad", "undecided"]


@dataclass(frozen=True)
class PairDecision:
    """Which answer of a pair is better.

    `side`: the one that more than half of the answers prefer, None if none is. `label`: how much
    better; same or both_bad if more than half say so; else undecided. `votes`: A, B, same, both_bad.
    """

    side: Literal["A", "B"] | None
    label: Label
    votes: Mapping[str, int]


@dataclass(frozen=True)
class RubricDecision:
    """Mean scores by row of the rubric, and `total`: their weighted mean on a scale of 0 to 1."""

    scores: Mapping[str, float]
    total: float
    votes: Mapping[str, int] = field(default_factory=dict)


def decide_pair(answers: Sequence[Answer]) -> PairDecision | None:
    """The decision of the answers that count; None if there are none.

    A majority is more than half of all, so that one vote against one is no preference and two votes
    for A are none against a B and a same. The strength is the lower median of the votes that won:
    much better needs more than half of them.

    >>> decide_pair([Answer("a_much"), Answer("a_slightly"), Answer("b_much")])
    PairDecision(side='A', label='slightly_better', votes={'A': 2, 'B': 1, 'same': 0, 'both_bad': 0})
    """
    if not answers:
        return None
    votes = dict.fromkeys(("A", "B", "same", "both_bad"), 0)
    for answer in answers:
        votes[_vote(answer)] += 1
    most = max(votes, key=lambda vote: votes[vote])
    if 2 * votes[most] <= len(answers):
        return PairDecision(None, "undecided", votes)
    if most in ("A", "B"):
        strength = median_low(
            abs(LEANING[answer.choice or ""]) for answer in answers if _vote(answer) == most
        )
        side: Literal["A", "B"] = "A" if most == "A" else "B"
        return PairDecision(side, "much_better" if strength == 2 else "slightly_better", votes)
    return PairDecision(None, "same" if most == "same" else "both_bad", votes)


def decide_rubric(answers: Sequence[Answer], plan: Plan, side: str = "A") -> RubricDecision | None:
    """Mean scores of one answer; None if nobody scored it."""
    scored = [answer.scores[side] for answer in answers if side in answer.scores]
    if not scored or not plan.rubric:
        return None
    means = {row.id: fmean(given[row.id] for given in scored) for row in plan.rubric}
    weight = sum(row.weight for row in plan.rubric)
    total = sum(
        row.weight * (means[row.id] - row.lowest) / (row.highest - row.lowest)
        for row in plan.rubric
    )
    return RubricDecision(means, total / weight)


def _vote(answer: Answer) -> str:
    if answer.choice == "both_bad":
        return "both_bad"
    leaning = LEANING[answer.choice or ""]
    return "same" if leaning == 0 else ("A" if leaning < 0 else "B")


def to_json(decision: RubricDecision) -> dict[str, Any]:
    """Scores and total as plain JSON."""
    return {"scores": dict(decision.scores), "total": decision.total}
