"""The server says whether it is well, to whoever asks."""

from __future__ import annotations

import pytest
from lianjin.core.errors import StorageError
from lianjin.core.words import Words
from lianjin.version import VERSION

from .world import World


def test_a_server_that_is_well_says_so(world: World) -> None:
    said = world.client().get("/api/health").json()
    assert (said["version"], said["is_empty"], said["is_logging"]) == (VERSION, False, True)
    assert said["log_size"] >= 0


def test_a_log_that_takes_nothing_is_told(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = StorageError("storage-enospc", Words("full", "已满"))
    monkeypatch.setattr(sqlite_world.state.sequencer, "_error", failed)
    assert not sqlite_world.client().get("/api/health").json()["is_logging"]
