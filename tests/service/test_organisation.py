"""Organisations apply, are vouched for, and keep an owner."""

from __future__ import annotations

from lianjin.core.database import Transaction
from lianjin.market import party
from lianjin.service.account.membership import add_member

from .served import token_of
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


def test_a_removed_members_tokens_stop_and_do_not_come_back(world: World) -> None:
    tenant = world.ours
    owner = world.client(tenant.users["owner"])
    program = world.bearer(token_of(world, tenant, "engineer", "read"))
    session = world.client(tenant.users["engineer"])
    path = f"/api/organisations/{tenant.organisation.id}"
    assert (program.get(path).status_code, session.get(path).status_code) == (200, 200)
    member = f"{path}/members/{tenant.users['engineer']}"
    assert owner.delete(member).status_code == 204
    assert (program.get(path).status_code, session.get(path).status_code) == (401, 403)

    def again(tx: Transaction) -> None:
        add_member(tx, "system", tenant.users["engineer"], tenant.organisation, ["engineer"])

    world.state.database.write(again)
    assert (program.get(path).status_code, session.get(path).status_code) == (401, 200)


def test_assessors_are_listed_for_who_may_ask_one(world: World) -> None:
    def made(name: str, *kinds: party.Kind, verified: bool = True) -> str:
        def work(tx: Transaction) -> str:
            one = party.create(tx, "system", name, f"{name} 机构", kinds)
            if verified:
                party.verify(tx, "system", one.id)
            return one.id

        return world.state.database.write(work)

    listed = [made("hengping", "assessor"), made("heng-chi", "assessor", "buyer")]
    made("not-yet", "assessor", verified=False)
    made("sells", "supplier", "annotation")
    theirs = world.theirs.organisation
    client = world.client(world.ours.users["engineer"])
    found = client.get("/api/assessors").json()
    assert found == [
        {"id": theirs.id, "name": theirs.name, "title": theirs.title},
        {"id": listed[0], "name": "hengping", "title": "hengping 机构"},
        {"id": listed[1], "name": "heng-chi", "title": "heng-chi 机构"},
    ]
    paged = client.get("/api/assessors", params={"limit": 1, "after": found[0]["id"]}).json()
    assert paged == found[1:2]
    for role, status in (("annotator", 403), ("buyer", 403), ("owner", 200), ("operator", 200)):
        got = world.client(world.ours.users[role]).get("/api/assessors")
        assert got.status_code == status, role
    assert world.client().get("/api/assessors").status_code == 401
