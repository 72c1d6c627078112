"""A change that somebody sends, which has one effect however often it is sent.

Takes the `Idempotency-Key` of a request and its bytes; gives a Sent whose `write` runs a work once:

    def order(who: Annotated[Caller, need("order.make")], sent: Sending, asked: Wanted) -> OrderView:
        return OrderView(**sent.write(who, lambda tx: asdict(place(tx, who.user_id, ...))))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request

from lianjin.core.database import Transaction
from lianjin.core.identity import digest, digest_bytes
from lianjin.core.once import once
from lianjin.service.access import Caller
from lianjin.service.state import State, state_of


@dataclass(frozen=True)
class Sent:
    """What was sent: the caller's `key`, if there is one, and the digest of the whole request."""

    state: State
    key: str | None
    digest: str

    def write(self, who: Caller, work: Callable[[Transaction], Any]) -> Any:
        """The answer of `work`, a plain JSON value, or that which the same request got before.

        The answer is kept as it is: a work whose answer holds a secret does not belong here.
        Conflict `key-reused` if the key came with another request.
        """
        return self.state.database.write(
            lambda tx: once(tx, self.key, who.user_id, self.digest, work)
        )


async def _sent(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=128,
            pattern=r"^[\x21-\x7e]+$",
            description="the same key with the same request has one effect and one answer",
        ),
    ] = None,
) -> Sent:
    body = digest_bytes(await request.body()) if idempotency_key is not None else ""
    asked = digest([request.method, request.url.path, request.url.query, body])
    return Sent(await state_of(request), idempotency_key, asked)


Sending = Annotated[Sent, Depends(_sent)]
"""What was sent, as a parameter of a route."""
