"""A review: another person's word on an answer.

Takes an annotation that waits; gives accept, fix or return. Nobody reviews their own answer, and
nobody the same assignment twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from lianjin.annotate.annotation import (
    ANNOTATIONS,
    Annotation,
    already_reviewed,
    annotation_of,
    annotation_row,
    give_back,
    no_such_annotation,
    record,
    set_state,
)
from lianjin.annotate.answer import Answer, answer_of, checked_answer, sealed, stored
from lianjin.annotate.assignment import ASSIGNMENTS, assignment_of, end_lease, no_such_assignment
from lianjin.annotate.project import (
    PROJECTS,
    Person,
    Project,
    allow,
    move_project,
    must_be,
    owns,
    project_by_id,
)
from lianjin.annotate.task import TASKS, Task, task_by_id
from lianjin.annotate.text import checked_text
from lianjin.core import limits
from lianjin.core.clock import later
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, Forbidden, UsageError
from lianjin.core.identity import new_id
from lianjin.core.words import Words

Verdict = Literal["accept", "fix", "return"]
BECOMES: dict[str, Any] = {"accept": "accepted", "fix": "fixed", "return": "returned"}
"""From a verdict to what the annotation becomes."""

REVIEWS = sa.Table(
    "review",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("project", sa.ForeignKey(PROJECTS.c.id), nullable=False, index=True),
    sa.Column("task", sa.ForeignKey(TASKS.c.id), nullable=False),
    sa.Column("assignment", sa.ForeignKey(ASSIGNMENTS.c.id), nullable=False),
    sa.Column("annotation", sa.ForeignKey(ANNOTATIONS.c.id), nullable=False, unique=True),
    sa.Column("reviewer", sa.String(64), nullable=False),
    sa.Column("organisation", sa.String(64), nullable=False),
    sa.Column("verdict", sa.String(8), nullable=False),
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("choice", sa.String(16), nullable=True),  # these four: the answer of a fix
    sa.Column("scores", sa.Text, nullable=True),
    sa.Column("reason", sa.Text, nullable=True),
    sa.Column("active_s", sa.Integer, nullable=True),
    sa.Column("salt", sa.String(32), nullable=False),
    sa.Column("digest", sa.String(71), nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.UniqueConstraint("assignment", "reviewer"),  # nobody judges the same work twice
)
"""Reviewers' words, one for each annotation that was reviewed."""


@dataclass(frozen=True)
class Review:
    """A reviewer's word on one annotation; `answer` is the mended one of a fix."""

    id: str
    annotation: str
    assignment: str
    reviewer: str
    verdict: Verdict
    comment: str
    answer: Answer | None
    created_utc: str


@dataclass(frozen=True)
class ReviewItem:
    """An answer to be reviewed, with its task; who gave it is not shown."""

    annotation: Annotation
    task: Task
    until_utc: str

    def to_json(self) -> dict[str, Any]:
        """What a reviewer sees."""
        found = self.annotation
        shown = {"id": found.id, "round": found.round, "answer": found.answer.to_json()}
        return {"annotation": shown, "task": self.task.to_json(), "until_utc": self.until_utc}


_REVIEWED_BY_ME = (
    sa.select(REVIEWS.c.id)
    .where(REVIEWS.c.assignment == ANNOTATIONS.c.assignment)
    .where(REVIEWS.c.reviewer == sa.bindparam("me"))
    .correlate(ANNOTATIONS)
    .exists()
)
_NEXT = (
    sa.select(ANNOTATIONS)
    .where(ANNOTATIONS.c.project == sa.bindparam("project"), ANNOTATIONS.c.state == "waiting")
    .where(ANNOTATIONS.c.person != sa.bindparam("me"))
    .where(
        ANNOTATIONS.c.reviewer.is_(None)
        | (ANNOTATIONS.c.reviewer == sa.bindparam("me"))
        | (ANNOTATIONS.c.reviewed_until_utc <= sa.bindparam("now"))
    )
    .where(~_REVIEWED_BY_ME)
    .order_by(ANNOTATIONS.c.id)
    .limit(1)
)


