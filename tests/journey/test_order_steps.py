"""An order through kills: before and after each commit of the database, and then it goes on.

Every run does the whole story with the same keys, as a client would that had no answer: what was done
before the kill is not done again, what was not is done once.
"""

from __future__ import annotations

import os
import signal
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.core.database import Database
from lianjin.core.event import Sequencer, events
from lianjin.core.identity import digest, digest_bytes
from lianjin.core.key import make_key, read_key
from lianjin.core.log import Log
from lianjin.core.once import once
from lianjin.core.verify import verify
from lianjin.corpus.manifest import FileEntry
from lianjin.market import delivery, ledger, listing, order
from lianjin.market.actor import Actor
from lianjin.market.books import check_books
from lianjin.market.content import Content
from lianjin.market.listing import Certified
from lianjin.market.manual import Facts, Manual
from lianjin.market.offer import Offer
from lianjin.market.organisation_key import Keyring, register_key

SUPPLIER, BUYER, ASSESSOR = (Actor(f"user_{n}", f"organisation_{n}") for n in "sba")
FILES = (FileEntry("data/a.parquet", 100, "ab" * 32, 1), FileEntry("data/b.parquet", 50, "ac" * 32))
CONTENT = Content(
    title="政务", title_en="", summary="", version="s/gov@1.0.0", root="5f" * 32, kind="text",
    domain="政务", languages=("zh",), keywords=(), manual=Manual("问答", "公报", ("热线",)),
    facts=Facts(150, 2, None, 2), price_fen=1_000_003, offer=Offer(("lj:finetune",)),
    certificate="{}", annotators={"p": 2, "q": 1},
)  # fmt: skip
TOKEN = digest_bytes(b"token")
TOLD = {
    "key_registered": 2, "listing_drafted": 1, "listing_submitted": 1, "listing_listed": 1,
    "order_placed": 1, "order_signed": 2, "delivery_started": 1, "order_delivered": 1,
    "receipt_signed": 1, "order_accepted": 1, "order_settled": 1,
}  # fmt: skip


BALANCES = {
    "escrow": 0,
    "fees": 30_000,
    "wallet/organisation_b": 999_997,
    "wallet/organisation_s": 890_003,
    "wallet/organisation_a": 10_000,
    "annotator/p": 46_667,
    "annotator/q": 23_333,
}


def story(database: Database, folder: Path) -> str:
    """The whole trade; every request has a key. The id of the order."""
    certified = Certified(digest_bytes(b"{}"), CONTENT.root, "a", "silver", None)

    def asked(actor: Actor, key: str, work: Callable[[Any], Any]) -> Any:
        return database.write(lambda tx: once(tx, key, actor.user_id, digest(key), work))

    def deposit(tx: Any) -> None:
        ledger.open_account(tx, "bank", ledger.DEBIT)
        wallet = ledger.open_account(tx, f"wallet/{BUYER.organisation}").id
        ledger.move(tx, "d", "bank", wallet, 2_000_000, purpose="deposit", subject="d")

    database.write(deposit)
    made = asked(SUPPLIER, "draft", lambda tx: listing.draft(tx, SUPPLIER, CONTENT).id)
    asked(SUPPLIER, "submit", lambda tx: listing.submit(tx, SUPPLIER, made, certified).id)
    asked(
        ASSESSOR, "review",
        lambda tx: listing.review(
            tx, ASSESSOR, made, CONTENT.digest, lists=True, reasons=""
        ).id,
    )  # fmt: skip
    placed = asked(BUYER, "place", lambda tx: order.place(tx, BUYER, made, CONTENT.digest).id)
    with database.read() as connection:
        text = order.order(connection, placed).agreement
    for actor in (SUPPLIER, BUYER):
        key = Keyring(folder / "keys").key(actor.organisation)

        def sign(tx: Any, actor: Actor = actor, key: Any = key) -> str:
            register_key(tx, actor, actor.organisation, key.verifier)
            return order.sign(tx, actor, placed, key.verifier, key.sign(text.encode())).id

        asked(actor, "sign", sign)
    fetch(database, folder, placed)
    asked(BUYER, "accept", lambda tx: order.accept(tx, BUYER, placed).id)
    with database.read() as connection:
        due = order.due(connection, "2026-01-31T08:00:00Z")
    for identity, action in due:
        assert action == "settle"
        database.write(lambda tx, i=identity: order.settle_order(tx, i))
    return str(placed)


