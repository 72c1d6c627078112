"""Bodies are bounded in size and in time, whatever their head says."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from lianjin.core.limits import BODY_SIZE_BYTES
from lianjin.service.app import routes

from .samples import PUBLIC, SAMPLES
from .world import BROWSER, World, code_of


def test_a_body_that_says_it_is_too_large_is_not_read(sqlite_world: World) -> None:
    body = b'{"login": "' + b"a" * BODY_SIZE_BYTES + b'"}'
    said = sqlite_world.client().post("/api/session", content=body)
    assert (said.status_code, code_of(said)) == (413, "body-too-large")


def test_a_body_that_does_not_say_its_size_is_cut_off(sqlite_world: World) -> None:
    def blocks() -> Iterator[bytes]:
        for _ in range(BODY_SIZE_BYTES // 1000 + 2):
            yield b" " * 1000

    said = sqlite_world.client().post("/api/session", content=blocks())
    assert (said.status_code, code_of(said)) == (413, "body-too-large")


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 5000, "x", "１"])
def test_a_length_that_is_no_number_is_refused(sqlite_world: World, length: str) -> None:
    headers = {"Content-Length": length.encode(), "Content-Type": "application/json"}
    said = sqlite_world.client().post("/api/session", content=b"{}", headers=headers)
    assert (said.status_code, code_of(said)) == (413, "body-too-large")


def test_a_body_that_does_not_come_is_not_waited_for(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianjin.service.route.BODY_S", 0.05)
    sent: list[Any] = []
    parts = iter([{"type": "http.request", "body": b"{", "more_body": True}])

    async def receive() -> Any:
        if (part := next(parts, None)) is None:
            await asyncio.Event().wait()  # for ever
        return part

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"host", b"testserver"), (b"content-type", b"application/json")]
    headers += [(name.lower().encode(), value.encode()) for name, value in BROWSER.items()]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST",
        "scheme": "http", "path": "/api/session", "raw_path": b"/api/session",
        "query_string": b"", "root_path": "", "headers": headers,
        "client": ("127.0.0.1", 1), "server": ("testserver", 80),
    }  # fmt: skip
    asyncio.run(sqlite_world.app(scope, receive, send))
    assert sent[0]["status"] == 408
    assert json.loads(sent[1]["body"])["error"]["code"] == "body-too-slow"


ESCAPES = [
    "..", "../..", "..%2f..%2f..%2fetc%2fpasswd", "%2e%2e%2fjobs", "....//", "..\\..\\x", "a/../../b",
    "%00", "a%00b", "/etc/passwd", "file:///etc/passwd", "con", ".", "~root", "${HOME}", "a\nb",
    "\u202e", "x" * 5000, "' OR 1=1 --", "<script>alert(1)</script>",
]  # fmt: skip


@pytest.mark.slow  # every parameter of every route with everything that might lead out
def test_no_parameter_of_a_path_leads_out_of_where_it_belongs(sqlite_world: World) -> None:
    world = sqlite_world
    around = set(world.state.folder.parent.iterdir())
    key = (world.state.folder / "log.key").read_bytes()
    owner, wrong = world.ours.users["owner"], []
    with world.client() as client:
        for route in routes(world.app):
            names = re.findall(r"\{(\w+)", route.path)
            fine = {
                name: PUBLIC.get(name) or SAMPLES[name](world, world.ours, owner) for name in names
            }
            cookie = {"Cookie": f"lianjin={world.session(owner)}"}
            for name, escape in product(names, ESCAPES):
                path = route.path
                for other, value in (fine | {name: escape}).items():
                    path = re.sub(rf"\{{{other}(:path)?\}}", lambda _, v=value: v, path)
                method = sorted(route.methods)[0]
                said = client.request(method, quote(path, safe="/%:{}="), headers=cookie)
                if said.status_code >= 500 or "root:x" in said.text:
                    wrong.append((method, path, said.status_code, said.text[:100]))
    assert wrong == []
    assert set(world.state.folder.parent.iterdir()) == around
    assert (world.state.folder / "log.key").read_bytes() == key
    assert not {"passwd", "x", "b"} & {path.name for path in world.state.folder.rglob("*")}
