"""The queue: which task a person gets next, and submit-and-next in one transaction.

Takes a person; gives a leased task: one that review returned, then what they hold already, then
what they left and is still open, then the open task with the fewest places taken. Who has had all
that is open costs about a microsecond for each of those, to be told that there is nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from lianjin.annotate.annotation import Annotation, submit_held
from lianjin.annotate.answer import Answer
from lianjin.annotate.assignment import (
    ASSIGNMENTS,
    Assignment,
    assignment_of,
    held,
    lapse,
    take_place,
)
from lianjin.annotate.project import Person, Project, allow, must_be, project_by_id
from lianjin.annotate.review import last_comment
from lianjin.annotate.task import TASKS, Task, task_of
from lianjin.core.clock import later
from lianjin.core.database import Transaction
from lianjin.core.errors import LimitExceeded
from lianjin.core.identity import new_id
from lianjin.core.limits import LEASES_HELD
from lianjin.core.statement import ask
from lianjin.core.words import Words


@dataclass(frozen=True)
class Served:
    """A task that is this person's now; `comment`: what the review said that returned it."""

    assignment: Assignment
    task: Task
    comment: str = ""

    def to_json(self) -> dict[str, Any]:
        """What the person sees."""
        shown = {"assignment": self.assignment.to_json(), "task": self.task.to_json()}
        return shown | {"comment": self.comment}


@dataclass(frozen=True)
class Turn:
    """What submit-and-next gives: the answer as it is kept, and the next task, if there is one."""

    annotation: Annotation
    served: Served | None


_STATE = ASSIGNMENTS.c.state
_RANK = sa.case((_STATE == "returned", 0), (_STATE == "leased", 1), else_=2)
# Lists of constants stand as text: SQLAlchemy writes `IN` anew at every call, at twice the cost.
_HELD = sa.text("assignment.state IN ('returned', 'leased')")
_LEFT = sa.text("assignment.state IN ('returned', 'leased', 'lapsed', 'released')")
_OF_ME = (
    (ASSIGNMENTS.c.project == sa.bindparam("in_project"))
    & (ASSIGNMENTS.c.person == sa.bindparam("me")),
    _LEFT,
    sa.or_(_HELD, TASKS.c.taken < sa.bindparam("overlap")),
)
_MINE = (
    sa.select(ASSIGNMENTS, *(c.label(f"task_{c.name}") for c in TASKS.c))
    .join(TASKS, TASKS.c.id == ASSIGNMENTS.c.task)
    .where(*_OF_ME)
    .order_by(_RANK, ASSIGNMENTS.c.id)
    .limit(LEASES_HELD + 1)
)
_ASKED = TASKS.alias("asked")
_SEEN = (
    sa.select(ASSIGNMENTS.c.id)
    .where(ASSIGNMENTS.c.task == _ASKED.c.id, ASSIGNMENTS.c.person == sa.bindparam("me"))
    .correlate(_ASKED)
    .exists()
)
_OPEN = (
    sa.select(_ASKED.c.id)
    .where(_ASKED.c.project == sa.bindparam("in_project"))
    .where(_ASKED.c.taken < sa.bindparam("overlap"))
    .where(~_SEEN)
    .order_by(_ASKED.c.taken, _ASKED.c.position)
    .limit(1)
    .scalar_subquery()
)
_OWN = TASKS.alias("own")
_NONE_OF_MINE = (
    ~sa.select(ASSIGNMENTS.c.id)
    .join(_OWN, _OWN.c.id == ASSIGNMENTS.c.task)
    .where(*_OF_ME[:2], sa.or_(_HELD, _OWN.c.taken < sa.bindparam("overlap")))
    .exists()
)
_TAKE_OPEN = (
    TASKS.update().where(TASKS.c.id == _OPEN).values(taken=TASKS.c.taken + 1).returning(TASKS)
)
"""Finds the open task with the fewest places taken that the person never had, and takes a place."""
_TAKE_FRESH = _TAKE_OPEN.where(_NONE_OF_MINE)
"""The same where nothing of the person's own comes first: one statement for nearly every turn."""
_FIRST = ASSIGNMENTS.insert()
_LEASE = (
    ASSIGNMENTS.update()
    .where(ASSIGNMENTS.c.id == sa.bindparam("assignment"))
    .values(state="leased", until_utc=sa.bindparam("new_until"), renewals=0)
)


