"""What was missing is asked for, answered by another, and met only when it is there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from lianjin.core.errors import Conflict, Finding, LianjinError, NotFound
from lianjin.core.event import events
from lianjin.market import demand, ledger
from lianjin.market.books import check_books
from lianjin.market.demand import Cell, Demand, cells_of

DIALECT = Cell("0301", "cell", "domain=方言", 200, 3)
TOWN = Cell("0301", "cell", "domain=乡镇", 500, 90)
UNTIL = "2026-03-31T00:00:00.000000Z"
ROOT = "6a" * 32


@pytest.fixture(autouse=True)
def funds(world: Any) -> None:
    """Money for a reward."""
    world.deposit(world.buyer, 500_000)


def asked(world: Any, **changes: Any) -> Demand:
    given = {"title": "方言问法", "text": "全部是书面普通话", "cells": (DIALECT, TOWN)}
    given |= {"reward_fen": 500_000, "deadline_utc": UNTIL, "dataset": "lanshi/gov-qa"}
    found: Demand = world.database.write(
        lambda tx: demand.ask(tx, world.buyer, **(given | changes))
    )
    return found


def answered(world: Any, found: Demand, actor: Any = None) -> Demand:
    who = actor or world.supplier
    after: Demand = world.database.write(
        lambda tx: demand.answer(tx, who, found.id, "lanshi/gov-qa@1.1.0", ROOT)
    )
    return after


def test_a_demand_is_met_by_a_version_that_lacks_nothing_of_it(world: Any) -> None:
    found = answered(world, asked(world))
    assert (found.state, found.version, found.supplier) == (
        "answered",
        "lanshi/gov-qa@1.1.0",
        "organisation_lanshi",
    )
    other = Cell("0302", "scale", "records", 1_000, 10)  # missing, and not asked for here
    met = world.database.write(lambda tx: demand.accept(tx, world.buyer, found.id, ROOT, [other]))
    assert met.state == "met"
    with world.database.read() as connection:
        told = events(connection, subject=found.id)
        assert demand.demand(connection, found.id) == met
    assert [e.entry.event for e in told][::-1] == [
        "demand_asked",
        "demand_answered",
        "demand_met",
    ]
    assert told[0].entry.digests["root"] == f"sha256:{ROOT}"


def test_a_reward_is_held_and_paid_once_the_demand_is_met(world: Any) -> None:
    found = asked(world)
    with world.database.read() as connection:
        assert ledger.account(connection, "wallet/organisation_huaixu").free_fen == 0
    with pytest.raises(Conflict, match="insufficient-funds"):
        asked(world, reward_fen=1)
    answered(world, found)
    for _ in range(2):
        with suppress(Conflict):
            world.database.write(lambda tx: demand.accept(tx, world.buyer, found.id, ROOT, []))
    assert world.balance("wallet/organisation_lanshi") == 500_000
    assert world.balance("wallet/organisation_huaixu") == world.balance("escrow") == 0


def test_a_reward_goes_back_when_the_demand_is_withdrawn(world: Any) -> None:
    found = asked(world)
    world.database.write(lambda tx: demand.change(tx, world.buyer, found.id, "withdraw"))
    with world.database.read() as connection:
        assert ledger.account(connection, "wallet/organisation_huaixu").free_fen == 500_000
        assert check_books(connection).pending_fen == 0


def test_what_is_missing_still_is_named(world: Any) -> None:
    found = answered(world, asked(world))
    still = replace(TOWN, found=499)
    with pytest.raises(Finding, match=r"still-missing: 1 of 2 .*domain=乡镇"):
        world.database.write(lambda tx: demand.accept(tx, world.buyer, found.id, ROOT, [still]))
    back = world.database.write(
        lambda tx: demand.change(tx, world.buyer, found.id, "return", "乡镇还差一条")
    )
    assert (back.state, back.version, back.reason) == ("open", None, "乡镇还差一条")


def test_an_evaluation_of_something_else_meets_nothing(world: Any) -> None:
    found = answered(world, asked(world))
    with pytest.raises(Conflict, match="root-differs"):
        world.database.write(lambda tx: demand.accept(tx, world.buyer, found.id, "00" * 32, []))


def test_nobody_answers_himself_or_too_late_or_twice(world: Any) -> None:
    found = asked(world)
    with pytest.raises(Conflict, match="own-demand"):
        answered(world, found, world.buyer)
    answered(world, found)
    with pytest.raises(Conflict, match="illegal-move"):
        answered(world, found, world.other)
    world.database.write(lambda tx: demand.change(tx, world.supplier, found.id, "take_back"))
    world.wait(100 * 86_400)
    with pytest.raises(Conflict, match="demand-over"):
        answered(world, found)


def test_others_do_not_move_a_demand(world: Any) -> None:
    found = answered(world, asked(world))
    for work in (
        lambda tx: demand.accept(tx, world.other, found.id, ROOT, []),
        lambda tx: demand.change(tx, world.other, found.id, "withdraw"),
    ):
        with pytest.raises(NotFound, match="not-found"):
            world.database.write(work)
    with pytest.raises(Conflict, match="illegal-move"):
        world.database.write(lambda tx: demand.change(tx, world.supplier, found.id, "return"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cells": ()}, "wrong-demand"),
        ({"cells": (DIALECT,) * 501}, "wrong-demand"),
        ({"deadline_utc": "2026-01-31T08:00:00.000000Z"}, "wrong-demand"),
        ({"reward_fen": -1}, "wrong-amount"),
        ({"reward_fen": 0.5}, "wrong-amount"),
        ({"title": ""}, "wrong-text"),
    ],
)
def test_what_is_no_demand_is_refused(world: Any, change: dict[str, Any], code: str) -> None:
    with pytest.raises(LianjinError, match=code):
        asked(world, **change)


@pytest.mark.parametrize("change", [{"kind": "wish"}, {"needed": -1}, {"found": float("nan")}])
def test_what_is_no_cell_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(LianjinError, match="wrong-demand"):
        replace(DIALECT, **change)


def test_cells_are_taken_from_an_evaluation_each_once() -> None:
    again = replace(DIALECT, found=4)
    assert cells_of([DIALECT, TOWN, again]) == (again, TOWN)
