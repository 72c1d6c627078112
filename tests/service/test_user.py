"""One's password: changed by who knows it, and every other session ends."""

from __future__ import annotations

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


def test_the_old_password_is_asked_for(sqlite_world: World) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    said = client.put("/api/user/password", json={"old": "not that one", "new": NEW})
    assert (said.status_code, code_of(said)) == (401, "wrong-password")
    said = client.put("/api/user/password", json={"old": PASSWORD, "new": "short"})
    assert (said.status_code, code_of(said)) == (400, "weak-password")
