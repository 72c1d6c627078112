"""Who acts on the market, and what becomes of what he may not do.

Takes a person and his organisation; gives the work's result. Records a refusal as an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from lianjin.core.database import Database, Transaction
from lianjin.core.errors import Conflict, Forbidden, NotFound
from lianjin.core.words import Words

T = TypeVar("T")


@dataclass(frozen=True)
class Actor:
    """A user's id and the id of the organisation that he acts for."""

    user_id: str
    organisation: str


SYSTEM = Actor("system", "system")
"""What time or the server does."""


def audited(database: Database, actor: Actor, subject: str, work: Callable[[Transaction], T]) -> T:
    """What the work gives; its refusal, once an event says who ran into it.

    The refused work itself leaves no trace; the event `refused` names the subject and the code.
    """
    try:
        return database.write(work)
    except (Conflict, Forbidden) as refusal:
        ids = {"code": refusal.code, "organisation": actor.organisation}
        database.write(lambda tx: tx.record("refused", actor.user_id, subject, ids))
        raise


def absent(kind: Words, identity: str) -> NotFound:
    """There is no such thing, or it is another organisation's: the caller cannot tell which."""
    return NotFound(
        "not-found",
        Words(f"there is no {kind.en} {identity!r}", f"没有{kind.zh} {identity!r}"),
        hint=Words("take its id from the list", "编号请从列表中取"),
    )
