"""Another person looks, once; their word counts; what they return comes back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lianjin.annotate.annotation import annotation_row
from lianjin.annotate.answer import Answer
from lianjin.annotate.assignment import skip
from lianjin.annotate.review import close_project, next_review, review, withdraw
from lianjin.core.errors import Conflict, Forbidden, LianjinError, NotFound, UsageError
from lianjin.core.event import events

from tests.annotate.conftest import ANN, BETTER, BO, CAI, OWNER, RITA, RU, STRANGER, Clock, Desk

Make = Callable[..., Desk]
ALL = {"review_share": 1.0}


def state_of(here: Desk, annotation: str) -> str:
    with here.database.read() as connection:
        return str(annotation_row(connection, annotation).state)


def test_a_reviewer_gets_the_oldest_answer_of_another(desk: Make) -> None:
    here = desk(3, **ALL)
    first, second = here.answered(BO), here.answered(ANN)
    item = here.call(next_review, RITA, here.project.id)
    assert (item.annotation.id, item.task.id) == (first.id, first.task)
    assert "person" not in str(item.to_json())
    assert BO.id not in str(item.to_json())
    # Bo reviews as well, never his own; Rita has the other already.
    assert here.call(next_review, BO, here.project.id).annotation.id == second.id
    assert here.call(next_review, RU, here.project.id) is None
    assert here.call(next_review, RITA, here.project.id).annotation.id == first.id


def test_what_one_reviewer_left_goes_to_another_after_a_lease(desk: Make, clock: Clock) -> None:
    here = desk(1, **ALL)
    mine = here.answered(ANN)
    here.call(next_review, RITA, here.project.id)
    with pytest.raises(Conflict, match="already-reviewed"):
        here.call(review, RU, mine.id, "accept")
    clock.wait(60)
    assert here.call(next_review, RU, here.project.id).annotation.id == mine.id
    here.call(review, RU, mine.id, "accept")
    with pytest.raises(Conflict, match="already-reviewed"):
        here.call(review, RITA, mine.id, "accept")


def test_each_verdict_is_kept_with_one_event(desk: Make) -> None:
    here = desk(3, **ALL)
    found = [here.answered(ANN) for _ in range(3)]
    here.call(review, RITA, found[0].id, "accept", comment="好")
    here.call(review, RITA, found[1].id, "fix", answer=Answer("b_much"), comment="B 更好")
    here.call(review, RITA, found[2].id, "return", comment="<b>再看</b>")
    assert [state_of(here, one.id) for one in found] == ["accepted", "fixed", "returned"]
    with here.database.read() as connection:
        said = [[e.entry.event for e in events(connection, subject=one.id)] for one in found]
        fixed = events(connection, subject=found[1].id)[0]
    assert [names[0] for names in said] == [
        "annotation_accepted",
        "annotation_fixed",
        "annotation_returned",
    ]
    assert {len(names) for names in said} == {2}
    assert fixed.actor == RITA.id
    assert "answer" in fixed.entry.digests


def test_nobody_reviews_their_own_answer(desk: Make) -> None:
    here = desk(1, **ALL)
    mine = here.answered(BO)
    assert here.call(next_review, BO, here.project.id) is None
    with pytest.raises(Forbidden, match="own-answer"):
        here.call(review, BO, mine.id, "accept")
    assert state_of(here, mine.id) == "waiting"


def test_nobody_reviews_the_same_work_twice(desk: Make) -> None:
    here = desk(1, **ALL)
    first = here.answered(ANN)
    here.call(review, RITA, first.id, "return", comment="再看看")
    second = here.answered(ANN)
    assert second.round == 2
    assert here.call(next_review, RITA, here.project.id) is None
    with pytest.raises(Forbidden, match="reviewed-before"):
        here.call(review, RITA, second.id, "accept")
    here.call(review, RU, second.id, "accept")
    assert state_of(here, second.id) == "accepted"


@pytest.mark.parametrize(
    ("verdict", "more", "code"),
    [
        ("maybe", {}, "wrong-verdict"),
        ("fix", {}, "wrong-verdict"),
        ("accept", {"answer": BETTER}, "wrong-verdict"),
        ("return", {}, "wrong-text"),
        ("fix", {"answer": Answer("c")}, "wrong-answer"),
        ("accept", {"comment": "x" * 1_000_000}, "text-too-long"),
    ],
)
def test_a_verdict_that_is_none_is_refused(
    desk: Make, verdict: str, more: dict[str, object], code: str
) -> None:
    here = desk(1, **ALL)
    mine = here.answered(ANN)
    with pytest.raises(LianjinError) as refused:
        here.call(review, RITA, mine.id, verdict, **more)
    assert refused.value.code == code
    assert state_of(here, mine.id) == "waiting"


def test_who_reviews_is_named_by_the_project(desk: Make) -> None:
    here = desk(1, **ALL)
    mine = here.answered(ANN)
    with pytest.raises(Forbidden, match="not-your-project"):
        here.call(review, CAI, mine.id, "accept")
    with pytest.raises(NotFound, match="no-such-annotation"):
        here.call(review, STRANGER, mine.id, "accept")
    with pytest.raises(NotFound, match="no-such-annotation"):
        here.call(review, RITA, "annotation_none", "accept")


def test_an_answer_that_was_not_drawn_is_not_reviewed(desk: Make) -> None:
    here = desk(1)
    mine = here.answered(ANN)
    with pytest.raises(Conflict, match="already-reviewed"):
        here.call(review, RITA, mine.id, "accept")


def test_a_returned_task_can_be_given_up_or_taken_away(desk: Make) -> None:
    here = desk(2, **ALL)
    first, second = here.answered(ANN), here.answered(ANN)
    for one in (first, second):
        here.call(review, RITA, one.id, "return", comment="再看看")
    with pytest.raises(Forbidden, match="not-your-project"):
        here.call(withdraw, RITA, first.assignment)
    here.call(withdraw, OWNER, first.assignment)
    with pytest.raises(Conflict, match="not-returned"):
        here.call(withdraw, OWNER, first.assignment)
    back = here.taken(ANN)
    assert back.assignment.id == second.assignment
    here.call(skip, ANN, second.assignment, "不会做")
    assert here.next(ANN) is None
    assert {here.taken(BO).task.id, here.taken(CAI).task.id} == {first.task, second.task}


def test_a_project_with_reviews_that_wait_closes_only_when_told_twice(desk: Make) -> None:
    here = desk(2, **ALL)
    mine = here.answered(ANN)
    with pytest.raises(Conflict, match="reviews-wait"):
        here.call(close_project, OWNER, here.project.id)
    here.call(review, RITA, mine.id, "return", comment="再看看")
    with pytest.raises(Conflict, match="reviews-wait"):
        here.call(close_project, OWNER, here.project.id)
    with pytest.raises(Forbidden, match="not-your-project"):
        here.call(close_project, RITA, here.project.id)
    assert here.call(close_project, OWNER, here.project.id, anyway=True).state == "closed"
    with pytest.raises(Conflict, match="project-state"):
        here.call(next_review, RITA, here.project.id)


def test_a_fix_that_is_wrong_for_the_plan_is_refused(desk: Make) -> None:
    here = desk(1, **ALL)
    mine = here.answered(ANN)
    with pytest.raises(UsageError, match="wrong-answer"):
        here.call(review, RITA, mine.id, "fix", answer=Answer("same", {"A": {"x": 1}}))
