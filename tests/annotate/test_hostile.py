"""Whatever people do in whatever order, no place is held twice and nothing is lost."""

from __future__ import annotations

import random
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from lianjin.annotate.annotation import ANNOTATIONS, submit, take_back
from lianjin.annotate.answer import Answer
from lianjin.annotate.assignment import ASSIGNMENTS, HOLDING, release, save_draft, skip
from lianjin.annotate.project import Person, Project, create_project, move_project
from lianjin.annotate.queue import next_task, submit_and_next
from lianjin.annotate.review import next_review, review, withdraw
from lianjin.annotate.task import TASKS, add_tasks, tasks_of
from lianjin.core.database import EVENTS, Database, Transaction
from lianjin.core.errors import Conflict, LianjinError
from lianjin.core.once import once

from tests.annotate.conftest import OWNER, Clock, pairs, plan

PEOPLE = tuple(Person(f"user_{i}", "organisation_base") for i in range(4))
REVIEWERS = (PEOPLE[0], Person("user_r", "organisation_check"))
OVERLAP, N_TASKS, LEASE_S = 2, 4, 60


def opened(database: Database, n: int = N_TASKS, **changed: Any) -> Project:
    asked = plan(
        overlap=OVERLAP,
        lease_s=LEASE_S,
        reviewers=tuple(person.id for person in REVIEWERS),
        **changed,
    )

    def work(tx: Transaction) -> Project:
        project = create_project(tx, OWNER, asked, secret="5e" * 32)
        add_tasks(tx, project, tasks_of(project, pairs(n), {}))
        return move_project(tx, OWNER, project.id, "open")

    return database.write(work)


def faults(database: Database, project: Project) -> list[str]:
    """What is wrong with the rows; each rule is a sentence."""
    with database.read() as connection:
        tasks = connection.execute(sa.select(TASKS)).all()
        mine = connection.execute(sa.select(ASSIGNMENTS)).all()
        given = connection.execute(sa.select(ANNOTATIONS)).all()
    wrong = []
    for task in tasks:
        here = [row for row in mine if row.task == task.id]
        places = sum(row.state in HOLDING for row in here)
        if not places == task.taken <= project.plan.overlap:
            wrong.append(f"{task.record}: {task.taken} places said, {places} held")
        if len({row.person for row in here}) != len(here):
            wrong.append(f"{task.record}: one person twice")
    standing = ("waiting", "passed", "accepted", "fixed")
    for row in mine:
        answers = [one for one in given if one.assignment == row.id]
        alive = [one.id for one in answers if one.state in standing]
        if (row.state == "submitted") != (alive == [row.annotation] and len(alive) == 1):
            wrong.append(f"{row.id}: {row.state} with the answers {alive}")
        if len(answers) != max((one.round for one in answers), default=0):
            wrong.append(f"{row.id}: a round is missing")
    return wrong


