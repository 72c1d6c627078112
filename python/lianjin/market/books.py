"""The books: whether the ledger adds up, made again from nothing but its transfers.

Takes a connection; gives what each account should have, or names what does not add up.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import sqlalchemy as sa

from lianjin.core.errors import Finding
from lianjin.core.words import Words
from lianjin.market.ledger import ACCOUNTS, TRANSFERS

SUMS = ("debits_pending_fen", "debits_posted_fen", "credits_pending_fen", "credits_posted_fen")


@dataclass(frozen=True)
class Books:
    """What was checked: transfers, accounts, all that was posted, all that is held."""

    n_transfers: int
    n_accounts: int
    posted_fen: int
    pending_fen: int


def check_books(connection: sa.Connection) -> Books:
    """The sums of the ledger, once they were found right; Finding `books-differ` names the account.

    Every sum of every account is added up again from the transfers; a pending transfer that was
    resolved twice, or one that resolves none, is found as well.
    """
    sums: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(SUMS, 0))
    held: dict[str, int] = {}
    posted = count = 0
    for row in connection.execute(sa.select(TRANSFERS).order_by(TRANSFERS.c.number)):
        count += 1
        if row.kind == "pending":
            held[row.id] = row.amount_fen
            _sum(sums, row, "pending", row.amount_fen)
            continue
        if row.kind in ("post", "void"):
            if row.resolves not in held:
                raise _differs(row.id, Words("it resolves nothing", "没有可了结的待定转账"))
            _sum(sums, row, "pending", -held.pop(row.resolves))
        if row.kind != "void":
            _sum(sums, row, "posted", row.amount_fen)
            posted += row.amount_fen
    accounts = connection.execute(sa.select(ACCOUNTS)).all()
    for row in accounts:
        stored = {name: getattr(row, name) for name in SUMS}
        if stored != sums[row.id]:
            raise _differs(
                row.id,
                Words(
                    f"it has {stored}, its transfers give {sums[row.id]}",
                    f"账上为 {stored}，由转账算得 {sums[row.id]}",
                ),
            )
    for side in ("pending", "posted"):
        debits = sum(row[f"debits_{side}_fen"] for row in sums.values())
        credits = sum(row[f"credits_{side}_fen"] for row in sums.values())
        assert debits == credits, (side, debits, credits)  # each transfer has both sides
    return Books(count, len(accounts), posted, sum(held.values()))


def _sum(
    sums: dict[str, dict[str, int]], row: sa.Row[tuple[object, ...]], side: str, amount: int
) -> None:
    sums[row.debit][f"debits_{side}_fen"] += amount
    sums[row.credit][f"credits_{side}_fen"] += amount


def _differs(identity: str, why: Words) -> Finding:
    head = Words(f"the books differ at {identity!r}: ", f"账目在 {identity!r} 处不符：")
    return Finding("books-differ", head + why)
