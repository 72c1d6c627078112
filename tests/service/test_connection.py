"""A connection that never says what it wants is closed, at its first head and at each later one."""

from __future__ import annotations

import asyncio

import pytest
import uvicorn
from lianjin.service.connection import Connection
from uvicorn.server import ServerState

SLOW = b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "
HEAD = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


async def app(scope: object, receive: object, send: object) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})  # type: ignore[operator]
    await send({"type": "http.response.body"})  # type: ignore[operator]


async def answered(*sent: bytes) -> bytes:
    """What a server answers before it closes; the last bytes are all that it gets."""
    config = uvicorn.Config(app, http=Connection, log_level="critical")
    config.load()
    state, loop = ServerState(), asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(config=config, server_state=state, app_state={}), "127.0.0.1", 0
    )
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
    answer = b""
    for part in sent:
        writer.write(part)
        if part == HEAD:
            answer += await reader.readuntil(b"\r\n\r\n")
    answer += await asyncio.wait_for(reader.read(), 10)
    writer.close()
    server.close()
    return answer


@pytest.mark.parametrize(
    ("before", "half"),
    [((), b""), ((), SLOW), ((HEAD,), SLOW), ((HEAD, HEAD), SLOW)],
)
def test_a_head_that_does_not_come_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, before: tuple[bytes, ...], half: bytes
) -> None:
    monkeypatch.setattr("lianjin.service.connection.HEAD_S", 0.05)
    answer = asyncio.run(answered(*before, half))
    assert answer.count(b"HTTP/1.1 204") == len(before)
