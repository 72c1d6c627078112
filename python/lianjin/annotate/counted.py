"""The answers that count, by record: what an export and a report are made of.

Takes a project; gives answers with who gave them, under a name that the project made up.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from lianjin.annotate.annotation import ANNOTATIONS, COUNTED
from lianjin.annotate.answer import Answer, answer_of
from lianjin.annotate.project import Project
from lianjin.annotate.review import REVIEWS
from lianjin.annotate.task import TASKS, Task, task_of


@dataclass(frozen=True)
class CountedAnswer:
    """An answer that counts: as its person gave it, or as a reviewer mended it (`outcome` fixed)."""

    annotator: str
    answer: Answer
    outcome: str
    round: int
    revision: int
    created_utc: str


def pseudonym(project: Project, person: str) -> str:
    """A name for a person that is the same throughout the project and leads nowhere else.

    Made with the project's secret: who does not have it cannot try people's ids.
    """
    mac = hmac.digest(bytes.fromhex(project.secret), f"person {person}".encode(), hashlib.sha256)
    return "annotator_" + base64.b32encode(mac[:10]).decode().lower()


def tasks_of_records(
    connection: sa.Connection, project: Project, records: Sequence[str]
) -> dict[str, tuple[Task, tuple[CountedAnswer, ...]]]:
    """The task of each of these records that has one, and its answers that count, the first first."""
    chosen = (TASKS.c.project == project.id) & TASKS.c.record.in_(records)
    tasks = [task_of(row) for row in connection.execute(sa.select(TASKS).where(chosen))]
    answers: dict[str, list[CountedAnswer]] = {task.id: [] for task in tasks}
    fix = (REVIEWS.c.annotation == ANNOTATIONS.c.id) & (REVIEWS.c.verdict == "fix")
    query = (
        sa.select(ANNOTATIONS, *(REVIEWS.c[name].label(f"fixed_{name}") for name in _FIXED))
        .join(TASKS, TASKS.c.id == ANNOTATIONS.c.task)
        .outerjoin(REVIEWS, fix)
        .where(chosen, ANNOTATIONS.c.state.in_(COUNTED))
        .order_by(ANNOTATIONS.c.id)
    )
    for row in connection.execute(query):
        answers[row.task].append(_counted(project, row))
    return {task.record: (task, tuple(answers[task.id])) for task in tasks}


_FIXED = ("choice", "scores", "reason", "active_s")


def _counted(project: Project, row: Any) -> CountedAnswer:
    answer = answer_of(row)
    if row.state == "fixed":
        fields = row._mapping
        answer = answer_of(SimpleNamespace(**{name: fields[f"fixed_{name}"] for name in _FIXED}))
    return CountedAnswer(
        pseudonym(project, row.person), answer, row.state, row.round, row.revision, row.created_utc
    )
