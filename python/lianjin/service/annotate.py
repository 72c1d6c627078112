"""`/api/…/next`, `/api/assignments`, `/api/annotations`: people at work on tasks and reviews.

Submitting gives the next task in the same answer. These routes wait for the database's writer
without holding a thread, so that a hundred people at once are one commit.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal, TypeVar

import sqlalchemy as sa
from fastapi import Response
from pydantic import BaseModel, Field

from lianjin.annotate.annotation import ANNOTATIONS, take_back
from lianjin.annotate.answer import Answer
from lianjin.annotate.assignment import ASSIGNMENTS, release, renew, save_draft, skip
from lianjin.annotate.project import PROJECTS, Person
from lianjin.annotate.queue import Served, next_task, submit_and_next
from lianjin.annotate.review import next_review, review, withdraw
from lianjin.annotate.task import task_by_id
from lianjin.core import limits
from lianjin.core.database import Transaction
from lianjin.core.errors import NotFound
from lianjin.core.once import once
from lianjin.service.access import Caller, Foreign, Here, need
from lianjin.service.body import Body, Identity, PathIdentity
from lianjin.service.project import person_of
from lianjin.service.route import router
from lianjin.service.sent import Sending, Sent
from lianjin.service.state import State

ROUTER = router("annotation")
T = TypeVar("T")

Held = Annotated[list[Identity], Field(max_length=limits.LEASES_HELD)]
"""Assignments that the screen has already, so that it can fetch ahead."""
Scores = Annotated[dict[str, dict[str, int]], Field(max_length=2)]


class AnswerBody(Body):
    """What a person says of a task. `scores`: answer, `A` or `B`, then row of the rubric."""

    choice: Literal["a_much", "a_slightly", "same", "b_slightly", "b_much", "both_bad"] | None = (
        None
    )
    scores: Scores = Field(default={})
    reason: str = Field(default="", max_length=limits.REASON_CHARS)
    active_s: int = Field(default=0, ge=0, le=limits.ACTIVE_S)

    def answer(self) -> Answer:
        """The answer, yet to be checked against the plan."""
        return Answer(self.choice, self.scores, self.reason, self.active_s)


class Next(Body):
    """What the person has on the screen already."""

    held: Held = Field(default=[])


class Submission(AnswerBody):
    """An answer, and what else the person has on the screen."""

    held: Held = Field(default=[])


class DraftBody(Body):
    """A draft: any JSON object. `number` counts them, so that none replaces a newer one."""

    draft: dict[str, Any]
    number: int = Field(ge=1, lt=2**31)


class Why(Body):
    """Why a task is skipped."""

    reason: str = Field(max_length=limits.REASON_CHARS)


class VerdictBody(Body):
    """A reviewer's word; `answer` with a fix and with nothing else."""

    verdict: Literal["accept", "fix", "return"]
    comment: str = Field(default="", max_length=limits.COMMENT_CHARS)
    answer: AnswerBody | None = None


class Turn(BaseModel):
    """Somebody's words in what came before the answers."""

    role: str
    content: str


class Side(BaseModel):
    """One of the answers."""

    side: Literal["A", "B"]
    text: str


class TaskView(BaseModel):
    """A record to be answered. Which answer was once chosen is not said."""

    id: str
    position: int
    context: list[Turn]
    answers: list[Side]


class AssignmentView(BaseModel):
    """A task that is the caller's until `until_utc`, with its draft."""

    id: str
    project: str
    task: str
    state: str
    until_utc: str
    draft: dict[str, Any] | None
    draft_number: int


class ServedView(BaseModel):
    """A task to answer; `comment`: what the review said that returned it."""

    assignment: AssignmentView
    task: TaskView
    comment: str


class AnnotationView(BaseModel):
    """An answer as it is kept: `digest` is what the log has, `state` whether it waits for review."""

    id: str
    state: str
    round: int
    digest: str


class TurnView(BaseModel):
    """The answer as it is kept and the next task; null where there is none for now."""

    annotation: AnnotationView
    next: ServedView | None


class NextView(BaseModel):
    """The next task; null where there is none for now."""

    next: ServedView | None


