"""Evaluations are for their owner and the assessor who was asked; certificates are issued once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.core.database import Transaction
from lianjin.core.identity import canonical
from lianjin.evaluate.certificate import Certificate, check_certificate
from lianjin.evaluate.evaluation_record import EvaluationRecord
from lianjin.market import party
from lianjin.service.account.membership import add_member
from lianjin.service.account.user import make_user

from .assessed import evaluated
from .goods import made_listing
from .world import World, ended


@pytest.fixture
def world(sqlite_world: World) -> World:
    return sqlite_world


def member_of(world: World, name: str, kinds: list[Any], *roles: str) -> tuple[str, TestClient]:
    """(organisation's id, client of a member) of a new, verified organisation."""

    def work(tx: Transaction) -> tuple[str, str]:
        made = party.create(tx, "system", name, name, kinds)
        party.verify(tx, "system", made.id)
        user = make_user(tx, f"{name}-user", name, "x")
        add_member(tx, "system", user.id, made, roles)
        return made.id, user.id

    organisation, user = world.state.database.write(work)
    return organisation, world.client(user)


def asked_of(world: World, assessor: str | None) -> EvaluationRecord:
    return evaluated(world, world.ours, world.ours.users["engineer"], assessor)


def code_of(said: Any) -> str:
    return str(said.json()["error"]["code"])


def test_an_assessor_certifies_what_it_was_asked_for_and_anyone_can_check(world: World) -> None:
    assessor, client = member_of(world, "hengping", ["assessor"], "assessor")
    found = asked_of(world, assessor)
    assert [one["id"] for one in client.get("/api/evaluations").json()] == [found.id]
    said = client.post("/api/certificates", json={"evaluation": found.id})
    assert said.status_code == 201, said.text
    made = said.json()
    data = made["text"].encode()
    issuer = Certificate.read(data).key
    evaluation = (world.state.results / found.id / "evaluation.json").read_bytes()
    keys = (issuer, world.state.log.verifier)
    assert check_certificate(data, keys, evaluation=evaluation).faults == ()
    assert world.state.log.entry(made["log_index"]).event == "certified"
    again = client.post("/api/certificates", json={"evaluation": found.id})
    assert again.json() == made
    mine = world.client(world.ours.users["engineer"])
    assert mine.get("/api/certificates").json() == [made]
    assert mine.get(f"/api/certificates/{made['id']}").json() == made
    page = mine.get(f"/api/certificates/{made['id']}/page")
    assert page.headers["content-security-policy"].startswith("sandbox")
    assert issuer.name in page.text
    _, other = member_of(world, "unasked", ["assessor"], "assessor")
    assert other.get(f"/api/certificates/{made['id']}").status_code == 404


def test_a_certificate_whose_seal_a_kill_took_is_sealed_when_it_is_read(world: World) -> None:
    assessor, client = member_of(world, "hengping", ["assessor"], "assessor")
    found = asked_of(world, assessor)
    made = client.post("/api/certificates", json={"evaluation": found.id}).json()
    with world.state.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE certificate SET text = NULL")
    again = client.get(f"/api/certificates/{made['id']}").json()
    assert again["log_index"] == made["log_index"]
    keys = (Certificate.read(again["text"].encode()).key, world.state.log.verifier)
    assert check_certificate(again["text"].encode(), keys).faults == ()


def test_nobody_certifies_for_itself_or_unasked(world: World) -> None:
    own = asked_of(world, world.ours.organisation.id)
    assessor = world.client(world.ours.users["assessor"])
    said = assessor.post("/api/certificates", json={"evaluation": own.id})
    assert (said.status_code, code_of(said)) == (409, "own-evaluation")
    _, other = member_of(world, "unasked", ["assessor"], "assessor")
    said = other.post("/api/certificates", json={"evaluation": own.id})
    assert (said.status_code, code_of(said)) == (404, "no-such-evaluation")
    _, buyer = member_of(world, "yunhe", ["buyer"], "buyer")
    said = buyer.post("/api/certificates", json={"evaluation": own.id})
    assert (said.status_code, code_of(said)) == (403, "not-permitted")


def test_an_evaluation_is_not_found_by_others(world: World) -> None:
    found = asked_of(world, None)
    _, other = member_of(world, "unasked", ["assessor"], "assessor")
    for path in ("", "/evaluation.json", "/report.html"):
        said = other.get(f"/api/evaluations/{found.id}{path}")
        assert (said.status_code, code_of(said)) == (404, "no-such-evaluation")
    assert other.get("/api/evaluations").json() == []
    mine = world.client(world.ours.users["engineer"])
    assert mine.get(f"/api/evaluations/{found.id}").json()["digest"] == found.digest
    assert mine.get(f"/api/evaluations/{found.id}/../../log.key").status_code == 404
    assert Path(world.state.results / found.id / "report.html").exists()


@pytest.mark.slow  # four worker processes
def test_an_assessor_hands_in_what_it_evaluated_elsewhere(working: World) -> None:
    world = working
    assessor, client = member_of(world, "hengping", ["assessor"], "assessor")
    found = asked_of(world, assessor)
    text = (world.state.results / found.id / "evaluation.json").read_text("utf-8")
    body = {"version": found.version, "evaluation": text}
    key = {"Idempotency-Key": "once"}
    asked = [client.post("/api/evaluations", json=body, headers=key) for _ in range(2)]
    assert asked[0].json()["id"] == asked[1].json()["id"]
    job = ended(client, asked[0])
    assert (job["kind"], job["state"]) == ("hand_in", "done"), job
    made = client.get(f"/api/evaluations/{job['id']}").json()
    names = ("organisation", "assessor", "version", "digest")
    whose = [world.ours.organisation.id, assessor, found.version, found.digest]
    assert [made[name] for name in names] == whose
    assert client.get(f"/api/evaluations/{made['id']}/evaluation.json").text == text
    missing = client.get(f"/api/evaluations/{made['id']}/report.html")
    assert (missing.status_code, code_of(missing)) == (404, "no-such-file")
    assert client.post("/api/certificates", json={"evaluation": made["id"]}).status_code == 201
    kept = {found.id, made["id"]}
    other = json.loads(text)
    other["subject"]["root"] = "0" * 64
    for wrong, code in (
        (text + " ", "wrong-evaluation"),
        (canonical(other | {"gates": [{}]}).decode(), "wrong-evaluation"),
        (canonical(other).decode(), "subject-differs"),
    ):
        job = ended(client, client.post("/api/evaluations", json=body | {"evaluation": wrong}))
        assert (job["state"], job["failure"]["code"]) == ("failed", code)
        assert {path.name for path in world.state.results.iterdir()} == kept
        assert str(world.state.folder) not in str(job)


def test_an_assessor_who_was_not_asked_cannot_tell_whether_a_version_exists(world: World) -> None:
    found = asked_of(world, None)
    text = (world.state.results / found.id / "evaluation.json").read_text("utf-8")
    _, client = member_of(world, "hengping", ["assessor"], "assessor")
    said = []
    for version in (found.version, "canaryours/none@1.0.0", "nobody/news@1.0.0"):
        got = client.post("/api/evaluations", json={"version": version, "evaluation": text})
        error = got.json()["error"]
        said.append((got.status_code, error["code"], error["message"].replace(version, "…")))
    assert set(said) == {(404, "no-such-version", "there is no version '…'")}
    assert [path.name for path in world.state.results.iterdir()] == [found.id]
    own = world.client(world.ours.users["assessor"])
    got = own.post("/api/evaluations", json={"version": found.version, "evaluation": text})
    assert (got.status_code, code_of(got)) == (409, "own-listing")


def test_what_a_listing_shows_to_assessors_may_be_handed_in(world: World) -> None:
    found = asked_of(world, None)
    _, client = member_of(world, "hengping", ["assessor"], "assessor")
    body = {"version": found.version, "evaluation": "{}"}
    drafted = made_listing(world, world.ours, world.ours.users["engineer"])
    assert client.post("/api/evaluations", json=body).status_code == 404
    with world.state.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE listing SET state = 'submitted' WHERE id = '{drafted}'")
    said = client.post("/api/evaluations", json=body)
    assert (said.status_code, said.json()["state"]) == (202, "queued")


@pytest.mark.parametrize(
    ("spoil", "place"),
    [
        (lambda value: value["gates"][0].update(passed="yes"), "gates.0.passed"),
        (lambda value: value["subject"].pop("root"), "subject"),
        (lambda value: value.update(grade=7), "grade"),
        (lambda value: value["subject"].update(records=7), "digest"),
    ],
)
def test_a_damaged_evaluation_is_not_certified_and_the_refusal_names_the_field(
    world: World, spoil: Any, place: str
) -> None:
    assessor, client = member_of(world, "hengping", ["assessor"], "assessor")
    found = asked_of(world, assessor)
    path = world.state.results / found.id / "evaluation.json"
    value = json.loads(path.read_bytes())
    spoil(value)
    path.write_bytes(canonical(value))
    said = client.post("/api/certificates", json={"evaluation": found.id})
    assert (said.status_code, code_of(said)) == (409, "evaluation-damaged")
    assert place in said.json()["error"]["message"]
    zh = client.post(
        "/api/certificates", json={"evaluation": found.id}, headers={"Accept-Language": "zh"}
    )
    assert place.replace("digest", "摘要") in zh.json()["error"]["message"]
    assert client.get("/api/certificates").json() == []
