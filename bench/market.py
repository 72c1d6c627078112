"""How fast the ledger moves money, the catalogue finds what is listed, and the hub serves bytes."""

from __future__ import annotations

import random
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import sqlalchemy as sa
from lianjin.core.database import Database
from lianjin.market import ledger, listing
from lianjin.market.actor import Actor
from lianjin.market.books import check_books
from lianjin.market.catalogue import Catalogue, Search
from lianjin.market.content import Content
from lianjin.market.journal import journal
from lianjin.market.ledger import TRANSFERS
from lianjin.market.listing import LISTINGS
from lianjin.market.manual import Facts, Manual
from lianjin.market.offer import Offer

from bench.row import Row
from bench.usage import ROOT

FOLDER = ROOT / "target" / "bench" / "market"
TRANSFERS_MADE = 20_000
LISTINGS_MADE = 5_000
CONTENT = Content(
    title="语料", title_en="", summary="", version="lanshi/gov-qa@1.0.0", root="5f" * 32, kind="text",
    domain="政务", languages=("zh",), keywords=(), manual=Manual("问答", "公报", ("热线",)),
    facts=Facts(1, 1, None, 1), price_fen=1, offer=Offer(("lj:finetune",)), certificate="{}",
)  # fmt: skip
WORDS = [
    "政务",
    "公开",
    "问答",
    "法律",
    "裁判",
    "文书",
    "医药",
    "病历",
    "金融",
    "研报",
    "交通",
    "路况",
    "教育",
    "试题",
    "方言",
    "语音",
    "新闻",
    "百科",
    "对话",
    "偏好",
]


def rows(megabytes: int) -> Iterator[Row]:
    """Transfers, balances, the whole books; search over listings."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with Database(f"sqlite:///{FOLDER}/l.db") as database:
        database.create()
        yield from _ledger(database)
        yield from _catalogue(database)
    shutil.rmtree(FOLDER)


def _ledger(database: Database) -> Iterator[Row]:
    names = [f"wallet/{n}" for n in range(100)]

    def opened(tx: ledger.Transaction) -> None:
        ledger.open_account(tx, "bank", ledger.DEBIT)
        for name in names:
            ledger.open_account(tx, name)
            ledger.move(tx, f"d/{name}", "bank", name, 10**9, purpose="deposit", subject="d")

    database.write(opened)
    choice = random.Random(7)
    pairs = [choice.sample(names, 2) for _ in range(TRANSFERS_MADE)]

    def pay(n: int) -> None:
        debit, credit = pairs[n]
        database.write(
            lambda tx: ledger.move(tx, f"t{n}", debit, credit, 7, purpose="p", subject="s")
        )

    cpu, began = time.process_time(), time.perf_counter()
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(pay, range(TRANSFERS_MADE)))
    took, used = time.perf_counter() - began, time.process_time() - cpu
    yield Row(
        f"{TRANSFERS_MADE:,} transfers from 32 threads, each on disk when it returns",
        f"{TRANSFERS_MADE / took:,.0f} transfers/s",
        note=f"{1e3 * used / TRANSFERS_MADE:.2f} ms of CPU each",
    )
    with database.read() as connection:
        stored = _ms(lambda: ledger.account(connection, names[0]), 200)
        side = sa.select(sa.func.sum(TRANSFERS.c.amount_fen)).where
        computed = _ms(
            lambda: [
                connection.execute(side(column == names[0])).scalar()
                for column in (TRANSFERS.c.debit, TRANSFERS.c.credit)
            ],
            50,
        )
        yield Row(
            f"a balance after {TRANSFERS_MADE:,} transfers: stored beside the account",
            f"{stored:.2f} ms",
            floor=f"added up from the account's own transfers by index: {computed:.2f} ms",
            note="the sum grows with every transfer, the stored one does not; both are compared",
        )
        yield Row(
            "the whole books, added up again from every transfer",
            f"{_ms(lambda: check_books(connection), 3):,.0f} ms",
            note=f"as a journal for hledger: {_ms(lambda: journal(connection), 3):,.0f} ms",
        )


def _catalogue(database: Database) -> Iterator[Row]:
    choice = random.Random(7)
    actor = Actor("user_x", "organisation_x")

    def made(start: int) -> None:
        def work(tx: ledger.Transaction) -> None:
            for n in range(start, start + 500):
                title = "".join(choice.sample(WORDS, 3)) + f"语料{n}"
                summary = "，".join(choice.choices(WORDS, k=30))
                version = f"lanshi/set-{n}@1.0.0"
                listing.draft(
                    tx, actor, replace(CONTENT, title=title, summary=summary, version=version)
                )

        database.write(work)

    for start in range(0, LISTINGS_MADE, 500):
        made(start)
    database.write(lambda tx: tx.connection.execute(LISTINGS.update().values(state="listed")))
    catalogue = Catalogue()
    with database.read() as connection:
        began = time.perf_counter()
        catalogue.search(connection, Search())
        built = time.perf_counter() - began
        texts = ["政务问答", "方言語音", "医药 病历", "语料4242", "火星"]
        found = _ms(
            lambda: [catalogue.search(connection, Search(text)) for text in texts], 20
        ) / len(texts)
    database.write(lambda tx: listing.draft(tx, actor, replace(CONTENT, title="又一份")))
    with database.read() as connection:
        began = time.perf_counter()
        catalogue.search(connection, Search("又一份"))
        followed = 1e3 * (time.perf_counter() - began)
    yield Row(
        f"a search over {LISTINGS_MADE:,} listings with facets and a page of 20",
        f"{found:.1f} ms",
        note=f"the index from rows at a start: {built:.2f} s; a search behind a change: "
        f"{followed:.0f} ms",
    )


def _ms(work: object, times: int) -> float:
    """The median of so many runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()  # type: ignore[operator]
        taken.append(1e3 * (time.perf_counter() - began))
    return sorted(taken)[times // 2]
