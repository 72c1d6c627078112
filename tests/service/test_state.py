"""A server that starts finds its registry as a kill may have left it, and goes on from there."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from lianjin.core.errors import Conflict
from lianjin.core.event import events
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.service.state import opened

from .dataset import dataset
from .world import World, cheap

NAME = VersionName.parse("canaryours/news@1.0.0")


def test_half_sent_bytes_go_and_versions_get_their_event(sqlite_url: str, tmp_path: Path) -> None:
    with opened(tmp_path / "data", url=sqlite_url, passwords=cheap()) as state:
        World(state)
        registry = Registry(state.registry)
        registry.commit(dataset(), NAME, created_by="lin", now="2026-01-31T08:00:00Z")
        (state.registry / "incoming" / "dead").write_bytes(b"half")
        with state.database.read() as connection:
            assert events(connection, subject=str(NAME)) == ()
    for _ in range(2):
        with opened(tmp_path / "data", url=sqlite_url, passwords=cheap()) as state:
            assert list((state.registry / "incoming").iterdir()) == []
            with state.database.read() as connection:
                found = events(connection, subject=str(NAME))
            assert [event.entry.event for event in found] == ["version_committed"]
            state.sequencer.wait(found[0].id)
            assert state.log.entry(state.log.checkpoint().size - 1).ids["subject"] == str(NAME)


def test_a_folder_named_from_where_the_server_was_started_is_found_by_its_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with opened(Path("data"), passwords=cheap(), jobs_at_once=0) as state:
        assert state.folder == tmp_path / "data"


def test_a_database_whose_log_is_elsewhere_is_refused(sqlite_url: str, tmp_path: Path) -> None:
    with opened(tmp_path / "data", url=sqlite_url, passwords=cheap(), jobs_at_once=0) as state:
        World(state)
    with (
        pytest.raises(Conflict, match="log-foreign"),
        opened(tmp_path / "other", url=sqlite_url, passwords=cheap(), jobs_at_once=0),
    ):
        pass


def test_a_copy_of_the_folder_does_not_run_beside_the_server(
    database_url: str, tmp_path: Path
) -> None:
    folder, copy = tmp_path / "data", tmp_path / "copy"
    with opened(folder, url=database_url, passwords=cheap(), jobs_at_once=0) as state:
        World(state)
    shutil.copytree(folder, copy)
    with opened(folder, url=database_url, passwords=cheap(), jobs_at_once=0) as state:
        (folder / "arriving" / "file_1").write_bytes(b"half of it")
        is_postgresql = state.database.engine.dialect.name == "postgresql"
        for other in (folder, copy) if is_postgresql else (folder,):
            with (
                pytest.raises(Conflict, match="server-running"),
                opened(other, url=database_url, passwords=cheap(), jobs_at_once=0),
            ):
                pass
        assert (folder / "arriving" / "file_1").is_file()
    with opened(copy, url=database_url, passwords=cheap(), jobs_at_once=0):
        pass
