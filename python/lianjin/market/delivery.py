"""Deliveries: who fetched which bytes of what was bought, and the receipt over all of them.

Takes ranges as they are served; moves the order on when the first byte goes and when every byte of
every file has gone. Records each range as a row, and the receipt's digest with an event.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.clock import later
from lianjin.core.database import METADATA, Transaction
from lianjin.core.encoded import decoded, encoded
from lianjin.core.errors import Conflict, Finding, Forbidden
from lianjin.core.identity import canonical, digest_bytes
from lianjin.core.key import SigningKey, VerifierKey
from lianjin.core.words import Words
from lianjin.corpus.manifest import FileEntry
from lianjin.market.actor import SYSTEM, Actor, absent
from lianjin.market.order import DELIVERS, ORDERS, Order, locked, read, step

SCHEMA_VERSION = 1
FETCHES = sa.Table(
    "served_range",  # `fetch` is a word of SQL
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("order_id", sa.ForeignKey("purchase.id"), nullable=False, index=True),
    sa.Column("user_id", sa.String(40), nullable=False),
    sa.Column("token_digest", sa.String(71), nullable=False),
    sa.Column("path", sa.String(255), nullable=False),
    sa.Column("start", sa.BigInteger, nullable=False),
    sa.Column("wanted_bytes", sa.BigInteger, nullable=False),
    sa.Column("sent_bytes", sa.BigInteger, nullable=True),  # null: never finished
    sa.Column("created_utc", sa.String(27), nullable=False),
    sqlite_autoincrement=True,
)
RECEIPTS = sa.Table(
    "receipt",
    METADATA,
    sa.Column("order_id", sa.String(40), primary_key=True),
    sa.Column("receipt", sa.Text, nullable=False),
    sa.Column("receipt_digest", sa.String(71), nullable=False),
    sa.Column("verifier", sa.String(256), nullable=False),
    sa.Column("signature", sa.String(96), nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class Receipt:
    """What went to the buyer, as canonical JSON signed by the server's key."""

    order_id: str
    text: str
    digest: str
    verifier: VerifierKey
    signature: bytes
    created_utc: str


def right(connection: sa.Connection, actor: Actor, dataset: str, version: str | None) -> Order:
    """The order by which the actor's organisation may fetch the set; the newest of several.

    `version`: the number after `@`, or None for the newest that was bought. Forbidden
    `not-bought` if there is none, or its term is over.
    """
    name = dataset + "@" + (version or "")
    query = (
        sa.select(ORDERS)
        .where(ORDERS.c.buyer == actor.organisation, ORDERS.c.state.in_(DELIVERS))
        .where(
            ORDERS.c.version == name
            if version is not None
            else ORDERS.c.version.startswith(name, autoescape=True)
        )
        .order_by(ORDERS.c.id.desc())
    )
    for row in connection.execute(query):
        return read(row)
    raise not_bought(dataset)


def has_ended(order: Order, now_utc: str) -> bool:
    """Whether the term of an order's agreement is over; without a term never."""
    for rule in order.terms["terms"]["permission"]:
        for constraint in rule.get("constraint", ()):
            days = int(constraint["rightOperand"]["@value"].strip("PD"))
            return later(order.agreed_utc or order.created_utc, days * 86_400) <= now_utc
    return False


def open_fetch(
    tx: Transaction, actor: Actor, order: str, token_digest: str, path: str, start: int, size: int
) -> int:
    """The number of a fetch that begins: `size` bytes of a file from `start` on.

    The first one starts the delivery and the buyer's window. Forbidden `not-bought` if the order
    gives no right (any more).
    """
    found = locked(tx, order)
    if found.buyer != actor.organisation:
        raise absent(Words("order", "订单"), order)
    if found.state not in DELIVERS or has_ended(found, tx.now_utc):
        raise not_bought(found.version)
    if found.state == "agreed":
        step(tx, SYSTEM, order, "deliver", deadline=True)
    row = {
        "order_id": order,
        "user_id": actor.user_id,
        "token_digest": token_digest,
        "path": path,
        "start": start,
        "wanted_bytes": size,
        "created_utc": tx.now_utc,
    }
    number: int = tx.connection.execute(FETCHES.insert(), row).inserted_primary_key[0]  # type: ignore[index]
    return number


def close_fetch(
    tx: Transaction, number: int, sent: int, files: Sequence[FileEntry], key: SigningKey
) -> Order:
    """The order after a fetch ended with `sent` bytes gone; with the last byte it is `delivered`.

    `files`: all that was bought. The receipt is signed with `key`, the server's.
    """
    closes = FETCHES.update().where(FETCHES.c.number == number).values(sent_bytes=sent)
    tx.connection.execute(closes)
    query = sa.select(FETCHES.c.order_id).where(FETCHES.c.number == number)
    order = locked(tx, tx.connection.execute(query).scalar_one())
    if order.state == "delivering" and _has_all(tx.connection, order.id, files):
        order = step(tx, SYSTEM, order.id, "complete", deadline=True)
        _write_receipt(tx, order, files, key)
    return order


