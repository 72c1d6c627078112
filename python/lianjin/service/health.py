"""`/api/health`: whether the server is well; `…/live` whether it runs, `…/ready` whether it can work."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

from pydantic import BaseModel

from lianjin.core.errors import StorageError
from lianjin.core.words import Words
from lianjin.service.access import Caller, Here, need
from lianjin.service.account.user import is_empty
from lianjin.service.pulse import Vitals
from lianjin.service.route import router
from lianjin.service.state import State
from lianjin.version import VERSION

ROUTER = router("health")


class Health(BaseModel):
    """A server that can read its database and its log. `is_empty`: it waits for its first account.

    `is_logging`: the log takes what happens; otherwise its disk failed, and is tried again.
    """

    version: str
    is_empty: bool
    is_logging: bool
    log_size: int


class Live(BaseModel):
    """A server that answers."""

    live: Literal[True] = True


@ROUTER.get("/health")
def read_health(who: Annotated[Caller, need("health.read")], state: Here) -> Health:
    """Whether the server is well, and whether it has anybody yet, as of a few seconds ago."""
    return Health(version=VERSION, **asdict(state.pulse.read(lambda: _look(state))))


@ROUTER.get("/health/live")
async def read_live(who: Annotated[Caller, need("health.read")]) -> Live:
    """That the server runs, whatever its disks do: who starts it anew asks for this."""
    return Live()


@ROUTER.get("/health/ready")
def read_ready(who: Annotated[Caller, need("health.read")], state: Here) -> Health:
    """That it can read its database and its log takes what happens; 503 otherwise: who routes asks."""
    found = state.pulse.read(lambda: _look(state))
    if not found.is_logging:
        raise StorageError("log-slow", Words("the log takes no events", "日志暂不能写入"))
    return Health(version=VERSION, **asdict(found))


def _look(state: State) -> Vitals:
    with state.database.read() as connection:
        empty = is_empty(connection)
    return Vitals(empty, state.sequencer.error is None, state.log.checkpoint().size)
