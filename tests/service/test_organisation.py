"""Organisations apply, are vouched for, and keep an owner."""

from __future__ import annotations

from .world import World, code_of

LAB = {"name": "lab", "title": "某某实验室", "kinds": ["supplier"]}


def test_the_operator_makes_and_verifies_an_organisation(world: World) -> None:
    operator = world.client(world.ours.users["operator"])
    made = operator.post("/api/organisations", json=LAB)
    assert (made.status_code, made.json()["state"]) == (201, "applied")
    path = f"/api/organisations/{made.json()['id']}"
    invited = operator.post(
        "/api/invitations", json={"organisation": made.json()["id"], "roles": ["owner"]}
    ).json()
    person = {"login": "grace", "name": "Grace", "password": "four words nobody expects"}
    owner = world.client()
    owner.post("/api/invitations/accept", json={"code": invited["code"], "user": person})
    early = owner.post("/api/uploads", json={"name": "pages"})
    assert (early.status_code, code_of(early)) == (403, "organisation-not-verified")
    assert operator.put(f"{path}/state", json={"state": "verified"}).json()["state"] == "verified"
    assert owner.post("/api/uploads", json={"name": "pages"}).status_code == 201
    operator.put(f"{path}/state", json={"state": "suspended"})
    assert owner.post("/api/uploads", json={"name": "pages"}).status_code == 403
    assert owner.get(path).json()["state"] == "suspended"


def test_a_taken_name_is_refused(world: World) -> None:
    operator = world.client(world.ours.users["operator"])
    assert operator.post("/api/organisations", json=LAB).status_code == 201
    said = operator.post("/api/organisations", json=LAB)
    assert (said.status_code, code_of(said)) == (409, "name-taken")


def test_an_organisation_gives_the_roles_of_its_kinds(world: World) -> None:
    operator = world.client(world.ours.users["operator"])
    made = operator.post("/api/organisations", json=LAB).json()
    body = {"organisation": made["id"], "roles": ["assessor"]}
    said = operator.post("/api/invitations", json=body)
    assert (said.status_code, code_of(said)) == (400, "wrong-roles")


def test_the_last_owner_stays(world: World) -> None:
    owner = world.client(world.ours.users["owner"])
    path = f"/api/organisations/{world.ours.organisation.id}/members/{world.ours.users['owner']}"
    for said in (owner.delete(path), owner.put(path, json={"roles": ["engineer"]})):
        assert (said.status_code, code_of(said)) == (409, "last-owner")
    second = f"/api/organisations/{world.ours.organisation.id}/members/{world.ours.users['buyer']}"
    assert owner.put(second, json={"roles": ["owner"]}).json()["roles"] == ["owner"]
    assert owner.delete(path).status_code == 204
    assert owner.get("/api/invitations").status_code == 403


def test_members_are_listed_for_their_owner(world: World) -> None:
    owner = world.client(world.ours.users["owner"])
    members = owner.get(f"/api/organisations/{world.ours.organisation.id}/members").json()
    assert len(members) == 8
    assert members[0] == {
        "user": world.ours.users["annotator"],
        "login": "canaryours-annotator",
        "name": "canaryours annotator",
        "roles": ["annotator"],
    }


def test_pages_of_organisations_follow_each_other(world: World) -> None:
    operator = world.client(world.ours.users["operator"])
    first = operator.get("/api/organisations?limit=1").json()
    second = operator.get(f"/api/organisations?limit=1&after={first[0]['id']}").json()
    third = operator.get(f"/api/organisations?limit=1&after={second[0]['id']}").json()
    assert [one["name"] for one in first + second] == ["canaryours", "canarytheirs"]
    assert third == []
