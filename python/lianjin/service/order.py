"""`/api/orders`: purchases, from the escrow to the settlement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from lianjin.core.database import Transaction
from lianjin.core.encoded import decoded, encoded
from lianjin.core.entry import Entry
from lianjin.core.errors import UsageError
from lianjin.core.event import Event, events
from lianjin.core.key import VerifierKey
from lianjin.core.limits import EVENTS_PAGE, LISTING_TEXT_CHARS
from lianjin.core.words import Words
from lianjin.market import order as market
from lianjin.market import party
from lianjin.market.actor import Actor, absent
from lianjin.market.agreement import signatures
from lianjin.market.delivery import receipt, received
from lianjin.market.ledger import transfers_of
from lianjin.market.move import open_moves
from lianjin.market.order import MOVES, Order
from lianjin.market.organisation_key import keys, register_key
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import Body, Identity, PathIdentity
from lianjin.service.event import PROOF, proof_of
from lianjin.service.listing import Digest, actor_of
from lianjin.service.route import router
from lianjin.service.sent import Sending, Sent
from lianjin.service.state import State
from lianjin.service.window import move_on

ROUTER = router("order")
Reason = Annotated[str, Field(max_length=LISTING_TEXT_CHARS)]


class NewOrder(Body):
    """A purchase of the listing as it was seen."""

    listing_id: Identity
    content_digest: Digest


class Signing(Body):
    """A signature made elsewhere; without one the server signs with the key it keeps."""

    verifier: Annotated[str, Field(max_length=256)] | None = None
    signature: Annotated[str, Field(max_length=96)] | None = None


class Why(Body):
    """Why."""

    reason: Reason = ""


class Decision(Body):
    """The operator's word on a dispute."""

    upholds: bool
    reason: Reason


class SignatureView(BaseModel):
    """A signature under the agreement's bytes."""

    organisation: str
    verifier: str
    signature: str
    signed_utc: str


class TransferView(BaseModel):
    """Money that moved or is held for the order."""

    id: str
    kind: str
    debit: str
    credit: str
    amount_fen: int
    purpose: str
    created_utc: str


class Arrow(BaseModel):
    """One event of the order, with its place in the log once it has one."""

    event_id: str
    event: str
    time_utc: str
    actor: str
    log_index: int | None


class ReceiptView(BaseModel):
    """The receipt's bytes and the signature over them."""

    receipt: str
    receipt_digest: str
    verifier: str
    signature: str
    created_utc: str


class OrderRow(BaseModel):
    """An order in a list."""

    id: str
    state: str
    listing_id: str
    version: str
    buyer: str
    buyer_title: str
    supplier: str
    supplier_title: str
    price_fen: int
    deadline_utc: str | None
    created_utc: str
    changed_utc: str


class OrderView(OrderRow):
    """An order with all that its parties decide by; `moves`: what the caller can do now."""

    root: str
    reason: str
    agreement: str
    agreement_digest: str
    agreed_utc: str | None
    signatures: list[SignatureView]
    transfers: list[TransferView]
    arrows: list[Arrow]
    received_bytes: dict[str, int]
    receipt: ReceiptView | None
    moves: list[str]


@ROUTER.post("/orders", status_code=201)
def place_order(
    who: Annotated[Caller, need("order.make")], state: Here, sent: Sending, asked: NewOrder
) -> OrderView:
    """Buys a listing: the price is held until the order is settled or called off."""

    actor = actor_of(who)
    return _answered(
        who, sent, lambda tx: market.place(tx, actor, asked.listing_id, asked.content_digest)
    )


@ROUTER.get("/orders")
def list_orders(
    who: Annotated[Caller, need("order.read")],
    state: Here,
    state_is: Annotated[str | None, Query(alias="state", max_length=24)] = None,
) -> list[OrderRow]:
    """The orders in which one's organisation buys or supplies; the operator sees all."""
    move_on(state)
    mine = None if who.reach == "any" else who.acting_for
    with state.database.read() as connection:
        return [
            OrderRow(**_row(connection, found))
            for found in market.orders(connection, mine, state=state_is)
        ]