def fetch(database: Database, folder: Path, placed: str) -> None:
    """Fetches what has not gone yet, as a client does that was cut off."""
    key = read_key(folder / "log.key")
    with database.read() as connection:
        got = delivery.received(connection, placed)
    for file in FILES:
        if got.get(file.path, 0) == file.size_bytes:
            continue
        number = database.write(
            lambda tx, f=file: delivery.open_fetch(
                tx, BUYER, placed, TOKEN, f.path, 0, f.size_bytes
            )
        )
        database.write(
            lambda tx, n=number, f=file: delivery.close_fetch(tx, n, f.size_bytes, FILES, key)
        )


def life(folder: Path, point: int) -> None:
    """One run that ends itself at a point: before commit number n at 2n, behind it at 2n + 1."""
    log = Log.open(folder / "log", read_key(folder / "log.key"))
    with log, Database(f"sqlite:///{folder}/l.db") as database:
        database.create()
        with database.read() as connection:
            check_books(connection)
        commit, n = database.engine.dialect.do_commit, 0

        def counted(connection: Any) -> None:
            nonlocal n
            if point == 2 * n:
                os.kill(os.getpid(), signal.SIGKILL)
            commit(connection)
            if point == 2 * n + 1:
                os.kill(os.getpid(), signal.SIGKILL)
            n += 1

        database.engine.dialect.do_commit = counted  # type: ignore[method-assign]
        with Sequencer(database, log):
            story(database, folder)


def forked(work: Callable[[], None]) -> int:
    """How a copy of this process ends that does the work: 0, 1, or minus its signal."""
    if (child := os.fork()) == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def is_whole(folder: Path) -> None:
    """Holds what must be true once the story was told, however often it was begun."""
    with Database(f"sqlite:///{folder}/l.db") as database, database.read() as connection:
        books = check_books(connection)
        (found,) = order.orders(connection, None)
        told = events(connection, limit=1_000)
        moved = ledger.transfers_of(connection, found.id)
        balances = {name: ledger.account(connection, name).balance_fen for name in BALANCES}
    assert found.state == "settled"
    assert books.pending_fen == 0
    assert balances == BALANCES
    assert Counter(t.kind for t in moved) == {"pending": 1, "post": 1, "plain": 5}
    assert Counter(e.entry.event for e in told) == TOLD
    assert sorted(e.log_index or 0 for e in told) == list(range(len(told)))
    assert verify(folder / "log").faults == ()


@pytest.mark.slow  # a process for each side of some thirty commits, and one that goes on behind it
def test_an_order_that_is_killed_at_any_commit_is_done_once(tmp_path: Path) -> None:
    for point in range(1_000):
        folder = tmp_path / str(point)
        Log.create(folder / "log", make_key(folder / "log.key", "example.com/log")).close()
        end = forked(lambda at=point, where=folder: life(where, at))  # type: ignore[misc]
        if end == 0:
            break
        assert end == -signal.SIGKILL, point
        assert forked(lambda where=folder: life(where, -1)) == 0, point  # type: ignore[misc]
        is_whole(folder)
    is_whole(folder)
    assert point >= 26  # both sides of the commits of the story itself; the log adds some


@pytest.mark.slow  # some twenty processes on one database with its log
def test_an_order_that_is_killed_again_and_again_is_done_once(tmp_path: Path) -> None:
    Log.create(tmp_path / "log", make_key(tmp_path / "log.key", "example.com/log")).close()
    point = 0
    while (end := forked(lambda at=point: life(tmp_path, at))) != 0:
        assert end == -signal.SIGKILL, point
        point += 1
    is_whole(tmp_path)
    assert point >= 15
