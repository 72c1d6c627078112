"""Many people annotate while the process is killed, again and again: nothing twice, nothing lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from lianjin.annotate.annotation import ANNOTATIONS
from lianjin.annotate.assignment import ASSIGNMENTS, HOLDING
from lianjin.annotate.project import Person, Plan, create_project, move_project
from lianjin.annotate.review import REVIEWS
from lianjin.annotate.task import TASKS, add_tasks, tasks_of
from lianjin.core.database import EVENTS, Database, Transaction
from lianjin.core.event import Sequencer
from lianjin.core.key import make_key, read_key
from lianjin.core.log import Log
from lianjin.core.verify import verify
from lianjin.core.words import Words

OWNER = Person("user_owner", "organisation_lab")
OVERLAP = 2


def made(folder: Path, n_tasks: int) -> str:
    """A folder with a log and a database, in it an open project; its id."""
    Log.create(folder / "log", make_key(folder / "log.key", "example.com/log")).close()
    question = Words("Which is better?", "哪个更好？")
    plan = Plan(
        "kill", "lab/answers@1.0.0", "pair", question, overlap=OVERLAP, review_share=0.3,
        annotators=("organisation_base",), reviewers=("organisation_check",), lease_s=10,
    )  # fmt: skip
    pairs = [
        {"id": f"a#{i}", "kind": "preference", "messages": None,
         "preference": {"prompt": "问", "chosen": "甲", "rejected": "乙"}}
        for i in range(n_tasks)
    ]  # fmt: skip

    def work(tx: Transaction) -> str:
        project = create_project(tx, OWNER, plan)
        add_tasks(tx, project, tasks_of(project, pairs, {}))
        return move_project(tx, OWNER, project.id, "open").id

    with Database(f"sqlite:///{folder}/l.db") as database:
        database.create()
        return database.write(work)


def killed(folder: Path, project: str, people: int, seed: int, lines: int) -> Iterator[list[str]]:
    """What a process says until it is killed after so many lines; less if it ends before."""
    command = [sys.executable, "-m", "tests.journey.annotators", str(folder), project]
    process = subprocess.Popen(
        [*command, str(people), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert process.stdout is not None
    for number, line in enumerate(process.stdout):
        if line.endswith("\n"):
            yield line.split()
        if number == lines:
            process.kill()
    process.wait()


def histories_agree(folder: Path, heard: list[list[str]]) -> dict[str, int]:
    """Holds what was acknowledged against the rows, the events and the log; counts of them."""
    with (
        Log.open(folder / "log", read_key(folder / "log.key")) as log,
        Database(f"sqlite:///{folder}/l.db") as database,
    ):
        with Sequencer(database, log):
            pass
        with database.read() as connection:
            tasks = connection.execute(sa.select(TASKS)).all()
            mine = connection.execute(sa.select(ASSIGNMENTS)).all()
            given = connection.execute(sa.select(ANNOTATIONS)).all()
            reviews = connection.execute(sa.select(REVIEWS)).all()
            events = connection.execute(sa.select(EVENTS)).all()
        size = log.checkpoint().size
    by_task: dict[str, list[Any]] = {task.id: [] for task in tasks}
    for row in mine:
        by_task[row.task].append(row)
    for task in tasks:
        here = by_task[task.id]
        assert sum(row.state in HOLDING for row in here) == task.taken <= OVERLAP
        assert len({row.person for row in here}) == len(here)
    found = {
        "leased": {(row.id, row.task, row.person) for row in mine},
        "kept": {(row.id, row.task, row.person) for row in given},
        "reviewed": {(row.id, row.task, row.reviewer) for row in reviews},
    }
    lost = [line for line in heard if tuple(line[1:]) not in found[line[0]]]
    assert lost == []
    assert len({row.assignment for row in given}) == sum(row.annotation is not None for row in mine)
    submitted = [event for event in events if event.event == "annotation_submitted"]
    assert sorted(event.subject for event in submitted) == sorted(row.id for row in given)
    assert [event.log_index for event in events] == list(range(size))
    assert verify(folder / "log").faults == ()
    return {"answers": len(given), "tasks": len(tasks), "events": size}


@pytest.mark.slow  # three processes, each killed while fifty people work in it
def test_a_killed_server_loses_no_answer_and_gives_no_place_twice(tmp_path: Path) -> None:
    project, heard = made(tmp_path, 600), list[list[str]]()
    for seed, lines in enumerate((150, 333, 700)):
        heard += killed(tmp_path, project, 50, seed, lines)
        histories_agree(tmp_path, heard)
    assert len([line for line in heard if line[0] == "kept"]) > 300


@pytest.mark.attack
def test_a_thousand_people_through_twenty_kills(tmp_path: Path) -> None:
    project, heard = made(tmp_path, 20_000), list[list[str]]()
    for seed in range(20):
        heard += killed(tmp_path, project, 1_000, seed, 1_500 + 97 * seed)
        print(histories_agree(tmp_path, heard))