@ROUTER.get("/orders/{order_id}")
def read_order(
    who: Annotated[Caller, need("order.read")], state: Here, order_id: PathIdentity
) -> OrderView:
    """An order with its agreement, its money, its delivery and its events."""
    move_on(state)
    _check_reach(state, who, order_id)
    with state.database.read() as connection:
        return OrderView(**_view(connection, who, market.order(connection, order_id)))


@ROUTER.get("/orders/{order_id}/proof", **PROOF)
def prove_step(
    who: Annotated[Caller, need("order.read")],
    state: Here,
    order_id: PathIdentity,
    step: Annotated[int, Query(ge=1, le=EVENTS_PAGE)] = 1,
) -> Response:
    """The proof that a step of an order is in the log: for both sides, whoever took the step.

    `step` counts the order's arrows from 1.
    """
    _check_reach(state, who, order_id)
    with state.database.read() as connection:
        steps = _steps(connection, order_id)
    if step > len(steps):
        raise absent(Words("step", "步骤"), str(step))
    return proof_of(state, steps[step - 1])


@ROUTER.post("/orders/{order_id}/sign")
def sign_order(
    who: Annotated[Caller, need("order.change")],
    state: Here,
    sent: Sending,
    order_id: PathIdentity,
    asked: Signing,
) -> OrderView:
    """Signs the agreement for one's organisation; once both did, it can be delivered."""
    found = _check_reach(state, who, order_id)
    verifier, signature = _signature(state, who, found, asked)

    def work(tx: Transaction) -> Order:
        actor = actor_of(who)
        if asked.verifier is None:
            register_key(tx, actor, actor.organisation, verifier)
        return market.sign(tx, actor, order_id, verifier, signature)

    return _answered(who, sent, work)


@ROUTER.post("/orders/{order_id}/cancel")
def cancel_order(
    who: Annotated[Caller, need("order.change")],
    state: Here,
    sent: Sending,
    order_id: PathIdentity,
    asked: Why,
) -> OrderView:
    """Calls it off before anything was delivered; the money goes back."""
    return _moved(who, state, sent, order_id, partial(market.cancel, reason=asked.reason))


@ROUTER.post("/orders/{order_id}/accept")
def accept_order(
    who: Annotated[Caller, need("order.change")], state: Here, sent: Sending, order_id: PathIdentity
) -> OrderView:
    """Accepts what was delivered; then it is settled. This cannot be taken back."""
    said = _moved(who, state, sent, order_id, market.accept)
    move_on(state)
    return said


@ROUTER.post("/orders/{order_id}/dispute")
def dispute_order(
    who: Annotated[Caller, need("order.change")],
    state: Here,
    sent: Sending,
    order_id: PathIdentity,
    asked: Why,
) -> OrderView:
    """Stops the window until the operator decides."""
    return _moved(who, state, sent, order_id, partial(market.dispute, reason=asked.reason))


@ROUTER.post("/orders/{order_id}/decide")
def decide_order(
    who: Annotated[Caller, need("order.decide")],
    state: Here,
    sent: Sending,
    order_id: PathIdentity,
    asked: Decision,
) -> OrderView:
    """Decides a dispute: upheld, the money goes back; dismissed, it is settled."""
    move = partial(market.decide, upholds=asked.upholds, reason=asked.reason)
    said = _moved(who, state, sent, order_id, move)
    move_on(state)
    return said


