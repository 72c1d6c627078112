"""`/api/health`: whether the server is well."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from lianjin.service.access import Caller, Here, need
from lianjin.service.account.user import is_empty
from lianjin.service.route import router
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


@ROUTER.get("/health")
def read_health(who: Annotated[Caller, need("health.read")], state: Here) -> Health:
    """Whether the server is well, and whether it has anybody yet."""
    with state.database.read() as connection:
        empty = is_empty(connection)
    return Health(
        version=VERSION,
        is_empty=empty,
        is_logging=state.sequencer.error is None,
        log_size=state.log.checkpoint().size,
    )
