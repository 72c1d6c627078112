"""Orders: one purchase, from the money that is held to the money that is paid.

Takes what a buyer or a supplier does; gives the order in its next state. Every move is one
transaction: the order's row, its event, and the money in the ledger.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from lianjin.core.clock import later
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict
from lianjin.core.identity import digest_bytes, new_id
from lianjin.core.key import VerifierKey
from lianjin.core.words import Words
from lianjin.market import ledger
from lianjin.market.actor import SYSTEM, Actor, absent
from lianjin.market.agreement import add_signature, agreement_of
from lianjin.market.ledger import ESCROW
from lianjin.market.listing import Listing, listing, listing_changed, own_listing
from lianjin.market.move import Moves, moved
from lianjin.market.settlement import SHARES, settle

ORDERS = sa.Table(
    "purchase",  # `order` is a word of SQL
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("listing_id", sa.ForeignKey("listing.id"), nullable=False, index=True),
    sa.Column("buyer", sa.String(40), nullable=False, index=True),
    sa.Column("supplier", sa.String(40), nullable=False, index=True),
    sa.Column("placed_by", sa.String(40), nullable=False),
    sa.Column("state", sa.String(24), nullable=False, index=True),
    sa.Column("version", sa.String(255), nullable=False, index=True),
    sa.Column("root", sa.String(64), nullable=False),
    sa.Column("price_fen", sa.BigInteger, nullable=False),
    sa.Column("agreement", sa.Text, nullable=False),
    sa.Column("agreement_digest", sa.String(71), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("agreed_utc", sa.String(27), nullable=True),
    sa.Column("deadline_utc", sa.String(27), nullable=True),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("changed_utc", sa.String(27), nullable=False),
)

ACCEPTANCE_DAYS = 7
"""How long a buyer may look at what was delivered before it counts as accepted."""

UNSIGNED = ("placed", "signed_by_buyer", "signed_by_supplier")
MOVES: Moves = {
    ("placed", "sign", "buyer"): "signed_by_buyer",
    ("placed", "sign", "supplier"): "signed_by_supplier",
    ("signed_by_buyer", "sign", "supplier"): "agreed",
    ("signed_by_supplier", "sign", "buyer"): "agreed",
    **{(s, "cancel", r): "refunded" for s in (*UNSIGNED, "agreed") for r in ("buyer", "supplier")},
    ("agreed", "deliver", "system"): "delivering",
    ("delivering", "complete", "system"): "delivered",
    ("delivered", "accept", "buyer"): "accepted",
    ("delivering", "lapse", "system"): "accepted",
    ("delivered", "lapse", "system"): "accepted",
    ("delivering", "dispute", "buyer"): "disputed",
    ("delivered", "dispute", "buyer"): "disputed",
    ("disputed", "uphold", "operator"): "refunded",
    ("disputed", "dismiss", "operator"): "accepted",
    ("accepted", "settle", "system"): "settled",
}
"""The money is held from `placed` on; it goes back at `refunded` and is paid at `settled`."""
OPEN = ("placed", "signed_by_buyer", "signed_by_supplier", "agreed", "delivering", "delivered",
        "disputed", "accepted")  # fmt: skip
DELIVERS = ("agreed", "delivering", "delivered", "disputed", "accepted", "settled")
"""States in which the buyer may fetch what was bought."""


@dataclass(frozen=True)
class Order:
    """A purchase. `agreement` is the canonical JSON that both sides sign; `deadline_utc` is when
    what was delivered counts as accepted.
    """

    id: str
    listing_id: str
    buyer: str
    supplier: str
    placed_by: str
    state: str
    version: str
    root: str
    price_fen: int
    agreement: str
    agreement_digest: str
    reason: str
    agreed_utc: str | None
    deadline_utc: str | None
    created_utc: str
    changed_utc: str

    @property
    def terms(self) -> dict[str, Any]:
        """What the agreement says."""
        value: dict[str, Any] = json.loads(self.agreement)
        return value

    def role(self, actor: Actor) -> str:
        """`buyer` or `supplier`; to all others the order is not found."""
        for role, organisation in (("buyer", self.buyer), ("supplier", self.supplier)):
            if actor.organisation == organisation:
                return role
        raise absent(Words("order", "订单"), self.id)


def place(tx: Transaction, actor: Actor, listing_id: str, content_digest: str) -> Order:
    """A new order of the actor's organisation, its price held in escrow.

    `content_digest` is of the listing as the buyer saw it. Conflict `listing-changed`,
    `not-listed`, `already-ordered`, `insufficient-funds`, `own-listing`.
    """
    found = listing(tx.connection, listing_id)
    if found.supplier == actor.organisation:
        raise own_listing(listing_id)
    _check_for_sale(found, content_digest, tx.now_utc)
    _check_not_ordered(tx, actor, found)
    identity, content = new_id("order"), found.content
    agreement = agreement_of(
        identity,
        content,
        supplier=found.supplier,
        buyer=actor.organisation,
        shares=SHARES,
        acceptance_days=ACCEPTANCE_DAYS,
        made_utc=tx.now_utc,
    )
    order = Order(
        identity, listing_id, actor.organisation, found.supplier, actor.user_id, "placed",
        content.version, content.root, content.price_fen, agreement,
        digest_bytes(agreement.encode()), "", None, None, tx.now_utc, tx.now_utc,
    )  # fmt: skip
    wallet = ledger.open_account(tx, f"wallet/{actor.organisation}").id
    escrow = ledger.open_account(tx, ESCROW).id
    ledger.move(
        tx, f"{identity}/escrow", wallet, escrow, content.price_fen,
        purpose="escrow", subject=identity, pending=True,
    )  # fmt: skip
    tx.connection.execute(ORDERS.insert(), vars(order))
    return _told(tx, actor, "order_placed", order)


def sign(
    tx: Transaction, actor: Actor, identity: str, verifier: VerifierKey, signature: bytes
) -> Order:
    """The order with one more signature under its agreement; `agreed` once both are there."""
    order = locked(tx, identity)
    role = order.role(actor)
    state = moved(MOVES, identity, order.state, "sign", role)
    add_signature(tx, actor, identity, order.agreement, verifier, signature)
    agreed_utc = tx.now_utc if state == "agreed" else None
    return _kept(tx, actor, "order_signed", replace(order, state=state, agreed_utc=agreed_utc))


def cancel(tx: Transaction, actor: Actor, identity: str, reason: str) -> Order:
    """The order, called off by a side before anything was delivered; the money is free again."""
    order = locked(tx, identity)
    return _refunded(tx, actor, order, "cancel", order.role(actor), reason)


def accept(tx: Transaction, actor: Actor, identity: str) -> Order:
    """The order, accepted by the buyer; `settle_order` pays it."""
    return step(tx, actor, identity, "accept")


def dispute(tx: Transaction, actor: Actor, identity: str, reason: str) -> Order:
    """The order, stopped by the buyer until the operator decides; nothing lapses meanwhile."""
    order = locked(tx, identity)
    state = moved(MOVES, identity, order.state, "dispute", order.role(actor))
    after = replace(order, state=state, reason=reason, deadline_utc=None)
    return _kept(tx, actor, "order_disputed", after)


def decide(tx: Transaction, actor: Actor, identity: str, *, upholds: bool, reason: str) -> Order:
    """A dispute, decided by the operator: upheld, the money goes back; dismissed, it is accepted."""
    order = locked(tx, identity)
    if upholds:
        return _refunded(tx, actor, order, "uphold", "operator", reason)
    state = moved(MOVES, identity, order.state, "dismiss", "operator")
    return _kept(tx, actor, "order_dismissed", replace(order, state=state, reason=reason))


def step(
    tx: Transaction, actor: Actor, identity: str, action: str, *, deadline: bool = False
) -> Order:
    """The order after a move that changes nothing but its state; `deadline`: its window begins."""
    order = locked(tx, identity)
    role = "system" if actor == SYSTEM else order.role(actor)
    state = moved(MOVES, identity, order.state, action, role)
    window_s = order.terms["acceptance_days"] * 86_400
    until = later(tx.now_utc, window_s) if deadline else order.deadline_utc
    return _kept(tx, actor, _EVENT[action], replace(order, state=state, deadline_utc=until))


_EVENT = {
    "deliver": "delivery_started",
    "complete": "order_delivered",
    "accept": "order_accepted",
    "lapse": "order_lapsed",
}


def settle_order(tx: Transaction, identity: str) -> Order:
    """The order, paid: the money leaves the escrow for all who have a share in it, to the fen."""
    order = locked(tx, identity)
    state = moved(MOVES, identity, order.state, "settle", "system")
    found = listing(tx.connection, order.listing_id)
    terms = order.terms
    settle(
        tx,
        identity,
        found,
        price_fen=order.price_fen,
        shares=terms["shares"],
        pending=f"{identity}/escrow",
        escrow=ESCROW,
    )
    return _kept(tx, SYSTEM, "order_settled", replace(order, state=state, deadline_utc=None))


def order(connection: sa.Connection, identity: str) -> Order:
    """The order with this id; NotFound `not-found`."""
    row = connection.execute(sa.select(ORDERS).where(ORDERS.c.id == identity)).one_or_none()
    if row is None:
        raise absent(Words("order", "订单"), identity)
    return read(row)


def locked(tx: Transaction, identity: str) -> Order:
    """The same, with its row kept from other writers until the transaction ends."""
    query = sa.select(ORDERS).where(ORDERS.c.id == identity).with_for_update()
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise absent(Words("order", "订单"), identity)
    return read(row)


def orders(
    connection: sa.Connection, organisation: str | None, *, state: str | None = None
) -> tuple[Order, ...]:
    """The orders in which an organisation buys or supplies, or all; newest first."""
    query = sa.select(ORDERS).order_by(ORDERS.c.id.desc())
    if organisation is not None:
        mine = (ORDERS.c.buyer == organisation) | (ORDERS.c.supplier == organisation)
        query = query.where(mine)
    if state is not None:
        query = query.where(ORDERS.c.state == state)
    return tuple(map(read, connection.execute(query)))


def due(connection: sa.Connection, now_utc: str) -> tuple[tuple[str, str], ...]:
    """(id, `settle` or `lapse`) of the orders that the server has to move on now."""
    lapsed = ORDERS.c.state.in_(["delivering", "delivered"]) & (ORDERS.c.deadline_utc <= now_utc)
    query = (
        sa.select(ORDERS.c.id, ORDERS.c.state)
        .where((ORDERS.c.state == "accepted") | lapsed)
        .order_by(ORDERS.c.id)
    )
    return tuple(
        (row.id, "settle" if row.state == "accepted" else "lapse")
        for row in connection.execute(query)
    )


def read(row: sa.Row[Any]) -> Order:
    """The order of a row."""
    return Order(**row._mapping)


def _check_for_sale(found: Listing, content_digest: str, now_utc: str) -> None:
    if found.state != "listed" or (found.valid_until_utc or "9") <= now_utc:
        raise Conflict(
            "not-listed",
            Words(
                f"{found.id!r} is not for sale: {found.state!r}",
                f"{found.id!r} 不在售：{found.state!r}",
            ),
        )
    if found.content_digest != content_digest:
        raise listing_changed(found.id)


def _check_not_ordered(tx: Transaction, actor: Actor, found: Listing) -> None:
    query = sa.select(ORDERS.c.id).where(
        ORDERS.c.listing_id == found.id,
        ORDERS.c.buyer == actor.organisation,
        ORDERS.c.state.in_(OPEN),
    )
    if (before := tx.connection.execute(query).scalar()) is not None:
        raise Conflict(
            "already-ordered",
            Words(
                f"{before!r} is an open order of the same set",
                f"同一数据集已有未完成的订单 {before!r}",
            ),
            hint=Words("go on with that order, or cancel it", "请继续或取消那份订单"),
        )


def _refunded(
    tx: Transaction, actor: Actor, order: Order, action: str, role: str, reason: str
) -> Order:
    state = moved(MOVES, order.id, order.state, action, role)
    ledger.void(tx, f"{order.id}/void", f"{order.id}/escrow")
    after = replace(order, state=state, reason=reason, deadline_utc=None)
    return _kept(tx, actor, "order_refunded", after)


def _kept(tx: Transaction, actor: Actor, event: str, order: Order) -> Order:
    after = replace(order, changed_utc=tx.now_utc)
    tx.connection.execute(ORDERS.update().where(ORDERS.c.id == order.id).values(**vars(after)))
    return _told(tx, actor, event, after)


def _told(tx: Transaction, actor: Actor, event: str, order: Order) -> Order:
    ids: Mapping[str, str] = {
        "organisation": actor.organisation,
        "listing": order.listing_id,
        "state": order.state,
    }
    digests = {"agreement": order.agreement_digest, "root": f"sha256:{order.root}"}
    tx.record(event, actor.user_id, order.id, ids, digests)
    return order
