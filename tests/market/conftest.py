"""A small market: a supplier, two buyers, an assessor, and a database whose clock we set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lianjin.core.clock import later
from lianjin.core.database import Database, Transaction
from lianjin.core.identity import digest_bytes
from lianjin.core.key import SigningKey, make_key
from lianjin.corpus.manifest import FileEntry
from lianjin.market import delivery, ledger, listing, order
from lianjin.market.actor import Actor
from lianjin.market.books import check_books
from lianjin.market.content import Content
from lianjin.market.listing import Certified, Listing
from lianjin.market.manual import Facts, Manual
from lianjin.market.offer import Offer
from lianjin.market.order import Order
from lianjin.market.organisation_key import Keyring, register_key

START = "2026-01-31T08:00:00.000000Z"
SUPPLIER = Actor("user_xu", "organisation_lanshi")
BUYER = Actor("user_shen", "organisation_huaixu")
OTHER = Actor("user_lu", "organisation_yuntai")
ASSESSOR = Actor("user_heng", "organisation_hengchi")
OPERATOR = Actor("user_root", "organisation_operator")
FILES = (FileEntry("data/part-00000.parquet", 1_000, "ab" * 32, 4),)
CERTIFICATE = '{"root":"' + "5f" * 32 + '"}'
CONTENT = Content(
    title="中文政务公开问答语料",
    title_en="Government questions and answers",
    summary="41.3 万条经两人复核的政务问答，每条都能追到公报原文。",
    version="lanshi/gov-qa@1.0.0",
    root="5f" * 32,
    kind="instruction",
    domain="政务",
    languages=("zh",),
    keywords=("政务", "问答"),
    manual=Manual("政务问答", "政府公报", ("政务热线助手", "微调")),
    facts=Facts(1_000, 4, 361, 1, (("id", "string"), ("text", "string"))),
    price_fen=6_800_000,
    offer=Offer(("lj:finetune", "lj:evaluate"), ("lj:redistribute",), ("attribute",)),
    certificate=CERTIFICATE,
    annotators={"person_a": 3, "person_b": 2, "person_c": 2},
)


def certified(content: Content) -> Certified:
    """What the check of the content's certificate would say."""
    until = "2027-01-31T00:00:00Z"
    return Certified(digest_bytes(content.certificate.encode()), content.root, "h", "gold", until)


@dataclass
class World:
    """The market, and what its people do, one call each."""

    database: Database
    folder: Path
    times: list[str] = field(default_factory=lambda: [START])
    supplier = SUPPLIER
    buyer = BUYER
    other = OTHER
    assessor = ASSESSOR
    operator = OPERATOR
    files = FILES
    content = CONTENT

    @property
    def keyring(self) -> Keyring:
        return Keyring(self.folder / "keys")

    @property
    def log_key(self) -> SigningKey:
        return self.keyring.key("log")

    def wait(self, seconds: float) -> None:
        self.times.append(later(self.times[-1], seconds))

    def deposit(self, actor: Actor, amount_fen: int, identity: str = "deposit_1") -> None:
        def work(tx: Transaction) -> None:
            ledger.open_account(tx, "bank", ledger.DEBIT)
            wallet = ledger.open_account(tx, f"wallet/{actor.organisation}").id
            ledger.move(
                tx, identity, "bank", wallet, amount_fen, purpose="deposit", subject=identity
            )

        self.database.write(work)

    def submitted(self, content: Content = CONTENT) -> Listing:
        write = self.database.write
        found = write(lambda tx: listing.draft(tx, SUPPLIER, content))
        return write(lambda tx: listing.submit(tx, SUPPLIER, found.id, certified(content)))

    def listed(self, content: Content = CONTENT) -> Listing:
        found = self.submitted(content)
        return self.database.write(
            lambda tx: listing.review(
                tx, ASSESSOR, found.id, found.content_digest, lists=True, reasons=""
            )
        )

    def placed(self, found: Listing, actor: Actor = BUYER) -> Order:
        return self.database.write(
            lambda tx: order.place(tx, actor, found.id, found.content_digest)
        )

    def signed(self, placed: Order, actor: Actor) -> Order:
        key = self.keyring.key(actor.organisation)
        signature = key.sign(placed.agreement.encode())

        def work(tx: Transaction) -> Order:
            register_key(tx, actor, actor.organisation, key.verifier)
            return order.sign(tx, actor, placed.id, key.verifier, signature)

        return self.database.write(work)

    def agreed(self, found: Listing, actor: Actor = BUYER) -> Order:
        placed = self.placed(found, actor)
        self.signed(placed, actor)
        return self.signed(placed, SUPPLIER)

    def fetched(self, bought: Order, actor: Actor = BUYER) -> Order:
        write, token = self.database.write, digest_bytes(b"token")
        path, size = FILES[0].path, FILES[0].size_bytes
        number = write(lambda tx: delivery.open_fetch(tx, actor, bought.id, token, path, 0, size))
        return write(lambda tx: delivery.close_fetch(tx, number, size, FILES, self.log_key))

    def balance(self, account: str) -> int:
        with self.database.read() as connection:
            check_books(connection)
            return ledger.account(connection, account).balance_fen


@contextmanager
def opened(url: str, folder: Path) -> Iterator[World]:
    """An empty market on a database whose tables are there."""
    times = [START]
    with Database(url, clock=lambda: times[-1]) as database:
        make_key(folder / "keys" / "log.key", "example.com/log")
        yield World(database, folder, times)


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """An empty market on SQLite."""
    with opened(sqlite_url, tmp_path) as found:
        yield found


@pytest.fixture
def anywhere(database_url: str, tmp_path: Path) -> Iterator[World]:
    """An empty market, once on each database: for money, and for queries that differ."""
    with opened(database_url, tmp_path) as found:
        yield found
