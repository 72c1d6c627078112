"""A version is annotated, exported and built again: the same records, and what people said of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lianjin.annotate.answer import Answer
from lianjin.annotate.export import Exported, export
from lianjin.annotate.project import Person, Plan, RubricRow, create_project, move_project
from lianjin.annotate.queue import next_task, submit_and_next
from lianjin.annotate.review import close_project
from lianjin.annotate.task import fill
from lianjin.core.database import Database
from lianjin.core.words import Words
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.corpus.verify import verify
from lianjin.curate.build import build

OWNER = Person("user_owner", "organisation_lab")
PEOPLE = tuple(Person(f"user_{i}", "organisation_base") for i in range(3))
TURNS = [{"role": "user", "content": "早市几点开？"}, {"role": "assistant", "content": "天不亮。"}]
RECORDS: list[dict[str, Any]] = [
    {"id": "a", "text": "老石桥上的早市天不亮就开了。", "annotation": "an old note", "n": 1},
    {"id": "b", "prompt": "几点开？", "chosen": "天不亮。", "rejected": "不知道", "topic": "早市"},
    {"id": "c", "prompt": "几点关？", "chosen": "不知道", "rejected": "九点多。"},
    {"id": "d", "prompt": "在哪？", "chosen": "桥上", "rejected": "<img src=x onerror=alert(1)>"},
    {"id": "e", "messages": TURNS, "license": "仅内部", "half": "\ud800"},
    {"id": "f", "chosen": "\n\nHuman: 好？\n\nAssistant: 好", "rejected": "\n\nHuman: 好？\n\nAssistant: 差"},
]  # fmt: skip
BETTER = {"几点开？": "天不亮。", "几点关？": "九点多。"}


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    folder = tmp_path_factory.mktemp("answers")
    lines = [json.dumps(record) for record in RECORDS]
    (folder / "answers.jsonl").write_text("\n".join(lines), "utf-8")
    return open_dataset(build("annotated", input=folder, out=folder / "out").out)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(f"sqlite:///{tmp_path}/l.db") as found:
        found.create()
        yield found


def said(task: Any, number: int) -> Answer:
    """What person `number` says: most prefer BETTER, `在哪？` is a tie, the rest is bad."""
    prompt = "".join(turn["content"] for turn in task.context)
    if prompt == "在哪？":
        return Answer("same")
    if (better := BETTER.get(prompt)) is None:
        return Answer("both_bad")
    letter = "ab"[task.answers.index(better)] if number < 2 else "a"
    return Answer(f"{letter}_much", reason="看得出来")


def annotated(database: Database, dataset: Dataset, out: Path, plan: Plan) -> Exported:
    """The export of a project that three people answered and its owner closed."""
    project = database.write(lambda tx: create_project(tx, OWNER, plan, secret="a1" * 32))
    fill(database, OWNER, project.id, dataset)
    database.write(lambda tx: move_project(tx, OWNER, project.id, "open"))
    for number, person in enumerate(PEOPLE):
        served = database.write(lambda tx, who=person: next_task(tx, who, project.id))
        while served is not None:
            answer = said(served.task, number)
            if plan.kind == "rubric":
                answer = Answer(scores={"A": {"correct": number + 2}})
            identity = served.assignment.id
            served = database.write(
                lambda tx, who=person, i=identity, a=answer: submit_and_next(tx, who, i, a)
            ).served
    closed = database.write(lambda tx: close_project(tx, OWNER, project.id))
    with database.read() as connection:
        return export(connection, closed, dataset, out, version="1.1.0")


def rows(dataset: Dataset) -> list[dict[str, Any]]:
    return [row for batch in dataset.batches("data") for row in batch.to_pylist()]


def plan_of(kind: Any, **more: Any) -> Plan:
    people = tuple(person.id for person in PEOPLE)
    question = Words("Which is better?", "哪个更好？")
    return Plan("早市", "lab/answers@1.0.0", kind, question, overlap=3, annotators=people, **more)


def test_pairs_come_back_as_the_same_records_with_annotations(
    database: Database, dataset: Dataset, tmp_path: Path
) -> None:
    found = annotated(database, dataset, tmp_path / "export", plan_of("pair"))
    assert (found.n_records, found.n_annotated, found.n_pairs) == (6, 4, 2)
    assert found.labels == {"much_better": 2, "same": 1, "both_bad": 1}
    assert found.dpo is not None
    assert [json.loads(line) for line in found.dpo.read_text("utf-8").splitlines()] == [
        {"prompt": "几点开？", "chosen": "天不亮。", "rejected": "不知道"},
        {"prompt": "几点关？", "chosen": "九点多。", "rejected": "不知道"},
    ]
    built = open_dataset(build("annotated", input=found.records, out=tmp_path / "v2").out)
    assert verify(built.folder).faults == ()
    before, after = rows(dataset), rows(built)
    assert [row["source_id"] for row in after] == [row["id"] for row in before]
    for old, new in zip(before, after, strict=True):
        for name in ("kind", "text", "messages"):
            assert new[name] == old[name], old["id"]
        own = json.loads(new["fields"])
        assert own["source_id"] == old["source_id"]
        if old["kind"] != "preference":
            assert own["annotation"] is None
    # The second record's answers change places, as people prefer; the others keep theirs.
    assert after[2]["preference"] == {
        **before[2]["preference"],
        "chosen": "九点多。",
        "rejected": "不知道",
    }
    assert [after[i]["preference"] for i in (1, 3, 5)] == [
        before[i]["preference"] for i in (1, 3, 5)
    ]


def test_an_exported_record_has_the_form_of_tc609(
    database: Database, dataset: Dataset, tmp_path: Path
) -> None:
    found = annotated(database, dataset, tmp_path / "export", plan_of("pair"))
    records = [json.loads(line) for line in found.records.read_text("utf-8").splitlines()]
    for record in records:
        assert {
            "id", "rid", "data_content", "annotation", "original_time", "last_modified_time",
            "version", "license", "source", "source_details", "generated_data_indicator",
        } <= record.keys()  # fmt: skip
        assert record["data_content"]
    record = records[1]
    assert record["annotation"] | {"project": ""} == {
        "label": ["much_better"],
        "annotation_method": "人工标注",
        "annotator": "普通标注员",
        "project": "",
        "votes": {
            "chosen": record["annotation"]["votes"]["chosen"],
            "rejected": record["annotation"]["votes"]["rejected"],
            "same": 0,
            "both_bad": 0,
        },
    }
    assert sum(record["annotation"]["votes"].values()) == 3
    assert len({answer["annotator"] for answer in record["annotations"]}) == 3
    assert not [person.id for person in PEOPLE if person.id in json.dumps(records)]
    assert record["topic"] == "早市"
    assert records[0]["original"] == {"annotation": "an old note"}
    assert records[4]["license"] == "仅内部"


def test_scores_come_back_as_means(database: Database, dataset: Dataset, tmp_path: Path) -> None:
    rubric = (RubricRow("correct", Words("correct", "正确")),)
    found = annotated(database, dataset, tmp_path / "export", plan_of("rubric", rubric=rubric))
    assert (found.n_annotated, found.dpo) == (1, None)
    record = json.loads(found.records.read_text("utf-8").splitlines()[4])
    assert record["annotation"]["label"] == ["correct=3"]
    assert record["annotation"]["rubric"] == {"answer": {"scores": {"correct": 3.0}, "total": 0.5}}
    built = open_dataset(build("annotated", input=found.records, out=tmp_path / "v2").out)
    assert verify(built.folder).faults == ()
    assert rows(built)[4]["messages"] == TURNS


def test_the_same_answers_give_the_same_bytes(
    database: Database, dataset: Dataset, tmp_path: Path
) -> None:
    found = annotated(database, dataset, tmp_path / "a", plan_of("pair"))
    with database.read() as connection:
        from lianjin.annotate.project import projects_for

        (project,) = projects_for(connection, OWNER)
        again = export(connection, project, dataset, tmp_path / "b", version="1.1.0")
    assert again.records.read_bytes() == found.records.read_bytes()
