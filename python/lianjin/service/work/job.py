"""A job: something that was asked for and takes its time, such as a build.

Takes what is asked for as plain values; gives a Job and, line by line, how far it is. Records
`job_made`, `job_done`, `job_failed`, `job_cancelled`.

    queued ─▶ running ─▶ done | failed        a restart puts what was running back to queued
      └────────┴───────▶ cancelled
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, LimitExceeded, NotFound
from lianjin.core.identity import digest, new_id
from lianjin.core.limits import JOB_ATTEMPTS, JOB_LINES, JOBS_WAITING
from lianjin.core.words import Words

State = Literal["queued", "running", "done", "failed", "cancelled"]
ENDED = ("done", "failed", "cancelled")

JOBS = sa.Table(
    "job",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("user", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("asked", sa.Text, nullable=False),  # JSON
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("started_utc", sa.String(27), nullable=True),
    sa.Column("ended_utc", sa.String(27), nullable=True),
    sa.Column("result", sa.Text, nullable=True),  # JSON
)
LINES = sa.Table(
    "job_line",
    METADATA,
    sa.Column("job", sa.ForeignKey("job.id"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("event", sa.String(16), nullable=False),  # state | progress
    sa.Column("data", sa.Text, nullable=False),  # JSON
)
"""What a job told, in order; the last JOB_LINES of it."""


@dataclass(frozen=True)
class Job:
    """One job. `asked`: what for; `result`: what came of it, or why it failed."""

    id: str
    organisation: str
    user: str
    kind: str
    asked: Mapping[str, Any]
    state: State
    attempts: int
    created_utc: str
    started_utc: str | None
    ended_utc: str | None
    result: Mapping[str, Any] | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ENDED


@dataclass(frozen=True)
class Line:
    """One thing that a job told: its `number` counts from 1."""

    number: int
    event: str
    data: Mapping[str, Any]


def make_job(
    tx: Transaction,
    user: str,
    organisation: str,
    kind: str,
    asked: Mapping[str, Any],
    identity: str | None = None,
) -> Job:
    """A new job that waits for its turn; LimitExceeded `too-many-jobs` beyond JOBS_WAITING.

    `identity`: its id, where files of it were put under that name before.
    """
    waiting = sa.and_(JOBS.c.organisation == organisation, JOBS.c.state == "queued")
    count = sa.select(sa.func.count()).select_from(JOBS).where(waiting)
    if (tx.connection.execute(count).scalar() or 0) >= JOBS_WAITING:
        raise LimitExceeded(
            "too-many-jobs",
            Words(f"{JOBS_WAITING} jobs wait already", f"已有 {JOBS_WAITING} 个作业在排队"),
            hint=Words("wait for them, or cancel some", "请等待，或取消一些"),
        )
    row = {
        "id": identity or new_id("job"),
        "organisation": organisation,
        "user": user,
        "kind": kind,
        "asked": json.dumps(asked, ensure_ascii=False, sort_keys=True),
        "state": "queued",
        "attempts": 0,
        "created_utc": tx.now_utc,
    }
    tx.connection.execute(JOBS.insert(), row)
    identity = str(row["id"])
    tx.record(
        "job_made", user, identity, {"organisation": organisation}, {"asked": digest(dict(asked))}
    )
    tell(tx, identity, "state", {"state": "queued"})
    return job_by_id(tx.connection, identity)


def claim(tx: Transaction) -> Job | None:
    """The job whose turn it is, which from now on runs; None if none waits."""
    query = sa.select(JOBS.c.id).where(JOBS.c.state == "queued").order_by(JOBS.c.id).limit(1)
    if (identity := tx.connection.execute(query).scalar()) is None:
        return None
    values = {"state": "running", "attempts": JOBS.c.attempts + 1, "started_utc": tx.now_utc}
    tx.connection.execute(JOBS.update().where(JOBS.c.id == identity).values(values))
    tell(tx, identity, "state", {"state": "running"})
    return job_by_id(tx.connection, identity)


def put_back(tx: Transaction) -> int:
    """How many jobs ran when the server was killed; they wait for their turn again."""
    running = sa.select(JOBS.c.id).where(JOBS.c.state == "running")
    found = list(tx.connection.execute(running).scalars())
    for identity in found:
        retry(tx, identity)
    return len(found)


def retry(tx: Transaction, identity: str) -> None:
    """Puts a job back that was cut off; one that was so JOB_ATTEMPTS times has failed."""
    found = job_by_id(tx.connection, identity)
    if found.state == "running" and found.attempts >= JOB_ATTEMPTS:
        said = Words(
            f"the job was cut off {found.attempts} times", f"作业中断了 {found.attempts} 次"
        )
        failure = {"code": "job-cut-off", "message": said.stored, "hint": ""}
        settle(tx, identity, "failed", {"error": failure})
    elif found.state == "running":
        _queue(tx, identity, found.attempts)


def resume_later(tx: Transaction, identity: str) -> None:
    """Puts a job back whose server is stopped: that is no attempt which failed."""
    found = job_by_id(tx.connection, identity)
    if found.state == "running":
        _queue(tx, identity, found.attempts - 1)


def _queue(tx: Transaction, identity: str, attempts: int) -> None:
    values = {"state": "queued", "attempts": attempts}
    tx.connection.execute(JOBS.update().where(JOBS.c.id == identity).values(values))
    tell(tx, identity, "state", {"state": "queued"})


def settle(tx: Transaction, identity: str, state: State, result: Mapping[str, Any] | None) -> bool:
    """Ends a job; False, and nothing happens, if it has ended already."""
    found = job_by_id(tx.connection, identity)
    if found.has_ended:
        return False
    text = None if result is None else json.dumps(result, ensure_ascii=False, sort_keys=True)
    values = {"state": state, "ended_utc": tx.now_utc, "result": text}
    tx.connection.execute(JOBS.update().where(JOBS.c.id == identity).values(values))
    tell(tx, identity, "state", {"state": state})
    digests = {} if result is None else {"result": digest(dict(result))}
    tx.record(f"job_{state}", found.user, identity, {"organisation": found.organisation}, digests)
    return True


def cancel(tx: Transaction, identity: str) -> Job:
    """The job, from now on cancelled; Conflict `job-ended` if it has ended otherwise."""
    found = job_by_id(tx.connection, identity)
    if found.has_ended and found.state != "cancelled":
        raise Conflict(
            "job-ended",
            Words(f"the job {identity!r} has ended already", f"作业 {identity!r} 已经结束"),
        )
    settle(tx, identity, "cancelled", None)
    return job_by_id(tx.connection, identity)


def tell(tx: Transaction, identity: str, event: str, data: Mapping[str, Any]) -> None:
    """Adds a line; the oldest beyond JOB_LINES go."""
    mine = LINES.c.job == identity
    last = tx.connection.execute(sa.select(sa.func.max(LINES.c.number)).where(mine)).scalar() or 0
    row = {"job": identity, "number": last + 1, "event": event}
    tx.connection.execute(LINES.insert(), row | {"data": json.dumps(data, ensure_ascii=False)})
    old = LINES.delete().where(mine, LINES.c.number <= last + 1 - JOB_LINES)
    tx.connection.execute(old)


def lines(connection: sa.Connection, identity: str, after: int = 0) -> tuple[Line, ...]:
    """What a job told after line `after`, in order."""
    query = sa.select(LINES).where(LINES.c.job == identity, LINES.c.number > after)
    rows = connection.execute(query.order_by(LINES.c.number))
    return tuple(Line(row.number, row.event, json.loads(row.data)) for row in rows)


def job_by_id(connection: sa.Connection, identity: str) -> Job:
    """The job with this id; NotFound `no-such-job`."""
    row = connection.execute(sa.select(JOBS).where(JOBS.c.id == identity)).one_or_none()
    if row is None:
        raise no_job(identity)
    return _job(row)


def jobs(
    connection: sa.Connection,
    *,
    organisation: str | None = None,
    before: str | None = None,
    limit: int = 50,
) -> tuple[Job, ...]:
    """The jobs of an organisation, or all; the newest first, those before id `before`."""
    query = sa.select(JOBS).order_by(JOBS.c.id.desc()).limit(limit)
    if organisation is not None:
        query = query.where(JOBS.c.organisation == organisation)
    if before is not None:
        query = query.where(JOBS.c.id < before)
    return tuple(map(_job, connection.execute(query)))


def open_jobs(connection: sa.Connection) -> tuple[Job, ...]:
    """The jobs that wait or run, the oldest first."""
    query = sa.select(JOBS).where(JOBS.c.state.not_in(ENDED)).order_by(JOBS.c.id)
    return tuple(map(_job, connection.execute(query)))


def no_job(identity: str) -> NotFound:
    """The refusal about a job that is not there, or not for this caller."""
    return NotFound("no-such-job", Words(f"there is no job {identity!r}", f"没有作业 {identity!r}"))


def _job(row: sa.Row[Any]) -> Job:
    return Job(
        row.id,
        row.organisation,
        row.user,
        row.kind,
        json.loads(row.asked),
        row.state,
        row.attempts,
        row.created_utc,
        row.started_utc,
        row.ended_utc,
        None if row.result is None else json.loads(row.result),
    )
