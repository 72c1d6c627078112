"""A server's state and a world in it; asked for plainly, once on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lianjin.service.state import State, opened

from .world import World, cheap


@pytest.fixture
def state(database_url: str, tmp_path: Path) -> Iterator[State]:
    """An empty server."""
    with opened(tmp_path / "data", url=database_url, passwords=cheap(), jobs_at_once=0) as found:
        yield found


@pytest.fixture
def world(state: State) -> World:
    """A server with two tenants."""
    return World(state)


@pytest.fixture
def working(database_url: str, tmp_path: Path) -> Iterator[World]:
    """A server with two tenants, whose jobs are done in worker processes."""
    with opened(tmp_path / "data", url=database_url, passwords=cheap()) as state:
        yield World(state)


@pytest.fixture
def sqlite_state(sqlite_url: str, tmp_path: Path) -> Iterator[State]:
    """An empty server on SQLite, for what does not depend on the database."""
    with opened(tmp_path / "data", url=sqlite_url, passwords=cheap(), jobs_at_once=0) as found:
        yield found


@pytest.fixture
def sqlite_world(sqlite_state: State) -> World:
    """A server with two tenants on SQLite."""
    return World(sqlite_state)
