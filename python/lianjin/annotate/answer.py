"""An answer: which of two is better, scores by the rubric, and why.

Takes what a person sent; gives a checked answer, or says what it lacks.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lianjin.annotate.project import Plan
from lianjin.annotate.text import checked_text
from lianjin.core import limits
from lianjin.core.errors import UsageError
from lianjin.core.identity import digest
from lianjin.core.words import Words

CHOICES: Mapping[str, Words] = {
    "a_much": Words("A much better", "A 好得多"),
    "a_slightly": Words("A slightly better", "A 略好"),
    "same": Words("about the same", "相当"),
    "b_slightly": Words("B slightly better", "B 略好"),
    "b_much": Words("B much better", "B 好得多"),
    "both_bad": Words("both bad", "都不好"),
}
"""What may be said of a pair, in the order of the keys 1 to 6."""

LEANING: Mapping[str, int] = {
    "a_much": -2, "a_slightly": -1, "same": 0, "b_slightly": 1, "b_much": 2, "both_bad": 0,
}  # fmt: skip
"""How far each choice leans to B. Two bad answers lean nowhere."""

SIDES: Mapping[str, tuple[str, ...]] = {"pair": ("A", "B"), "rubric": ("A",)}
"""The answers that a task of each kind shows."""


@dataclass(frozen=True)
class Answer:
    """What a person says of one task.

    `choice`: of CHOICES for a pair, else None. `scores`: side, then id of the rubric's row, to a
    whole number. `active_s`: seconds that the person worked, as their screen reports them.
    """

    choice: str | None = None
    scores: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reason: str = ""
    active_s: int = 0

    def to_json(self) -> dict[str, Any]:
        """The answer as plain JSON."""
        return asdict(self)


def checked_answer(answer: Answer, plan: Plan) -> Answer:
    """The answer, if it says all that the plan asks for and nothing else; UsageError `wrong-answer`."""
    _check_choice(answer.choice, plan)
    _check_scores(answer.scores, plan)
    is_strong = answer.choice in ("a_much", "b_much")
    least = plan.reason_chars if is_strong else 0
    what = Words("the reason", "理由")
    reason = checked_text(answer.reason, what, limits.REASON_CHARS, least=least)
    if not _is_whole(answer.active_s) or not 0 <= answer.active_s <= limits.ACTIVE_S:
        most = limits.ACTIVE_S
        raise _wrong(
            Words(f"active seconds are whole, 0 to {most}", f"用时为整数秒，0 到 {most}"),
        )
    return replace(answer, reason=reason)


def sealed(answer: Answer) -> tuple[str, str]:
    """(salt, digest): the digest goes into the log, and without the salt tells nothing.

    There are few answers to a pair: a bare digest of one would be as good as the answer.
    """
    salt = os.urandom(16).hex()
    return salt, digest({"answer": answer.to_json(), "salt": salt})


def stored(answer: Answer) -> dict[str, Any]:
    """The columns that hold an answer; `answer_of` reads them."""
    scores = json.dumps({s: dict(rows) for s, rows in answer.scores.items()}, separators=(",", ":"))
    return {
        "choice": answer.choice, "scores": scores, "reason": answer.reason,
        "active_s": answer.active_s,
    }  # fmt: skip


def answer_of(row: Any) -> Answer:
    """The answer in a row that has the columns of `stored`."""
    return Answer(row.choice, json.loads(row.scores), row.reason, row.active_s)


def _check_choice(choice: object, plan: Plan) -> None:
    if plan.kind == "pair":
        if not isinstance(choice, str) or choice not in CHOICES:
            listed = ", ".join(CHOICES)
            raise _wrong(
                Words(
                    f"{choice!r:.80} is no choice; expected one of {listed}",
                    f"{choice!r:.80} 不是可选项；应为 {listed} 之一",
                )
            )
    elif choice is not None:
        raise _wrong(Words("scores have no choice between two", "评分任务没有二选一"))


def _check_scores(scores: object, plan: Plan) -> None:
    sides = SIDES[plan.kind] if plan.rubric else ()
    if not isinstance(scores, Mapping) or set(scores) != set(sides):
        listed = ", ".join(sides) or "-"
        raise _wrong(
            Words(f"scores are of the answers {listed}", f"评分对应的回答应为 {listed}"),
        )
    for side in sides:
        given, rows = scores[side], {row.id: row for row in plan.rubric}
        if not isinstance(given, Mapping) or set(given) != set(rows):
            listed = ", ".join(rows)
            raise _wrong(
                Words(f"answer {side} is scored for {listed}", f"回答 {side} 要评 {listed} 各项"),
            )
        for name, row in rows.items():
            score, low, high = given[name], row.lowest, row.highest
            if not _is_whole(score) or not low <= score <= high:
                raise _wrong(
                    Words(
                        f"{name} of {side} is {score!r:.40}; expected a whole number {low} to {high}",
                        f"{side} 的 {name} 是 {score!r:.40}，应为 {low} 到 {high} 的整数",
                    )
                )


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(words: Words) -> UsageError:
    return UsageError("wrong-answer", words)
