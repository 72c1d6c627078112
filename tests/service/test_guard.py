"""What every answer carries, and that a bug tells nothing but its request's id."""

from __future__ import annotations

import logging

import pytest
from lianjin.service import health

from .world import World, code_of


@pytest.mark.parametrize("path", ["/api/health", "/api/session", "/nothing", "/log/checkpoint"])
def test_every_answer_tells_browsers_what_they_may_not_do(sqlite_world: World, path: str) -> None:
    headers = sqlite_world.client().get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self';")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-request-id"].startswith("request_")
    assert "server" not in headers
    if path.startswith("/api"):
        assert headers["cache-control"] == "no-store"


def test_a_bug_is_logged_and_not_told(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(connection: object) -> bool:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr(health, "is_empty", fails)
    with caplog.at_level(logging.ERROR, "lianjin"):
        said = sqlite_world.client().get("/api/health")
    assert (said.status_code, code_of(said)) == (500, "bug")
    assert "a secret of the program" not in said.text
    assert said.headers["x-content-type-options"] == "nosniff"
    assert said.json()["error"]["request_id"] in caplog.text
    assert "a secret of the program" in caplog.text