class ToReview(BaseModel):
    """An answer to review; `round` is above 1 where it came back before."""

    id: str
    round: int
    answer: AnswerBody


class ReviewItemView(BaseModel):
    """An answer with its task; who gave it is not said."""

    annotation: ToReview
    task: TaskView
    until_utc: str


class NextReviewView(BaseModel):
    """The next answer to review; null where there is none for now."""

    next: ReviewItemView | None


class ReviewView(BaseModel):
    """A verdict as it is kept."""

    id: str
    annotation: str
    verdict: Literal["accept", "fix", "return"]


class LeaseView(BaseModel):
    """How long a task is the caller's."""

    until_utc: str


class Done(BaseModel):
    """That it was done."""

    done: Literal[True] = True


@ROUTER.post("/projects/{project_id}/next", response_model=NextView)
async def take_task(
    who: Annotated[Caller, need("task.take")],
    state: Here,
    project_id: PathIdentity,
    asked: Next,
) -> Response:
    """The caller's next task: returned ones first, then those held, then the least answered."""
    person, held = person_of(who), asked.held
    found = await _written(
        state,
        lambda tx: next_task(tx, person, project_id, held),
        (PROJECTS, project_id),
    )
    return _json({"next": found.to_json() if found else None})


@ROUTER.post("/assignments/{assignment_id}/submit", response_model=TurnView)
async def submit_answer(
    who: Annotated[Caller, need("task.answer")],
    state: Here,
    sent: Sending,
    assignment_id: PathIdentity,
    asked: Submission,
) -> Response:
    """Keeps the answer and gives the next task."""
    person, answer = person_of(who), asked.answer()

    def work(tx: Transaction) -> dict[str, Any]:
        return _turned(tx, person, sent, assignment_id, answer, asked.held)

    return _json(await _written(state, work, (ASSIGNMENTS, assignment_id)))


@ROUTER.put("/assignments/{assignment_id}/draft")
async def keep_draft(
    who: Annotated[Caller, need("task.answer")],
    state: Here,
    assignment_id: PathIdentity,
    asked: DraftBody,
) -> Done:
    """Keeps a draft, which outlives the lease."""
    person = person_of(who)
    await _written(
        state,
        lambda tx: save_draft(tx, person, assignment_id, asked.draft, asked.number),
        (ASSIGNMENTS, assignment_id),
    )
    return Done()


@ROUTER.post("/assignments/{assignment_id}/renew")
async def renew_lease(
    who: Annotated[Caller, need("task.answer")], state: Here, assignment_id: PathIdentity
) -> LeaseView:
    """Makes a task the caller's for a whole lease from now, if less than half of one is left."""
    person = person_of(who)
    found = await _written(
        state, lambda tx: renew(tx, person, assignment_id), (ASSIGNMENTS, assignment_id)
    )
    return LeaseView(until_utc=found.until_utc)


@ROUTER.post("/assignments/{assignment_id}/skip")
async def skip_task(
    who: Annotated[Caller, need("task.answer")],
    state: Here,
    sent: Sending,
    assignment_id: PathIdentity,
    asked: Why,
) -> Done:
    """Gives the task up, with a reason: the caller does not meet it again."""
    return await _done(who, state, sent, assignment_id, partial(skip, reason=asked.reason))


@ROUTER.post("/assignments/{assignment_id}/release")
async def release_task(
    who: Annotated[Caller, need("task.answer")],
    state: Here,
    sent: Sending,
    assignment_id: PathIdentity,
) -> Done:
    """Gives the task back for others; the caller may meet it again."""
    return await _done(who, state, sent, assignment_id, release)


@ROUTER.post("/assignments/{assignment_id}/take-back")
async def take_answer_back(
    who: Annotated[Caller, need("task.answer")],
    state: Here,
    sent: Sending,
    assignment_id: PathIdentity,
) -> Done:
    """Makes the caller's last answer a draft again, until somebody reviews it."""
    return await _done(who, state, sent, assignment_id, take_back)


