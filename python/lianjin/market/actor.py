"""Who acts on the market: a person, for an organisation."""

from __future__ import annotations

from dataclasses import dataclass

from lianjin.core.errors import NotFound
from lianjin.core.words import Words


@dataclass(frozen=True)
class Actor:
    """A user's id and the id of the organisation that he acts for."""

    user_id: str
    organisation: str


SYSTEM = Actor("system", "system")
"""What time or the server does."""


def absent(kind: Words, identity: str) -> NotFound:
    """There is no such thing, or it is another organisation's: the caller cannot tell which."""
    return NotFound(
        "not-found",
        Words(f"there is no {kind.en} {identity!r}", f"没有{kind.zh} {identity!r}"),
        hint=Words("take its id from the list", "编号请从列表中取"),
    )
