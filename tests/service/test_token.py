"""Tokens: shown once, kept as digests, in force until they are not."""

from __future__ import annotations

from pathlib import Path

import pytest
from lianjin.core.clock import later
from lianjin.core.limits import TOKENS_PER_USER
from lianjin.service.account.token import PREFIX, TOKENS
from lianjin.service.state import opened

from .world import World, cheap, code_of

WANTED = {"name": "my notebook", "scopes": ["read"]}


def test_a_token_acts_for_who_made_it_until_it_is_revoked(world: World) -> None:
    person = world.client(world.ours.users["owner"])
    made = person.post("/api/tokens", json=WANTED).json()
    assert made["secret"].startswith(PREFIX)
    program = world.bearer(made["secret"])
    path = f"/api/organisations/{world.ours.organisation.id}"
    assert program.get(path).status_code == 200
    assert person.delete(f"/api/tokens/{made['id']}").status_code == 204
    said = program.get(path)
    assert (said.status_code, code_of(said)) == (401, "wrong-token")
    assert said.headers["www-authenticate"] == "Bearer"


def test_the_secret_is_shown_once_and_kept_as_a_digest(world: World) -> None:
    person = world.client(world.ours.users["owner"])
    made = person.post("/api/tokens", json=WANTED).json()
    secret = made.pop("secret")
    assert person.get("/api/tokens").json() == [made]
    with world.state.database.read() as connection:
        assert secret not in str(connection.execute(TOKENS.select()).all())


def test_a_token_that_only_reads_changes_nothing_and_is_told_so(world: World) -> None:
    person = world.client(world.ours.users["owner"])
    program = world.bearer(person.post("/api/tokens", json=WANTED).json()["secret"])
    said = program.post("/api/uploads", json={"name": "pages"})
    assert (said.status_code, code_of(said)) == (403, "token-scope")
    assert program.post("/api/tokens", json=WANTED).status_code == 403
    assert program.delete("/api/session").status_code == 403


def test_a_token_needs_no_word_of_where_it_comes_from(world: World) -> None:
    person = world.client(world.ours.users["owner"])
    wanted = WANTED | {"scopes": ["write"]}
    program = world.bearer(person.post("/api/tokens", json=wanted).json()["secret"])
    assert program.post("/api/uploads", json={"name": "pages"}).status_code == 201


def test_a_token_is_over_when_its_days_are(database_url: str, tmp_path: Path) -> None:
    now = ["2026-01-31T08:00:00.000000Z"]
    with opened(
        tmp_path / "d", url=database_url, passwords=cheap(), clock=lambda: now[0], jobs_at_once=0
    ) as state:
        world = World(state)
        person = world.client(world.ours.users["owner"])
        made = person.post("/api/tokens", json=WANTED | {"days": 1}).json()
        program = world.bearer(made["secret"])
        now[0] = later(now[0], 86_399)
        assert program.get("/api/events").status_code == 200
        now[0] = later(now[0], 1)
        assert program.get("/api/events").status_code == 401


def test_a_token_ends_with_the_membership(world: World) -> None:
    user = world.member(world.ours, "engineer")
    program = world.bearer(world.client(user).post("/api/tokens", json=WANTED).json()["secret"])
    assert program.get("/api/jobs").status_code == 200
    owner = world.client(world.ours.users["owner"])
    owner.delete(f"/api/organisations/{world.ours.organisation.id}/members/{user}")
    assert program.get("/api/jobs").status_code == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer lj_", "Bearer x", "Basic YTpi", "lj_x", "Bearer lj_é"]
)
def test_what_is_no_token_is_refused(sqlite_world: World, header: str) -> None:
    client = sqlite_world.client()
    said = client.get("/api/health", headers={"Authorization": header.encode()})
    assert (said.status_code, code_of(said)) == (401, "wrong-token")


def test_a_user_has_only_so_many_tokens(sqlite_world: World) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    with client:
        codes = [
            client.post("/api/tokens", json=WANTED).status_code for _ in range(TOKENS_PER_USER + 1)
        ]
    assert codes == [201] * TOKENS_PER_USER + [413]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": " a"},
        {"name": "a\u202eb"},
        {"name": "x" * 129},
        {"scopes": []},
        {"scopes": ["admin"]},
        {"days": 0},
        {"days": 367},
        {"days": "1"},
        {"days": True},
        {"more": 1},
    ],
)
def test_what_is_not_as_described_is_refused_with_its_field(
    sqlite_world: World, wrong: dict[str, object]
) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    said = client.post("/api/tokens", json=WANTED | wrong)
    assert (said.status_code, code_of(said)) == (422, "wrong-request")
    fields = said.json()["error"]["fields"]
    assert fields[0]["path"].startswith(f"body.{next(iter(wrong))}")
