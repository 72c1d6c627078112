"""Invitations: whoever has the code becomes a member, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from .world import World, code_of

PERSON = {"login": "grace", "name": "Grace", "password": "four words nobody expects"}


def made(world: World, role: str = "owner", **asked: Any) -> dict[str, Any]:
    client = world.client(world.ours.users[role])
    said = client.post("/api/invitations", json={"roles": ["annotator"]} | asked)
    assert said.status_code == 201, said.text
    found: dict[str, Any] = said.json()
    return found


def test_a_code_makes_an_account_that_may_what_was_said(world: World) -> None:
    code = made(world)["code"]
    client = world.client()
    said = client.post("/api/invitations/accept", json={"code": code, "user": PERSON})
    assert (said.status_code, said.json()["roles"]) == (201, ["annotator"])
    assert client.get("/api/session").json()["organisation"] == world.ours.organisation.id
    again = world.client().post(
        "/api/invitations/accept", json={"code": code, "user": PERSON | {"login": "hopper"}}
    )
    assert (again.status_code, code_of(again)) == (403, "wrong-code")


def test_of_many_at_once_one_is_taken(world: World) -> None:
    code = made(world)["code"]

    def accept(n: int) -> int:
        person = PERSON | {"login": f"grace-{n}"}
        body = {"code": code, "user": person}
        return world.client().post("/api/invitations/accept", json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(accept, range(4))) == [201, 403, 403, 403]


def test_who_is_signed_in_joins_with_that_account(world: World) -> None:
    code = made(world)["code"]
    client = world.client(world.theirs.users["buyer"])
    said = client.post("/api/invitations/accept", json={"code": code})
    assert (said.status_code, said.json()["organisation"]) == (201, world.ours.organisation.id)
    assert len(said.json()["organisations"]) == 2


def test_a_taken_login_leaves_the_code_in_force(world: World) -> None:
    code = made(world)["code"]
    body = {"code": code, "user": PERSON | {"login": "canarytheirs-owner"}}
    said = world.client().post("/api/invitations/accept", json=body)
    assert (said.status_code, code_of(said)) == (409, "login-taken")
    body["user"] = PERSON
    assert world.client().post("/api/invitations/accept", json=body).status_code == 201


def test_a_revoked_code_is_not_in_force(world: World) -> None:
    invitation = made(world)
    owner = world.client(world.ours.users["owner"])
    listed = [one["id"] for one in owner.get("/api/invitations").json()]
    assert listed == [invitation["id"]]
    assert owner.delete(f"/api/invitations/{invitation['id']}").status_code == 204
    assert owner.get("/api/invitations").json() == []
    body = {"code": invitation["code"], "user": PERSON}
    assert world.client().post("/api/invitations/accept", json=body).status_code == 403


def test_an_owner_invites_into_no_other_organisation_and_the_operator_does(world: World) -> None:
    theirs = world.theirs.organisation.id
    owner = world.client(world.ours.users["owner"])
    body = {"organisation": theirs, "roles": ["owner"]}
    said = owner.post("/api/invitations", json=body)
    assert (said.status_code, code_of(said)) == (404, "no-such-organisation")
    assert made(world, "operator", organisation=theirs, roles=["owner"])["organisation"] == theirs


@pytest.mark.parametrize("roles", [["emperor"], ["owner", "nobody"]])
def test_roles_that_there_are_not_are_refused(sqlite_world: World, roles: list[str]) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    said = client.post("/api/invitations", json={"roles": roles})
    assert (said.status_code, code_of(said)) == (400, "wrong-roles")
