"""Annotation projects of a tenant, made without the web, for tests that look at one."""

from __future__ import annotations

from typing import Any

from lianjin.annotate.annotation import submit
from lianjin.annotate.answer import Answer
from lianjin.annotate.project import Person, create_project, move_project
from lianjin.annotate.queue import next_task
from lianjin.annotate.task import add_tasks, tasks_of
from lianjin.core.database import Transaction
from lianjin.service.project import PlanBody

from .world import Tenant, World

PLAN: dict[str, Any] = {
    "name": "客服答复偏好",
    "dataset": "canaryours/news@1.0.0",
    "kind": "pair",
    "question": {"en": "Which answer is better?", "zh": "哪个答复更好？"},
    "review_share": 1.0,
    "lease_s": 600,
}
N_TASKS = 5


def pairs(canary: str) -> list[dict[str, Any]]:
    """Records of pairs, with markup in them."""
    return [
        {
            "id": f"a.jsonl#{number}",
            "kind": "preference",
            "messages": None,
            "preference": {
                "prompt": f"{canary} {number} <script>alert(1)</script>",
                "chosen": f"good {number}",
                "rejected": f"bad {number} <img src=x onerror=alert(1)>",
            },
        }
        for number in range(N_TASKS)
    ]


def plan_of(tenant: Tenant, **changed: Any) -> dict[str, Any]:
    """PLAN, with everybody of the tenant as annotator and reviewer."""
    named = [tenant.organisation.id]
    return PLAN | {"annotators": named, "reviewers": named} | changed


def opened(world: World, tenant: Tenant, user: str, **changed: Any) -> str:
    """The id of an open project of the tenant."""
    person = Person(user, tenant.organisation.id)
    body = plan_of(tenant, name=f"{tenant.canary} project", **changed)

    def work(tx: Transaction) -> str:
        plan = PlanBody.model_validate(body).plan()
        project = create_project(tx, person, plan)
        add_tasks(tx, project, tasks_of(project, pairs(tenant.canary), {}))
        return move_project(tx, person, project.id, "open").id

    return world.state.database.write(work)


def taken(world: World, tenant: Tenant, user: str) -> str:
    """The id of an assignment that is leased to the user, in a project of its own."""
    project, person = opened(world, tenant, user), Person(user, tenant.organisation.id)

    def work(tx: Transaction) -> str:
        served = next_task(tx, person, project)
        assert served is not None
        return served.assignment.id

    return world.state.database.write(work)


def answered(world: World, tenant: Tenant, user: str) -> str:
    """The id of the user's answer, which waits for review."""
    mine, person = taken(world, tenant, user), Person(user, tenant.organisation.id)
    return world.state.database.write(lambda tx: submit(tx, person, mine, Answer("a_much")).id)
