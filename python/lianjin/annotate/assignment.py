"""An assignment: a task that is one person's until a time; its draft; how it ended.

Takes the one writer's transaction; gives assignments. At every moment the places of a task that
are held (leases that run, answers, answers that were returned) are `taken` of its row, and never
more than the project's overlap.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, Literal

import sqlalchemy as sa

from lianjin.annotate.project import PROJECTS, Person, Project, must_be, project_of
from lianjin.annotate.task import TASKS
from lianjin.annotate.text import checked_text, is_kept
from lianjin.core import limits
from lianjin.core.clock import later
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, LimitExceeded, NotFound, UsageError
from lianjin.core.statement import ask
from lianjin.core.words import Words

State = Literal["leased", "lapsed", "released", "skipped", "submitted", "returned", "withdrawn"]

HOLDING: tuple[State, ...] = ("leased", "submitted", "returned")
"""The states that hold a place of the task."""

ASSIGNMENTS = sa.Table(
    "assignment",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("project", sa.ForeignKey(PROJECTS.c.id), nullable=False),
    sa.Column("task", sa.ForeignKey(TASKS.c.id), nullable=False),
    sa.Column("person", sa.String(64), nullable=False),
    sa.Column("organisation", sa.String(64), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("until_utc", sa.String(27), nullable=False),  # of the last lease
    sa.Column("annotation", sa.String(40), nullable=True),  # the last answer, once there is one
    sa.Column("draft", sa.Text, nullable=True),
    sa.Column("draft_number", sa.Integer, nullable=False),
    sa.Column("reason", sa.Text, nullable=True),  # why it was skipped
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("renewals", sa.Integer, nullable=False, server_default="0"),  # of the last lease
    sa.UniqueConstraint("task", "person"),  # nobody has a task twice
    sa.Index("ix_assignment_mine", "project", "person", "state"),
    sa.Index("ix_assignment_lease", "project", "state", "until_utc"),
)
"""Who has, had, or answered which task."""


@dataclass(frozen=True)
class Assignment:
    """A task of one person. It is theirs while `state` is leased and the time before `until_utc`.

    lapsed: the time ran out. released: given back. skipped: not wanted again, for `reason`.
    submitted: answered by `annotation`. returned: the answer came back from review. withdrawn: the
    project's owner took a returned one away. A `draft` outlives the lease.
    """

    id: str
    project: str
    task: str
    person: str
    organisation: str
    state: State
    until_utc: str
    annotation: str | None
    draft: Mapping[str, Any] | None
    draft_number: int
    reason: str | None
    created_utc: str

    def to_json(self) -> dict[str, Any]:
        """What its person sees of it."""
        names = ("id", "project", "task", "state", "until_utc", "draft", "draft_number")
        return {name: getattr(self, name) for name in names}


def _edge(project: Any, first: bool) -> Any:
    """When the first, or the last, of a project's leases ends."""
    leased = ASSIGNMENTS.alias()
    return (
        sa.select(leased.c.until_utc)
        .where(leased.c.project == project, leased.c.state == "leased")
        .order_by(leased.c.until_utc.asc() if first else leased.c.until_utc.desc())
        .limit(1)
        .scalar_subquery()
    )


_MINE = (
    sa.select(
        ASSIGNMENTS,
        TASKS.c.taken,
        _edge(PROJECTS.c.id, True).label("first"),
        _edge(PROJECTS.c.id, False).label("last"),
        *(c.label(f"project_{c.name}") for c in PROJECTS.c),
    )
    .join(TASKS, TASKS.c.id == ASSIGNMENTS.c.task)
    .join(PROJECTS, PROJECTS.c.id == ASSIGNMENTS.c.project)
    .where(ASSIGNMENTS.c.id == sa.bindparam("assignment"))
)


@dataclass(frozen=True)
class Held:
    """An assignment as the transaction finds it, with its project and its task's places taken.

    `first_utc`, `last_utc`: when the project's leases end.
    """

    assignment: Assignment
    project: Project
    taken: int
    first_utc: str
    last_utc: str


def held(tx: Transaction, person: Person, assignment_id: str) -> Held:
    """The person's assignment, with leases that ran out ended first.

    NotFound `no-such-assignment`, also for that of another person.
    """
    found = _held(tx, assignment_id)
    if found is None or found.assignment.person != person.id:
        raise no_such_assignment(assignment_id)
    if _lapse(tx, found.project, found.first_utc, found.last_utc):
        found = _held(tx, assignment_id)
        assert found is not None, assignment_id
    return found


def _held(tx: Transaction, assignment_id: str) -> Held | None:
    row = ask(tx.connection, _MINE, {"assignment": assignment_id}).one_or_none()
    if row is None:
        return None
    fields = row._asdict()
    project = project_of(
        SimpleNamespace(**{c.name: fields[f"project_{c.name}"] for c in PROJECTS.c})
    )
    return Held(assignment_of(row), project, row.taken, row.first or "", row.last or "")