def next_task(
    tx: Transaction, person: Person, project_id: str, held: Sequence[str] = ()
) -> Served | None:
    """The person's next task, leased to them; None if there is none for them now.

    `held`: assignments that the person has on the screen already, so that a screen can fetch ahead;
    with LEASES_HELD of them LimitExceeded `too-many-leases`. NotFound, Forbidden and Conflict as in
    `annotate/project.py`.
    """
    project = project_by_id(tx.connection, project_id)
    allow(project, person, Project.is_annotator)
    must_be(project, ("open",), Words("hand out tasks", "领取任务"))
    lapse(tx, project)
    return _next(tx, person, project, held)


def submit_and_next(
    tx: Transaction,
    person: Person,
    assignment_id: str,
    answer: Answer,
    held_ids: Sequence[str] = (),
) -> Turn:
    """The answer submitted (`annotation.submit`) and the next task leased, both or neither.

    A paused project takes the answer and hands out nothing.
    """
    found = held(tx, person, assignment_id)
    annotation = submit_held(tx, person, found, answer)
    if found.project.state != "open":
        return Turn(annotation, None)
    return Turn(annotation, _next(tx, person, found.project, held_ids))


def _next(
    tx: Transaction, person: Person, project: Project, held_ids: Sequence[str]
) -> Served | None:
    asked = {"in_project": project.id, "me": person.id, "overlap": project.plan.overlap}
    if not held_ids:
        fresh = ask(tx.connection, _TAKE_FRESH, asked).one_or_none()
        if fresh is not None:
            return _first(tx, person, project, task_of(fresh))
    mine = ask(tx.connection, _MINE, asked).rows
    leased = [row.id for row in mine if row.state == "leased"]
    for row in mine:
        if row.id in held_ids:
            continue
        if row.state == "leased":
            return _shown(tx, row, assignment_of(row))
        if len(leased) < LEASES_HELD:
            return _again(tx, person, project, row)
    if len(leased) >= LEASES_HELD:
        raise LimitExceeded(
            "too-many-leases",
            Words(f"{LEASES_HELD} tasks are yours already", f"你手上已有 {LEASES_HELD} 道题"),
            hint=Words("answer or give back one of them", "请先提交或归还一道"),
        )
    found = ask(tx.connection, _TAKE_OPEN, asked).one_or_none()
    return None if found is None else _first(tx, person, project, task_of(found))


def _again(tx: Transaction, person: Person, project: Project, row: Any) -> Served:
    """Leases to its person once more what was returned, given back, or ran out."""
    if row.state != "returned":
        taken = take_place(tx, row.task, project)
        assert taken, row.task
    until = later(tx.now_utc, project.plan.lease_s)
    ask(tx.connection, _LEASE, {"assignment": row.id, "new_until": until})
    assignment = replace(assignment_of(row), state="leased", until_utc=until)
    _record(tx, person, assignment)
    return _shown(tx, row, assignment)


def _first(tx: Transaction, person: Person, project: Project, task: Task) -> Served:
    """Leases a task, in which a place was taken, to a person who never had it."""
    assignment = Assignment(
        id=new_id("assignment"),
        project=project.id,
        task=task.id,
        person=person.id,
        organisation=person.organisation,
        state="leased",
        until_utc=later(tx.now_utc, project.plan.lease_s),
        annotation=None,
        draft=None,
        draft_number=0,
        reason=None,
        created_utc=tx.now_utc,
    )
    ask(tx.connection, _FIRST, assignment.__dict__)
    _record(tx, person, assignment)
    return Served(assignment, task)


def _shown(tx: Transaction, row: Any, assignment: Assignment) -> Served:
    comment = last_comment(tx.connection, row.id) if row.annotation else ""
    return Served(assignment, _task(row), comment)


def _task(row: Any) -> Task:
    fields = row._asdict()
    return task_of(SimpleNamespace(**{c.name: fields[f"task_{c.name}"] for c in TASKS.c}))


def _record(tx: Transaction, person: Person, assignment: Assignment) -> None:
    ids = {"project": assignment.project, "task": assignment.task, "until": assignment.until_utc}
    tx.record("task_leased", person.id, assignment.id, ids)
