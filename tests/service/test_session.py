"""Signing in: by the right password alone, told apart by nothing, and over when it is over."""

from __future__ import annotations

from pathlib import Path

import pytest
from lianjin.core.event import events
from lianjin.core.limits import SESSION_AGE_S, SESSION_IDLE_S, SESSIONS_PER_USER, SIGN_IN_TRIES
from lianjin.service.account.session import SESSIONS
from lianjin.service.state import opened

from .world import BROWSER, PASSWORD, World, cheap, code_of

LOGIN = "canaryours-owner"


def test_a_person_signs_in_and_out(world: World) -> None:
    client = world.client()
    said = client.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
    assert said.status_code == 201
    session = said.json()
    assert (session["login"], session["roles"]) == (LOGIN, ["owner"])
    assert session["organisation"] == world.ours.organisation.id
    assert client.get("/api/session").json() == session
    cookie = said.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert client.delete("/api/session").status_code == 204
    assert client.get("/api/session").status_code == 401


def test_the_cookie_is_of_this_host_and_https_alone_where_there_is_https(
    sqlite_url: str, tmp_path: Path
) -> None:
    with opened(
        tmp_path / "d", url=sqlite_url, passwords=cheap(), is_https=True, jobs_at_once=0
    ) as state:
        client = World(state).client()
        said = client.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
    cookie = said.headers["set-cookie"]
    assert cookie.startswith("__Host-lianjin=")
    assert "; Secure" in cookie
    assert "Domain" not in cookie
    assert said.headers["strict-transport-security"]


def test_the_session_is_kept_as_a_digest_alone(world: World) -> None:
    secret = world.session(world.ours.users["owner"])
    with world.state.database.read() as connection:
        rows = str(connection.execute(SESSIONS.select()).all())
    assert secret not in rows


def test_a_session_that_somebody_else_chose_is_never_taken(world: World) -> None:
    client = world.client()
    client.cookies.set("lianjin", "chosen-by-somebody-else")
    client.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
    assert (
        world.client(Cookie="lianjin=chosen-by-somebody-else").get("/api/session").status_code
        == 401
    )


def test_signing_in_anew_ends_the_session_that_came_along(world: World) -> None:
    user = world.ours.users["owner"]
    old = world.session(user)
    client = world.client(Cookie=f"lianjin={old}")
    assert client.get("/api/session").status_code == 200
    said = client.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
    assert said.status_code == 201
    assert world.client(Cookie=f"lianjin={old}").get("/api/session").status_code == 401


def test_an_unknown_login_and_a_wrong_password_are_refused_alike(world: World) -> None:
    hashed: list[str | None] = []
    is_right = world.state.passwords.is_right

    def watched(password: str, stored: str | None) -> bool:
        hashed.append(stored)
        return is_right(password, stored)

    world.state.passwords.is_right = watched  # type: ignore[method-assign]
    said = [
        world.client().post("/api/session", json={"login": login, "password": "wrong wrong"})
        for login in (LOGIN, "nobody-at-all")
    ]
    assert [one.status_code for one in said] == [401, 401]
    errors = [one.json()["error"] for one in said]
    assert all(error.pop("request_id") for error in errors)
    assert errors[0] == errors[1]
    assert errors[0]["code"] == "wrong-password"
    assert [stored is None for stored in hashed] == [False, True]  # one hash each


def test_a_hundred_wrong_passwords_cost_a_few_hashes(world: World) -> None:
    hashed = []
    is_right = world.state.passwords.is_right
    world.state.passwords.is_right = lambda *given: (  # type: ignore[method-assign]
        hashed.append(1) or is_right(*given)
    )
    client = world.client()
    codes = []
    for _ in range(100):
        said = client.post("/api/session", json={"login": LOGIN, "password": "wrong wrong"})
        codes.append(said.status_code)
    assert codes == [401] * SIGN_IN_TRIES + [429] * (100 - SIGN_IN_TRIES)
    assert len(hashed) == SIGN_IN_TRIES
    assert int(said.headers["retry-after"]) >= 1
    right = client.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
    assert right.status_code == 429  # from this address; from another it goes on


