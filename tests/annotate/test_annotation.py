"""An answer is kept as it was given, once, and is taken back only while nobody looks at it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from lianjin.annotate.annotation import annotation_of, annotation_row, is_drawn, take_back
from lianjin.annotate.answer import Answer
from lianjin.annotate.review import next_review
from lianjin.core.errors import Conflict, Forbidden, NotFound, UsageError
from lianjin.core.event import events

from tests.annotate.conftest import ANN, BETTER, BO, RITA, Clock, Desk, plan

Make = Callable[..., Desk]


def test_an_answer_is_kept_and_the_log_has_its_seal_alone(desk: Make, clock: Clock) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    clock.wait(30)
    found = here.turn(ANN, mine, Answer("b_much", reason="机密的理由", active_s=20)).annotation
    with here.database.read() as connection:
        assert annotation_of(annotation_row(connection, found.id)) == found
        (event,) = events(connection, subject=found.id)
    assert found.answer == Answer("b_much", reason="机密的理由", active_s=20)
    assert (found.state, found.round, found.revision) == ("passed", 1, 1)
    assert event.entry.digests == {"answer": found.digest}
    assert "机密" not in event.entry.to_bytes().decode()
    assert "b_much" not in event.entry.to_bytes().decode()


@pytest.mark.parametrize(("waited", "reported", "kept"), [(30, 20, 20), (30, 999, 30), (-99, 5, 0)])
def test_work_takes_no_longer_than_the_clock_says(
    desk: Make, clock: Clock, waited: int, reported: int, kept: int
) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    clock.wait(waited)
    found = here.turn(ANN, mine, Answer("same", active_s=reported)).annotation
    assert found.answer.active_s == kept


def test_a_wrong_answer_changes_nothing(desk: Make) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    with pytest.raises(UsageError, match="wrong-answer"):
        here.turn(ANN, mine, Answer("c"))
    assert here.taken(ANN) == mine


def test_who_is_no_annotator_any_more_submits_nothing(desk: Make) -> None:
    from lianjin.annotate.project import change_plan

    from tests.annotate.conftest import OWNER

    here = desk(1)
    mine = here.taken(BO)
    here.call(change_plan, OWNER, here.project.id, plan(annotators=("user_ann",)))
    with pytest.raises(Forbidden, match="not-your-project"):
        here.turn(BO, mine)


def test_a_closed_project_takes_no_answer(desk: Make) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    here.move("closed")
    with pytest.raises(Conflict, match="project-state"):
        here.turn(ANN, mine)


@pytest.mark.parametrize(
    ("share", "least", "most"), [(0.0, 0, 0), (0.3, 250, 350), (1.0, 1_000, 1_000)]
)
def test_a_share_is_drawn_for_review(desk: Make, share: float, least: int, most: int) -> None:
    project = desk(1, review_share=share).project
    drawn = [is_drawn(project, f"assignment_{i}") for i in range(1_000)]
    assert least <= sum(drawn) <= most
    assert drawn == [is_drawn(project, f"assignment_{i}") for i in range(1_000)]


def test_the_last_answer_is_a_draft_again_when_it_is_taken_back(desk: Make) -> None:
    here = desk(2)
    first = here.taken(ANN)
    turn = here.turn(ANN, first)
    here.call(take_back, ANN, first.assignment.id)
    back = here.taken(ANN)
    assert back.assignment.id == first.assignment.id
    assert back.assignment.draft == {**BETTER.to_json(), "active_s": 0}
    again = here.turn(ANN, back, Answer("b_much")).annotation
    assert (again.round, again.answer.choice) == (2, "b_much")
    with here.database.read() as connection:
        assert annotation_row(connection, turn.annotation.id).state == "superseded"


def test_what_a_reviewer_looks_at_is_not_taken_back(desk: Make) -> None:
    here = desk(1, review_share=1.0)
    mine = here.answered(ANN)
    here.call(next_review, RITA, here.project.id)
    with pytest.raises(Conflict, match="already-reviewed"):
        here.call(take_back, ANN, mine.assignment)
    with pytest.raises(NotFound, match="no-such-assignment"):
        here.call(take_back, BO, mine.assignment)


def test_an_answer_that_is_none_is_not_taken_back(desk: Make) -> None:
    here = desk(1)
    with pytest.raises(Conflict, match="lease-over"):
        here.call(take_back, ANN, here.taken(ANN).assignment.id)
