"""An annotation: an answer that was submitted, and what became of it.

Takes a leased task and an answer; gives the annotation, which is never changed: a second answer
after a review is another annotation of the same assignment.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa

from lianjin.annotate.answer import Answer, answer_of, checked_answer, sealed, stored
from lianjin.annotate.assignment import (
    ASSIGNMENTS,
    Held,
    ended,
    held,
    take_place,
)
from lianjin.annotate.project import PROJECTS, Person, Project, allow, must_be
from lianjin.annotate.task import TASKS
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, NotFound
from lianjin.core.identity import new_id
from lianjin.core.statement import ask
from lianjin.core.words import Words

State = Literal["waiting", "passed", "accepted", "fixed", "returned", "superseded", "withdrawn"]

COUNTED: tuple[State, ...] = ("passed", "accepted", "fixed")
"""The states of an answer that counts: not drawn for review, accepted, or mended by a reviewer."""

ANNOTATIONS = sa.Table(
    "annotation",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("project", sa.ForeignKey(PROJECTS.c.id), nullable=False),
    sa.Column("task", sa.ForeignKey(TASKS.c.id), nullable=False, index=True),
    sa.Column("assignment", sa.ForeignKey(ASSIGNMENTS.c.id), nullable=False, index=True),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("organisation", sa.String(64), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("choice", sa.String(16), nullable=True),
    sa.Column("scores", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("active_s", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),  # of the plan that it was given under
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("digest", sa.String(71), nullable=False),
    sa.Column("reviewer", sa.String(64), nullable=True),  # who looks at it
    sa.Column("reviewed_until_utc", sa.String(27), nullable=True),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.UniqueConstraint("assignment", "round"),
    sa.Index("ix_annotation_state", "project", "state", "id"),
)
"""Answers that were submitted, one row each round."""


@dataclass(frozen=True)
class Annotation:
    """An answer of one person to one task.

    `round`: 1, and one more each time it came back from review. waiting: drawn for review. passed:
    not drawn. accepted, fixed, returned: a reviewer's word. superseded: taken back by its person
    before anybody reviewed it. withdrawn: its place was given up. `digest`: that of the log.
    """

    id: str
    project: str
    task: str
    assignment: str
    person: str
    organisation: str
    round: int
    state: State
    answer: Answer
    revision: int
    digest: str
    created_utc: str


_ROUNDS = sa.select(sa.func.max(ANNOTATIONS.c.round)).where(
    ANNOTATIONS.c.assignment == sa.bindparam("assignment")
)
_GIVEN = ANNOTATIONS.insert()
_DONE = (
    ASSIGNMENTS.update()
    .where(ASSIGNMENTS.c.id == sa.bindparam("mine"))
    .values(state="submitted", annotation=sa.bindparam("new_annotation"), draft=None)
)


def submit(tx: Transaction, person: Person, assignment_id: str, answer: Answer) -> Annotation:
    """The annotation that the answer becomes.

    Conflict `lease-over` if the lease ran out and others have taken its place; while the place is
    free the answer takes it, and nobody's work is lost. Conflict `already-submitted`, `project-state`;
    UsageError `wrong-answer`. `active_s` is at most the time since the task was first given out.
    """
    return submit_held(tx, person, held(tx, person, assignment_id), answer)


def submit_held(tx: Transaction, person: Person, found: Held, answer: Answer) -> Annotation:
    """The same for an assignment that the transaction has found already."""
    assignment, project = found.assignment, found.project
    must_be(project, ("open", "paused"), Words("submit answers", "提交答案"))
    allow(project, person, Project.is_annotator)
    if not _may_answer(tx, found):
        raise ended(assignment)
    answer = checked_answer(answer, project.plan)
    bound = _elapsed_s(assignment.created_utc, tx.now_utc)
    answer = replace(answer, active_s=min(answer.active_s, bound))
    rounds = 0
    if assignment.annotation is not None:
        rounds = tx.connection.execute(_ROUNDS, {"assignment": assignment.id}).scalar_one()
    salt, seal = sealed(answer)
    annotation = Annotation(
        id=new_id("annotation"),
        project=project.id,
        task=assignment.task,
        assignment=assignment.id,
        person=person.id,
        organisation=assignment.organisation,
        round=rounds + 1,
        state="waiting" if rounds or is_drawn(project, assignment.id) else "passed",
        answer=answer,
        revision=project.revision,
        digest=seal,
        created_utc=tx.now_utc,
    )
    ask(tx.connection, _GIVEN, _row(annotation, salt))
    ask(tx.connection, _DONE, {"mine": assignment.id, "new_annotation": annotation.id})
    record(tx, "annotation_submitted", person.id, annotation, {"answer": seal})
    return annotation


def take_back(tx: Transaction, person: Person, assignment_id: str) -> None:
    """Makes the person's answer a draft again, as long as nobody reviewed it or looks at it.

    It waits like one that a review returned. Conflict `already-reviewed`.
    """
    found = held(tx, person, assignment_id)
    must_be(found.project, ("open",), Words("take answers back", "撤回答案"))
    assignment = found.assignment
    if assignment.state != "submitted" or assignment.annotation is None:
        raise ended(assignment)
    row = annotation_row(tx.connection, assignment.annotation)
    if row.state not in ("waiting", "passed") or row.reviewer is not None:
        raise already_reviewed()
    annotation = annotation_of(row)
    set_state(tx, annotation, "superseded")
    draft = {**annotation.answer.to_json()}
    give_back(tx, annotation, draft=draft)
    record(tx, "annotation_taken_back", person.id, annotation)


def is_drawn(project: Project, assignment_id: str) -> bool:
    """Whether another person reviews the first answer of this assignment.

    Drawn from the project's secret, so that nobody can tell beforehand; the same when asked again.
    """
    mac = hmac.digest(
        bytes.fromhex(project.secret), f"review {assignment_id}".encode(), hashlib.sha256
    )
    return int.from_bytes(mac[:8]) < project.plan.review_share * 2**64


_BY_ID = sa.select(ANNOTATIONS).where(ANNOTATIONS.c.id == sa.bindparam("annotation"))


def annotation_row(connection: sa.Connection, annotation_id: str) -> Any:
    """The row of an annotation; NotFound `no-such-annotation`."""
    row = connection.execute(_BY_ID, {"annotation": annotation_id}).one_or_none()
    if row is None:
        raise no_such_annotation(annotation_id)
    return row


def annotation_of(row: Any) -> Annotation:
    """The annotation of a row that has the columns of ANNOTATIONS."""
    return Annotation(
        row.id, row.project, row.task, row.assignment, row.person, row.organisation, row.round,
        row.state, answer_of(row), row.revision, row.digest, row.created_utc,
    )  # fmt: skip


def set_state(tx: Transaction, annotation: Annotation, state: State) -> None:
    """Writes what became of an annotation."""
    statement = ANNOTATIONS.update().where(ANNOTATIONS.c.id == annotation.id)
    tx.connection.execute(statement, {"state": state})


def give_back(tx: Transaction, annotation: Annotation, *, draft: Any = None) -> None:
    """Makes an annotation's assignment returned: its person meets it first. The place stays taken."""
    values: dict[str, Any] = {"state": "returned"}
    if draft is not None:
        values["draft"] = json.dumps(draft, ensure_ascii=False)
    statement = ASSIGNMENTS.update().where(ASSIGNMENTS.c.id == annotation.assignment)
    tx.connection.execute(statement, values)


