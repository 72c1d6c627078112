"""Windows that are over, and orders that wait to be paid: moved on, whoever looks or does not.

Takes a server's state; moves each order whose time has come in a transaction of its own. Records what the
market does: `order_lapsed`, `order_settled`.
"""

from __future__ import annotations

import logging
from functools import partial

from lianjin.core.errors import Conflict, LianjinError
from lianjin.core.key import read_key
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.market import order as market
from lianjin.market.delivery import lapse
from lianjin.service.state import State

LOG = logging.getLogger("lianjin")
DONE_ALREADY = {"illegal-move", "window-open"}
"""Refusals of a move that somebody else has made meanwhile, or whose time has changed."""


def move_on(state: State) -> int:
    """How many orders moved: accepted ones are settled, windows that are over end.

    What another thread or process did meanwhile is left alone. The server does it by its clockwork,
    and before orders are looked at, so that nobody sees one whose time has come. An order that
    cannot be moved is told of in the server's output and keeps back no other.
    """
    now_utc, moved = state.clock(), 0
    with state.database.read() as connection:
        found = market.due(connection, now_utc)
    for identity, action in found:
        try:
            if action == "lapse":
                _lapse(state, identity, now_utc)
            state.database.write(partial(market.settle_order, identity=identity))
            moved += 1
        except Conflict as refusal:
            if refusal.code not in DONE_ALREADY:
                LOG.error("%s: cannot %s: %s", identity, action, refusal)
        except LianjinError as error:
            LOG.error("%s: cannot %s: %s", identity, action, error)
    return moved


def _lapse(state: State, identity: str, now_utc: str) -> None:
    with state.database.read() as connection:
        name = VersionName.parse(market.order(connection, identity).version)
    registry = Registry(state.registry)
    files = registry.open(registry.version(name)).files("data")
    key = read_key(state.folder / "log.key")
    state.database.write(lambda tx: lapse(tx, identity, files, key, by_utc=now_utc))
