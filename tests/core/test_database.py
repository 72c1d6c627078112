"""Works, readers and events over one database, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from lianjin.core.database import EVENTS, METADATA, Database, Transaction
from lianjin.core.errors import Conflict, StorageError, UsageError
from lianjin.core.event import events
from lianjin.core.words import Words

COUNTS = sa.Table("count_in_test", sa.MetaData(), sa.Column("n", sa.Integer, primary_key=True))
NOW = "2026-01-31T08:00:00.000000Z"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url, clock=lambda: NOW) as found:
        with found.engine.begin() as connection:
            COUNTS.create(connection)
        yield found


def put(n: int) -> object:
    def work(tx: Transaction) -> int:
        tx.connection.execute(COUNTS.insert(), {"n": n})
        tx.record("counted", "user_a", f"count_{n}", {"n": str(n)})
        return n

    return work


def is_postgresql(database: Database) -> bool:
    return database.engine.dialect.name == "postgresql"


def kept(database: Database) -> list[int]:
    with database.read() as connection:
        return sorted(connection.execute(sa.select(COUNTS.c.n)).scalars())


def test_a_work_returns_when_its_rows_and_events_are_there(database: Database) -> None:
    assert database.write(put(1)) == 1
    assert kept(database) == [1]
    with database.read() as connection:
        (event,) = events(connection, subject="count_1")
    assert event.entry.event == "counted"
    assert event.entry.time_utc == NOW
    assert event.entry.ids == {
        "n": "1",
        "id": event.id,
        "actor": "user_a",
        "subject": "count_1",
    }
    assert (event.actor, event.log_index) == ("user_a", None)


def test_a_work_that_raises_leaves_no_trace_and_harms_no_other(database: Database) -> None:
    gate = threading.Event()
    first = database.submit(lambda tx: gate.wait())  # so that the others share a commit

    def fails(tx: Transaction) -> None:
        put(2)(tx)
        raise Conflict("already-exists", Words("no", "不"))

    futures = [database.submit(work) for work in (put(1), fails, put(1), put(3))]
    gate.set()
    first.result()
    assert futures[0].result() == 1
    assert isinstance(futures[1].exception(), Conflict)
    assert isinstance(futures[2].exception(), sa.exc.IntegrityError)
    assert futures[3].result() == 3
    assert kept(database) == [1, 3]
    with database.read() as connection:
        assert [e.subject for e in events(connection)] == ["count_3", "count_1"]


def test_an_event_that_the_log_would_not_take_is_refused_with_its_work(database: Database) -> None:
    def work(tx: Transaction) -> None:
        put(1)(tx)
        tx.record("counted", "user_a", "x" * 300)

    with pytest.raises(UsageError, match="log-entry"):
        database.write(work)
    assert kept(database) == []


def test_works_of_many_threads_are_all_kept(database: Database) -> None:
    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(lambda n: database.write(put(n)), range(300))) == list(range(300))
    assert kept(database) == list(range(300))
    with database.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(EVENTS)).scalar() == 300


def test_a_reader_sees_one_state_while_the_writer_goes_on(database: Database) -> None:
    database.write(put(1))
    with database.read() as connection:
        count = sa.select(sa.func.count()).select_from(COUNTS)
        assert connection.execute(count).scalar() == 1
        database.write(put(2))
        assert connection.execute(count).scalar() == 1
    assert kept(database) == [1, 2]


def test_a_database_that_fails_is_a_storage_error(tmp_path: Path) -> None:
    with (
        Database(f"sqlite:///{tmp_path}/none/l.db") as database,
        pytest.raises(StorageError, match="database-failed"),
    ):
        database.write(lambda tx: None)


def test_a_work_that_the_database_refuses_is_no_failure_of_the_database(
    database: Database,
) -> None:
    with pytest.raises(sa.exc.ProgrammingError if is_postgresql(database) else StorageError):
        database.write(lambda tx: tx.connection.execute(sa.text("SELECT * FROM none")).all())
    assert database.write(put(1)) == 1


def test_what_is_written_through_a_reader_is_not_kept(database: Database) -> None:
    with suppress(sa.exc.DBAPIError, StorageError), database.read() as connection:
        connection.execute(COUNTS.insert(), {"n": 1})
    assert kept(database) == []


def test_a_work_that_was_cancelled_while_it_waited_is_not_run(database: Database) -> None:
    gate = threading.Event()
    first = database.submit(lambda tx: gate.wait())
    second, third = database.submit(put(1)), database.submit(put(2))
    assert second.cancel()
    gate.set()
    assert (first.result(), third.result()) == (True, 2)
    assert kept(database) == [2]


def test_a_closed_database_takes_no_work(database: Database) -> None:
    database.close()
    with pytest.raises(StorageError, match="database-closed"):
        database.write(put(1))
    database.close()


def test_writers_of_two_processes_number_their_events_in_the_order_of_their_commits(
    database: Database, database_url: str
) -> None:
    with Database(database_url, clock=lambda: NOW) as other, ThreadPoolExecutor(8) as pool:
        writers = (database, other)
        list(pool.map(lambda n: writers[n % 2].write(put(n)), range(100)))
        with other.read() as connection:
            found = events(connection, limit=1_000)
    assert len({event.number for event in found}) == 100
    assert kept(database) == list(range(100))


def test_works_that_wait_are_done_before_it_closes(database_url: str) -> None:
    database = Database(database_url)
    futures = [
        database.submit(lambda tx, n=n: tx.record("counted", "system", f"count_{n}"))
        for n in range(20)
    ]
    database.close()
    assert all(future.done() and future.exception() is None for future in futures)


def test_every_table_has_its_name_in_the_singular() -> None:
    assert "event" in METADATA.tables
    assert not [name for name in METADATA.tables if name.endswith("s")]
