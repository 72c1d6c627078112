"""What happened is seen by those it concerns, proven to anybody, and the log is there to check."""

from __future__ import annotations

from pathlib import Path

import pytest
from lianjin.core.checkpoint import read_checkpoint
from lianjin.core.key import VerifierKey
from lianjin.core.proof import check_proof
from lianjin.core.verify import verify

from .world import World, code_of


def test_a_proof_of_an_event_holds_with_the_public_key_alone(world: World) -> None:
    operator = world.client(world.ours.users["operator"])
    newest = operator.get("/api/events?limit=1").json()[0]
    said = operator.get(f"/api/events/{newest['id']}/proof")
    assert said.headers["content-disposition"].startswith("attachment; filename=")
    key = VerifierKey.read(world.client().get("/log/verifier").text.strip())
    proof = check_proof(said.content, key)
    assert proof.entry.ids["id"] == newest["id"]
    assert operator.get(f"/api/events/{newest['id']}").json()["log_index"] == proof.index


def test_the_log_can_be_fetched_and_checked(world: World, tmp_path: Path) -> None:
    operator = world.client(world.ours.users["operator"])
    newest = operator.get("/api/events?limit=1").json()[0]
    world.state.sequencer.wait(newest["id"])
    client, copy = world.client(), tmp_path / "copy"
    for path in sorted(world.state.log.folder.rglob("*")):
        name = path.relative_to(world.state.log.folder)
        if path.is_file() and name.name not in ("lock",):
            said = client.get(f"/log/{name}")
            assert said.status_code == 200, name
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes(said.content)
    checked = verify(copy)
    assert checked.faults == ()
    assert checked.size >= newest["number"]
    note = client.get("/log/checkpoint").content
    assert read_checkpoint(note, world.state.log.verifier).size == checked.size


@pytest.mark.parametrize(
    "path",
    [
        "lock",
        "tile/../lock",
        "tile/0/000/../../../../log.key",
        "tile/..%2f..%2flog.key",
        "..%2flog.key",
        "tile/0/001",
        "tile/0/000.p/0000",
        "tile/x/000",
        "tile/0/000%00",
    ],
)
def test_nothing_else_of_the_folder_is_given_out(sqlite_world: World, path: str) -> None:
    said = sqlite_world.client().get(f"/log/{path}")
    # Dots that the client resolves lead out of `/log`, to an address of the web app.
    is_app = said.url.path == "/log.key" and said.headers["content-type"].startswith("text/html")
    assert is_app or said.status_code in (404, 422)
    assert "PRIVATE" not in said.text


def test_an_owner_sees_their_organisations_events_and_others_their_own(world: World) -> None:
    owner = world.client(world.ours.users["owner"])
    owner.post("/api/uploads", json={"name": "pages"})
    world.client(world.theirs.users["owner"]).post("/api/uploads", json={"name": "pages"})
    ours = world.ours.organisation.id
    found = owner.get("/api/events").json()
    assert found
    assert all(ours in (e["ids"].get("organisation"), e["subject"]) for e in found)
    buyer = world.ours.users["buyer"]
    assert {e["actor"] for e in world.client(buyer).get("/api/events").json()} == {buyer}
    auditor = world.client(world.ours.users["auditor"]).get("/api/events").json()
    made = {e["ids"]["organisation"] for e in auditor if e["event"] == "upload_made"}
    assert made == {ours, world.theirs.organisation.id}


def test_pages_of_events_follow_each_other(world: World) -> None:
    operator = world.client(world.ours.users["operator"])
    first = operator.get("/api/events?limit=3").json()
    second = operator.get(f"/api/events?limit=3&before={first[-1]['number']}").json()
    numbers = [event["number"] for event in first + second]
    assert numbers == sorted(numbers, reverse=True)
    assert len(set(numbers)) == 6
    about = operator.get(f"/api/events?subject={world.theirs.organisation.id}").json()
    assert {event["subject"] for event in about} == {world.theirs.organisation.id}


def test_an_event_that_is_not_there_is_not_found(sqlite_world: World) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["operator"])
    said = client.get(f"/api/events/event_{'0' * 26}/proof")
    assert (said.status_code, code_of(said)) == (404, "no-such-event")
