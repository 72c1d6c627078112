"""The database: tables that nouns declare, readers that never wait, and one writer.

Takes works that read and write rows; gives their results once the rows are on disk. Records the
events that a work tells of, in the same transaction. SQLite by default, PostgreSQL by its URL.

    with Database("sqlite:///lianjin.db") as database:
        database.create()
        order = database.write(lambda tx: place(tx, buyer, listing))
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import sqlalchemy as sa

from lianjin.core.clock import now_utc
from lianjin.core.entry import Entry
from lianjin.core.errors import StorageError
from lianjin.core.identity import new_id
from lianjin.core.statement import ask, tell
from lianjin.core.words import Words

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
"""All tables; each stands in the file of its noun."""

EVENTS = sa.Table(
    "event",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("entry", sa.Text, nullable=False),  # canonical JSON, as the log hashes it
    sa.Column("event", sa.String(64), nullable=False),
    sa.Column("actor", sa.String(40), nullable=False, index=True),
    sa.Column("subject", sa.String(160), nullable=False, index=True),
    sa.Column("organisation", sa.String(40), nullable=True, index=True),
    sa.Column("log_index", sa.BigInteger, nullable=True, unique=True),
    sqlite_autoincrement=True,  # a number is never used again
)
"""What happened, in order; `log_index` is null until the log has it. Read by `core/event.py`."""

_RECORDED = EVENTS.insert()

TOGETHER = 256
"""Works that share a commit at most: a hundred annotators' submissions are one."""
BUSY_S = 30
"""How long SQLite waits for another process that writes."""

T = TypeVar("T")


@dataclass(frozen=True)
class Transaction:
    """What a work may use: the connection, the time of its transaction, and its events."""

    connection: sa.Connection
    now_utc: str
    events: list[dict[str, Any]] = field(default_factory=list)

    def record(
        self,
        event: str,
        actor: str,
        subject: str,
        ids: Mapping[str, str] | None = None,
        digests: Mapping[str, str] | None = None,
    ) -> str:
        """The id of a new event, which stands or falls with the work.

        `actor`: the id of who did it, `system` for what time or the server does. `subject`: the id
        of what it is about, such as an order; its history is found by it. `organisation` among the
        ids: whose event it is, for the owner to see; a subject that is an organisation is its own.
        UsageError `log-entry` for what the log does not take.
        """
        identity = new_id("event")
        named = {**(ids or {}), "id": identity, "actor": actor, "subject": subject}
        entry = Entry(event, self.now_utc, named, digests or {})
        row: dict[str, Any] = {"id": identity, "event": event, "actor": actor, "subject": subject}
        own = subject if subject.startswith("organisation_") else None
        row |= {"organisation": named.get("organisation", own)}
        self.events.append(row | {"entry": entry.to_bytes().decode()})
        return identity


Work = Callable[[Transaction], T]


