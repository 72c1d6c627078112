"""Settlements: how the price of an order is paid out, to the fen.

Takes an order's price and its shares; gives transfers out of the escrow that add up to the price.
Records one row for each order, which the figures of the market are counted from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.market import ledger
from lianjin.market.listing import Listing

SETTLEMENTS = sa.Table(
    "settlement",
    METADATA,
    sa.Column("order_id", sa.String(40), primary_key=True),
    sa.Column("listing_id", sa.String(40), nullable=False, index=True),
    sa.Column("supplier", sa.String(40), nullable=False),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    sa.Column("grade", sa.String(16), nullable=True),
    sa.Column("domain", sa.String(120), nullable=False),
    sa.Column("settled_utc", sa.String(27), nullable=False, index=True),
)

SHARES: Mapping[str, int] = {"supplier": 8_900, "annotators": 700, "platform": 300, "assessor": 100}
"""Parts of 10,000 of a price; written into each agreement, so that a later change binds no one."""
FEES = "fees"


def split(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """The amount in whole parts by weight, by the largest remainder; they add up to it exactly.

    Of equal remainders the earlier part gets the unit. Weights are whole and not below 0; if all
    are 0, ValueError.

    >>> split(100, [1, 1, 1])
    (34, 33, 33)
    """
    total = sum(weights)
    if total <= 0 or min(weights) < 0:
        raise ValueError(f"no weights: {list(weights)}")
    parts = [amount * weight // total for weight in weights]
    remainders = [amount * weight % total for weight in weights]
    order = sorted(range(len(weights)), key=lambda i: -remainders[i])
    for i in order[: amount - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


def payees(found: Listing, shares: Mapping[str, int]) -> dict[str, int]:
    """The accounts that are paid and their weights in 10,000 times the accepted answers.

    Where nobody annotated, that share is the supplier's. The annotators' share goes by their
    accepted answers.
    """
    answers = found.content.annotators
    total = sum(answers.values()) or 1
    weights = {
        f"wallet/{found.supplier}": shares["supplier"] * total,
        FEES: shares["platform"] * total,
        f"wallet/{found.assessor}": shares["assessor"] * total,
    }
    if not answers:
        weights[f"wallet/{found.supplier}"] += shares["annotators"] * total
    for person, count in answers.items():
        weights[f"annotator/{person}"] = shares["annotators"] * count
    return weights


def settle(
    tx: Transaction,
    order: str,
    found: Listing,
    *,
    price_fen: int,
    shares: Mapping[str, int],
    pending: str,
    escrow: str,
) -> dict[str, int]:
    """What each account was paid: the escrow is posted and emptied in one transaction."""
    weights = payees(found, shares)
    parts = dict(zip(weights, split(price_fen, list(weights.values())), strict=True))
    ledger.post(tx, f"{order}/post", pending)
    for number, (payee, amount) in enumerate(parts.items()):
        ledger.open_account(tx, payee)
        ledger.move(
            tx, f"{order}/pay/{number}", escrow, payee, amount, purpose="share", subject=order
        )
    row = {
        "order_id": order,
        "listing_id": found.id,
        "supplier": found.supplier,
        "amount_fen": price_fen,
        "grade": found.grade,
        "domain": found.content.domain,
        "settled_utc": tx.now_utc,
    }
    tx.connection.execute(SETTLEMENTS.insert(), row)
    return parts