def test_guessing_from_one_address_does_not_lock_others_out(world: World) -> None:
    for _ in range(SIGN_IN_TRIES + 1):
        world.client().post("/api/session", json={"login": LOGIN, "password": "wrong wrong"})
    other = world.client()
    other._transport.client = ("192.0.2.7", 1)  # type: ignore[attr-defined]
    said = other.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
    assert said.status_code == 201


def test_a_session_is_over_when_it_is_idle_or_old(database_url: str, tmp_path: Path) -> None:
    from lianjin.core.clock import later

    start = "2026-01-31T08:00:00.000000Z"
    now = [start]
    with opened(
        tmp_path / "d", url=database_url, passwords=cheap(), clock=lambda: now[0], jobs_at_once=0
    ) as state:
        world = World(state)
        idle = world.client(world.ours.users["owner"])
        used = world.client(world.ours.users["buyer"])
        step = SESSION_IDLE_S - 1
        for n in range(1, SESSION_AGE_S // step + 1):
            now[0] = later(start, n * step)
            assert used.get("/api/session").status_code == 200, n
            state.database.write(lambda tx: None)  # what was noted of its use is on disk
        assert idle.get("/api/session").status_code == 401
        now[0] = later(start, SESSION_AGE_S)
        assert used.get("/api/session").status_code == 401


def test_the_oldest_of_many_sessions_ends(world: World) -> None:
    user = world.ours.users["owner"]
    secrets = [world.session(user) for _ in range(SESSIONS_PER_USER + 1)]
    alive = [
        world.client(Cookie=f"lianjin={secret}").get("/api/session").status_code == 200
        for secret in (secrets[0], secrets[1], secrets[-1])
    ]
    assert alive == [False, True, True]


def test_a_person_acts_for_one_of_their_organisations_at_a_time(world: World) -> None:
    from lianjin.service.account.membership import add_member

    user = world.ours.users["buyer"]
    theirs = world.theirs.organisation
    client = world.client(user)
    body = {"organisation": theirs.id}
    assert client.put("/api/session/organisation", json=body).status_code == 404
    world.state.database.write(lambda tx: add_member(tx, "system", user, theirs, ["engineer"]))
    said = client.put("/api/session/organisation", json=body)
    assert (said.status_code, said.json()["roles"]) == (200, ["engineer"])
    assert client.get(f"/api/organisations/{theirs.id}").status_code == 200
    assert client.get(f"/api/organisations/{world.ours.organisation.id}").status_code == 404


def test_who_is_no_longer_a_member_may_do_nothing_at_the_next_request(world: World) -> None:
    owner = world.client(world.ours.users["owner"])
    engineer = world.client(world.ours.users["engineer"])
    ours = world.ours.organisation.id
    assert engineer.get("/api/jobs").status_code == 200
    path = f"/api/organisations/{ours}/members/{world.ours.users['engineer']}"
    assert owner.delete(path).status_code == 204
    assert engineer.get("/api/jobs").status_code == 403
    assert engineer.get("/api/session").json()["organisation"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "", "Origin": "https://elsewhere.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://testserver"},
    ],
)
def test_a_change_that_another_site_asks_for_is_refused(
    sqlite_world: World, headers: dict[str, str]
) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    said = client.delete("/api/session", headers=headers)
    assert (said.status_code, code_of(said)) == (403, "cross-site")
    assert client.get("/api/session").status_code == 200


def test_a_cookie_without_a_word_of_where_it_comes_from_changes_nothing(
    sqlite_world: World,
) -> None:
    secret = sqlite_world.session(sqlite_world.ours.users["owner"])
    client = sqlite_world.client()
    del client.headers["Sec-Fetch-Site"]
    client.cookies.set("lianjin", secret)
    assert code_of(client.delete("/api/session")) == "cross-site"
    origin = {"Origin": "http://testserver"}
    assert client.delete("/api/session", headers=origin).status_code == 204


def test_signing_in_and_out_is_told_of(world: World) -> None:
    client = world.client()
    client.post("/api/session", json={"login": LOGIN, "password": PASSWORD})
    client.delete("/api/session")
    with world.state.database.read() as connection:
        found = events(connection, actor=world.ours.users["owner"], limit=2)
    assert [event.entry.event for event in found] == ["signed_out", "signed_in"]
    assert BROWSER["Accept-Language"] == "en"