def _signature(
    state: State, who: Caller, found: Order, asked: Signing
) -> tuple[VerifierKey, bytes]:
    """The key and the signature that were sent, or those of the key that the server keeps."""
    if asked.verifier is None or asked.signature is None:
        with state.database.read() as connection:
            known = keys(connection, who.acting_for)
        key = state.keyring.key(who.acting_for)
        if known and key.verifier not in known:
            raise UsageError(
                "no-signature",
                Words(
                    "your organisation signs with a key of its own; no signature came",
                    "你所在的机构使用自有密钥签名；未收到签名",
                ),
                hint=Words("send `verifier` and `signature`", "请提供 `verifier` 和 `signature`"),
            )
        return key.verifier, key.sign(found.agreement.encode())
    try:
        return VerifierKey.read(asked.verifier), decoded(asked.signature)
    except ValueError as error:
        raise UsageError(
            "no-signature", Words("that is no signature or no key", "签名或公钥格式不对")
        ) from error


def _check_reach(state: State, who: Caller, identity: str) -> Order:
    missing = absent(Words("order", "订单"), identity)
    with state.database.read() as connection:
        found = market.order(connection, identity)
    mine = who.organisation if who.organisation in (found.buyer, found.supplier) else None
    within(who, lambda: missing, organisation=mine)
    return found


def _moved(
    who: Caller,
    state: State,
    sent: Sent,
    identity: str,
    move: Callable[[Transaction, Actor, str], Order],
) -> OrderView:
    """The order after a move of one of its sides."""
    _check_reach(state, who, identity)
    actor = actor_of(who)
    return _answered(who, sent, lambda tx: move(tx, actor, identity))


def _steps(connection: Connection, order_id: str) -> list[Event]:
    """What happened to an order, in its order."""
    return list(reversed(events(connection, subject=order_id)))


def _answered(who: Caller, sent: Sent, work: Callable[[Transaction], Order]) -> OrderView:
    """The order as the work left it; the same request again gets the same bytes."""

    def viewed(tx: Transaction) -> Any:
        found = work(tx)
        return OrderView(**_view(tx.connection, who, found, tx.events)).model_dump(mode="json")

    return OrderView(**sent.write(who, viewed))


def _row(connection: Any, found: Order) -> dict[str, Any]:
    titles = {
        f"{side}_title": party.organisation(connection, getattr(found, side)).title
        for side in ("buyer", "supplier")
    }
    return {n: getattr(found, n) for n in OrderRow.model_fields if n not in titles} | titles


def _view(
    connection: Any, who: Caller, found: Order, recorded: Sequence[Mapping[str, Any]] = ()
) -> dict[str, Any]:
    """All of an order; `recorded`: events that its transaction holds and has not written yet."""
    signed = receipt(connection, found.id)
    roles = {found.buyer: "buyer", found.supplier: "supplier"}
    role = roles.get(who.organisation or "", "operator" if "operator" in who.roles else "")
    return _row(connection, found) | {
        "root": found.root,
        "reason": found.reason,
        "agreement": found.agreement,
        "agreement_digest": found.agreement_digest,
        "agreed_utc": found.agreed_utc,
        "signatures": [
            {
                "organisation": s.organisation,
                "verifier": str(s.verifier),
                "signature": encoded(s.signature),
                "signed_utc": s.signed_utc,
            }
            for s in signatures(connection, found.id)
        ],
        "transfers": [
            {name: getattr(t, name) for name in TransferView.model_fields}
            for t in transfers_of(connection, found.id)
        ],
        "arrows": [
            *(_arrow(e.id, e.entry, e.log_index) for e in _steps(connection, found.id)),
            *(
                _arrow(row["id"], Entry.read(row["entry"].encode()), None)
                for row in recorded
                if row["subject"] == found.id
            ),
        ],
        "received_bytes": received(connection, found.id),
        "receipt": signed
        and {
            "receipt": signed.text,
            "receipt_digest": signed.digest,
            "verifier": str(signed.verifier),
            "signature": encoded(signed.signature),
            "created_utc": signed.created_utc,
        },
        "moves": list(open_moves(MOVES, found.state, role)),
    }


def _arrow(identity: str, entry: Entry, index: int | None) -> dict[str, Any]:
    return {
        "event_id": identity,
        "event": entry.event,
        "time_utc": entry.time_utc,
        "actor": entry.ids["actor"],
        "log_index": index,
    }
