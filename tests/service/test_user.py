"""One's password: changed by who knows it, and every other session ends."""

from __future__ import annotations

import pytest
from lianjin.core.event import events

from .served import token_of
from .world import PASSWORD, World, code_of

NEW = "another four words together"


def test_a_new_password_ends_all_other_sessions(world: World) -> None:
    user = world.ours.users["owner"]
    here, elsewhere = world.client(user), world.client(user)
    said = here.put("/api/user/password", json={"old": PASSWORD, "new": NEW})
    assert said.status_code == 204
    assert elsewhere.get("/api/session").status_code == 401
    assert here.get("/api/session").json()["login"] == "canaryours-owner"
    for password, code in ((PASSWORD, 401), (NEW, 201)):
        body = {"login": "canaryours-owner", "password": password}
        assert world.client().post("/api/session", json=body).status_code == code


@pytest.mark.parametrize("keeps", [False, True])
def test_a_new_password_revokes_tokens_unless_they_are_to_be_kept(
    sqlite_world: World, keeps: bool
) -> None:
    world, tenant = sqlite_world, sqlite_world.ours
    program = world.bearer(token_of(world, tenant, "owner", "read"))
    colleague = world.bearer(token_of(world, tenant, "engineer", "read"))
    path = f"/api/organisations/{tenant.organisation.id}"
    client = world.client(tenant.users["owner"])
    body = {"old": PASSWORD, "new": NEW} | ({"keep_tokens": True} if keeps else {})
    assert program.get(path).status_code == 200
    assert client.put("/api/user/password", json=body).status_code == 204
    assert program.get(path).status_code == (200 if keeps else 401)
    assert colleague.get(path).status_code == 200
    assert [one["revoked_utc"] is None for one in client.get("/api/tokens").json()] == [keeps]
    with world.state.database.read() as connection:
        found = events(connection, actor=tenant.users["owner"])
    told = [event.entry.event for event in found]
    assert told.count("token_revoked") == (0 if keeps else 1)


def test_the_old_password_is_asked_for(sqlite_world: World) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    said = client.put("/api/user/password", json={"old": "not that one", "new": NEW})
    assert (said.status_code, code_of(said)) == (401, "wrong-password")
    said = client.put("/api/user/password", json={"old": PASSWORD, "new": "short"})
    assert (said.status_code, code_of(said)) == (400, "weak-password")
