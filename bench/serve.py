"""How long a server takes from nothing to its first answer, and what a request costs it."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.row import Row
from bench.usage import ROOT

FOLDER = ROOT / "target" / "bench" / "serve"
CALLERS = 8
REQUESTS = 200
HEADERS = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
SETUP = {
    "organisation": {"name": "lab", "title": "Lab", "kinds": ["operator", "supplier"]},
    "user": {"login": "ada", "name": "Ada", "password": "four words nobody expects"},
}


@dataclass(frozen=True)
class _Server:
    """A running server: where it is, and the seconds until it answered for the first time."""

    port: int
    code: str
    pid: int
    first_s: float

    def cpu_s(self) -> float:
        """CPU seconds of the process so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def ask(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] = HEADERS
    ) -> http.client.HTTPResponse:
        """One answer, on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, dict(headers))
        return connection.getresponse()


def rows(megabytes: int) -> Iterator[Row]:
    """The start of an empty server and of one that has data, and requests that somebody signed in for."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    with _served() as server:
        yield _start(
            "`lianjin serve` in an empty folder, until a page is answered", server, "< 3 s"
        )
        answer = server.ask("POST", "/api/setup", SETUP | {"code": server.code})
        assert answer.status == 201, answer.read()
        cookie = answer.headers["set-cookie"].partition(";")[0]
        headers = HEADERS | {"Cookie": cookie}
        yield _rate("GET /api/health, nobody signed in", server, "GET", "/api/health", HEADERS)
        yield _rate("GET /api/session, signed in", server, "GET", "/api/session", headers)
        yield _rate("GET /api/jobs, signed in", server, "GET", "/api/jobs", headers)
        yield _rate("POST that writes a row and an event", server, "POST", "/api/tokens", headers)
    with _served() as server:
        yield _start("the same folder again", server, "")
    shutil.rmtree(FOLDER)


@contextmanager
def _served() -> Iterator[_Server]:
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "lianjin", "serve", "--data", str(FOLDER), "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, said
            said += line
        port = re.search(r"http://127\.0\.0\.1:(\d+)", said)
        code = re.search(r"setup_\S+", said)
        assert port is not None
        server = _Server(int(port[1]), code[0] if code else "", process.pid, 0)
        assert server.ask("GET", "/api/health").status == 200
        yield _Server(server.port, server.code, server.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait(30)


def _start(job: str, server: _Server, asked: str) -> Row:
    holds = server.first_s < 3 if asked else None
    return Row(job, f"{server.first_s:.2f} s, {server.cpu_s():.2f} CPU s", asked, holds=holds)


def _rate(job: str, server: _Server, method: str, path: str, headers: Mapping[str, str]) -> Row:
    """Requests of CALLERS at once, each on one connection."""
    waits_ms: list[float] = []

    def call() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        for n in range(REQUESTS if method == "GET" else 5):
            body = json.dumps({"name": f"t {n}", "scopes": ["read"]}) if method == "POST" else None
            began = time.perf_counter()
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            answer.read()
            assert answer.status < 300, answer.status
            waits_ms.append(1_000 * (time.perf_counter() - began))
        connection.close()

    cpu_s, began = server.cpu_s(), time.perf_counter()
    callers = [threading.Thread(target=call) for _ in range(CALLERS)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    wall_s, count = time.perf_counter() - began, len(waits_ms)
    waits_ms.sort()
    return Row(
        f"{job}, {CALLERS} callers",
        f"{count / wall_s:,.0f} requests/s, {1_000 * (server.cpu_s() - cpu_s) / count:.2f} CPU ms each",
        note=f"half within {waits_ms[count // 2]:.1f} ms, 99 of 100 within "
        f"{waits_ms[count * 99 // 100]:.1f} ms",
    )