def next_review(tx: Transaction, person: Person, project_id: str) -> ReviewItem | None:
    """The oldest answer that waits and that this person may review; None if there is none.

    For the time of a lease it is shown to no other reviewer, so that two do not do the same work;
    the first verdict counts in any case.
    """
    project = project_by_id(tx.connection, project_id)
    allow(project, person, Project.is_reviewer)
    must_be(project, ("open", "paused"), Words("review", "审核"))
    asked = {"project": project.id, "me": person.id, "now": tx.now_utc}
    row = tx.connection.execute(_NEXT, asked).one_or_none()
    if row is None:
        return None
    until = later(tx.now_utc, project.plan.lease_s)
    statement = ANNOTATIONS.update().where(ANNOTATIONS.c.id == row.id)
    tx.connection.execute(statement, {"reviewer": person.id, "reviewed_until_utc": until})
    return ReviewItem(annotation_of(row), task_by_id(tx.connection, row.task), until)


def review(
    tx: Transaction,
    person: Person,
    annotation_id: str,
    verdict: Verdict,
    *,
    comment: str = "",
    answer: Answer | None = None,
) -> Review:
    """The person's word on an annotation.

    accept: it counts. fix: `answer` counts in its place. return: with a comment, it goes back to
    its person, who meets it first. Forbidden `own-answer`, `reviewed-before`; Conflict
    `already-reviewed`; UsageError `wrong-verdict`, `wrong-answer`.
    """
    row = annotation_row(tx.connection, annotation_id)
    annotation, project = annotation_of(row), project_by_id(tx.connection, row.project)
    if not project.is_known_to(person):
        raise no_such_annotation(annotation_id)
    allow(project, person, Project.is_reviewer)
    must_be(project, ("open", "paused"), Words("review", "审核"))
    _check_reviewer(tx, person, annotation)
    if annotation.state != "waiting" or _is_anothers(row, person, tx.now_utc):
        raise already_reviewed()
    comment, answer = _checked(project, verdict, comment, answer)
    salt, seal = sealed(answer or annotation.answer)
    found = Review(
        new_id("review"), annotation.id, annotation.assignment, person.id, verdict, comment, answer,
        tx.now_utc,
    )  # fmt: skip
    mended = stored(answer) if answer is not None else {}
    tx.connection.execute(REVIEWS.insert(), _row(found, annotation, person, mended, salt, seal))
    set_state(tx, annotation, BECOMES[verdict])
    if verdict == "return":
        give_back(tx, annotation, draft=annotation.answer.to_json())
    digests = {"answer": seal} if answer is not None else {}
    record(tx, f"annotation_{BECOMES[verdict]}", person.id, annotation, digests)
    return found


def withdraw(tx: Transaction, person: Person, assignment_id: str) -> None:
    """Takes a returned task from a person who does not come back; its place is free.

    For the project's owner. Conflict `already-reviewed` unless it is returned and waits.
    """
    query = sa.select(ASSIGNMENTS).where(ASSIGNMENTS.c.id == assignment_id)
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise no_such_assignment(assignment_id)
    project = project_by_id(tx.connection, row.project)
    if not project.is_known_to(person):
        raise no_such_assignment(assignment_id)
    allow(project, person, owns)
    must_be(project, ("open", "paused"), Words("withdraw tasks", "收回任务"))
    if row.state != "returned":
        raise Conflict(
            "not-returned",
            Words("only a returned task can be withdrawn", "只有被打回的任务才能收回"),
        )
    end_lease(tx, assignment_of(row), "withdrawn", person.id)


def close_project(
    tx: Transaction, person: Person, project_id: str, *, anyway: bool = False
) -> Project:
    """The project, closed: its answers are final and can be exported.

    Conflict `reviews-wait` while answers wait for review or were returned, unless `anyway`: then
    those do not count.
    """
    project = project_by_id(tx.connection, project_id)
    allow(project, person, owns)
    n = n_unsettled(tx.connection, project_id)
    if n and not anyway:
        raise Conflict(
            "reviews-wait",
            Words(
                f"{n} answers wait for review or were returned", f"还有 {n} 条答案待审核或被打回"
            ),
            hint=Words(
                "review them, or close anyway: they will not count",
                "请先审核；也可强制关闭，这些答案不计入",
            ),
        )
    return move_project(tx, person, project_id, "closed")


