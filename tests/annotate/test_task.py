"""Records become tasks whose sides tell nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.annotate.project import create_project, move_project
from lianjin.annotate.task import Filled, Task, add_tasks, fill, tasks_of
from lianjin.core import limits
from lianjin.core.database import Database
from lianjin.core.errors import Conflict, Forbidden, LimitExceeded
from lianjin.core.event import events
from lianjin.corpus.dataset import open_dataset
from lianjin.curate.build import build

from tests.annotate.conftest import OWNER, RITA, Desk, dialogues, pairs, plan


def made(
    database: Database, rows: list[dict[str, Any]], **changed: Any
) -> tuple[list[Task], dict[str, int]]:
    project = database.write(
        lambda tx: create_project(tx, OWNER, plan(**changed), secret="5e" * 32)
    )
    left_out: dict[str, int] = {}
    return list(tasks_of(project, rows, left_out)), left_out


def test_a_pair_is_shown_with_its_sides_shuffled(database: Database) -> None:
    tasks, left_out = made(database, pairs(400))
    assert left_out == {}
    assert 150 < sum(task.is_swapped for task in tasks) < 250
    for number, task in enumerate(tasks):
        good, bad = f"good {number}", f"bad {number}"
        assert task.answers == ((bad, good) if task.is_swapped else (good, bad))
        assert task.context == ({"role": "user", "content": f"prompt {number}"},)
        assert "swapped" not in str(task.to_json())
    again, _ = made(database, pairs(400))
    assert [task.is_swapped for task in again] == [task.is_swapped for task in tasks]


def test_a_dialogue_is_scored_by_its_last_answer(database: Database) -> None:
    from tests.annotate.conftest import RUBRIC

    (task,), _ = made(database, dialogues(1), kind="rubric", rubric=RUBRIC)
    assert task.context == ({"role": "user", "content": "几点开？"},)
    assert (task.answers, task.is_swapped) == (("天不亮。",), False)


def test_what_cannot_be_answered_is_left_out_and_counted(database: Database) -> None:
    rows = [*pairs(1), *dialogues(1)]
    for text in ("x" * (limits.TASK_CHARS + 1), "\0", "\ud800"):
        rows.append({**pairs(1)[0], "preference": {"prompt": "", "chosen": text, "rejected": ""}})
    tasks, left_out = made(database, rows)
    assert len(tasks) == 1
    assert left_out == {"no-answer": 1, "too-long": 1, "unkept": 2}


def test_an_empty_prompt_and_an_absent_one_are_no_turn(database: Database) -> None:
    row = {**pairs(1)[0], "preference": {"prompt": None, "chosen": "a", "rejected": None}}
    (task,), _ = made(database, [row])
    assert (task.context, sorted(task.answers)) == ((), ["", "a"])


def test_shuffled_tasks_come_in_another_order_that_stays(database: Database) -> None:
    tasks, _ = made(database, pairs(50), order="shuffled")
    order = [task.record for task in sorted(tasks, key=lambda task: task.position)]
    assert order != [row["id"] for row in pairs(50)]
    again, _ = made(database, pairs(50), order="shuffled")
    assert [task.position for task in again] == [task.position for task in tasks]


def test_a_dataset_fills_a_project_once(database: Database, tmp_path: Path) -> None:
    lines = '{"prompt": "几点开？", "chosen": "天不亮。", "rejected": "不知道"}\n{"text": "正文"}\n'
    (tmp_path / "a.jsonl").write_text(lines, "utf-8")
    dataset = open_dataset(build("annotated", input=tmp_path / "a.jsonl", out=tmp_path / "out").out)
    project = database.write(lambda tx: create_project(tx, OWNER, plan()))
    assert fill(database, OWNER, project.id, dataset) == Filled(1, {"no-answer": 1})
    assert fill(database, OWNER, project.id, dataset) == Filled(0, {"no-answer": 1})
    with database.read() as connection:
        (last, *_) = events(connection, subject=project.id)
    assert last.entry.event == "project_filled"
    assert last.entry.ids["n_tasks"] == "1"
    with pytest.raises(Forbidden, match="not-your-project"):
        fill(database, RITA, project.id, dataset)
    database.write(lambda tx: move_project(tx, OWNER, project.id, "open"))
    with pytest.raises(Conflict, match="project-state"):
        database.write(lambda tx: add_tasks(tx, project, []))


def test_a_project_has_so_many_tasks_and_no_more(
    desk: Callable[..., Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PROJECT_TASKS", 2)
    with pytest.raises(LimitExceeded, match="too-many-tasks"):
        desk(3)
