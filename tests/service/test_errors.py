"""Refusals: one shape, one language, nothing that is nobody's business."""

from __future__ import annotations

import logging

import pytest
from lianjin.core.errors import (
    Conflict,
    Finding,
    Forbidden,
    LianjinError,
    LimitExceeded,
    NotFound,
    RecipeError,
    StorageError,
    Unauthenticated,
    UsageError,
)
from lianjin.core.event import events
from lianjin.core.limits import REFUSALS_RECORDED
from lianjin.core.words import Words
from lianjin.service import errors
from lianjin.service.account.throttle import TooOften

from .samples import SAMPLES
from .world import World, code_of

SAID = Words("no", "不")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("wrong-value", SAID), 400),
        (RecipeError("wrong-type", SAID), 400),
        (Unauthenticated("not-signed-in", SAID), 401),
        (Forbidden("not-permitted", SAID), 403),
        (NotFound("no-such-job", SAID), 404),
        (Conflict("name-taken", SAID), 409),
        (LimitExceeded("too-many-jobs", SAID), 413),
        (LimitExceeded("busy", SAID), 429),
        (TooOften(3), 429),
        (StorageError("database-failed", SAID), 503),
        (Finding("size-differs", SAID), 422),
    ],
)
def test_the_status_says_who_must_act(error: LianjinError, status: int) -> None:
    assert errors.status_of(error) == status


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr, en;q=0.8, zh;q=0.5", "en"),
        ("fr", "zh"),
        ("en;q=0", "zh"),
        ("*", "zh"),
        (";q=,,;" * 1000, "zh"),
    ],
)
def test_a_reader_is_answered_in_their_language(accepted: str | None, language: str) -> None:
    assert errors.language_of(accepted) == language


def test_a_refusal_has_one_shape_in_both_languages(sqlite_world: World) -> None:
    client = sqlite_world.client()
    for language, message in (("en", "nobody is signed in"), ("zh-CN", "尚未登录")):
        said = client.get("/api/session", headers={"Accept-Language": language})
        error = said.json()["error"]
        assert set(error) == {"code", "message", "hint", "request_id"}
        assert (error["code"], error["message"]) == ("not-signed-in", message)
        assert said.headers["x-request-id"] == error["request_id"]
        assert said.headers["content-language"] == language[:2]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/", 404, "no-such-page"),
        ("GET", "/api/nothing", 404, "no-such-page"),
        ("PATCH", "/api/session", 405, "wrong-method"),
        ("TRACE", "/api/health", 405, "wrong-method"),
        ("GET", "/api/health/", 404, "no-such-page"),
    ],
)
def test_what_is_not_there_is_told_in_the_same_shape(
    sqlite_world: World, method: str, path: str, status: int, code: str
) -> None:
    said = sqlite_world.client().request(method, path, follow_redirects=False)
    assert (said.status_code, code_of(said)) == (status, code)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 100_000,
        b'{"a":' * 50_000 + b"1" + b"}" * 50_000,
        b"\xff\xfe",
        b'{"login": "\\ud800", "password": "x"}',
        b'{"login": "a\\u0000b", "password": "x"}',
        b"null",
        b"1e999",
        b"9" * 10_000,
        b"",
        b'{"login": ["a"], "password": {}}',
        b'{"login": "a", "password": "b", "__proto__": {}}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_no_body_is_too_strange_to_be_refused(sqlite_world: World, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    said = sqlite_world.client().post("/api/session", content=body, headers=headers)
    assert said.status_code in (400, 422), said.text
    assert code_of(said) == "wrong-request"


def test_a_wrong_field_is_named_and_its_value_is_not_told(sqlite_world: World) -> None:
    secret = "my secret" * 100
    said = sqlite_world.client().post("/api/session", json={"login": "ada", "password": secret})
    assert (said.status_code, "my secret" in said.text) == (422, False)
    assert said.json()["error"]["fields"] == [
        {"path": "body.password", "message": "may have at most 256 characters"}
    ]
    chinese = sqlite_world.client().post("/api/session", json={}, headers={"Accept-Language": "zh"})
    assert chinese.json()["error"]["fields"] == [
        {"path": "body.login", "message": "缺失"},
        {"path": "body.password", "message": "缺失"},
    ]


def test_a_failed_database_is_told_without_its_address(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails() -> None:
        raise StorageError("database-failed", Words("postgresql://secret@host", "出错"))

    monkeypatch.setattr(sqlite_world.state.database, "read", fails)
    with caplog.at_level(logging.ERROR, "lianjin"):
        said = sqlite_world.client().get("/api/health")
    assert (said.status_code, code_of(said)) == (503, "unavailable")
    assert "secret" not in said.text
    assert said.json()["error"]["request_id"] in caplog.text
    assert "postgresql://secret@host" in caplog.text


def test_what_a_known_caller_may_not_do_is_recorded(world: World) -> None:
    buyer = world.ours.users["buyer"]
    client = world.client(buyer)
    foreign = SAMPLES["token_id"](world, world.theirs, world.theirs.users["owner"])
    client.get("/api/organisations")
    client.delete(f"/api/tokens/{foreign}")
    client.delete(f"/api/tokens/token_{'0' * 26}")  # nothing is there: nothing was refused
    world.client().get("/api/organisations")
    with world.state.database.read() as connection:
        found = [e for e in events(connection, actor=buyer) if e.entry.event == "refused"]
    assert [(e.subject, e.entry.ids["code"]) for e in found] == [
        ("DELETE /api/tokens/{token_id}", "no-such-token"),
        ("GET /api/organisations", "not-permitted"),
    ]
    assert foreign not in str(found)
    assert {e.organisation for e in found} == {world.ours.organisation.id}


def test_who_is_refused_over_and_over_fills_no_log(sqlite_world: World) -> None:
    buyer = sqlite_world.ours.users["buyer"]
    with sqlite_world.client(buyer) as client:
        for _ in range(REFUSALS_RECORDED + 20):
            assert client.get("/api/organisations").status_code == 403
    with sqlite_world.state.database.read() as connection:
        found = events(connection, actor=buyer, limit=1_000)
    refused = sum(event.entry.event == "refused" for event in found)
    assert REFUSALS_RECORDED <= refused <= REFUSALS_RECORDED + 5