def record(
    tx: Transaction,
    event: str,
    actor: str,
    annotation: Annotation,
    digests: dict[str, str] | None = None,
) -> None:
    """Records what happened to an annotation."""
    ids = {name: getattr(annotation, name) for name in ("project", "task", "assignment")}
    tx.record(event, actor, annotation.id, ids | {"round": str(annotation.round)}, digests)


def no_such_annotation(annotation_id: str) -> NotFound:
    """The NotFound for an annotation that is not there, or not for this caller."""
    return NotFound(
        "no-such-annotation",
        Words(f"there is no annotation {annotation_id!r}", f"没有标注 {annotation_id!r}"),
    )


def already_reviewed() -> Conflict:
    """The Conflict about an annotation that another reviewer has or had."""
    return Conflict(
        "already-reviewed",
        Words("this answer has been reviewed, or is being", "这条标注已审核或正在审核"),
        hint=Words("ask for the next one", "请领取下一条"),
    )


def _may_answer(tx: Transaction, found: Held) -> bool:
    """Whether the assignment holds a place, or takes one that is free again."""
    state = found.assignment.state
    if state in ("leased", "returned"):
        return True
    return state in ("lapsed", "released") and take_place(tx, found.assignment.task, found.project)


def _elapsed_s(since_utc: str, now_utc: str) -> int:
    """Whole seconds from one time to another, rounded up; 0 if the clock was set back."""
    gone = datetime.fromisoformat(now_utc) - datetime.fromisoformat(since_utc)
    return max(0, -int(-gone.total_seconds() // 1))


def _row(annotation: Annotation, salt: str) -> dict[str, Any]:
    names = (
        "id", "project", "task", "assignment", "person", "organisation", "round", "state",
        "revision", "digest", "created_utc",
    )  # fmt: skip
    row = {name: getattr(annotation, name) for name in names}
    return row | stored(annotation.answer) | {"salt": salt}
