"""A database whose clock is set by hand, and projects that are ready to be answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lianjin.annotate.annotation import Annotation
from lianjin.annotate.answer import Answer
from lianjin.annotate.project import (
    Person,
    Plan,
    Project,
    RubricRow,
    create_project,
    move_project,
)
from lianjin.annotate.queue import Served, Turn, next_task, submit_and_next
from lianjin.annotate.task import add_tasks, tasks_of
from lianjin.core.clock import later
from lianjin.core.database import Database
from lianjin.core.words import Words

START = "2026-01-31T08:00:00.000000Z"
OWNER = Person("user_owner", "organisation_lab")
ANN, BO, CAI = (Person(f"user_{name}", "organisation_base") for name in ("ann", "bo", "cai"))
RITA, RU = (Person(f"user_{name}", "organisation_check") for name in ("rita", "ru"))
STRANGER = Person("user_stranger", "organisation_else")
RUBRIC = (
    RubricRow("correct", Words("correct", "正确"), weight=3),
    RubricRow("clear", Words("clear", "表达"), highest=3),
)
SCORES = {"correct": 4, "clear": 2}
BETTER = Answer("a_slightly", reason="A 给了可验证的办法", active_s=5)


class Clock:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> str:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now = later(self.now, seconds)


def pairs(n: int) -> list[dict[str, Any]]:
    """Records of pairs: `prompt 3`, `good 3`, `bad 3`."""
    return [
        {
            "id": f"a.jsonl#{i}",
            "kind": "preference",
            "messages": None,
            "preference": {"prompt": f"prompt {i}", "chosen": f"good {i}", "rejected": f"bad {i}"},
        }
        for i in range(n)
    ]


def dialogues(n: int) -> list[dict[str, Any]]:
    turns = [{"role": "user", "content": "几点开？"}, {"role": "assistant", "content": "天不亮。"}]
    return [
        {"id": f"d.jsonl#{i}", "kind": "messages", "messages": turns, "preference": None}
        for i in range(n)
    ]


def plan(**changed: Any) -> Plan:
    values: dict[str, Any] = {
        "name": "客服答复偏好",
        "dataset": "lab/answers@1.0.0",
        "kind": "pair",
        "question": Words("Which answer is better?", "哪个答复更好？"),
        "annotators": ("organisation_base",),
        "reviewers": ("organisation_check", "user_bo"),
        "lease_s": 60,
    }
    return Plan(**(values | changed))


class Desk:
    """Calls on one project, each in a transaction of its own."""

    def __init__(self, database: Database, project: Project) -> None:
        self.database = database
        self.project = project

    def next(self, person: Person, held: tuple[str, ...] = ()) -> Served | None:
        return self.database.write(lambda tx: next_task(tx, person, self.project.id, held))

    def taken(self, person: Person, held: tuple[str, ...] = ()) -> Served:
        found = self.next(person, held)
        assert found is not None
        return found

    def turn(self, person: Person, served: Served, answer: Answer = BETTER) -> Turn:
        identity = served.assignment.id
        return self.database.write(lambda tx: submit_and_next(tx, person, identity, answer))

    def answered(self, person: Person, answer: Answer = BETTER) -> Annotation:
        return self.turn(person, self.taken(person), answer).annotation

    def move(self, to: Any) -> Project:
        return self.database.write(lambda tx: move_project(tx, OWNER, self.project.id, to))

    def call(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return self.database.write(lambda tx: work(tx, *given, **named))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path, clock: Clock) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path}/l.db", clock=clock) as found:
        found.create()
        yield found


@pytest.fixture
def desk(database: Database) -> Callable[..., Desk]:
    """Makes an open project of `n` tasks; other arguments are the plan's."""

    def made(n: int = 3, **changed: Any) -> Desk:
        asked = plan(**changed)

        def work(tx: Any) -> Project:
            project = create_project(tx, OWNER, asked, secret="5e" * 32)
            rows = pairs(n) if asked.kind == "pair" else dialogues(n)
            add_tasks(tx, project, tasks_of(project, rows, {}))
            return move_project(tx, OWNER, project.id, "open")

        return Desk(database, database.write(work))

    return made