@ROUTER.post("/assignments/{assignment_id}/withdraw")
async def withdraw_task(
    who: Annotated[Caller, need("project.change")],
    state: Here,
    sent: Sending,
    assignment_id: PathIdentity,
) -> Done:
    """Takes a returned task from a person who does not come back to it."""
    return await _done(who, state, sent, assignment_id, withdraw)


@ROUTER.post("/projects/{project_id}/reviews/next", response_model=NextReviewView)
async def take_review(
    who: Annotated[Caller, need("answer.review")], state: Here, project_id: PathIdentity
) -> Response:
    """The next answer that the caller may review."""
    person = person_of(who)
    found = await _written(
        state, lambda tx: next_review(tx, person, project_id), (PROJECTS, project_id)
    )
    return _json({"next": found.to_json() if found else None})


@ROUTER.post("/annotations/{annotation_id}/review")
async def review_answer(
    who: Annotated[Caller, need("answer.review")],
    state: Here,
    sent: Sending,
    annotation_id: PathIdentity,
    asked: VerdictBody,
) -> ReviewView:
    """The caller's verdict on another person's answer."""
    person = person_of(who)

    def work(tx: Transaction) -> dict[str, Any]:
        answer = asked.answer.answer() if asked.answer is not None else None
        found = review(
            tx, person, annotation_id, asked.verdict, comment=asked.comment, answer=answer
        )
        return {"id": found.id, "annotation": found.annotation, "verdict": found.verdict}

    return ReviewView(**await _sent(who, state, sent, work, (ANNOTATIONS, annotation_id)))


def _turned(
    tx: Transaction, person: Person, sent: Sent, assignment_id: str, answer: Answer, held: list[str]
) -> dict[str, Any]:
    """The body of submit-and-next: done once, kept without the task's text, and the same again."""
    fresh: list[Served] = []

    def turn(tx: Transaction) -> dict[str, Any]:
        found = submit_and_next(tx, person, assignment_id, answer, held)
        kept = {
            name: getattr(found.annotation, name) for name in ("id", "state", "round", "digest")
        }
        if found.served is None:
            return {"annotation": kept, "next": None}
        fresh.append(found.served)
        shown = found.served.assignment.to_json()
        return {"annotation": kept, "next": {"assignment": shown, "comment": found.served.comment}}

    kept = once(tx, sent.key, person.id, sent.digest, turn)
    if (following := kept["next"]) is not None:
        task = (
            fresh[0].task if fresh else task_by_id(tx.connection, following["assignment"]["task"])
        )
        kept = {**kept, "next": {**following, "task": task.to_json()}}
    return dict(kept)


async def _done(
    who: Caller,
    state: State,
    sent: Sent,
    assignment_id: str,
    move: Callable[[Transaction, Person, str], Any],
) -> Done:
    """Moves an assignment on, once."""
    person = person_of(who)

    def once_done(tx: Transaction) -> dict[str, Any]:
        move(tx, person, assignment_id)
        return {}

    await _sent(who, state, sent, once_done, (ASSIGNMENTS, assignment_id))
    return Done()


async def _sent(
    who: Caller,
    state: State,
    sent: Sent,
    work: Callable[[Transaction], Any],
    thing: tuple[sa.Table, str],
) -> Any:
    return await _written(
        state, lambda tx: once(tx, sent.key, who.user_id, sent.digest, work), thing
    )


async def _written(
    state: State, work: Callable[[Transaction], T], thing: tuple[sa.Table, str]
) -> T:
    """What the work gives, once it is on disk; no thread waits for it.

    What is not found and is there is another's: said as if it were not there, and recorded.
    """
    try:
        return await asyncio.wrap_future(state.database.submit(work))
    except NotFound as error:
        table, identity = thing
        with state.database.read() as connection:
            found = connection.execute(sa.select(table.c.id).where(table.c.id == identity)).first()
        if found is None:
            raise
        raise Foreign(error.code, error.message, hint=error.hint) from error


def _json(value: Any) -> Response:
    """The value as JSON, not checked again: it was made here."""
    return Response(json.dumps(value, ensure_ascii=False).encode(), media_type="application/json")
