"""The ledger as a plain-text journal that hledger and its kin read.

Takes a connection; gives text. Amounts are in yuan with two decimals; what is only held stands in
accounts of its own, so that a reader sees it and every balance adds up.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from lianjin.market.ledger import TRANSFERS

HELD = "held"
"""What comes before the accounts of money that is held."""


def journal(connection: sa.Connection) -> str:
    """All transfers as journal entries in their order; a credit counts as minus, as hledger has it.

    The balance of `NAME` is minus `Account.balance_fen`; that of `held:NAME` what is held.
    """
    query = sa.select(TRANSFERS).order_by(TRANSFERS.c.number)
    rows = connection.execute(query).all()
    pending = {row.id: row.amount_fen for row in rows if row.kind == "pending"}
    return "".join(line for row in rows for line in _entry(row, pending))


def _entry(row: sa.Row[tuple[object, ...]], pending: dict[str, int]) -> Iterator[str]:
    yield f"{row.created_utc[:10]} ({row.id}) {row.kind} {row.purpose}\n"
    yield f"    ; subject: {row.subject}\n"
    if row.kind in ("post", "void"):
        yield from _postings(row, f"{HELD}:", -pending[row.resolves])
    if row.kind == "pending":
        yield from _postings(row, f"{HELD}:", row.amount_fen)
    if row.kind in ("plain", "post"):
        yield from _postings(row, "", row.amount_fen)
    yield "\n"


def _postings(row: sa.Row[tuple[object, ...]], before: str, amount_fen: int) -> Iterator[str]:
    for name, amount in ((row.debit, amount_fen), (row.credit, -amount_fen)):
        sign = "-" if amount < 0 else ""
        yuan, fen = divmod(abs(amount), 100)
        yield f"    {before}{name.replace('/', ':')}  CNY {sign}{yuan}.{fen:02d}\n"
