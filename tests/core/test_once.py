"""A request that is sent again has one effect."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from lianjin.core.database import Database, Transaction
from lianjin.core.errors import Conflict, UsageError
from lianjin.core.event import events
from lianjin.core.identity import digest
from lianjin.core.once import once
from lianjin.core.words import Words


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url) as found:
        yield found


def buy(database: Database, key: str | None, what: str, actor: str = "user_a") -> Any:
    def work(tx: Transaction) -> dict[str, str]:
        if what == "nothing":
            raise UsageError("wrong-value", Words("nothing to buy", "没有可买的"))
        return {"bought": what, "event": tx.record("bought", actor, what)}

    return database.write(lambda tx: once(tx, key, actor, digest(what), work))


def n_events(database: Database) -> int:
    with database.read() as connection:
        return len(events(connection))


def test_the_same_request_again_gets_the_same_answer(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: buy(database, "k1", "新闻"), range(8)))
    assert all(answer == answers[0] for answer in answers)
    assert n_events(database) == 1


def test_a_key_with_another_request_is_refused(database: Database) -> None:
    buy(database, "k1", "news")
    with pytest.raises(Conflict, match="key-reused"):
        buy(database, "k1", "laws")
    assert n_events(database) == 1


def test_keys_of_two_actors_and_requests_without_keys_are_apart(database: Database) -> None:
    found = [buy(database, "k1", "news"), buy(database, "k1", "news", "user_b")]
    found += [buy(database, None, "news"), buy(database, None, "news")]
    assert len({answer["event"] for answer in found}) == 4


def test_a_request_that_was_refused_may_be_sent_again(database: Database) -> None:
    with pytest.raises(UsageError):
        buy(database, "k1", "nothing")
    assert buy(database, "k1", "news")["bought"] == "news"


def test_the_first_answer_is_what_the_second_will_be(database: Database) -> None:
    def work(tx: Transaction) -> dict[str, Any]:
        return {"pair": (1, 2)}

    found = [database.write(lambda tx: once(tx, "k", "user_a", "d", work)) for _ in range(2)]
    assert found == [{"pair": [1, 2]}] * 2


def test_an_answer_is_kept_for_its_time_and_no_longer(database_url: str) -> None:
    now = ["2026-01-31T08:00:00.000000Z"]
    with Database(database_url, clock=lambda: now[0]) as database:
        first = buy(database, "k1", "news")
        now[0] = "2026-03-02T08:00:00.000000Z"
        assert buy(database, "k1", "news") == first
        now[0] = "2026-03-02T08:00:01.000000Z"
        buy(database, "k2", "news")
        assert buy(database, "k1", "news") != first