def assignment_of(row: Any) -> Assignment:
    """The assignment of a row that has the columns of ASSIGNMENTS."""
    return Assignment(
        row.id, row.project, row.task, row.person, row.organisation, row.state, row.until_utc,
        row.annotation, None if row.draft is None else json.loads(row.draft), row.draft_number,
        row.reason, row.created_utc,
    )  # fmt: skip


# --- leases ---------------------------------------------------------------------------


_EDGES = sa.select(
    _edge(sa.bindparam("project"), True).label("first"),
    _edge(sa.bindparam("project"), False).label("last"),
)
_RAN_OUT = sa.select(ASSIGNMENTS).where(
    ASSIGNMENTS.c.project == sa.bindparam("project"),
    ASSIGNMENTS.c.state == "leased",
    ASSIGNMENTS.c.until_utc <= sa.bindparam("now"),
)


def lapse(tx: Transaction, project: Project) -> int:
    """Ends the leases of a project whose time is over by the clock of this transaction; how many.

    An answer that was returned and is not mended in time waits for its person again and keeps its
    place; any other place is free. A clock that was set back lengthens no lease beyond one.
    """
    first, last = tx.connection.execute(_EDGES, {"project": project.id}).one()
    return _lapse(tx, project, first or "", last or "")


def _lapse(tx: Transaction, project: Project, first: str, last: str) -> int:
    """The same, where it is known when the first and the last lease end; empty: there is none."""
    if not first:
        return 0
    latest = later(tx.now_utc, project.plan.lease_s)
    if last > latest:
        tx.connection.execute(
            ASSIGNMENTS.update()
            .where(ASSIGNMENTS.c.project == project.id, ASSIGNMENTS.c.state == "leased")
            .where(ASSIGNMENTS.c.until_utc > latest)
            .values(until_utc=latest)
        )
    if first > tx.now_utc:
        return 0
    rows = tx.connection.execute(_RAN_OUT, {"project": project.id, "now": tx.now_utc}).all()
    for row in rows:
        end_lease(tx, assignment_of(row), "lapsed", "system")
    return len(rows)


_END = (
    ASSIGNMENTS.update()
    .where(ASSIGNMENTS.c.id == sa.bindparam("assignment"))
    .values(state=sa.bindparam("new_state"), reason=sa.bindparam("why"))
)
_FREE = TASKS.update().where(TASKS.c.id == sa.bindparam("free")).values(taken=TASKS.c.taken - 1)
_TAKE = (
    TASKS.update()
    .where(TASKS.c.id == sa.bindparam("wanted"), TASKS.c.taken < sa.bindparam("overlap"))
    .values(taken=TASKS.c.taken + 1)
)


def end_lease(
    tx: Transaction, assignment: Assignment, to: State, actor: str, reason: str | None = None
) -> Assignment:
    """The assignment without its lease: lapsed, released, skipped or withdrawn; its place is free.

    One that was answered before and is not skipped or withdrawn becomes returned and keeps it.
    """
    if assignment.annotation is not None and to in ("lapsed", "released"):
        to = "returned"
    elif assignment.state in HOLDING:
        ask(tx.connection, _FREE, {"free": assignment.task})
    values = {"assignment": assignment.id, "new_state": to, "why": reason}
    ask(tx.connection, _END, values)
    _record(tx, f"task_{to}", actor, assignment)
    return replace(assignment, state=to, reason=reason)


def take_place(tx: Transaction, task: str, project: Project) -> bool:
    """Whether the task had a place, which is now taken."""
    values = {"wanted": task, "overlap": project.plan.overlap}
    return ask(tx.connection, _TAKE, values).rowcount == 1


# --- what its person does with it -----------------------------------------------------


def save_draft(
    tx: Transaction, person: Person, assignment_id: str, draft: Mapping[str, Any], number: int
) -> Assignment:
    """The assignment with a draft, whether its lease still runs or not.

    `number` counts the drafts of an assignment; one that is not newer than what is kept is refused
    with Conflict `draft-older`, so that a second window loses nothing unseen. A draft is no state
    and no event. Conflict `already-submitted` once it is answered.
    """
    found = held(tx, person, assignment_id)
    must_be(found.project, ("open", "paused"), Words("keep drafts", "保存草稿"))
    assignment = found.assignment
    if assignment.state not in ("leased", "lapsed", "released", "returned"):
        raise ended(assignment)
    if not isinstance(number, int) or not assignment.draft_number < number < 2**31:
        kept = assignment.draft_number
        raise Conflict(
            "draft-older",
            Words(
                f"draft {number} is not newer than draft {kept}",
                f"第 {number} 稿不比第 {kept} 稿新",
            ),
            hint=Words("look at the newer draft first", "请先查看较新的草稿"),
        )
    values = {"draft": _drafted(draft), "draft_number": number}
    tx.connection.execute(ASSIGNMENTS.update().where(ASSIGNMENTS.c.id == assignment.id), values)
    return replace(assignment, draft=draft, draft_number=number)


