"""What stands before every route: an id for the request, headers that browsers heed, no leaks.

Takes the app; gives one that names its requests, forbids scripts of others, and answers a bug
without telling of it.
"""

from __future__ import annotations

import logging
from http import HTTPStatus

from fastapi import Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lianjin.core.identity import new_id
from lianjin.service.errors import BUG, BUG_HINT, answer

LOG = logging.getLogger("lianjin")

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
HSTS = "max-age=31536000"


class Guard:
    """An ASGI app around another."""

    def __init__(self, app: ASGIApp, is_https: bool = False) -> None:
        self._app = app
        self._headers = HEADERS | ({"Strict-Transport-Security": HSTS} if is_https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request; everything else goes through."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["request_id"] = new_id("request")
        has_begun = False

        async def send_named(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = scope["request_id"]
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        except Exception:
            LOG.exception("%s: %s %s", scope["request_id"], scope["method"], scope["path"])
            if has_begun:
                raise
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            failed = answer(Request(scope), status, "bug", BUG, BUG_HINT)
            await failed(scope, receive, send_named)