def lapse(
    tx: Transaction,
    order: str,
    files: Sequence[FileEntry],
    key: SigningKey,
    *,
    by_utc: str | None = None,
) -> Order:
    """The order whose window is over, accepted, with a receipt over what went.

    Conflict `window-open` if it is not over by `by_utc`: with the last byte it begins anew.
    """
    deadline_utc = locked(tx, order).deadline_utc
    if by_utc is not None and deadline_utc is not None and deadline_utc > by_utc:
        raise Conflict(
            "window-open",
            Words(
                f"{order!r} may be looked at until {deadline_utc}",
                f"{order!r} 的验收期到 {deadline_utc} 为止",
            ),
        )
    after = step(tx, SYSTEM, order, "lapse")
    if receipt(tx.connection, order) is None:
        _write_receipt(tx, after, files, key)
    return after


def received(connection: sa.Connection, order: str) -> dict[str, int]:
    """Bytes of each file that went to the buyer; what went twice counts once."""
    query = sa.select(FETCHES).where(FETCHES.c.order_id == order, FETCHES.c.sent_bytes > 0)
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(query):
        spans[row.path].append((row.start, row.start + row.sent_bytes))
    return {path: _covered(found) for path, found in spans.items()}


def receipt(connection: sa.Connection, order: str) -> Receipt | None:
    """The receipt of an order, or None before there is one."""
    query = sa.select(RECEIPTS).where(RECEIPTS.c.order_id == order)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Receipt(
        row.order_id,
        row.receipt,
        row.receipt_digest,
        VerifierKey.read(row.verifier),
        decoded(row.signature),
        row.created_utc,
    )


def check_receipt(found: Receipt, trusted: VerifierKey) -> None:
    """Finding `signature-differs` unless the receipt is as the trusted key signed it."""
    if not (
        found.digest == digest_bytes(found.text.encode())
        and trusted.has_signed(found.text.encode(), found.signature)
    ):
        raise Finding(
            "signature-differs",
            Words(
                f"the receipt of {found.order_id!r} is not as it was signed",
                f"{found.order_id!r} 的回执与签名不符",
            ),
        )


def fetches(connection: sa.Connection, order: str) -> tuple[Mapping[str, Any], ...]:
    """The ranges that were served for an order, the oldest first."""
    query = sa.select(FETCHES).where(FETCHES.c.order_id == order).order_by(FETCHES.c.number)
    return tuple(dict(row._mapping) for row in connection.execute(query))


def not_bought(name: str) -> Forbidden:
    """Nobody of this organisation has a right to the set now."""
    return Forbidden(
        "not-bought",
        Words(f"no order gives you {name!r}", f"你没有可以领取 {name!r} 的订单"),
        hint=Words("buy it, or ask its buyer for a token", "请先购买，或向购买方索取令牌"),
    )


def _has_all(connection: sa.Connection, order: str, files: Sequence[FileEntry]) -> bool:
    # A look at the sum first: a stream of many ranges would else be added up anew for each of them.
    total = sa.select(sa.func.sum(FETCHES.c.sent_bytes)).where(FETCHES.c.order_id == order)
    if (connection.execute(total).scalar() or 0) < sum(file.size_bytes for file in files):
        return False
    found = received(connection, order)
    return all(found.get(file.path, 0) == file.size_bytes for file in files)


def _write_receipt(
    tx: Transaction, order: Order, files: Sequence[FileEntry], key: SigningKey
) -> None:
    found = received(tx.connection, order.id)
    served = fetches(tx.connection, order.id)
    value = {
        "schema_version": SCHEMA_VERSION,
        "order": order.id,
        "agreement": order.agreement_digest,
        "version": order.version,
        "root": order.root,
        "buyer": order.buyer,
        "files": [
            {
                "path": file.path,
                "sha256": file.sha256,
                "size_bytes": file.size_bytes,
                "received_bytes": found.get(file.path, 0),
            }
            for file in files
        ],
        "tokens": sorted({row["token_digest"] for row in served}),
        "first_utc": served[0]["created_utc"],
        "last_utc": served[-1]["created_utc"],
    }
    text = canonical(value).decode()
    row = {
        "order_id": order.id,
        "receipt": text,
        "receipt_digest": digest_bytes(text.encode()),
        "verifier": str(key.verifier),
        "signature": encoded(key.sign(text.encode())),
        "created_utc": tx.now_utc,
    }
    tx.connection.execute(RECEIPTS.insert(), row)
    digests = {"receipt": row["receipt_digest"], "agreement": order.agreement_digest}
    tx.record("receipt_signed", "system", order.id, {"buyer": order.buyer}, digests)


def _covered(spans: list[tuple[int, int]]) -> int:
    """How much the spans cover together."""
    covered, reached = 0, 0
    for start, end in sorted(spans):
        covered += max(0, end - max(start, reached))
        reached = max(reached, end)
    return covered