class Database:
    """An open database. Its works run one after the other; those that wait share a commit."""

    def __init__(self, url: str, *, clock: Callable[[], str] = now_utc) -> None:
        """`url` as SQLAlchemy takes it. `clock` gives each transaction its time."""
        self.engine = _engine(url)
        self.committed: Callable[[], None] = lambda: None
        """Called after a commit that holds events; the sequencer of the log listens here."""
        self._clock = clock
        self._waiting: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._is_closed = False
        self._writer = threading.Thread(target=self._run, name="lianjin-writer", daemon=True)
        self._writer.start()

    def create(self) -> None:
        """Makes the tables that are not there; a server migrates instead."""
        with _said(self.engine), self.engine.begin() as connection:
            METADATA.create_all(connection)

    def close(self) -> None:
        """Ends after the works that wait; later ones are refused."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            self._waiting.put(None)
        self._writer.join()
        self.engine.dispose()

    def __enter__(self) -> Database:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one state of the database and changes nothing.

        What is written through it is refused by PostgreSQL, and undone by SQLite.
        """
        with _said(self.engine), self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True
                )
            yield connection

    def write(self, work: Work[T]) -> T:
        """What `work` returns, once its rows and events are on disk; what it raises, without a trace.

        A work is short and touches nothing but the database. StorageError if the database fails,
        or is closed.
        """
        assert threading.current_thread() is not self._writer, "a work may not wait for another"
        return self.submit(work).result()

    def submit(self, work: Work[T]) -> Future[T]:
        """The same, without waiting."""
        future: Future[T] = Future()
        with self._lock:
            if self._is_closed:
                raise StorageError(
                    "database-closed", Words("the database is closed", "数据库已关闭")
                )
            self._waiting.put((work, future))
        return future

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch, ends = [first], False
            while len(batch) < TOGETHER and not self._waiting.empty():
                if (following := self._waiting.get()) is None:
                    ends = True
                    break
                batch.append(following)
            self._commit(batch)
            if ends:
                return

    def _commit(self, batch: list[tuple[Work[Any], Future[Any]]]) -> None:
        """Runs the works in one transaction and answers when it is on disk."""
        wanted = [pair for pair in batch if pair[1].set_running_or_notify_cancel()]
        answers: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            recorded = False
            with writing(self.engine) as connection:
                now = self._clock()
                for work, future in wanted:
                    tx = Transaction(connection, now)
                    answers.append((future, *_ran(work, tx)))
                    recorded = recorded or bool(tx.events)
        except BaseException as error:
            for _, future in wanted:
                future.set_exception(error)
            return
        for future, result, raised in answers:
            if raised is None:
                future.set_result(result)
            else:
                future.set_exception(raised)
        if recorded:
            self.committed()


@contextmanager
def writing(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection in a transaction that no other process writes in, committed when the block ends.

    SQLite begins it so; PostgreSQL is asked for it, so that events get their numbers in the order in
    which they are committed, whoever commits.
    """
    with _said(engine), engine.connect() as connection:
        connection.execution_options(lianjin_writes=True)
        with connection.begin():
            if engine.dialect.name == "postgresql":
                connection.execute(_ALONE)
            yield connection


_ALONE = sa.text("SELECT pg_advisory_xact_lock(7597121)")  # any number, always the same


def _ran(work: Work[T], tx: Transaction) -> tuple[T | None, BaseException | None]:
    """(result, None) of a work, or (None, error) with all that it wrote undone."""
    tell(tx.connection, "SAVEPOINT work")
    try:
        result = work(tx)
        if tx.events:
            ask(tx.connection, _RECORDED, tx.events)
    except sa.exc.DBAPIError as error:
        if _is_failure(error):
            raise  # the database itself failed: the whole transaction goes
        return _undone(tx, error)
    except BaseException as error:
        return _undone(tx, error)
    tell(tx.connection, "RELEASE SAVEPOINT work")
    return result, None


def _undone(tx: Transaction, error: BaseException) -> tuple[None, BaseException]:
    tell(tx.connection, "ROLLBACK TO SAVEPOINT work")
    tell(tx.connection, "RELEASE SAVEPOINT work")
    tx.events.clear()
    return None, error


def _engine(url: str) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=8, max_overflow=32, pool_pre_ping="sqlite" not in url)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepared)
        sa.event.listen(engine, "begin", _begun)
    return engine


def _prepared(connection: Any, _: object) -> None:
    """SQLite as we want it: we begin transactions ourselves, readers never wait, commits are on disk."""
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        f"busy_timeout = {BUSY_S * 1000}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begun(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get("lianjin_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _said(engine: sa.Engine) -> Iterator[None]:
    """Turns what the database's driver raises when it fails into a StorageError."""
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise _failed(engine, error) from error
    except sa.exc.DBAPIError as error:
        if not _is_failure(error):
            raise
        raise _failed(engine, error.orig) from error


def _is_failure(error: sa.exc.DBAPIError) -> bool:
    """Whether the database failed, rather than refused what it was asked."""
    return not isinstance(
        error,
        sa.exc.IntegrityError
        | sa.exc.DataError
        | sa.exc.ProgrammingError
        | sa.exc.NotSupportedError,
    )


def _failed(engine: sa.Engine, reason: object) -> StorageError:
    where = engine.url.render_as_string(hide_password=True)
    return StorageError(
        "database-failed",
        Words(f"the database {where!r} failed: {reason}", f"数据库 {where!r} 出错：{reason}"),
        hint=Words("check that it runs and has space", "确认它在运行且有可用空间"),
    )
