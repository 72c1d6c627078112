"""An order goes its way, and no other."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import product
from typing import Any

import pytest
from lianjin.core.errors import Conflict, Finding, NotFound
from lianjin.core.event import events
from lianjin.core.identity import digest
from lianjin.core.once import once
from lianjin.market import ledger, order
from lianjin.market.agreement import check_agreement, signatures
from lianjin.market.books import check_books
from lianjin.market.delivery import check_receipt, lapse, receipt
from lianjin.market.listing import Listing
from lianjin.market.move import moved
from lianjin.market.order import MOVES, Order
from lianjin.market.organisation_key import register_key

PRICE = 6_800_000


@pytest.fixture
def world(anywhere: Any) -> Any:
    """On each database."""
    return anywhere


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


def test_money_goes_back_when_a_side_cancels_before_delivery(world: Any) -> None:
    for actor in (world.buyer, world.supplier):
        _, agreed = bought(world)
        after = world.database.write(
            lambda tx, a=actor, o=agreed: order.cancel(tx, a, o.id, "改主意")
        )
        assert (after.state, after.reason) == ("refunded", "改主意")
        assert world.balance("wallet/organisation_huaixu") == 10_000_000
        with world.database.read() as connection:
            assert check_books(connection).pending_fen == 0


def test_nothing_is_called_off_once_delivery_began(world: Any) -> None:
    _, agreed = bought(world)
    world.fetched(agreed)
    with pytest.raises(Conflict, match="illegal-move"):
        world.database.write(lambda tx: order.cancel(tx, world.buyer, agreed.id, ""))


def test_a_dispute_stops_the_clock_until_the_operator_decides(world: Any) -> None:
    _, agreed = bought(world)
    world.fetched(agreed)
    disputed = world.database.write(lambda tx: order.dispute(tx, world.buyer, agreed.id, "缺行"))
    assert (disputed.state, disputed.deadline_utc) == ("disputed", None)
    world.wait(30 * 86_400)
    with world.database.read() as connection:
        assert order.due(connection, world.times[-1]) == ()
    with pytest.raises(Conflict, match="illegal-move"):
        world.database.write(lambda tx: order.accept(tx, world.buyer, agreed.id))
    decided = world.database.write(
        lambda tx: order.decide(tx, world.operator, agreed.id, upholds=True, reason="属实")
    )
    assert decided.state == "refunded"
    assert world.balance("wallet/organisation_huaixu") == 10_000_000


def test_a_dismissed_dispute_is_settled(world: Any) -> None:
    _, agreed = bought(world)
    world.fetched(agreed)
    world.database.write(lambda tx: order.dispute(tx, world.buyer, agreed.id, "缺行"))
    world.database.write(
        lambda tx: order.decide(tx, world.operator, agreed.id, upholds=False, reason="不属实")
    )
    with world.database.read() as connection:
        assert order.due(connection, world.times[-1]) == ((agreed.id, "settle"),)
    settled = world.database.write(lambda tx: order.settle_order(tx, agreed.id))
    assert settled.state == "settled"


def test_a_window_that_passes_counts_as_acceptance(world: Any) -> None:
    _, agreed = bought(world)
    delivered = world.fetched(agreed)
    assert delivered.deadline_utc == "2026-02-07T08:00:00.000000Z"
    with world.database.read() as connection:
        assert order.due(connection, "2026-02-07T07:59:59.999999Z") == ()
        assert order.due(connection, "2026-02-07T08:00:00.000000Z") == ((agreed.id, "lapse"),)
    world.wait(7 * 86_400)
    lapsed = world.database.write(lambda tx: lapse(tx, agreed.id, world.files, world.log_key))
    assert lapsed.state == "accepted"


def test_a_price_that_was_seen_is_the_price_that_is_paid(world: Any) -> None:
    world.deposit(world.buyer, 10_000_000)
    found = world.listed()
    with pytest.raises(Conflict, match="listing-changed"):
        world.database.write(
            lambda tx: order.place(tx, world.buyer, found.id, "sha256:" + "0" * 64)
        )
    assert world.placed(found).price_fen == PRICE


def test_what_is_not_listed_is_not_sold(world: Any) -> None:
    world.deposit(world.buyer, 10_000_000)
    submitted = world.submitted()
    with pytest.raises(Conflict, match="not-listed"):
        world.placed(submitted)
    listed = world.listed()
    world.wait(366 * 86_400)  # the certificate is over
    with pytest.raises(Conflict, match="not-listed"):
        world.placed(listed)


def test_nobody_buys_his_own_or_twice_or_without_money(world: Any) -> None:
    found = world.listed()
    with pytest.raises(Conflict, match="own-listing"):
        world.placed(found, world.supplier)
    with pytest.raises(Conflict, match="insufficient-funds"):
        world.placed(found)
    world.deposit(world.buyer, 2 * PRICE)
    first = world.placed(found)
    with pytest.raises(Conflict, match="already-ordered"):
        world.placed(found)
    with world.database.read() as connection:
        assert [o.id for o in order.orders(connection, world.buyer.organisation)] == [first.id]
        assert check_books(connection).pending_fen == PRICE


def test_one_key_buys_once_and_two_buyers_keys_are_apart(world: Any) -> None:
    world.deposit(world.buyer, 2 * PRICE)
    world.deposit(world.other, PRICE, "deposit_2")
    found = world.listed()

    def buy(actor: Any) -> Any:
        def work(tx: Any) -> str:
            return order.place(tx, actor, found.id, found.content_digest).id

        return world.database.write(
            lambda tx: once(tx, "key", actor.user_id, digest(found.id), work)
        )

    with ThreadPoolExecutor(8) as pool:
        mine = set(pool.map(lambda _: buy(world.buyer), range(16)))
    assert len(mine) == 1
    assert buy(world.other) not in mine
    with world.database.read() as connection:
        assert check_books(connection).pending_fen == 2 * PRICE


def test_settling_and_refunding_at_once_does_one_of_both(world: Any) -> None:
    for upholds in (True, False):
        _, agreed = bought(world)
        world.fetched(agreed)
        world.database.write(lambda tx, o=agreed: order.dispute(tx, world.buyer, o.id, "?"))

        def decide(o: Order = agreed, first: bool = upholds) -> None:
            world.database.write(
                lambda tx: order.decide(tx, world.operator, o.id, upholds=first, reason="")
            )

        def refund(o: Order = agreed) -> None:
            world.database.write(
                lambda tx: order.decide(tx, world.operator, o.id, upholds=True, reason="")
            )

        def settle(o: Order = agreed) -> None:
            world.database.write(lambda tx: order.settle_order(tx, o.id))

        works = [decide, refund, settle] * 8
        with ThreadPoolExecutor(8) as pool:
            ends = [future.exception() for future in [pool.submit(work) for work in works]]
        assert all(isinstance(e, Conflict) for e in ends if e is not None)
        with world.database.read() as connection:
            books = check_books(connection)
            state = order.order(connection, agreed.id).state
        if state == "accepted":
            settle()
            state = "settled"
        kinds = [t.kind for t in transfers(world, agreed)]
        assert (state, kinds.count("post"), kinds.count("void")) in (
            ("settled", 1, 0),
            ("refunded", 0, 1),
        )
        assert books.pending_fen in (0, PRICE)


def test_a_third_party_finds_no_order(world: Any) -> None:
    _, agreed = bought(world)
    for work in (
        lambda tx: order.cancel(tx, world.other, agreed.id, ""),
        lambda tx: order.accept(tx, world.other, agreed.id),
        lambda tx: order.dispute(tx, world.other, agreed.id, ""),
        lambda tx: order.step(tx, world.other, agreed.id, "accept"),
    ):
        with pytest.raises(NotFound, match="not-found"):
            world.database.write(work)


def test_a_signature_counts_once_for_its_own_side_and_text(world: Any) -> None:
    world.deposit(world.buyer, PRICE)
    placed = world.placed(world.listed())
    key, foreign = (world.keyring.key(a.organisation) for a in (world.buyer, world.other))
    world.database.write(
        lambda tx: register_key(tx, world.buyer, world.buyer.organisation, key.verifier)
    )

    def sign(verifier: Any, signature: bytes) -> Order:
        signed: Order = world.database.write(
            lambda tx: order.sign(tx, world.buyer, placed.id, verifier, signature)
        )
        return signed

    text = placed.agreement.encode()
    with pytest.raises(NotFound, match="no-key"):
        sign(foreign.verifier, foreign.sign(text))
    with pytest.raises(Finding, match="signature-differs"):
        sign(key.verifier, key.sign(text + b" "))
    assert sign(key.verifier, key.sign(text)).state == "signed_by_buyer"
    with pytest.raises(Conflict, match="illegal-move"):
        sign(key.verifier, key.sign(text))


def test_every_move_that_is_not_in_the_table_is_refused(world: Any) -> None:
    states = {at for at, _, _ in MOVES} | set(MOVES.values())
    actions = {action for _, action, _ in MOVES}
    roles = {role for _, _, role in MOVES}
    allowed = 0
    for state, action, role in product(states, actions, roles):
        if (state, action, role) in MOVES:
            allowed += 1
            continue
        with pytest.raises(Conflict, match="illegal-move"):
            moved(MOVES, "order_x", state, action, role)
    assert allowed == len(MOVES)
    ends = {s for s in states if not any(at == s for at, _, _ in MOVES)}
    assert ends == {"settled", "refunded"}


def transfers(world: Any, found: Order) -> Any:
    with world.database.read() as connection:
        return ledger.transfers_of(connection, found.id)
