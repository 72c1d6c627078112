"""Every figure is counted from rows, and says how."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from lianjin.market import order
from lianjin.market.manual import Manual
from lianjin.market.statistics import Month, figures, months, shares


@pytest.fixture
def world(anywhere: Any) -> Any:
    """On each database."""
    return anywhere


def counted(world: Any) -> dict[str, Any]:
    with world.database.read() as connection:
        return {figure.name: figure.value for figure in figures(connection)}


def settled(world: Any, found: Any, actor: Any) -> None:
    agreed = world.agreed(found, actor)
    world.fetched(agreed, actor)
    world.database.write(lambda tx: order.accept(tx, actor, agreed.id))
    world.database.write(lambda tx: order.settle_order(tx, agreed.id))


def test_an_empty_market_has_no_shares_and_no_tokens(world: Any) -> None:
    assert counted(world) == {
        "datasets": 0,
        "bytes": 0,
        "records": 0,
        "tokens": None,
        "certified": None,
        "orders": 0,
        "turnover": 0,
        "high_turnover": None,
        "delivered": 0,
    }


def test_figures_count_what_is_listed_and_what_was_settled(world: Any) -> None:
    world.deposit(world.buyer, 20_000_000)
    world.deposit(world.other, 20_000_000, "deposit_2")
    gov = world.listed()
    facts = replace(world.content.facts, n_tokens=None, size_bytes=500)
    manual = Manual("法律", "法院", ("检索",))
    law = world.listed(
        replace(world.content, version="lanshi/law@1.0.0", facts=facts, manual=manual,
                price_fen=200, domain="司法")
    )  # fmt: skip
    settled(world, gov, world.buyer)
    world.wait(40 * 86_400)
    settled(world, gov, world.other)
    settled(world, law, world.other)
    world.placed(law)  # in escrow: an order, and no turnover
    refunded = world.agreed(gov)
    world.database.write(lambda tx: order.cancel(tx, world.buyer, refunded.id, ""))
    assert counted(world) == {
        "datasets": 2,
        "bytes": 1_500,
        "records": 8,
        "tokens": 361,
        "certified": 1,
        "orders": 4,
        "turnover": 13_600_200,
        "high_turnover": 1,
        "delivered": 3_000,
    }
    with world.database.read() as connection:
        assert months(connection) == (
            Month("2026-01", 6_800_000, 6_800_000, 1),
            Month("2026-03", 6_800_200, 6_800_200, 2),
        )
        assert shares(connection, "domain") == {"政务": 13_600_000, "司法": 200}
        assert shares(connection, "grade") == {"gold": 13_600_200}


def test_the_query_beside_a_figure_gives_its_number(world: Any) -> None:
    world.deposit(world.buyer, 20_000_000)
    settled(world, world.listed(), world.buyer)
    with world.database.read() as connection:
        for figure in figures(connection):
            assert connection.execute(sa.text(figure.query)).scalar() == figure.value, figure.name
            assert figure.definition.zh
