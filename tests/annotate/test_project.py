"""A project is planned, opened, paused and closed by those who own it, and exists for no stranger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lianjin.annotate.project import (
    Person,
    Plan,
    change_plan,
    create_project,
    move_project,
    project_by_id,
    projects_for,
)
from lianjin.core.database import Database
from lianjin.core.errors import Conflict, LianjinError, NotFound
from lianjin.core.words import Words

from tests.annotate.conftest import ANN, OWNER, RITA, RUBRIC, STRANGER, Desk, plan


def test_a_plan_comes_back_as_it_was(database: Database) -> None:
    asked = plan(rubric=RUBRIC, guideline="先看因果。\n<b>再看</b>", review_share=0.25, overlap=3)
    made = database.write(lambda tx: create_project(tx, OWNER, asked))
    with database.read() as connection:
        assert project_by_id(connection, made.id) == made
    assert (made.plan, made.state, made.organisation) == (asked, "draft", OWNER.organisation)
    assert Plan.of_json(asked.to_json()) == asked


@pytest.mark.parametrize(
    "changed",
    [
        {"name": "  "},
        {"kind": "poll"},
        {"kind": "rubric"},
        {"dataset": ""},
        {"dataset": "a\nb"},
        {"overlap": 0},
        {"overlap": 51},
        {"overlap": True},
        {"review_share": 1.1},
        {"review_share": float("nan")},
        {"review_share": 0.5, "reviewers": ()},
        {"lease_s": 9},
        {"lease_s": 86_401},
        {"reason_chars": -1},
        {"order": "random"},
        {"level": "专家"},
        {"annotators": ("",)},
        {"annotators": tuple(f"user_{i}" for i in range(10_001))},
        {"rubric": RUBRIC + RUBRIC},
        {"rubric": (replace(RUBRIC[0], id="<b>"),)},
        {"rubric": (replace(RUBRIC[0], lowest=5),)},
        {"rubric": (replace(RUBRIC[0], weight=0),)},
        {"rubric": tuple(replace(RUBRIC[0], id=f"row{i}") for i in range(21))},
        {"question": Words("x" * 2_001, "问")},
        {"guideline": "x" * 1_000_000},
        {"name": "\ud800"},
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused(
    database: Database, changed: dict[str, Any]
) -> None:
    with pytest.raises(LianjinError) as refused:
        database.write(lambda tx: create_project(tx, OWNER, plan(**changed)))
    assert refused.value.code in ("wrong-plan", "wrong-text", "text-too-long")
    with database.read() as connection:
        assert projects_for(connection, OWNER) == ()


def test_a_project_without_tasks_is_not_opened(database: Database) -> None:
    made = database.write(lambda tx: create_project(tx, OWNER, plan()))
    with pytest.raises(Conflict, match="no-tasks"):
        database.write(lambda tx: move_project(tx, OWNER, made.id, "open"))


@pytest.mark.parametrize(
    ("moves", "refused"),
    [
        ((), "open"),
        (("paused",), "paused"),
        (("closed",), "open"),
        (("closed",), "closed"),
        (("paused", "closed"), "paused"),
    ],
)
def test_a_move_that_is_none_is_refused(
    desk: Callable[..., Desk], moves: tuple[str, ...], refused: str
) -> None:
    here = desk(1)
    for move in moves:
        here.move(move)
    with pytest.raises(Conflict, match="project-state"):
        here.move(refused)


def test_once_it_is_open_only_what_unmakes_no_answer_changes(desk: Callable[..., Desk]) -> None:
    here = desk(1)
    people = plan(name="新名", guideline="2.3", annotators=("user_x",), level="专业标注员")
    changed = here.call(change_plan, OWNER, here.project.id, people)
    assert (changed.plan, changed.revision) == (people, 2)
    for wrong in ({"overlap": 2}, {"kind": "rubric", "rubric": RUBRIC}, {"lease_s": 61}):
        with pytest.raises(Conflict, match="project-state"):
            here.call(change_plan, OWNER, here.project.id, replace(people, **wrong))


def test_a_project_exists_for_those_it_names(desk: Callable[..., Desk]) -> None:
    here = desk(1)
    with here.database.read() as connection:
        for person in (OWNER, ANN, RITA):
            assert [found.id for found in projects_for(connection, person)] == [here.project.id]
        # `_` and `%` of an id stand for themselves.
        for person in (STRANGER, Person("user%", "organisation_"), Person('"', "%")):
            assert projects_for(connection, person) == ()
        with pytest.raises(NotFound, match="no-such-project"):
            project_by_id(connection, "project_none")
