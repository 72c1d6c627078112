"""The server says whether it is well, to whoever asks."""

from __future__ import annotations

import pytest
from lianjin.core.errors import StorageError
from lianjin.core.words import Words
from lianjin.service import health
from lianjin.version import VERSION

from .world import World, code_of


def test_a_server_that_is_well_says_so(world: World) -> None:
    said = world.client().get("/api/health").json()
    assert (said["version"], said["is_empty"], said["is_logging"]) == (VERSION, False, True)
    assert said["log_size"] >= 0


def test_a_log_that_takes_nothing_is_told(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = StorageError("storage-enospc", Words("full", "已满"))
    monkeypatch.setattr(sqlite_world.state.sequencer, "_error", failed)
    client = sqlite_world.client()
    assert not client.get("/api/health").json()["is_logging"]
    said = client.get("/api/health/ready")
    assert (said.status_code, code_of(said)) == (503, "unavailable")
    assert client.get("/api/health/live").json() == {"live": True}


def test_a_thousand_questions_are_one_look(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    monkeypatch.setattr(health, "is_empty", lambda connection: bool(looks.append(1)))
    with sqlite_world.client() as client:
        for _ in range(100):
            assert client.get("/api/health").status_code == 200
            assert client.get("/api/health/ready").json()["version"] == VERSION
    assert len(looks) <= 2


def test_a_database_that_fails_is_not_ready_and_live(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(connection: object) -> bool:
        raise StorageError("database-failed", Words("gone", "不在了"))

    monkeypatch.setattr(health, "is_empty", fails)
    client = sqlite_world.client()
    for path in ("/api/health", "/api/health/ready"):
        said = client.get(path)
        assert (said.status_code, code_of(said)) == (503, "unavailable")
    assert client.get("/api/health/live").status_code == 200