def n_unsettled(connection: sa.Connection, project_id: str) -> int:
    """Answers of a project that wait for review, or were returned and not given again."""
    waiting = sa.select(sa.func.count()).select_from(ANNOTATIONS)
    waiting = waiting.where(ANNOTATIONS.c.project == project_id, ANNOTATIONS.c.state == "waiting")
    back = sa.select(sa.func.count()).select_from(ASSIGNMENTS)
    back = back.where(ASSIGNMENTS.c.project == project_id, ASSIGNMENTS.c.annotation.is_not(None))
    back = back.where(ASSIGNMENTS.c.state.in_(("returned", "leased")))
    return int(connection.execute(waiting).scalar_one() + connection.execute(back).scalar_one())


def review_of(row: Any) -> Review:
    """The review of a row that has the columns of REVIEWS."""
    answer = answer_of(row) if row.verdict == "fix" else None
    return Review(
        row.id, row.annotation, row.assignment, row.reviewer, row.verdict, row.comment, answer,
        row.created_utc,
    )  # fmt: skip


def last_comment(connection: sa.Connection, assignment_id: str) -> str:
    """What the latest review of an assignment said; empty if there is none."""
    query = sa.select(REVIEWS.c.comment).where(REVIEWS.c.assignment == assignment_id)
    return connection.execute(query.order_by(REVIEWS.c.id.desc()).limit(1)).scalar() or ""


def _check_reviewer(tx: Transaction, person: Person, annotation: Annotation) -> None:
    if annotation.person == person.id:
        raise Forbidden(
            "own-answer",
            Words("an answer is reviewed by another person than its own", "不能审核自己的标注"),
        )
    query = sa.select(REVIEWS.c.id).where(
        REVIEWS.c.assignment == annotation.assignment, REVIEWS.c.reviewer == person.id
    )
    if annotation.state == "waiting" and tx.connection.execute(query).first() is not None:
        raise Forbidden(
            "reviewed-before",
            Words(
                "you returned this answer before; another person reviews it now",
                "你已打回过这条标注；改后由另一人审核",
            ),
        )


def _is_anothers(row: Any, person: Person, now_utc: str) -> bool:
    mine = row.reviewer is None or row.reviewer == person.id
    return not mine and row.reviewed_until_utc > now_utc


def _checked(
    project: Project, verdict: str, comment: str, answer: Answer | None
) -> tuple[str, Answer | None]:
    if verdict not in BECOMES:
        listed = ", ".join(BECOMES)
        raise UsageError(
            "wrong-verdict",
            Words(
                f"{verdict!r:.80} is no verdict; expected {listed}",
                f"{verdict!r:.80} 不是审核结论；应为 {listed}",
            ),
        )
    if (answer is not None) != (verdict == "fix"):
        raise UsageError(
            "wrong-verdict",
            Words("a fix, and nothing else, has an answer", "修正须给出答案，其他结论不带答案"),
        )
    least = 1 if verdict == "return" else 0
    what, most = Words("the comment", "意见"), limits.COMMENT_CHARS
    comment = checked_text(comment, what, most, least=least)
    return comment, None if answer is None else checked_answer(answer, project.plan)


def _row(
    found: Review,
    annotation: Annotation,
    person: Person,
    mended: dict[str, Any],
    salt: str,
    seal: str,
) -> dict[str, Any]:
    names = ("id", "annotation", "assignment", "reviewer", "verdict", "comment", "created_utc")
    row = {name: getattr(found, name) for name in names}
    row |= {"project": annotation.project, "task": annotation.task, "salt": salt, "digest": seal}
    return row | {"organisation": person.organisation} | mended
