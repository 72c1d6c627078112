"""A price is paid out to the last fen."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lianjin.market import ledger, order
from lianjin.market.books import check_books
from lianjin.market.settlement import SHARES, payees, split


@pytest.mark.parametrize(
    ("amount", "weights", "parts"),
    [
        (100, [1, 1, 1], (34, 33, 33)),
        (100, [1], (100,)),
        (0, [5, 5], (0, 0)),
        (1, [0, 0, 1], (0, 0, 1)),
        (7, [3, 2, 2], (3, 2, 2)),
        (10, [1, 2, 4], (1, 3, 6)),
        (6_800_000, [8_900, 700, 300, 100], (6_052_000, 476_000, 204_000, 68_000)),
    ],
)
def test_an_amount_is_split_by_the_largest_remainder(
    amount: int, weights: list[int], parts: tuple[int, ...]
) -> None:
    assert split(amount, weights) == parts


@given(st.integers(0, 10**13), st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_the_parts_add_up_and_are_within_a_fen(amount: int, weights: list[int]) -> None:
    parts = split(amount, weights)
    assert sum(parts) == amount
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part * sum(weights) - amount * weight) < sum(weights)


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1], [2, -1]])
def test_what_are_no_weights_is_refused(weights: list[int]) -> None:
    with pytest.raises(ValueError, match="no weights"):
        split(1, weights)


def test_the_shares_are_the_whole() -> None:
    assert sum(SHARES.values()) == 10_000


def test_nobody_who_annotated_leaves_the_share_with_the_supplier(world: Any) -> None:
    found = world.listed(replace(world.content, annotators={}))
    assert payees(found, SHARES) == {
        "wallet/organisation_lanshi": 9_600,
        "fees": 300,
        "wallet/organisation_hengchi": 100,
    }


@pytest.mark.parametrize("price_fen", [0, 1, 2, 99, 9_999_999])
def test_any_price_is_settled_and_the_escrow_is_empty(world: Any, price_fen: int) -> None:
    world.deposit(world.buyer, 10_000_000)
    agreed = world.agreed(world.listed(replace(world.content, price_fen=price_fen)))
    world.fetched(agreed)
    world.database.write(lambda tx: order.accept(tx, world.buyer, agreed.id))
    world.database.write(lambda tx: order.settle_order(tx, agreed.id))
    with world.database.read() as connection:
        books = check_books(connection)
        paid = ledger.transfers_of(connection, agreed.id)
    assert books.pending_fen == world.balance("escrow") == 0
    assert sum(t.amount_fen for t in paid if t.purpose == "share") == price_fen
    assert world.balance("wallet/organisation_huaixu") == 10_000_000 - price_fen
