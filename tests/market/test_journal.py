"""The ledger as other programs read it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from lianjin.market import ledger, order
from lianjin.market.journal import journal

AMOUNT = re.compile(r"^    ([^; ]\S*)  CNY (-?)(\d+)\.(\d\d)$")


@pytest.fixture
def traded(world: Any) -> Any:
    """A market with one order settled and one that is open."""
    world.deposit(world.buyer, 10_000_000)
    world.deposit(world.other, 6_800_001, "deposit_2")
    found = world.listed()
    agreed = world.agreed(found)
    world.fetched(agreed)
    world.database.write(lambda tx: order.accept(tx, world.buyer, agreed.id))
    world.database.write(lambda tx: order.settle_order(tx, agreed.id))
    world.placed(found, world.other)
    return world


def text_of(world: Any) -> str:
    with world.database.read() as connection:
        return journal(connection)


def test_every_balance_of_the_journal_is_that_of_the_ledger(traded: Any) -> None:
    found: Counter[str] = Counter()
    for entry in text_of(traded).split("\n\n"):
        amounts = [m for line in entry.splitlines() if (m := AMOUNT.match(line))]
        fen = [int(m[2] + m[3] + m[4]) for m in amounts]
        assert sum(fen) == 0, entry
        for match, amount in zip(amounts, fen, strict=True):
            found[match[1]] += amount
    with traded.database.read() as connection:
        accounts = [
            ledger.account(connection, name)
            for name in ("bank", "escrow", "fees", "wallet/organisation_huaixu")
        ]
        other = ledger.account(connection, "wallet/organisation_yuntai")
    for one in (*accounts, other):
        assert found[one.id.replace("/", ":")] == -one.balance_fen
    assert found["held:wallet:organisation_yuntai"] == other.debits_pending_fen == 6_800_000
    assert found["held:wallet:organisation_huaixu"] == 0


def test_hledger_finds_nothing_wrong(traded: Any, tmp_path: Path) -> None:
    if (hledger := shutil.which("hledger")) is None:
        pytest.skip("hledger is not installed")
    path = tmp_path / "books.journal"
    path.write_text(text_of(traded), "utf-8")
    subprocess.run([hledger, "-f", path, "check"], check=True)
    command = [hledger, "-f", path, "balance", "wallet:organisation_yuntai", "-N", "-O", "csv"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert '"wallet:organisation_yuntai","CNY -68000.01"' in said
