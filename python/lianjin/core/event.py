"""Events: who did what to what, as the database has them, on their way into the log.

Takes committed events; gives each its index in the log, in their order, none twice, none left out.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from lianjin.core.clock import seconds
from lianjin.core.database import EVENTS, Database, Transaction
from lianjin.core.entry import Entry
from lianjin.core.errors import Conflict, NotFound, StorageError
from lianjin.core.limits import LOG_BATCH_ENTRIES
from lianjin.core.log import Log
from lianjin.core.statement import ask
from lianjin.core.words import Words

GATHER_S = 0.25
"""How long events gather for one append while nobody waits for theirs: an append costs the disk, and the
threads that answer people, the same for one as for a hundred."""
_UNLOGGED = (
    sa.select(EVENTS)
    .where(EVENTS.c.log_index.is_(None))
    .order_by(EVENTS.c.number)
    .limit(LOG_BATCH_ENTRIES)
)
_PLACED = (
    EVENTS.update()
    .where(EVENTS.c.number == sa.bindparam("at"))
    .values(log_index=sa.bindparam("index"))
)
AGAIN_S = 2
"""How long the sequencer waits before it tries a disk again that failed."""


@dataclass(frozen=True)
class Event:
    """One event: its `number` in the database, its entry, and its place in the log once it has one."""

    number: int
    id: str
    actor: str
    subject: str
    organisation: str | None
    entry: Entry
    log_index: int | None


def events(
    connection: sa.Connection,
    *,
    subject: str | None = None,
    actor: str | None = None,
    organisation: str | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[Event, ...]:
    """The latest events about a subject, by an actor, of an organisation, or all; newest first.

    `before`: the `number` of the last event of the page before.
    """
    query = sa.select(EVENTS).order_by(EVENTS.c.number.desc()).limit(limit)
    if subject is not None:
        query = query.where(EVENTS.c.subject == subject)
    if actor is not None:
        query = query.where(EVENTS.c.actor == actor)
    if organisation is not None:
        query = query.where(EVENTS.c.organisation == organisation)
    if before is not None:
        query = query.where(EVENTS.c.number < before)
    return tuple(map(_event, connection.execute(query)))


def event_by_id(connection: sa.Connection, identity: str) -> Event:
    """The event with this id; NotFound `no-such-event`."""
    row = connection.execute(sa.select(EVENTS).where(EVENTS.c.id == identity)).one_or_none()
    if row is None:
        raise no_event(identity)
    return _event(row)


def no_event(identity: str) -> NotFound:
    """The refusal about an event that is not there, or not for this caller."""
    return NotFound(
        "no-such-event", Words(f"there is no event {identity!r}", f"没有事件 {identity!r}")
    )


class Sequencer:
    """Appends committed events to the log, in order, in a thread of its own.

    After a kill the log may have events whose index the database does not know: they are found at
    the log's end before anything is appended. Conflict `log-foreign` if other entries stand there.
    A disk or database that fails is tried again, after AGAIN_S; until then `wait` says so.
    """

    def __init__(self, database: Database, log: Log) -> None:
        self._database = database
        self._log = log
        self._changed = threading.Condition()
        self._turn = 0
        """Counts what may have given an event its index, so that who waits looks again."""
        self._n_waiting = 0
        """Callers that wait for an index: with none, events gather for GATHER_S."""
        self._has_work = True
        self._ends = False
        self._error: BaseException | None = None
        self._catch_up()
        database.committed = self._wake
        self._thread = threading.Thread(target=self._run, name="lianjin-sequencer", daemon=True)
        self._thread.start()

    @property
    def error(self) -> BaseException | None:
        """Why the log takes no events at the moment; None while it does."""
        return self._error

    def close(self) -> None:
        """Ends once all committed events are in the log, or it does not take them."""
        with self._changed:
            self._ends = self._has_work = True
            self._changed.notify_all()
        self._thread.join()
        self._database.committed = lambda: None

    def __enter__(self) -> Sequencer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def wait(self, identity: str, timeout_s: float = 30) -> int:
        """The event's index in the log, once it is there on disk under a signed checkpoint.

        StorageError `log-slow` after `timeout_s`, or what keeps the log from taking it.
        """
        with self._changed:
            self._n_waiting += 1
            self._changed.notify_all()
        try:
            return self._waited(identity, timeout_s)
        finally:
            with self._changed:
                self._n_waiting -= 1

    def _waited(self, identity: str, timeout_s: float) -> int:
        ends_at = seconds() + timeout_s
        while True:
            with self._changed:
                turn, error = self._turn, self._error
            with self._database.read() as connection:
                index = event_by_id(connection, identity).log_index
            if index is not None:
                return index
            if error is not None:
                raise error
            if not self._turns(turn, ends_at - seconds()):
                raise _slow(identity, timeout_s)

    def _turns(self, seen: int, timeout_s: float) -> bool:
        """Whether something may have changed since turn `seen`, once it has or the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: self._turn != seen, timeout_s)

    def _wake(self) -> None:
        with self._changed:
            self._has_work = True
            self._changed.notify_all()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._has_work, None if self._error is None else AGAIN_S
                )
                self._changed.wait_for(lambda: self._n_waiting or self._ends, GATHER_S)
                self._has_work = False
                ends = self._ends
            try:
                if self._error is not None:
                    self._catch_up()  # what failed may be in the log all the same
                while (n := self._append_waiting()) and (ends or n == LOG_BATCH_ENTRIES):
                    pass  # what came meanwhile gathers first, unless it is a whole batch, or the last
                self._turned(None)
            except Exception as error:
                self._turned(error)
                if not isinstance(error, StorageError):
                    return  # trying again would not help
            if ends:
                return

    def _turned(self, error: BaseException | None) -> None:
        with self._changed:
            self._error = error
            self._turn += 1
            self._changed.notify_all()

    def _append_waiting(self) -> int:
        """Has the log take the oldest events that wait, a batch at most; how many."""
        if waiting := self._unlogged():
            first = self._log.append([event.entry for event in waiting]).start
            self._write_back(waiting, first)
        return len(waiting)

    def _unlogged(self) -> tuple[Event, ...]:
        with self._database.read() as connection:
            return tuple(map(_event, ask(connection, _UNLOGGED, {}).rows))

    def _write_back(self, found: Sequence[Event], first: int) -> None:
        rows = [{"at": event.number, "index": first + i} for i, event in enumerate(found)]

        def work(tx: Transaction) -> None:
            ask(tx.connection, _PLACED, rows)

        self._database.write(work)
        with self._changed:
            self._turn += 1
            self._changed.notify_all()

    def _catch_up(self) -> None:
        """Gives those events their index that a kill left in the log alone."""
        with self._database.read() as connection:
            last = connection.execute(sa.select(sa.func.max(EVENTS.c.log_index))).scalar()
        first = 0 if last is None else last + 1
        size = self._log.checkpoint().size
        while first < size:
            waiting = self._unlogged()
            if not waiting:
                raise _foreign(first, size)
            n = min(len(waiting), size - first)
            for i, event in enumerate(waiting[:n]):
                if self._log.entry(first + i) != event.entry:
                    raise _foreign(first + i, size)
            self._write_back(waiting[:n], first)
            first += n


def _slow(identity: str, timeout_s: float) -> StorageError:
    return StorageError(
        "log-slow",
        Words(
            f"the log has not taken event {identity!r} in {timeout_s} s",
            f"日志在 {timeout_s} 秒内没有收下事件 {identity!r}",
        ),
        hint=Words("it will; look again", "稍后会收下，请再查看"),
    )


def _event(row: sa.Row[tuple[object, ...]]) -> Event:
    entry = Entry.read(row.entry.encode())
    return Event(row.number, row.id, row.actor, row.subject, row.organisation, entry, row.log_index)


def _foreign(index: int, size: int) -> Conflict:
    return Conflict(
        "log-foreign",
        Words(
            f"entry {index} of {size} in the log is of no event of this database",
            f"日志共 {size} 条，其中第 {index} 条不属于本数据库的任何事件",
        ),
        hint=Words(
            "use the database and the log that belong together",
            "请使用彼此对应的数据库和日志",
        ),
    )
