"""An order goes its way, and no other."""

from __future__ import annotations

from typing import Any

from lianjin.core.event import events
from lianjin.market import ledger, order
from lianjin.market.agreement import check_agreement, signatures
from lianjin.market.delivery import check_receipt, receipt
from lianjin.market.listing import Listing
from lianjin.market.order import Order

PRICE = 6_800_000


def bought(world: Any) -> tuple[Listing, Order]:
    world.deposit(world.buyer, 10_000_000)
    found = world.listed()
    return found, world.agreed(found)


def test_an_order_goes_from_escrow_to_settlement(world: Any) -> None:
    _, agreed = bought(world)
    assert agreed.state == "agreed"
    with world.database.read() as connection:
        wallet = ledger.account(connection, "wallet/organisation_huaixu")
        assert (wallet.balance_fen, wallet.free_fen) == (10_000_000, 3_200_000)
        terms = check_agreement(agreed.agreement, signatures(connection, agreed.id))
    assert (terms["price_fen"], terms["root"]) == (PRICE, "5f" * 32)
    delivered = world.fetched(agreed)
    assert delivered.state == "delivered"
    with world.database.read() as connection:
        signed = receipt(connection, agreed.id)
    assert signed is not None
    check_receipt(signed, world.log_key.verifier)
    accepted = world.database.write(lambda tx: order.accept(tx, world.buyer, agreed.id))
    assert accepted.state == "accepted"
    settled = world.database.write(lambda tx: order.settle_order(tx, agreed.id))
    assert settled.state == "settled"
    paid = {
        "wallet/organisation_huaixu": 10_000_000 - PRICE,
        "wallet/organisation_lanshi": 6_052_000,
        "wallet/organisation_hengchi": 68_000,
        "fees": 204_000,
        "annotator/person_a": 204_000,
        "annotator/person_b": 136_000,
        "annotator/person_c": 136_000,
        "escrow": 0,
        "bank": -10_000_000,
    }
    assert {account: world.balance(account) for account in paid} == paid
    with world.database.read() as connection:
        told = [e.entry.event for e in events(connection, subject=agreed.id)]
    assert told[::-1] == [
        "order_placed", "order_signed", "order_signed", "delivery_started", "order_delivered",
        "receipt_signed", "order_accepted", "order_settled",
    ]  # fmt: skip
