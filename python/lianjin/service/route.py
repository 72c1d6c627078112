"""Routes: what all routers of the service have in common.

Takes a noun; gives a router under `/api` whose routes declare refusals and bound what they read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import Message, Receive

from lianjin.core.errors import LimitExceeded, UsageError
from lianjin.core.limits import BODY_S, BODY_SIZE_BYTES
from lianjin.core.words import Words
from lianjin.service.errors import Refused, RefusedBody

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

REFUSALS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": Refused, "description": "refused: see `error.code`"},
    "5XX": {"model": Refused, "description": "the server failed: try again later"},
}

_JSON = {"application/json": {"schema": {"$ref": "#/components/schemas/Refused"}}}
REFUSALS_OF_A_STREAM: dict[int | str, dict[str, Any]] = {
    status: {"description": said["description"], "content": _JSON}
    for status, said in REFUSALS.items()
}
"""The same for a route whose answer is no JSON: its refusals are."""


def router(
    noun: str, *, prefix: str = "/api", body_bytes: int = BODY_SIZE_BYTES, body_s: float = BODY_S
) -> APIRouter:
    """A router for the routes of a noun.

    `body_bytes`: the largest body, `body_s`: how long one may take to arrive, with no pause beyond
    BODY_S; routes that take files have a router of their own with more of both.
    """

    class Route(APIRoute):
        def get_route_handler(self) -> Handler:
            handle = super().get_route_handler()

            async def bounded(request: Request) -> Response:
                receive = _bounded(request, body_bytes, body_s)
                return await handle(Request(request.scope, receive))

            return bounded

    return APIRouter(
        prefix=prefix,
        tags=[noun],
        responses=REFUSALS,
        route_class=Route,
        generate_unique_id_function=lambda route: f"{noun}_{route.name}",
    )


def _bounded(request: Request, body_bytes: int, body_s: float) -> Receive:
    """`receive` that refuses a body which is too large or too slow."""
    declared = request.headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared[:20]) > body_bytes:
        raise too_large(body_bytes)
    loop = asyncio.get_running_loop()
    n_bytes, ends_at = 0, loop.time() + body_s
    is_whole = False

    async def receive() -> Message:
        nonlocal n_bytes, is_whole
        if is_whole:
            return await request.receive()
        try:
            async with asyncio.timeout_at(min(ends_at, loop.time() + BODY_S)):
                message = await request.receive()
        except TimeoutError:
            raise _too_slow(body_s) from None
        n_bytes += len(message.get("body", b""))
        if n_bytes > body_bytes:
            raise too_large(body_bytes)
        is_whole = not message.get("more_body", False)
        return message

    return receive


def too_large(body_bytes: int) -> RefusedBody:
    """The refusal of a body that is larger than a route takes."""
    said = Words(f"the body is larger than {body_bytes} bytes", f"请求体超过 {body_bytes} 字节")
    return RefusedBody(LimitExceeded("body-too-large", said), HTTPStatus(413))


def _too_slow(body_s: float) -> RefusedBody:
    said = Words(f"the body did not arrive within {body_s:g} s", f"请求体未在 {body_s:g} 秒内传完")
    return RefusedBody(UsageError("body-too-slow", said), HTTPStatus.REQUEST_TIMEOUT)
