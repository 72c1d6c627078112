"""A task: one record of a version, as it is shown to those who answer.

Takes records; gives tasks with a prompt and one answer, or two whose sides are shuffled.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import sqlalchemy as sa

from lianjin.annotate.project import (
    PROJECTS,
    Person,
    Project,
    allow,
    must_be,
    n_tasks,
    owns,
    project_by_id,
)
from lianjin.annotate.text import is_kept
from lianjin.core import limits
from lianjin.core.database import METADATA, Database, Transaction
from lianjin.core.errors import LimitExceeded
from lianjin.core.identity import new_id
from lianjin.core.words import Words
from lianjin.corpus.dataset import Dataset

TASKS = sa.Table(
    "task",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("project", sa.ForeignKey(PROJECTS.c.id), nullable=False),
    sa.Column("position", sa.BigInteger, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),  # JSON: context and answers, as they are shown
    sa.Column("swapped", sa.Boolean, nullable=False),  # A is the answer that the record rejects
    sa.Column("taken", sa.Integer, nullable=False),  # places held by leases and answers
    sa.UniqueConstraint("project", "record"),
    sa.Index("ix_task_next", "project", "taken", "position"),
)
"""Tasks. `taken` never exceeds the project's overlap."""

COLUMNS = ["id", "kind", "messages", "preference"]
"""Of a record, what a task is made of."""

TOGETHER = 1_000
"""Tasks that are added in one work, so that nobody waits long for the writer."""


@dataclass(frozen=True)
class Task:
    """One record to be answered.

    `record`: its id in the version. `context`: what was said before, as {role, content}.
    `answers`: those to be judged, A first. `is_swapped`: A is the answer that the record rejects;
    for a rubric always false. `position`: tasks are given out in its order.
    """

    id: str
    project: str
    position: int
    record: str
    context: tuple[Mapping[str, str], ...]
    answers: tuple[str, ...]
    is_swapped: bool

    def to_json(self) -> dict[str, Any]:
        """What a person who answers it sees; not which answer was chosen."""
        return {
            "id": self.id,
            "position": self.position,
            "context": list(self.context),
            "answers": [{"side": s, "text": t} for s, t in zip("AB", self.answers, strict=False)],
        }


@dataclass(frozen=True)
class Filled:
    """Tasks that were added, and records left out, counted by why.

    `no-answer`: no pair, or no dialogue that ends with an answer. `too-long`: more characters than
    a screen takes. `unkept`: characters that no database keeps.
    """

    added: int
    left_out: Mapping[str, int] = field(default_factory=dict)


def fill(database: Database, actor: Person, project_id: str, dataset: Dataset) -> Filled:
    """Adds a task for each kept record of the dataset that can be answered, in a project in draft.

    Done in works of 1,000 tasks; what a kill interrupts goes on where it was, for a record never
    becomes two tasks. LimitExceeded `too-many-tasks`.
    """
    with database.read() as connection:
        project = project_by_id(connection, project_id)
        allow(project, actor, owns)
        known = set(_records(connection, project_id))
    left_out: dict[str, int] = {}
    fresh = (t for t in tasks_of(project, _rows(dataset), left_out) if t.record not in known)
    added = 0
    while chunk := list(islice(fresh, TOGETHER)):
        added += database.write(lambda tx, chunk=chunk: add_tasks(tx, project, chunk))  # type: ignore[misc]
    root = str(dataset.manifest["root"])

    def done(tx: Transaction) -> None:
        ids = {
            "dataset": project.plan.dataset,
            "root": root,
            "n_tasks": str(n_tasks(tx.connection, project_id)),
        }
        tx.record("project_filled", actor.id, project_id, ids)

    database.write(done)
    return Filled(added, left_out)


def add_tasks(tx: Transaction, project: Project, tasks: Iterable[Task]) -> int:
    """Adds tasks to a project in draft; how many. Conflict `project-state`, `too-many-tasks`."""
    project = project_by_id(tx.connection, project.id)
    must_be(project, ("draft",), Words("add tasks", "添加任务"))
    rows = list(map(_row, tasks))
    n, most = n_tasks(tx.connection, project.id) + len(rows), limits.PROJECT_TASKS
    if n > most:
        raise LimitExceeded(
            "too-many-tasks",
            Words(
                f"the project would have {n:,} tasks; at most {most:,}",
                f"项目将有 {n:,} 个任务，最多 {most:,} 个",
            ),
            hint=Words("make several projects", "请拆成几个项目"),
        )
    if rows:
        tx.connection.execute(TASKS.insert(), rows)
    return len(rows)


