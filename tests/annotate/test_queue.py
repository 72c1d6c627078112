"""Who gets which task, in which order, and never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from lianjin.annotate.assignment import ASSIGNMENTS, HOLDING
from lianjin.annotate.project import Person
from lianjin.annotate.review import review
from lianjin.annotate.task import TASKS
from lianjin.core.database import Database
from lianjin.core.errors import Conflict, Forbidden, LimitExceeded, NotFound
from lianjin.core.event import events

from tests.annotate.conftest import ANN, BETTER, BO, CAI, RITA, STRANGER, Clock, Desk

Make = Callable[..., Desk]


def places(database: Database) -> list[tuple[int, int]]:
    """(places a task says are taken, places that are), task by task."""
    held = (
        sa.select(sa.func.count())
        .where(ASSIGNMENTS.c.task == TASKS.c.id, ASSIGNMENTS.c.state.in_(HOLDING))
        .scalar_subquery()
    )
    query = sa.select(TASKS.c.taken, held).order_by(TASKS.c.position)
    with database.read() as connection:
        return [(row[0], row[1]) for row in connection.execute(query)]


def test_everybody_gets_another_task_until_none_is_left(desk: Make) -> None:
    here = desk(2)
    first, second = here.taken(ANN), here.taken(BO)
    assert first.task.record == "a.jsonl#0"
    assert second.task.record == "a.jsonl#1"
    assert here.next(CAI) is None
    assert places(here.database) == [(1, 1), (1, 1)]


def test_who_holds_a_task_gets_it_again(desk: Make) -> None:
    here = desk(2)
    assert here.taken(ANN) == here.taken(ANN)
    assert places(here.database) == [(1, 1), (0, 0)]


def test_submit_gives_the_next_one_in_the_same_call(desk: Make) -> None:
    here = desk(2)
    first = here.taken(ANN)
    turn = here.turn(ANN, first)
    assert turn.served is not None
    assert turn.served.task.record == "a.jsonl#1"
    assert turn.annotation.task == first.task.id
    assert here.turn(ANN, turn.served).served is None
    assert places(here.database) == [(1, 1), (1, 1)]


def test_each_task_is_answered_by_as_many_people_as_agreed(desk: Make) -> None:
    here = desk(2, overlap=2)
    served = [here.taken(person) for person in (ANN, BO, CAI)]
    records = [found.task.record for found in served]
    assert records == ["a.jsonl#0", "a.jsonl#1", "a.jsonl#0"]  # fewest places first
    for person, found in zip((ANN, BO, CAI), served, strict=True):
        here.turn(person, found)
    assert places(here.database) == [(2, 2), (2, 2)]
    assert here.next(CAI) is None


def test_nobody_answers_a_task_twice(desk: Make) -> None:
    here = desk(1, overlap=3)
    turn = here.turn(ANN, here.taken(ANN))
    assert turn.served is None
    assert here.next(ANN) is None
    assert here.taken(BO).task.record == "a.jsonl#0"


def test_a_screen_may_fetch_ahead_but_not_hoard(desk: Make) -> None:
    here, held = desk(9), list[str]()
    for _ in range(3):
        held.append(here.taken(ANN, tuple(held)).assignment.id)
    assert len(set(held)) == 3
    with pytest.raises(LimitExceeded, match="too-many-leases"):
        here.next(ANN, tuple(held))
    assert [taken for taken, _ in places(here.database)] == [1, 1, 1, 0, 0, 0, 0, 0, 0]


def test_a_lease_that_ran_out_frees_its_place_at_that_moment(desk: Make, clock: Clock) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    clock.wait(59.999999)
    assert here.next(BO) is None
    clock.wait(0.000001)
    assert here.taken(BO).task == mine.task
    assert here.next(ANN) is None
    assert places(here.database) == [(1, 1)]


def test_what_was_left_comes_back_before_new_tasks(desk: Make, clock: Clock) -> None:
    here = desk(3)
    mine = here.taken(ANN)
    clock.wait(61)
    again = here.taken(ANN)
    assert again.assignment.id == mine.assignment.id
    assert (again.assignment.state, again.assignment.until_utc) == (
        "leased",
        "2026-01-31T08:02:01.000000Z",
    )


def test_a_returned_answer_comes_first_with_its_comment(desk: Make) -> None:
    here = desk(3, review_share=1.0)
    turn = here.turn(ANN, here.taken(ANN))
    here.call(review, RITA, turn.annotation.id, "return", comment="理由没有说到点子上")
    back = here.taken(ANN)
    assert back.assignment.id == turn.annotation.assignment
    assert back.comment == "理由没有说到点子上"
    assert back.assignment.draft == {**BETTER.to_json(), "active_s": 0}  # no time had passed
    assert turn.served is not None
    held = (back.assignment.id,)
    assert here.taken(ANN, held).assignment.id == turn.served.assignment.id


def test_a_returned_answer_keeps_its_place_while_it_waits(desk: Make, clock: Clock) -> None:
    here = desk(1, review_share=1.0)
    mine = here.answered(ANN)
    here.call(review, RITA, mine.id, "return", comment="再看看")
    here.taken(ANN)
    clock.wait(61)
    assert here.next(BO) is None
    assert here.taken(ANN).assignment.id == mine.assignment
    assert places(here.database) == [(1, 1)]


def test_a_clock_set_back_lengthens_no_lease_and_frees_none_twice(desk: Make, clock: Clock) -> None:
    here = desk(2)
    here.taken(ANN)
    clock.wait(-3_600)
    here.taken(BO)
    clock.wait(59)
    assert here.next(CAI) is None
    clock.wait(1)
    assert here.taken(CAI).task.record == "a.jsonl#0"
    assert places(here.database) == [(1, 1), (0, 0)]


def test_strangers_see_no_project_and_colleagues_no_tasks(desk: Make) -> None:
    here = desk(1)
    with pytest.raises(NotFound, match="no-such-project"):
        here.next(STRANGER)
    with pytest.raises(Forbidden, match="not-your-project"):
        here.next(RITA)


def test_a_paused_project_takes_answers_and_hands_out_nothing(desk: Make) -> None:
    here = desk(3)
    mine = here.taken(ANN)
    here.move("paused")
    with pytest.raises(Conflict, match="project-state"):
        here.next(BO)
    assert here.turn(ANN, mine).served is None
    here.move("open")
    assert here.taken(ANN).task.record == "a.jsonl#1"


def test_an_answer_of_a_lease_that_ran_out_counts_while_its_place_is_free(
    desk: Make, clock: Clock
) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    clock.wait(500)
    assert here.turn(ANN, mine).annotation.person == ANN.id
    assert places(here.database) == [(1, 1)]


def test_an_answer_whose_place_is_taken_is_refused_and_changes_nothing(
    desk: Make, clock: Clock
) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    clock.wait(60)
    here.taken(BO)
    with pytest.raises(Conflict, match="lease-over"):
        here.turn(ANN, mine)
    assert places(here.database) == [(1, 1)]


def test_a_second_submission_is_refused(desk: Make) -> None:
    here = desk(2)
    mine = here.taken(ANN)
    here.turn(ANN, mine)
    with pytest.raises(Conflict, match="already-submitted"):
        here.turn(ANN, mine)


def test_an_assignment_of_another_person_is_not_found(desk: Make) -> None:
    here = desk(2)
    mine = here.taken(ANN)
    with pytest.raises(NotFound, match="no-such-assignment"):
        here.turn(BO, mine)
    with pytest.raises(NotFound, match="no-such-assignment"):
        here.turn(Person("user_ann2", ANN.organisation), mine)


def test_every_change_is_one_event(desk: Make, clock: Clock) -> None:
    here = desk(2)
    mine = here.taken(ANN)
    here.turn(ANN, mine)
    clock.wait(61)
    here.next(BO)
    with here.database.read() as connection:
        found = Counter(event.entry.event for event in events(connection))
    assert found == {
        "project_created": 1,
        "project_opened": 1,
        "task_leased": 3,
        "annotation_submitted": 1,
        "task_lapsed": 1,
    }
