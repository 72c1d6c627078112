"""The server asks nobody: whatever address somebody writes into whatever field, nothing is connected to."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import APIRoute
from lianjin.core.database import Transaction
from lianjin.market import party
from lianjin.service.account.membership import ROLES
from lianjin.service.app import openapi, routes
from lianjin.service.state import opened

from ..service import annotated
from ..service.conftest import sqlite_state, sqlite_world
from ..service.goods import listing_body
from ..service.samples import BODIES, PUBLIC, SAMPLES
from ..service.world import World, cheap, ended

__all__ = ["sqlite_state", "sqlite_world"]
ASKS = {"socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto",
        "socket.sendmsg", "urllib.Request", "http.client.connect", "ftplib.connect", "os.system",
        "os.exec", "os.posix_spawn", "subprocess.Popen"}  # fmt: skip
"""What Python tells of before it does it; what libraries do beside it, the trap shows."""

_HEARD: list[list[str]] = []
"""The list that is written to now; a hook stays for good, so it asks."""


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    if _HEARD and event in ASKS:
        _HEARD[-1].append(f"{event} {arguments[1:]!r:.200}")


@dataclass
class Trap:
    """A listener of this machine that answers nobody, and who came to it, or asked for anything."""

    address: str
    came: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Ways to write an address that leads there, or to a file."""
        here = self.address
        return (
            f"http://{here}/a.jsonl", f"https://{here}/a", f"//{here}/a", f"ftp://a:b@{here}/a",
            f"s3://a@{here}/a", f"git+ssh://{here}/a", f"\\\\{here}\\a", here, "file:///etc/passwd",
        )  # fmt: skip


@pytest.fixture
def trap() -> Iterator[Trap]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host, port = listening.getsockname()
        found = Trap(f"{host}:{port}")

        def listen() -> None:
            while True:
                try:
                    accepted, (_, source) = listening.accept()
                except OSError:
                    return
                found.came.append(str(source))
                accepted.close()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        try:
            yield found
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join()


@contextmanager
def heard(trap: Trap) -> Iterator[None]:
    """Writes down what this process asks of others while the block runs."""
    if not hasattr(sys, "_lianjin_hears"):
        sys.addaudithook(_hear)
        sys._lianjin_hears = True  # type: ignore[attr-defined]
    _HEARD.append(trap.asked)
    try:
        yield
    finally:
        _HEARD.remove(trap.asked)


def bodies(route: APIRoute, described: dict[str, Any], address: str) -> Iterator[Any]:
    """Bodies of the route with an address in each of their texts: in one after the other, and in all."""
    base = FITTING.get(route.name, BODIES.get(route.name))
    operation = described["paths"].get(route.path_format, {})
    content = operation.get(sorted(route.methods)[0].lower(), {}).get("requestBody", {})
    schema = content.get("content", {}).get("application/json", {}).get("schema")
    if schema is not None:
        yield example(schema, described, address)
    if base is not None:
        yield from (replaced(base, at, address) for at in leaves(base))
    if schema is None and base is None:
        yield None


def example(schema: dict[str, Any], described: dict[str, Any], address: str) -> Any:
    """A value of a schema, every field of it there and every text the address where it may be."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return example(described["components"]["schemas"][name], described, address)
    for many in ("oneOf", "anyOf", "allOf"):
        if many in schema:
            return example(schema[many][0], described, address)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if schema.get("type") == "object":
        shown = schema.get("properties", {})
        return {name: example(part, described, address) for name, part in shown.items()}
    if schema.get("type") == "array":
        return [example(schema["items"], described, address)]
    plain = {"integer": schema.get("minimum", 1), "number": 0.5, "boolean": True}
    return plain.get(schema.get("type", ""), address)


def leaves(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where the texts of a value are."""
    if isinstance(value, str):
        yield at
    if isinstance(value, dict | list):
        for name, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(part, (*at, name))


def replaced(value: Any, at: tuple[Any, ...], text: str) -> Any:
    """The value with another text in one place."""
    copy = json.loads(json.dumps(value))
    part = copy
    for name in at[:-1]:
        part = part[name]
    if not at:
        return text
    part[at[-1]] = f"{part[at[-1]]}\nsource: {text}\n" if at[-1] in WITHIN else text
    return copy


RECIPE = "name: a\nversion: 1\nsteps:\n  - keep: 'chars >= 4'\n"
REQUIREMENT = "name: qa\nlicence: {name: A, evidence: LICENSE, commercial: true}\n"
WITHIN = {"recipe", "requirement", "evaluation"}
"""Texts that have a form of their own: the address is put behind it, too."""
FITTING: dict[str, Any] = {
    "make_job": {
        "kind": "build", "recipe": RECIPE, "input": {"upload": "upload_" + "0" * 26},
        "dataset": "news", "version": "1.0.0", "parents": ["a/b@1.0.0"], "message": "m",
    },
    "make_listing": listing_body(),
    "make_project": annotated.PLAN,
    "hand_in_evaluation": {"version": "canaryours/news@1.0.0", "evaluation": "{}"},
    "make_demand": {"title": "t", "text": "t", "cells": [], "reward_fen": 0, "deadline_utc": "2999-01-01T00:00:00Z"},
    "make_organisation": {"name": "lab", "title": "Lab", "kinds": ["supplier"]},
    "make_upload": {"name": "pages"},
    "make_token": {"name": "t", "scopes": ["read"]},
}  # fmt: skip
HEADERS = ("Host", "Origin", "Referer", "X-Forwarded-Host", "X-Forwarded-For", "Forwarded",
           "X-Original-URL", "Accept-Language", "Idempotency-Key", "Range", "If-None-Match")  # fmt: skip


