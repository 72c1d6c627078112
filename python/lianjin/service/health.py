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
    """A server that can read its database and its log. `is_empty`: it waits for its first account."""

    version: str
    is_empty: bool
    log_size: int


@ROUTER.get("/health")
def read_health(who: Annotated[Caller, need("health.read")], state: Here) -> Health:
    """Whether the server is well, and whether it has anybody yet."""
    with state.database.read() as connection:
        empty = is_empty(connection)
    return Health(version=VERSION, is_empty=empty, log_size=state.log.checkpoint().size)