def tasks_of(
    project: Project, rows: Iterable[Mapping[str, Any]], left_out: dict[str, int]
) -> Iterator[Task]:
    """The tasks of records with COLUMNS, in their order; those left out are counted by why.

    Which side is A is drawn from the project's secret and the record's id, so that it is the same
    whenever it is asked and nobody outside can know it.
    """
    for number, row in enumerate(rows):
        parts = _pair(row) if project.plan.kind == "pair" else _answered(row)
        why = "no-answer" if parts is None else _unfit(*parts)
        if parts is None or why:
            left_out[why] = left_out.get(why, 0) + 1
            continue
        context, answers = parts
        chance = _chance(project, row["id"])
        swapped = project.plan.kind == "pair" and bool(chance & 1)
        yield Task(
            id=new_id("task"),
            project=project.id,
            position=chance >> 11 if project.plan.order == "shuffled" else number,
            record=row["id"],
            context=context,
            answers=answers[::-1] if swapped else answers,
            is_swapped=swapped,
        )


_BY_ID = sa.select(TASKS).where(TASKS.c.id == sa.bindparam("task"))


def task_by_id(connection: sa.Connection, task_id: str) -> Task:
    """The task with this id, which must exist."""
    return task_of(connection.execute(_BY_ID, {"task": task_id}).one())


def task_of(row: Any) -> Task:
    """The task of a row that has the columns of TASKS."""
    body = json.loads(row.body)
    return Task(
        row.id, row.project, row.position, row.record, tuple(body["context"]),
        tuple(body["answers"]), row.swapped,
    )  # fmt: skip


Parts = tuple[tuple[Mapping[str, str], ...], tuple[str, ...]]


def _pair(row: Mapping[str, Any]) -> Parts | None:
    found = row["preference"]
    if row["kind"] != "preference" or found is None:
        return None
    prompt, *answers = (found[name] or "" for name in ("prompt", "chosen", "rejected"))
    context = ({"role": "user", "content": prompt},) if prompt else ()
    return context, tuple(answers)


def _answered(row: Mapping[str, Any]) -> Parts | None:
    turns = row["messages"] or ()
    if row["kind"] != "messages" or not turns or turns[-1]["role"] != "assistant":
        return None
    said = [{"role": t["role"] or "", "content": t["content"] or ""} for t in turns]
    return tuple(said[:-1]), (said[-1]["content"],)


def _unfit(context: tuple[Mapping[str, str], ...], answers: tuple[str, ...]) -> str:
    texts = [*(turn["content"] for turn in context), *(turn["role"] for turn in context), *answers]
    if sum(map(len, texts)) > limits.TASK_CHARS:
        return "too-long"
    return "" if all(map(is_kept, texts)) else "unkept"


def _chance(project: Project, record: str) -> int:
    """64 bits that look random to whoever lacks the secret."""
    mac = hmac.digest(bytes.fromhex(project.secret), f"task {record}".encode(), hashlib.sha256)
    return int.from_bytes(mac[:8])


def _rows(dataset: Dataset) -> Iterator[Mapping[str, Any]]:
    for entry in dataset.files("data"):
        for batch in dataset.rows(entry):
            present = [name for name in COLUMNS if name in batch.schema.names]
            absent = {name: None for name in COLUMNS if name not in present}
            for row in batch.select(present).to_pylist():
                yield row | absent


def _records(connection: sa.Connection, project_id: str) -> Iterator[str]:
    yield from connection.execute(
        sa.select(TASKS.c.record).where(TASKS.c.project == project_id)
    ).scalars()


def _row(task: Task) -> dict[str, Any]:
    body = {"context": list(task.context), "answers": list(task.answers)}
    row = {name: getattr(task, name) for name in ("id", "project", "position", "record")}
    row |= {"swapped": task.is_swapped, "taken": 0}
    return row | {"body": json.dumps(body, ensure_ascii=False)}
