"""Projects by their owners: planned, filled from the registry, exported, built again."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.core.database import Transaction
from lianjin.core.event import events
from lianjin.corpus.dataset import open_dataset
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetName, VersionName
from lianjin.curate.build import build
from lianjin.service.state import opened
from lianjin.service.work.crew import Crew
from lianjin.service.work.job import Job

from . import annotated
from .world import Tenant, World, cheap, code_of, ended

RECORDS = [
    {"prompt": "几点开？", "chosen": "天不亮。", "rejected": "不知道"},
    {"prompt": "几点关？", "chosen": "不知道", "rejected": "九点多。<script>alert(1)</script>"},
    {"text": "正文"},
]


def versioned(world: World, tenant: Tenant, tmp_path: Path) -> str:
    """The name of a version of RECORDS in the registry."""
    lines = [json.dumps(record, ensure_ascii=False) for record in RECORDS]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    out = build("annotated", input=tmp_path / "a.jsonl", out=tmp_path / "out").out
    name = VersionName(DatasetName(tenant.organisation.name, "pairs"), "1.0.0")
    registry = Registry(world.state.registry)
    registry.commit(out, name, created_by="user_a", now="2026-01-31T08:00:00Z")
    return str(name)


def sent(client: TestClient, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    """The JSON of an answer that has to have this status."""
    got = client.request(method, f"/api{path}", json=body)
    assert got.status_code == status, got.text
    return got.json()


@pytest.mark.slow  # an export in a worker process
def test_a_version_is_annotated_and_built_again(working: World, tmp_path: Path) -> None:
    world, tenant = working, working.ours
    owner = world.client(tenant.users["owner"])
    plan = annotated.plan_of(tenant, dataset=versioned(world, tenant, tmp_path), review_share=0.0)
    project = sent(owner, "POST", "/projects", plan, 201)["id"]
    filled = sent(owner, "POST", f"/projects/{project}/tasks")
    assert filled == {"added": 2, "left_out": {"no-answer": 1}}
    sent(owner, "POST", f"/projects/{project}/state", {"to": "open"})
    person = world.client(tenant.users["annotator"])
    served = sent(person, "POST", f"/projects/{project}/next", {})["next"]
    while served is not None:
        texts = [answer["text"] for answer in served["task"]["answers"]]
        better = "ab"[next(i for i, text in enumerate(texts) if text != "不知道")]
        path = f"/assignments/{served['assignment']['id']}/submit"
        served = sent(person, "POST", path, {"choice": f"{better}_much"})["next"]
    assert sent(owner, "GET", f"/projects/{project}/progress")["n_done"] == 2
    sent(owner, "POST", f"/projects/{project}/state", {"to": "closed"})
    asked = owner.post(f"/api/projects/{project}/export", json={"version": "1.1.0"})
    job = ended(owner, asked)
    assert (job["kind"], job["state"]) == ("export", "done"), job
    found = job["result"]
    upload = found.pop("upload")
    assert [one["id"] for one in owner.get("/api/uploads").json()] == [upload]
    assert found == {
        "version": "1.1.0",
        "files": ["records.jsonl", "dpo.jsonl"],
        "n_records": 3,
        "n_annotated": 2,
        "n_pairs": 2,
        "labels": {"much_better": 2},
    }
    dpo = owner.get(f"/api/projects/{project}/export/1.1.0/dpo.jsonl").text.splitlines()
    assert [json.loads(line)["chosen"][:3] for line in dpo] == ["天不亮", "九点多"]
    built = build("annotated", input=world.state.uploads / upload, out=tmp_path / "v2").out
    rows = [row for batch in open_dataset(built).batches("data") for row in batch.to_pylist()]
    assert [row["preference"] and row["preference"]["chosen"] for row in rows] == [
        "天不亮。",
        "九点多。<script>alert(1)</script>",
        None,
    ]


@pytest.mark.slow  # two worker processes
def test_an_export_whose_worker_is_killed_is_there_once(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted, killed = Crew._noted, []

    def kills(crew: Crew, job: Job, kind: str, value: Any) -> Callable[[Transaction], None]:
        if kind == "progress" and not killed:
            killed.append(kind)
            os.kill(crew._working[job.id].pid, signal.SIGKILL)
        return noted(crew, job, kind, value)

    monkeypatch.setattr(Crew, "_noted", kills)
    with opened(tmp_path / "data", url=sqlite_url, passwords=cheap()) as state:
        world = World(state)
        tenant, owner = world.ours, world.client(world.ours.users["owner"])
        plan = annotated.plan_of(tenant, dataset=versioned(world, tenant, tmp_path))
        project = sent(owner, "POST", "/projects", plan, 201)["id"]
        sent(owner, "POST", f"/projects/{project}/tasks")
        for move in ("open", "closed"):
            sent(owner, "POST", f"/projects/{project}/state", {"to": move})
        key = {"Idempotency-Key": "once"}
        path = f"/api/projects/{project}/export"
        asked = [owner.post(path, json={"version": "1.1.0"}, headers=key) for _ in range(2)]
        job = ended(owner, asked[1])
        assert (killed, job["state"], job["attempts"]) == (["progress"], "done", 2)
        assert asked[0].json()["id"] == job["id"]
        (listed,) = owner.get("/api/uploads").json()
        assert (listed["id"], listed["n_files"]) == (job["result"]["upload"], 1)
        with state.database.read() as connection:
            told = [event.entry.event for event in events(connection, subject=project)]
        assert told.count("project_exported") == 1
        lines = owner.get(f"{path}/1.1.0/records.jsonl").text.splitlines()
        assert len(lines) == job["result"]["n_records"] == 3


def test_who_does_not_own_a_project_sees_no_names(world: World) -> None:
    ours, theirs = world.ours, world.theirs
    named = [ours.organisation.id, theirs.users["annotator"]]
    project = annotated.opened(world, ours, ours.users["owner"], annotators=named)
    mine = sent(world.client(ours.users["owner"]), "GET", f"/projects/{project}")
    assert (mine["is_mine"], mine["plan"]["annotators"]) == (True, named)
    other = world.client(theirs.users["annotator"])
    seen = sent(other, "GET", f"/projects/{project}")
    assert (seen["is_mine"], seen["may_answer"], seen["may_review"]) == (False, True, False)
    assert (seen["plan"]["annotators"], seen["plan"]["review_share"]) == ([], 0.0)
    assert [one["id"] for one in sent(other, "GET", "/projects")["projects"]] == [project]
    assert sent(other, "POST", f"/projects/{project}/next", {})["next"] is not None
    for role in ("owner", "engineer"):
        stranger = world.client(theirs.users[role])
        got = stranger.get(f"/api/projects/{project}/report")
        assert (got.status_code, code_of(got)) == (404, "no-such-project")
        assert sent(stranger, "GET", "/projects")["projects"] == []


def test_a_report_names_nobody_and_pay_names_those_who_are_owed(world: World) -> None:
    tenant = world.ours
    project = annotated.opened(world, tenant, tenant.users["owner"], review_share=0.0)
    annotator = tenant.users["annotator"]
    person, owner = world.client(annotator), world.client(tenant.users["owner"])
    served = sent(person, "POST", f"/projects/{project}/next", {})["next"]
    sent(person, "POST", f"/assignments/{served['assignment']['id']}/submit", {"choice": "same"})
    report = sent(owner, "GET", f"/projects/{project}/report")
    assert report["agreement"]["choice"]["alpha"] is None
    assert annotator not in json.dumps(report)
    own = sent(person, "GET", f"/projects/{project}/mine")
    assert (own["answers"], own["counted"], own["recent"][0]["choice"]) == (1, 1, "same")
    people = sent(owner, "GET", f"/projects/{project}/people")["people"]
    assert [(one["person"], one["counted"]) for one in people] == [(annotator, 1)]


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"kind": "poll"}, 422),
        ({"secret": "00"}, 422),
        ({"overlap": 99}, 400),
        ({"dataset": "../../etc@1.0.0"}, 400),
        ({"name": "x" * 1_000_000}, 422),
        ({"review_share": 2}, 400),
        ({"rubric": [{"id": "<b>", "title": {"en": "a", "zh": "a"}}]}, 400),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    sqlite_world: World, changed: dict[str, Any], status: int
) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    got = client.post("/api/projects", json=annotated.plan_of(sqlite_world.ours) | changed)
    assert got.status_code == status, got.text
    assert len(got.text) < 2_000


def test_a_version_that_is_not_there_fills_nothing(sqlite_world: World) -> None:
    tenant = sqlite_world.ours
    client = sqlite_world.client(tenant.users["owner"])
    for dataset in (f"{tenant.organisation.name}/none@1.0.0", "canarytheirs/news@1.0.0"):
        plan = annotated.plan_of(tenant, dataset=dataset)
        project = sent(client, "POST", "/projects", plan, 201)["id"]
        got = client.post(f"/api/projects/{project}/tasks")
        assert got.status_code == 404
        assert "canarytheirs" not in got.text.replace(dataset, "").replace("canarytheirs/news", "")
