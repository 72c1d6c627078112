"""What a running server has: its folder, database, log, and what slows down those who guess.

Takes a folder and a database's URL; gives an open State, everything made and migrated.

    lianjin.db    the database, unless it is elsewhere
    log/ log.key  the log and the key that signs it, made at the first start
    registry/     datasets and their versions
    jobs/         a folder for each job that has not ended
    results/      what evaluations wrote, by job
    exports/      what annotation projects gave, by project and version
    uploads/      files to build from; arriving/ holds them while they come
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from fastapi import Request

from lianjin.core.clock import now_utc
from lianjin.core.database import EVENTS, Database
from lianjin.core.errors import Conflict
from lianjin.core.event import Sequencer
from lianjin.core.key import make_key, read_key
from lianjin.core.limits import (
    JOBS_AT_ONCE,
    REFUSALS_RECORDED,
    REFUSALS_RECORDED_EVERY_S,
    SIGN_IN_TRIES,
    SIGN_IN_TRIES_OF_ADDRESS,
    SIGN_IN_WAIT_OF_ADDRESS_S,
    SIGN_IN_WAIT_S,
)
from lianjin.core.log import CHECKPOINT, Log
from lianjin.core.store import guarded, remove_tree
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry
from lianjin.market.catalogue import Catalogue
from lianjin.market.organisation_key import Keyring
from lianjin.service.account.password import Passwords
from lianjin.service.account.throttle import Throttle
from lianjin.service.committed import catch_up
from lianjin.service.done import record_done
from lianjin.service.pulse import Pulse
from lianjin.service.schema import migrate
from lianjin.service.setup_code import SetupCode
from lianjin.service.work.crew import Crew, Places
from lianjin.service.work.quota import Quota


@dataclass(frozen=True)
class State:
    """All that routes share. `is_https`: browsers reach the server by https, so cookies say so."""

    folder: Path
    database: Database
    log: Log
    sequencer: Sequencer
    crew: Crew
    passwords: Passwords
    setup_code: SetupCode
    is_https: bool = False
    clock: Callable[[], str] = now_utc
    catalogue: Catalogue = field(default_factory=Catalogue)
    account_tries: Throttle = field(default_factory=lambda: Throttle(SIGN_IN_TRIES, SIGN_IN_WAIT_S))
    address_tries: Throttle = field(
        default_factory=lambda: Throttle(SIGN_IN_TRIES_OF_ADDRESS, SIGN_IN_WAIT_OF_ADDRESS_S)
    )
    refusals: Throttle = field(
        default_factory=lambda: Throttle(REFUSALS_RECORDED, REFUSALS_RECORDED_EVERY_S)
    )
    """How many refusals of a user become events: the log is for ever, and patience is not."""
    quota: Quota = field(default_factory=Quota)
    pulse: Pulse = field(default_factory=Pulse)

    @property
    def registry(self) -> Path:
        """Where datasets and versions are."""
        return self.folder / "registry"

    @property
    def jobs(self) -> Path:
        """Where each job has its folder."""
        return self.folder / "jobs"

    @property
    def keyring(self) -> Keyring:
        """The keys that the server keeps for organisations."""
        return Keyring(self.folder / "keys")

    @property
    def results(self) -> Path:
        """Where the files of evaluations are, by job."""
        return self.folder / "results"

    @property
    def exports(self) -> Path:
        """What annotation projects gave, by project and version."""
        return self.folder / "exports"

    @property
    def uploads(self) -> Path:
        """Where files are put to build from."""
        return self.folder / "uploads"


@contextmanager
def opened(
    folder: Path,
    *,
    url: str | None = None,
    name: str = "localhost/log",
    is_https: bool = False,
    passwords: Passwords | None = None,
    clock: Callable[[], str] = now_utc,
    jobs_at_once: int = JOBS_AT_ONCE,
) -> Iterator[State]:
    """The state of a server in `folder`, all that is missing made; closed when the block ends.

    `url`: the database, by default SQLite in the folder. `name`: of the log, when it is made.
    `jobs_at_once`: 0 leaves them waiting.
    Conflict `server-running` if another server runs there, or on the database, before anything of it is
    touched;
    `log-foreign` if log and database are not of each other.
    """
    folder = folder.resolve()  # workers are elsewhere
    where = url or f"sqlite:///{folder / 'lianjin.db'}"
    with (
        _log(folder, name) as log,
        Database(where, clock=clock) as database,
        _alone(database),
    ):
        with guarded(folder, "write"):
            remove_tree(folder / "arriving")  # what a kill left half sent
            for inner in ("registry", "jobs", "uploads", "results", "arriving"):
                (folder / inner).mkdir(exist_ok=True)
        migrate(database)
        _check_pair(database, log)
        places = Places(
            jobs=folder / "jobs",
            uploads=folder / "uploads",
            registry=folder / "registry",
            results=folder / "results",
            exports=folder / "exports",
        )
        with (
            Sequencer(database, log) as sequencer,
            Crew(database, places, at_once=jobs_at_once, done=record_done) as crew,
        ):
            registry = Registry(folder / "registry")
            registry.blobs.sweep()
            catch_up(database, registry)
            if jobs_at_once:
                crew.start()
            yield State(
                folder,
                database,
                log,
                sequencer,
                crew,
                passwords or Passwords(),
                SetupCode.of(database),
                is_https,
                clock,
            )


def _log(folder: Path, name: str) -> Log:
    """The log of the folder, opened with its key; both are made where there is neither.

    Its lock is the server's: who has it has the folder alone, throttles and workers among it.
    """
    path, key_path = folder / "log", folder / "log.key"
    with guarded(folder, "write"):
        folder.mkdir(parents=True, exist_ok=True)
    try:
        if (path / CHECKPOINT).exists():
            return Log.open(path, read_key(key_path))
        key = read_key(key_path) if key_path.exists() else make_key(key_path, name)
        return Log.create(path, key)
    except Conflict as error:
        if error.code != "log-in-use":
            raise
        raise _running(Words(f"in {str(folder)!r}", f"目录 {str(folder)!r} ")) from error


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """Keeps other servers from the database: a copy of the folder elsewhere would have a lock of its own.

    SQLite's is in the folder. PostgreSQL lets go of the lock when the connection ends.
    """
    if database.engine.dialect.name != "postgresql":
        yield
        return
    with database.read() as connection:
        if not connection.execute(_LOCK).scalar():
            where = repr(database.engine.url.render_as_string(hide_password=True))
            raise _running(Words(f"on the database {where}", f"数据库 {where} "))
        connection.rollback()  # the lock is the connection's; no transaction stays open
        try:
            yield
        finally:
            with suppress(sa.exc.DBAPIError):  # a connection that broke has let go of it
                connection.execute(_UNLOCK)


_LOCK = sa.text("SELECT pg_try_advisory_lock(7597122)")  # any number, always the same
_UNLOCK = sa.text("SELECT pg_advisory_unlock(7597122)")


def _running(where: Words) -> Conflict:
    return Conflict(
        "server-running",
        Words(f"another server runs {where.en}", f"{where.zh}已有另一个服务在运行"),
        hint=Words(
            "stop it first, or choose another `--data` and `--database`: each has one server",
            "请先停止它，或换一个 `--data` 与 `--database`：每处只能有一个服务",
        ),
    )


def _check_pair(database: Database, log: Log) -> None:
    """Conflict `log-foreign` if the database knows of entries that this log does not have."""
    with database.read() as connection:
        last = connection.execute(sa.select(sa.func.max(EVENTS.c.log_index))).scalar()
    size = log.checkpoint().size
    if last is not None and last >= size:
        raise Conflict(
            "log-foreign",
            Words(
                f"the database has events up to entry {last}, the log has {size} entries",
                f"数据库的事件记到第 {last} 条，日志只有 {size} 条",
            ),
            hint=Words(
                "use the database and the log that belong together",
                "请使用彼此对应的数据库和日志",
            ),
        )


async def state_of(request: Request) -> State:
    """The state of the server that a request came to."""
    state: State = request.app.state.lianjin
    return state
