"""Databases for tests: a new one each, on SQLite and on PostgreSQL, with all tables there already."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from lianjin.core.database import Database
from lianjin.service.schema import migrate

CHEAP = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "listen_addresses=")
"""A cluster that nobody minds losing, reached by its socket alone."""

IN_MEMORY = Path("/dev/shm")
"""A database is 300 files: on a disk that others use, making and removing them takes most of a test."""


def _binary(name: str) -> Path | None:
    """Where a program of PostgreSQL is; Debian keeps it out of the path."""
    found = [Path(where)] if (where := shutil.which(name)) is not None else []
    found += sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return found[0] if found else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a cluster's own database, less its name; the cluster goes with the session."""
    if (initdb := _binary("initdb")) is None or (pg_ctl := _binary("pg_ctl")) is None:
        pytest.skip("PostgreSQL is not installed (apt-get install postgresql)")
    user = "nobody" if os.getuid() == 0 else None  # PostgreSQL refuses to run as root
    folder = Path(
        tempfile.mkdtemp(prefix="lianjin-pg-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
    )
    if user is not None:
        shutil.chown(folder, user)

    def run(*command: str | Path) -> None:
        done = subprocess.run(
            [str(word) for word in command],
            user=user, cwd=folder, env={**os.environ, "LC_ALL": "C", "HOME": str(folder)},
            stdout=(folder / "said").open("ab"), stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        assert done.returncode == 0, (folder / "said").read_text("utf-8", "replace")

    (folder / "said").touch()
    if user is not None:
        shutil.chown(folder / "said", user)
    data = folder / "data"
    try:
        run(initdb, "-D", data, "-U", "lianjin", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = " ".join(f"-c {setting}" for setting in CHEAP)
        run(pg_ctl, "-D", data, "-w", "-o", f"-k {folder} {settings}", "start")
        try:
            yield f"postgresql+psycopg://lianjin@/%s?host={folder}"
        finally:
            run(pg_ctl, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server(postgresql: str) -> Iterator[sa.Connection]:
    """A connection that makes and drops databases; `pattern` has all tables."""
    engine = sa.create_engine(postgresql % "postgres", isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text("CREATE DATABASE pattern"))
        with Database(postgresql % "pattern") as database:
            migrate(database)
        yield connection
    engine.dispose()


@pytest.fixture
def postgresql_url(postgresql: str, postgresql_server: sa.Connection) -> Iterator[str]:
    """A new database on PostgreSQL, gone after the test."""
    postgresql_server.execute(sa.text("CREATE DATABASE copy TEMPLATE pattern"))
    yield postgresql % "copy"
    postgresql_server.execute(sa.text("DROP DATABASE copy WITH (FORCE)"))


@pytest.fixture(scope="session")
def sqlite_pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that has all tables."""
    path = tmp_path_factory.mktemp("pattern") / "lianjin.db"
    with Database(f"sqlite:///{path}") as database:
        migrate(database)
    return path


@pytest.fixture
def sqlite_url(sqlite_pattern: Path, tmp_path: Path) -> str:
    """A new SQLite database."""
    path = tmp_path / "lianjin.db"
    shutil.copyfile(sqlite_pattern, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A new database with all tables; each test that asks for it runs once on each kind."""
    if request.param == "sqlite":
        return str(request.getfixturevalue("sqlite_url"))
    return str(request.getfixturevalue("postgresql_url"))
