"""Who annotated shares in the price, by answers that count, and nobody types how many."""

from __future__ import annotations

from typing import Any

import pytest
from lianjin.annotate.answer import Answer
from lianjin.annotate.project import Person, Plan, Project, create_project, move_project
from lianjin.annotate.queue import next_task, submit_and_next
from lianjin.annotate.task import add_tasks, tasks_of
from lianjin.core.errors import NotFound
from lianjin.core.words import Words
from lianjin.market.annotators import annotators_of

ANN, BO = (Person(f"user_{name}", "organisation_base") for name in ("ann", "bo"))
BETTER = Answer("a_slightly", reason="A 给了可验证的办法", active_s=5)


def opened(world: Any, n: int) -> Project:
    """An open project of the supplier, with so many pairs."""
    owner = Person(world.supplier.user_id, world.supplier.organisation)
    plan = Plan(
        "偏好", "lanshi/gov-qa@1.0.0", "pair", Words("Which is better?", "哪个更好？"),
        annotators=("organisation_base",),
    )  # fmt: skip
    rows = [
        {"id": f"a#{i}", "kind": "preference", "messages": None,
         "preference": {"prompt": f"p{i}", "chosen": f"c{i}", "rejected": f"r{i}"}}
        for i in range(n)
    ]  # fmt: skip

    def work(tx: Any) -> Project:
        project = create_project(tx, owner, plan, secret="5e" * 32)
        add_tasks(tx, project, tasks_of(project, rows, {}))
        return move_project(tx, owner, project.id, "open")

    found: Project = world.database.write(work)
    return found


def answered(world: Any, project: Project, person: Person, times: int) -> None:
    for _ in range(times):
        served = world.database.write(lambda tx: next_task(tx, person, project.id, ()))
        identity = served.assignment.id
        world.database.write(lambda tx, i=identity: submit_and_next(tx, person, i, BETTER))


def test_answers_are_counted_over_all_projects_each_once(world: Any) -> None:
    first, second = opened(world, 5), opened(world, 2)
    answered(world, first, ANN, 3)
    answered(world, first, BO, 1)
    answered(world, second, BO, 1)
    with world.database.read() as connection:
        found = annotators_of(connection, world.supplier, [first.id, second.id, first.id])
        assert annotators_of(connection, world.supplier, []) == {}
    assert found == {"user_ann": 3, "user_bo": 2}


def test_another_organisations_project_is_not_found(world: Any) -> None:
    project = opened(world, 1)
    with world.database.read() as connection, pytest.raises(NotFound, match="no-such-project"):
        annotators_of(connection, world.other, [project.id])
