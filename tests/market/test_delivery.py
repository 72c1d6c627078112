"""What went to a buyer is counted once, and signed for."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from lianjin.core.errors import Finding, Forbidden, NotFound
from lianjin.core.identity import digest_bytes
from lianjin.market import delivery, order
from lianjin.market.delivery import check_receipt, has_ended, open_fetch, receipt, received, right
from lianjin.market.offer import Offer
from lianjin.market.order import Order

TOKEN = digest_bytes(b"token")
PATH, SIZE = "data/part-00000.parquet", 1_000


@pytest.fixture
def agreed(world: Any) -> Order:
    world.deposit(world.buyer, 10_000_000)
    found: Order = world.agreed(world.listed())
    return found


def fetched(world: Any, bought: Order, start: int, size: int, sent: int | None = None) -> Order:
    write = world.database.write
    number = write(lambda tx: open_fetch(tx, world.buyer, bought.id, TOKEN, PATH, start, size))
    after: Order = write(
        lambda tx: delivery.close_fetch(
            tx, number, size if sent is None else sent, world.files, world.log_key
        )
    )
    return after


@pytest.mark.parametrize(
    ("spans", "covered"),
    [
        ([], 0),
        ([(0, 10)], 10),
        ([(0, 10), (5, 10)], 15),
        ([(90, 10), (0, 10)], 20),
        ([(0, 100), (20, 10)], 100),
        ([(0, 10), (0, 10), (0, 10)], 10),
        ([(0, 500), (600, 400)], 900),
    ],
)
def test_bytes_that_went_twice_count_once(
    world: Any, agreed: Order, spans: list[tuple[int, int]], covered: int
) -> None:
    for start, size in spans:
        assert fetched(world, agreed, start, size).state == "delivering"
    with world.database.read() as connection:
        assert received(connection, agreed.id).get(PATH, 0) == covered


def test_twice_the_half_is_not_the_whole(world: Any, agreed: Order) -> None:
    fetched(world, agreed, 0, 500)
    fetched(world, agreed, 0, 500)
    assert fetched(world, agreed, 0, 500).state == "delivering"
    assert fetched(world, agreed, 500, 500).state == "delivered"


def test_what_was_cut_off_counts_as_far_as_it_went(world: Any, agreed: Order) -> None:
    assert fetched(world, agreed, 0, 1_000, sent=999).state == "delivering"
    assert fetched(world, agreed, 999, 1).state == "delivered"


def test_a_window_that_passes_gets_a_receipt_over_what_went(world: Any, agreed: Order) -> None:
    fetched(world, agreed, 0, 600)
    world.wait(8 * 86_400)
    world.database.write(lambda tx: delivery.lapse(tx, agreed.id, world.files, world.log_key))
    with world.database.read() as connection:
        found = receipt(connection, agreed.id)
    assert found is not None
    said = json.loads(found.text)
    assert [(f["size_bytes"], f["received_bytes"]) for f in said["files"]] == [(1_000, 600)]


def test_a_receipt_that_was_changed_or_is_of_another_key_is_found(
    world: Any, agreed: Order
) -> None:
    fetched(world, agreed, 0, SIZE)
    with world.database.read() as connection:
        found = receipt(connection, agreed.id)
    assert found is not None
    key = world.log_key.verifier
    check_receipt(found, key)
    text = found.text.replace("1000", "1001")
    for changed, trusted in (
        (replace(found, text=text), key),
        (replace(found, text=text, digest=digest_bytes(text.encode())), key),
        (found, world.keyring.key("someone").verifier),
    ):
        with pytest.raises(Finding, match="signature-differs"):
            check_receipt(changed, trusted)


def test_a_right_is_the_buyers_alone_and_of_the_version(world: Any, agreed: Order) -> None:
    with world.database.read() as connection:
        assert right(connection, world.buyer, "lanshi/gov-qa", None).id == agreed.id
        assert right(connection, world.buyer, "lanshi/gov-qa", "1.0.0").id == agreed.id
        for actor, name, version in (
            (world.buyer, "lanshi/gov-qa", "1.0.1"),
            (world.buyer, "lanshi/gov", None),
            (world.buyer, "lanshi/gov_qa", None),  # `_` is a sign of LIKE
            (world.buyer, "%", None),
            (world.other, "lanshi/gov-qa", None),
            (world.supplier, "lanshi/gov-qa", None),
        ):
            with pytest.raises(Forbidden, match="not-bought"):
                right(connection, actor, name, version)


def test_nobody_fetches_by_anothers_order_or_before_both_signed(world: Any) -> None:
    world.deposit(world.buyer, 10_000_000)
    placed = world.placed(world.listed())
    for actor, error in ((world.other, NotFound), (world.buyer, Forbidden)):
        with pytest.raises(error):
            world.database.write(
                lambda tx, a=actor: open_fetch(tx, a, placed.id, TOKEN, PATH, 0, 1)
            )


def test_a_term_ends(world: Any) -> None:
    world.deposit(world.buyer, 10_000_000)
    offer = Offer(("lj:evaluate",), duties=("delete",), days=30)
    bought = world.agreed(world.listed(replace(world.content, offer=offer)))
    assert not has_ended(bought, "2026-03-02T07:59:59.999999Z")
    assert has_ended(bought, "2026-03-02T08:00:00.000000Z")
    world.wait(30 * 86_400)
    with pytest.raises(Forbidden, match="not-bought"):
        world.database.write(lambda tx: open_fetch(tx, world.buyer, bought.id, TOKEN, PATH, 0, 1))


def test_a_disputed_order_can_be_looked_at_still_and_a_refunded_one_not(
    world: Any, agreed: Order
) -> None:
    fetched(world, agreed, 0, 10)
    world.database.write(lambda tx: order.dispute(tx, world.buyer, agreed.id, "?"))
    assert fetched(world, agreed, 0, SIZE).state == "disputed"
    world.database.write(
        lambda tx: order.decide(tx, world.operator, agreed.id, upholds=True, reason="")
    )
    with pytest.raises(Forbidden, match="not-bought"):
        fetched(world, agreed, 0, 10)
