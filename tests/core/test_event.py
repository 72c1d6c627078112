"""Events come into the log in order, each once, whatever was killed when."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lianjin.core.database import Database, Transaction
from lianjin.core.entry import Entry
from lianjin.core.errors import Conflict, NotFound, StorageError
from lianjin.core.event import Event, Sequencer, event_by_id, events
from lianjin.core.key import SigningKey, make_key
from lianjin.core.log import Log
from lianjin.core.words import Words


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return make_key(tmp_path / "log.key", "example.com/log")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as found:
        yield found


@pytest.fixture
def log(tmp_path: Path, key: SigningKey) -> Iterator[Log]:
    with Log.create(tmp_path / "log", key) as found:
        yield found


def record(database: Database, n: int) -> str:
    return database.write(lambda tx: tx.record("counted", "user_a", f"count_{n}"))


def waited(sequencer: Sequencer, identity: str) -> int:
    """The event's index, however often the disk is full before."""
    while True:
        try:
            return sequencer.wait(identity)
        except StorageError as error:
            if error.code != "storage-enospc":
                raise


def all_events(database: Database) -> list[Event]:
    with database.read() as connection:
        return list(reversed(events(connection, limit=10_000)))


def test_an_event_gets_its_index_and_stands_in_the_log(database: Database, log: Log) -> None:
    with Sequencer(database, log) as sequencer:
        identity = record(database, 0)
        assert sequencer.wait(identity) == 0
        with database.read() as connection:
            event = event_by_id(connection, identity)
    assert event.log_index == 0
    assert log.entry(0) == event.entry


def test_the_log_has_the_events_of_many_threads_in_their_order(
    database: Database, log: Log
) -> None:
    with Sequencer(database, log), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: record(database, n), range(200)))
    found = all_events(database)
    assert [event.log_index for event in found] == list(range(200))
    assert [log.entry(i) for i in range(200)] == [event.entry for event in found]
    assert log.checkpoint().size == 200


@pytest.mark.parametrize("in_log", range(4))
def test_events_that_a_kill_left_are_found_at_the_logs_end(
    database: Database, log: Log, in_log: int
) -> None:
    with Sequencer(database, log) as sequencer:
        sequencer.wait(record(database, 0))
    for n in (1, 2, 3):
        record(database, n)
    log.append([event.entry for event in all_events(database)[1 : 1 + in_log]])
    with Sequencer(database, log) as sequencer:
        sequencer.wait(record(database, 4))
    found = all_events(database)
    assert [event.log_index for event in found] == [0, 1, 2, 3, 4]
    assert [log.entry(i) for i in range(5)] == [event.entry for event in found]


def test_a_log_of_another_database_is_refused(database: Database, log: Log) -> None:
    record(database, 0)
    log.append([Entry("built", "2026-01-31T08:00:00Z", {"dataset": "news"})])
    with pytest.raises(Conflict, match="log-foreign"):
        Sequencer(database, log)


def test_pages_of_events_go_from_new_to_old(database: Database) -> None:
    for n in range(5):
        record(database, n)
    with database.read() as connection:
        first = events(connection, limit=2)
        second = events(connection, limit=2, before=first[-1].number)
        mine = events(connection, actor="user_a", limit=9)
        assert events(connection, actor="user_b") == ()
    assert [e.subject for e in first + second] == ["count_4", "count_3", "count_2", "count_1"]
    assert len(mine) == 5


def test_an_event_that_is_not_there_is_not_found(database: Database) -> None:
    with database.read() as connection, pytest.raises(NotFound, match="no-such-event"):
        event_by_id(connection, "event_0")


def test_a_log_that_failed_is_tried_again_and_has_each_event_once(
    database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianjin.core.event.AGAIN_S", 0.01)
    append, failures = log.append, iter([StorageError("storage-enospc", Words("full", "已满"))] * 3)

    def fails(entries: Sequence[Entry]) -> range:
        if (failure := next(failures, None)) is not None:
            if len(all_events(database)) == 1:
                append(entries)  # it came to the disk, and was told otherwise
            raise failure
        return append(entries)

    monkeypatch.setattr(log, "append", fails)
    with Sequencer(database, log) as sequencer:
        for n in range(4):
            assert waited(sequencer, record(database, n)) == n
        assert sequencer.error is None
    assert next(failures, None) is None
    found = all_events(database)
    assert [event.log_index for event in found] == list(range(len(found)))
    assert [log.entry(i) for i in range(len(found))] == [event.entry for event in found]
    assert log.checkpoint().size == len(found)


def test_who_waits_for_the_log_is_told_when_it_is_slow(
    database: Database, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    append = log.append
    monkeypatch.setattr(log, "append", lambda entries: gate.wait() and append(entries))
    with Sequencer(database, log) as sequencer:
        identity = record(database, 0)
        with pytest.raises(StorageError, match="log-slow"):
            sequencer.wait(identity, timeout_s=0.05)
        gate.set()
        assert sequencer.wait(identity) == 0


def test_events_of_an_organisation_are_those_that_name_it_or_are_about_it(
    database: Database,
) -> None:
    def work(tx: Transaction) -> list[str]:
        return [
            tx.record("signed_in", "user_a", "user_a", {"organisation": "organisation_a"}),
            tx.record("organisation_verified", "user_b", "organisation_a"),
            tx.record("signed_in", "user_a", "user_a", {"organisation": "organisation_b"}),
            tx.record("signed_in", "user_a", "user_a"),
        ]

    made = database.write(work)
    with database.read() as connection:
        found = events(connection, organisation="organisation_a")
    assert [event.id for event in found] == [made[1], made[0]]