@pytest.mark.slow  # every route with an address in every field
def test_no_route_connects_to_what_somebody_writes(sqlite_world: World, trap: Trap) -> None:
    world, described = sqlite_world, openapi()
    user, tenant = world.member(world.ours, *ROLES), world.ours
    things = {name: make(world, tenant, user) for name, make in SAMPLES.items()}
    n_sent = n_done = 0
    with world.client() as client:
        session = {"Cookie": f"lianjin={world.session(user)}"}
        with heard(trap):
            for number, route in enumerate(routes(world.app)):
                address = trap.addresses[number % len(trap.addresses)]
                if route.name in ("sign_out", "change_password"):
                    continue  # they end the session that asks; no text of theirs is an address
                path = re.sub(
                    r"\{(\w+)(?::\w+)?\}", lambda m: things.get(m[1]) or PUBLIC[m[1]], route.path
                )
                method, named = sorted(route.methods)[0], re.findall(r"\{(\w+)", route.path)
                odd = [
                    re.sub(rf"\{{{name}(:\w+)?\}}", "http:%2F%2F" + trap.address, route.path)
                    for name in named
                ]
                queries = {q.alias: address for q in route.dependant.query_params}
                for body in bodies(route, described, address):
                    got = client.request(method, path, json=body, headers=session)
                    assert got.status_code < 500, (route.path, got.text)
                    n_sent, n_done = n_sent + 1, n_done + (got.status_code < 300)
                for name in HEADERS:
                    client.request(method, path, headers=session | {name: address})
                for one in (*odd, path):
                    client.request(method, one, params=queries, headers=session)
            assert client.get("/api/session", headers=session).status_code == 200
    assert n_sent > len(list(routes(world.app)))
    assert n_done > 50  # not refused at the door, most of them
    assert (trap.asked, trap.came) == ([], [])


def test_the_trap_shows_who_comes_and_who_asks(trap: Trap) -> None:
    host, _, port = trap.address.partition(":")
    with heard(trap), socket.create_connection((host, int(port)), timeout=20) as connection:
        assert connection.recv(1) == b""
    assert len(trap.came) == 1
    assert any(one.startswith("socket.connect ") for one in trap.asked)


HOOK = """
import sys
def hear(event, arguments, put=open(%r, "a", buffering=1).write):
    if event in %r:
        put(f"{event} {arguments[1:]!r:.200}\\n")
sys.addaudithook(hear)
"""


@pytest.mark.slow  # two worker processes
def test_no_worker_connects_to_what_stands_in_the_data(
    sqlite_url: str, tmp_path: Path, trap: Trap, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "hooks").mkdir()
    told = tmp_path / "told"
    hook = HOOK % (str(told), {"socket.bind", *ASKS})
    (tmp_path / "hooks" / "sitecustomize.py").write_text(hook, "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "hooks"))
    here = f"http://{trap.address}"
    page = (
        f'<html><head><base href="{here}/"><link rel=stylesheet href="a.css"></head><body>'
        f'<img src="{here}/a.png"><p>{"今天天气很好，我们去公园散步。" * 9}</p></body></html>'
    )
    record = {"text": "早市天不亮就开了，卖菜的人把韭菜扎成小把。" * 3, "url": f"{here}/b"}
    record |= {"source": here, "license": f"{here}/licence", "image": f"{here}/c.png"}
    with opened(tmp_path / "data", url=sqlite_url, passwords=cheap()) as state:
        world = World(state)
        assessor = state.database.write(_assessor)
        with heard(trap):
            client = world.client(world.ours.users["engineer"])
            upload = client.post("/api/uploads", json={"name": here}).json()["id"]
            files = {"a.html": page, "b.jsonl": json.dumps(record), "c.json": json.dumps([record])}
            for name, text in files.items():
                client.put(f"/api/uploads/{upload}/files/{name}", content=text.encode())
            asked = {"kind": "build", "recipe": "zh-web", "input": {"upload": upload}}
            asked |= {"dataset": "news", "version": "1.0.0", "message": here}
            built = ended(client, client.post("/api/jobs", json=asked))
            assert built["state"] == "done", built
            needed = (
                f"name: qa\nsource: {{kind: 公开数据集, details: '{here}/source'}}\n"
                f"licence: {{name: Apache-2.0, evidence: '{here}/LICENSE', commercial: true}}\n"
            )
            asked = {"kind": "evaluate", "version": "canaryours/news@1.0.0"}
            asked |= {"requirement": needed, "assessor": assessor}
            done = ended(client, client.post("/api/jobs", json=asked))
            assert done["state"] == "done", done
    workers = [one for one in trap.asked if "lianjin.service.worker" in one]
    assert len(workers) == 2
    assert set(trap.asked) == set(workers)  # the crew starts workers, and nothing else
    assert trap.came == []
    lines = told.read_text("utf-8").splitlines()
    assert [line for line in lines if "lianjin.service.worker" not in line] == []


def _assessor(tx: Transaction) -> str:
    made = party.create(tx, "system", "hengping", "衡平", ["assessor"])
    return party.verify(tx, "system", made.id).id