class Queue(RuleBasedStateMachine):
    """People who take, answer, skip, come late, review and withdraw, under a clock that jumps."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.database = Database(f"sqlite:///{self.folder.name}/l.db", clock=self.clock)
        self.database.create()
        self.project = opened(self.database, review_share=0.6)
        self.seen: dict[str, list[str]] = {person.id: [] for person in PEOPLE}
        self.acknowledged: dict[str, str] = {}
        self.number = 0

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def try_to(self, work: Any, *given: Any, **named: Any) -> Any:
        """What the work gives; a refusal is an answer like another, anything else a bug."""
        try:
            return self.database.write(lambda tx: work(tx, *given, **named))
        except LianjinError as refused:
            return refused

    def some(self, person: Person, pick: int) -> str:
        known = self.seen[person.id]
        return known[pick % len(known)] if known else "assignment_none"

    def served(self, person: Person, found: Any) -> None:
        if found is not None and not isinstance(found, LianjinError):
            assert found.assignment.person == person.id
            assert found.assignment.until_utc > self.clock.now
            if found.assignment.id not in self.seen[person.id]:
                self.seen[person.id].append(found.assignment.id)

    @rule(person=st.sampled_from(PEOPLE), n=st.integers(0, 2))
    def take(self, person: Person, n: int) -> None:
        held = tuple(self.seen[person.id][-n:]) if n else ()
        self.served(person, self.try_to(next_task, person, self.project.id, held))

    @rule(
        person=st.sampled_from(PEOPLE),
        pick=st.integers(0, 9),
        choice=st.sampled_from(["a_much", "same"]),
    )
    def answer(self, person: Person, pick: int, choice: str) -> None:
        mine = self.some(person, pick)
        found = self.try_to(submit_and_next, person, mine, Answer(choice))
        if not isinstance(found, LianjinError):
            self.acknowledged[found.annotation.id] = choice
            self.served(person, found.served)

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 9))
    def leave(self, person: Person, pick: int) -> None:
        mine = self.some(person, pick)
        self.try_to(release if pick % 2 else take_back, person, mine)

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 9))
    def give_up(self, person: Person, pick: int) -> None:
        self.try_to(skip, person, self.some(person, pick), "不会")

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 9))
    def draft(self, person: Person, pick: int) -> None:
        self.number += 1
        self.try_to(save_draft, person, self.some(person, pick), {"n": self.number}, self.number)

    @rule(person=st.sampled_from(REVIEWERS), verdict=st.sampled_from(["accept", "fix", "return"]))
    def judge(self, person: Person, verdict: str) -> None:
        item = self.try_to(next_review, person, self.project.id)
        if item is None or isinstance(item, LianjinError):
            return
        assert item.annotation.person != person.id
        answer = Answer("b_much") if verdict == "fix" else None
        self.try_to(review, person, item.annotation.id, verdict, comment="看过", answer=answer)

    @rule(person=st.sampled_from(PEOPLE), pick=st.integers(0, 9))
    def take_away(self, person: Person, pick: int) -> None:
        self.try_to(withdraw, OWNER, self.some(person, pick))

    @rule(seconds=st.sampled_from([1, 30, 59, 60, 61, -30, -3_600]))
    def wait(self, seconds: int) -> None:
        self.clock.wait(seconds)

    @rule(to=st.sampled_from(["paused", "open"]))
    def stop_and_go(self, to: str) -> None:
        self.try_to(move_project, OWNER, self.project.id, to)

    @invariant()
    def rows_are_right(self) -> None:
        assert faults(self.database, self.project) == []

    @invariant()
    def nothing_acknowledged_is_lost(self) -> None:
        with self.database.read() as connection:
            rows = connection.execute(sa.select(ANNOTATIONS.c.id, ANNOTATIONS.c.choice)).all()
        assert {row.id: row.choice for row in rows} == self.acknowledged


TestQueue = Queue.TestCase
TestQueue.settings = settings(
    max_examples=25,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
TestQueue.pytestmark = [pytest.mark.slow]  # a thousand moves, each a commit on disk


def test_two_hundred_people_at_once_leave_every_task_with_its_places(tmp_path: Path) -> None:
    clock, lock, acknowledged = Clock(), threading.Lock(), list[str]()
    with Database(f"sqlite:///{tmp_path}/l.db", clock=clock) as database:
        database.create()
        project = opened(database, 150, review_share=0.2)

        def sent(me: Person, mine: str, answer: Answer) -> str:
            def work(tx: Transaction) -> str:
                return submit(tx, me, mine, answer).id

            return str(database.write(lambda tx: once(tx, mine, me.id, "sha256:x", work)))

        def turn(me: Person, dice: random.Random) -> None:
            served = database.write(lambda tx: next_task(tx, me, project.id))
            if served is None:
                return
            mine, answer = served.assignment.id, Answer(dice.choice(["a_much", "same"]))
            fate = dice.random()
            if fate < 0.1:
                database.write(lambda tx: skip(tx, me, mine, "不会"))
                return
            with lock:
                clock.wait(LEASE_S / 3 if fate < 0.2 else 0)
            for _ in range(dice.choice([1, 1, 2])):  # some are sent twice
                kept = sent(me, mine, answer)
                with lock:
                    acknowledged.append(kept)

        def person(number: int) -> None:
            dice, me = random.Random(number), Person(f"user_{number}", "organisation_base")
            for _ in range(4):
                with suppress(Conflict):  # too late: others have the place
                    turn(me, dice)

        with ThreadPoolExecutor(50) as pool:
            list(pool.map(person, range(200)))
        assert faults(database, project) == []
        with database.read() as connection:
            there = set(connection.execute(sa.select(ANNOTATIONS.c.id)).scalars())
            n_events = connection.execute(
                sa.select(sa.func.count()).where(EVENTS.c.event == "annotation_submitted")
            ).scalar_one()
    assert there == set(acknowledged)
    assert n_events == len(there) > 200
