"""Builds are asked for, followed as they go, and refused before they begin where they must fail."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lianjin.core.identity import digest_bytes
from lianjin.service import job
from lianjin.service.access import Caller
from lianjin.service.account.membership import remove_member
from lianjin.service.account.session import end_all, sessions
from lianjin.service.account.token import make_token, revoke_all
from lianjin.service.state import opened
from lianjin.service.work import job as work

from .world import World, cheap, code_of

PAGE = "今天天气很好，我们一起去公园散步，看见许多人在湖边放风筝。\n"


def build(upload: str, **changed: Any) -> dict[str, Any]:
    return {
        "kind": "build",
        "recipe": "zh-repair",
        "input": {"upload": upload},
        "dataset": "news",
        "version": "1.0.0",
    } | changed


def sent(world: World, tenant: Any = None) -> str:
    """An upload with a page."""
    client = world.client((tenant or world.ours).users["engineer"])
    identity = str(client.post("/api/uploads", json={"name": "pages"}).json()["id"])
    client.put(f"/api/uploads/{identity}/files/a.txt", content=(PAGE * 20).encode())
    return identity


@pytest.fixture
def running(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """A world whose jobs are done."""
    with opened(tmp_path / "data", url=sqlite_url, passwords=cheap()) as state:
        yield World(state)


@pytest.mark.slow  # two builds in worker processes
def test_a_build_is_followed_to_its_version_and_built_upon(running: World) -> None:
    client = running.client(running.ours.users["engineer"])
    asked = client.post("/api/jobs", json=build(sent(running)))
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    path = f"/api/jobs/{asked.json()['id']}"
    lines = client.get(f"{path}/events").text.split("\n\n")
    assert lines[0] == 'id: 1\nevent: state\ndata: {"state": "queued"}'
    assert lines[-2].endswith('event: state\ndata: {"state": "done"}')
    job = client.get(path).json()
    assert (job["state"], job["result"]["version"]) == ("done", "canaryours/news@1.0.0")
    rest = client.get(f"{path}/events", headers={"Last-Event-ID": "1"}).text.split("\n\n")
    assert rest == lines[1:]
    later = build("", input={"version": "canaryours/news@1.0.0"}, version="1.0.1")
    second = client.post("/api/jobs", json=later).json()["id"]
    assert '{"state": "done"}' in client.get(f"/api/jobs/{second}/events").text
    assert [one["id"] for one in client.get("/api/jobs").json()] == [second, job["id"]]
    asked = {"kind": "evaluate", "version": "canaryours/news@1.0.0"}
    third = client.post("/api/jobs", json=asked).json()["id"]
    assert '{"state": "done"}' in client.get(f"/api/jobs/{third}/events").text
    result = client.get(f"/api/jobs/{third}").json()["result"]
    written = client.get(f"/api/evaluations/{third}/evaluation.json")
    assert digest_bytes(written.content) == result["evaluation"]
    assert result["root"] == job["result"]["root"]
    report = client.get(f"/api/evaluations/{third}/report.html")
    assert report.headers["content-security-policy"].startswith("sandbox")
    assert client.get(f"/api/evaluations/{third}/output").status_code == 422


def test_the_same_request_with_a_key_makes_one_job(world: World) -> None:
    client = world.client(world.ours.users["engineer"])
    body, key = build(sent(world)), {"Idempotency-Key": "k-1"}
    answers = [client.post("/api/jobs", json=body, headers=key) for _ in range(3)]
    assert [one.status_code for one in answers] == [202] * 3
    assert len({one.text for one in answers}) == 1
    assert len(client.get("/api/jobs").json()) == 1
    other = client.post("/api/jobs", json=body | {"version": "2.0.0"}, headers=key)
    assert (other.status_code, code_of(other)) == (409, "key-reused")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"recipe": "zh-wob"}, 400, None),
        ({"recipe": "name: a\noperators: /etc/passwd\nsteps: []\n"}, 400, "own-operators"),
        ({"recipe": "name: a\nsteps:\n  - repair: nothing_known\n"}, 400, "unknown-repair"),
        ({"input": {}}, 422, "wrong-request"),
        ({"input": {"upload": "upload_" + "0" * 26}}, 404, "no-such-upload"),
        ({"input": {"version": "canarytheirs/news@1.0.0"}}, 404, "no-such-version"),
        ({"input": {"version": "canaryours/news@1.0.0"}}, 404, "no-such-version"),
        ({"input": {"version": "../../etc@1.0.0"}}, 400, "wrong-name"),
        ({"version": "1"}, 400, "wrong-name"),
        ({"dataset": "../up"}, 422, "wrong-request"),
        ({"kind": "evaluate"}, 422, "wrong-request"),
        ({"kind": "dance"}, 422, "wrong-request"),
        ({"limit": 0}, 422, "wrong-request"),
    ],
)
def test_a_build_that_could_come_to_nothing_is_refused(
    sqlite_world: World, changed: dict[str, Any], status: int, code: str | None
) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["engineer"])
    said = client.post("/api/jobs", json=build(sent(sqlite_world), **changed))
    assert said.status_code == status, said.text
    assert code is None or code_of(said) == code
    assert client.get("/api/jobs").json() == []


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({}, 404, "no-such-version"),
        ({"version": "canarytheirs/news@1.0.0"}, 404, "no-such-version"),
        ({"standard": "../../etc/passwd"}, 404, "unknown-standard"),
        ({"requirement": "a: [1"}, 400, None),
    ],
)
def test_an_evaluation_that_could_come_to_nothing_is_refused(
    sqlite_world: World, changed: dict[str, Any], status: int, code: str | None
) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["engineer"])
    asked = {"kind": "evaluate", "version": "canaryours/news@1.0.0"}
    said = client.post("/api/jobs", json=asked | changed)
    assert (said.status_code, code or code_of(said)) == (status, code_of(said))
    assert client.get("/api/jobs").json() == []


def test_an_upload_of_another_organisation_or_without_files_is_not_built_from(
    sqlite_world: World,
) -> None:
    world = sqlite_world
    client = world.client(world.ours.users["engineer"])
    foreign = client.post("/api/jobs", json=build(sent(world, world.theirs)))
    assert (foreign.status_code, code_of(foreign)) == (404, "no-such-upload")
    empty = client.post("/api/uploads", json={"name": "nothing"}).json()["id"]
    said = client.post("/api/jobs", json=build(empty))
    assert (said.status_code, code_of(said)) == (400, "no-files")


@pytest.mark.parametrize("how", ["password", "token", "member"])
def test_a_stream_ends_with_the_session_or_token_that_asked(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    world, tenant, user = sqlite_world, sqlite_world.ours, sqlite_world.ours.users["engineer"]
    monkeypatch.setattr(job, "LOOK_S", 0.001)
    asked = world.client(user).post("/api/jobs", json=build(sent(world))).json()["id"]
    write, organisation = world.state.database.write, tenant.organisation.id
    with world.state.database.read() as connection:
        (session, *_) = sessions(connection, user, world.state.clock())
    who = Caller(user, organisation, session.roles, session_id=session.id, reach="organisation")
    if how == "token":
        token = write(lambda tx: make_token(tx, user, organisation, "t", ["read"], 1)[0].id)
        who = replace(who, session_id=None, token_id=token)
    ends = {
        "password": lambda tx: end_all(tx, user),
        "token": lambda tx: revoke_all(tx, user, user),
        "member": lambda tx: remove_member(tx, user, user, organisation),
    }

    async def told() -> list[str]:
        found = []
        async for line in job._told(world.state, who, asked, 0):
            found.append(line)
            write(ends[how])
        return found

    assert len(asyncio.run(asyncio.wait_for(told(), 20))) == 1


def test_a_job_is_cancelled_once_and_stays_so(world: World) -> None:
    client = world.client(world.ours.users["engineer"])
    path = f"/api/jobs/{client.post('/api/jobs', json=build(sent(world))).json()['id']}"
    for _ in range(2):
        said = client.post(f"{path}/cancel")
        assert (said.status_code, said.json()["state"]) == (200, "cancelled")
    assert world.state.database.write(work.claim) is None


def test_why_a_job_failed_is_told_in_the_readers_language(world: World) -> None:
    client = world.client(world.ours.users["engineer"])
    identity = client.post("/api/jobs", json=build(sent(world))).json()["id"]
    error = {"code": "input-not-found", "message": "absent\n缺失", "hint": ""}
    world.state.database.write(lambda tx: work.settle(tx, identity, "failed", {"error": error}))
    for language, message in (("en", "absent"), ("zh", "缺失")):
        said = client.get(f"/api/jobs/{identity}", headers={"Accept-Language": language}).json()
        assert said["failure"] == {"code": "input-not-found", "message": message, "hint": ""}
        assert said["result"] is None