def renew(tx: Transaction, person: Person, assignment_id: str) -> Assignment:
    """The assignment, its person's for one whole lease more from now.

    With more than half of it left nothing changes, so that it can be asked at any time. Conflict
    `lease-over`, and `lease-renewed-out` after LEASE_RENEWALS times: the place is for others, too.
    """
    found = _leased(tx, person, assignment_id, "keep it longer", "延长")
    assignment, lease_s = found.assignment, found.project.plan.lease_s
    if assignment.until_utc > later(tx.now_utc, lease_s / 2):
        return assignment
    mine = ASSIGNMENTS.c.id == assignment.id
    until = later(tx.now_utc, lease_s)
    renewed = tx.connection.execute(
        ASSIGNMENTS.update()
        .where(mine, ASSIGNMENTS.c.renewals < limits.LEASE_RENEWALS)
        .values(until_utc=until, renewals=ASSIGNMENTS.c.renewals + 1)
    )
    if renewed.rowcount == 0:
        raise Conflict(
            "lease-renewed-out",
            Words(
                f"the task was renewed {limits.LEASE_RENEWALS} times already",
                f"这道题已延长 {limits.LEASE_RENEWALS} 次",
            ),
            hint=Words("submit it, or give it back", "请提交，或退回"),
        )
    return replace(assignment, until_utc=until)


def skip(tx: Transaction, person: Person, assignment_id: str, reason: str) -> Assignment:
    """The assignment skipped: its person does not meet the task again. The reason is kept."""
    found = _leased(tx, person, assignment_id, "skip it", "跳过")
    limit = limits.REASON_CHARS
    reason = checked_text(reason, Words("the reason", "理由"), limit, least=1)
    return end_lease(tx, found.assignment, "skipped", person.id, reason)


def release(tx: Transaction, person: Person, assignment_id: str) -> Assignment:
    """The assignment given back: others may have the task, and its person may meet it again."""
    found = _leased(tx, person, assignment_id, "give it back", "归还")
    return end_lease(tx, found.assignment, "released", person.id)


def _leased(tx: Transaction, person: Person, assignment_id: str, en: str, zh: str) -> Held:
    found = held(tx, person, assignment_id)
    must_be(found.project, ("open", "paused"), Words(en, zh))
    if found.assignment.state != "leased":
        raise ended(found.assignment)
    return found


def ended(assignment: Assignment) -> Conflict:
    """Why nothing more can be done with an assignment."""
    if assignment.state in ("submitted", "returned"):
        return Conflict(
            "already-submitted",
            Words("this task was answered already", "这道题已经提交过"),
            hint=Words("ask for the next one", "请领取下一题"),
        )
    return Conflict(
        "lease-over",
        Words(
            f"the task was yours until {assignment.until_utc}; now it is not",
            f"这道题的领取时间到 {assignment.until_utc} 为止，现已失效",
        ),
        hint=Words(
            "your draft is kept and comes back with the task if it is open",
            "草稿已保留；任务仍开放时会连同草稿再回到你这里",
        ),
    )


def no_such_assignment(assignment_id: str) -> NotFound:
    """The NotFound for an assignment that is not there, or another person's."""
    return NotFound(
        "no-such-assignment",
        Words(f"there is no assignment {assignment_id!r}", f"没有这个领取记录 {assignment_id!r}"),
    )


def _drafted(draft: Mapping[str, Any]) -> str:
    """The draft as it is kept: any JSON object that is not too large."""
    try:
        text = json.dumps(draft, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(
            "wrong-text", Words("a draft is plain JSON", "草稿应为普通 JSON")
        ) from error
    n, most = len(text), limits.DRAFT_CHARS
    if n > most:
        raise LimitExceeded(
            "text-too-long",
            Words(
                f"the draft has {n:,} characters; at most {most:,}",
                f"草稿有 {n:,} 个字符，最多 {most:,} 个",
            ),
        )
    if not isinstance(draft, Mapping) or not is_kept(text):
        raise UsageError(
            "wrong-text",
            Words(
                "a draft is a JSON object of texts that can be kept",
                "草稿应为可保存文本组成的 JSON 对象",
            ),
        )
    return text


def _record(tx: Transaction, event: str, actor: str, assignment: Assignment) -> None:
    ids = {"project": assignment.project, "task": assignment.task, "person": assignment.person}
    tx.record(event, actor, assignment.id, ids)
