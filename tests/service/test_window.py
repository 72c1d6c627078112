"""Windows end and orders are paid by time alone, once, whoever does it and however often."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from lianjin.core.clock import later, now_utc
from lianjin.core.errors import Conflict
from lianjin.core.event import events
from lianjin.market.books import check_books
from lianjin.market.delivery import lapse
from lianjin.market.order import ORDERS, Order
from lianjin.market.settlement import SETTLEMENTS
from lianjin.service.app import make_app
from lianjin.service.window import move_on

from ..trade import Trade, tiny, trade

__all__ = ["tiny", "trade"]

PROGRAM = """
import sys
from pathlib import Path
from types import SimpleNamespace
from lianjin.core.clock import now_utc
from lianjin.core.database import Database
from lianjin.service.window import move_on
folder = Path(sys.argv[1])
with Database(sys.argv[2]) as database:
    print("ready", flush=True)
    sys.stdin.readline()
    print(move_on(SimpleNamespace(
        database=database, folder=folder, registry=folder / "registry", clock=now_utc
    )))
"""


def began(trade: Trade) -> Order:
    """An order of which the buyer has fetched a part."""
    bought = trade.agreed(trade.listed())
    (file,) = (trade.dataset / "data").iterdir()
    ranged = trade.buyer.headers | {"Range": "bytes=0-9"}
    with TestClient(make_app(trade.state)) as client:
        client.get(f"/hub/datasets/lanshi/gov-qa/resolve/main/data/{file.name}", headers=ranged)
    return trade.order(bought.id)


def over(trade: Trade) -> Order:
    """The same, its window over."""
    found = began(trade)
    past = ORDERS.update().where(ORDERS.c.id == found.id).values(deadline_utc=later(now_utc(), -1))
    trade.state.database.write(lambda tx: tx.connection.execute(past) and None)
    return found


def told(trade: Trade, identity: str) -> list[str]:
    with trade.state.database.read() as connection:
        found = events(connection, subject=identity)
    return [event.entry.event for event in found]


def check_paid_once(trade: Trade, identity: str) -> None:
    assert trade.order(identity).state == "settled"
    names = told(trade, identity)
    counts = [names.count(n) for n in ("order_lapsed", "order_settled", "receipt_signed")]
    assert counts == [1, 1, 1]
    with trade.state.database.read() as connection:
        paid = sa.select(sa.func.count()).where(SETTLEMENTS.c.order_id == identity)
        assert connection.execute(paid).scalar() == 1
        check_books(connection)


def test_a_window_that_is_over_ends_by_itself_and_once(trade: Trade) -> None:
    found = began(trade)
    assert move_on(trade.state) == 0
    assert trade.order(found.id) == found
    later_state = replace(trade.state, clock=lambda: later(now_utc(), 8 * 86_400))
    assert [move_on(later_state) for _ in range(3)] == [1, 0, 0]
    check_paid_once(trade, found.id)


def test_a_window_that_began_anew_meanwhile_does_not_end(trade: Trade) -> None:
    found = began(trade)
    with pytest.raises(Conflict, match="window-open"):
        trade.state.database.write(
            lambda tx: lapse(tx, found.id, (), trade.state.log._writer._key, by_utc=now_utc())  # type: ignore[union-attr]
        )
    assert trade.order(found.id) == found


def test_an_order_that_cannot_be_moved_keeps_back_no_other(
    trade: Trade, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = over(trade), trade.agreed(trade.listed(title="又一份"), "other")
    spoilt = ORDERS.update().where(ORDERS.c.id == first.id).values(version="lanshi/gone@1.0.0")
    accepted = ORDERS.update().where(ORDERS.c.id == second.id).values(state="accepted")
    for change in (spoilt, accepted):
        trade.state.database.write(lambda tx, c=change: tx.connection.execute(c) and None)
    assert move_on(trade.state) == 1
    assert trade.order(second.id).state == "settled"
    assert first.id in caplog.text
    with TestClient(make_app(trade.state)) as client:
        said = client.get("/api/orders", headers=trade.buyer.headers)
    assert (said.status_code, len(said.json())) == (200, 1)


@pytest.mark.slow  # two processes
def test_two_processes_that_move_the_same_orders_have_one_effect(trade: Trade) -> None:
    found = over(trade)
    url = trade.state.database.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", PROGRAM, str(trade.state.folder), url]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    for process in started:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in started:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0] for process in started]
    assert [process.returncode for process in started] == [0, 0], said
    check_paid_once(trade, found.id)
