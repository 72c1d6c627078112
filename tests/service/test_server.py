"""The server as a process: it begins, prints its code, is attacked, killed, and goes on."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from lianjin.core.database import Database, Transaction
from lianjin.core.event import events
from lianjin.core.log import Log
from lianjin.core.verify import verify
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetName
from lianjin.market.books import check_books
from lianjin.market.delivery import FETCHES
from lianjin.market.order import ORDERS, order

from ..trade import tiny, traded

__all__ = ["tiny"]

pytestmark = pytest.mark.slow  # each starts processes

PERSON = {"login": "ada", "name": "Ada", "password": "four words nobody expects"}
PAGE = "今天天气很好，我们一起去公园散步，看见许多人在湖边放风筝。\n"


@contextmanager
def served(data: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str, str]]:
    """A server on a free port: its process, its address, and its code or nothing."""
    command = [sys.executable, "-m", "lianjin", "serve", "--data", str(data), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--lang", "en", *options], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert process.stdout is not None
        said = ""
        for line in process.stdout:
            said += line
            if line.startswith("Ctrl-C"):
                break
        address = re.search(r"http://[\d.:]+", said)
        assert address is not None, said
        code = re.search(r"setup_\S+", said)
        yield process, address[0], code[0] if code else ""
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def set_up(address: str, code: str) -> httpx.Client:
    client = httpx.Client(
        base_url=address, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False, timeout=60
    )
    organisation = {"name": "lab", "title": "Lab", "kinds": ["operator", "supplier"]}
    body = {"code": code, "organisation": organisation, "user": PERSON}
    assert client.post("/api/setup", json=body).status_code == 201
    return client


def build(client: httpx.Client, pages: int) -> str:
    upload = client.post("/api/uploads", json={"name": "pages"}).json()["id"]
    lines = "".join(json.dumps({"text": f"{n} {PAGE * 5}"}) + "\n" for n in range(pages))
    client.put(f"/api/uploads/{upload}/files/a.jsonl", content=lines.encode())
    asked = {"kind": "build", "recipe": "zh-repair", "input": {"upload": upload}}
    asked |= {"dataset": "news", "version": "1.0.0"}
    return str(client.post("/api/jobs", json=asked).json()["id"])


def test_it_begins_empty_and_ends_by_ctrl_c(tmp_path: Path) -> None:
    with served(tmp_path / "data") as (process, address, code):
        client = set_up(address, code)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        client.close()
    assert sorted(path.name for path in (tmp_path / "data").iterdir() if path.is_dir()) == [
        "arriving", "jobs", "log", "registry", "results", "uploads",
    ]  # fmt: skip
    assert (tmp_path / "data" / "log.key").stat().st_mode & 0o077 == 0
    with served(tmp_path / "data") as (_, _, code):
        assert code == ""


def test_killed_in_the_middle_of_a_build_it_goes_on_and_commits_once(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with served(data) as (process, address, code):
        client = set_up(address, code)
        job = build(client, 20_000)
        with client.stream("GET", f"/api/jobs/{job}/events") as lines:
            for line in lines.iter_lines():
                if "running" in line:
                    break
        process.kill()
        process.wait()
        client.close()
    with served(data) as (process, address, _):
        with httpx.Client(
            base_url=address, headers={"Sec-Fetch-Site": "none"}, trust_env=False, timeout=120
        ) as client:
            client.post("/api/session", json={"login": "ada", "password": PERSON["password"]})
            told = client.get(f"/api/jobs/{job}/events").text
            found: Any = client.get(f"/api/jobs/{job}").json()
        assert found["state"] == "done", (found, told)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    registry = Registry(data / "registry")
    (name,) = registry.versions(DatasetName("lab", "news"))
    assert registry.version(name).root == found["result"]["root"]
    checked = verify(data / "log")
    assert checked.faults == ()
    made = [Log.open(data / "log").entry(n).event for n in range(checked.size)]
    assert made.count("job_done") == made.count("job_made") == 1


def test_killed_again_and_again_it_ends_a_window_once_and_nobody_looked(
    tiny: Path, tmp_path: Path
) -> None:
    data, url = tmp_path / "server", f"sqlite:///{tmp_path / 'server' / 'lianjin.db'}"
    with traded(data, url, tiny) as trade:
        bought = trade.agreed(trade.listed())
        values = {"state": "delivered", "deadline_utc": "2026-01-31T08:00:00.000000Z"}
        change = ORDERS.update().where(ORDERS.c.id == bought.id).values(values)
        row = {"order_id": bought.id, "user_id": "u", "token_digest": "-", "path": "data/x"}
        row |= {"start": 0, "wanted_bytes": 9, "sent_bytes": 9, "created_utc": "2026-01-31"}

        def past(tx: Transaction) -> None:
            tx.connection.execute(change)
            tx.connection.execute(FETCHES.insert(), row)

        trade.state.database.write(past)
    for wait_s in (0.0, 0.01, 0.05):
        with served(data) as (process, _, _):
            with suppress(subprocess.TimeoutExpired):
                process.wait(wait_s)
            process.kill()
    with served(data) as (process, _, _), Database(url) as database:
        for _ in range(600):
            with database.read() as connection:
                if (state := order(connection, bought.id).state) == "settled":
                    break
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.05)
        with database.read() as connection:
            told = [event.entry.event for event in events(connection, subject=bought.id)]
            check_books(connection)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert state == "settled"
    assert (told.count("order_lapsed"), told.count("order_settled")) == (1, 1)
    assert verify(data / "log").faults == ()


def test_a_second_server_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    with served(tmp_path / "data") as (process, address, _):
        (tmp_path / "data" / "arriving" / "file_1").write_bytes(b"half of it")
        command = [sys.executable, "-m", "lianjin", "serve", "--data", str(tmp_path / "data")]
        done = subprocess.run(
            [*command, "--port", "0", "--lang", "en"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "server-running" in done.stderr
        assert "Traceback" not in done.stderr
        # What the first one has under way is left alone.
        assert (tmp_path / "data" / "arriving" / "file_1").read_bytes() == b"half of it"
        assert process.poll() is None
        assert httpx.get(f"{address}/api/health", trust_env=False).status_code == 200


def test_a_port_that_is_taken_is_told_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "lianjin", "serve", "--data", str(tmp_path / "data")]
        done = subprocess.run(
            [*command, "--port", port, "--lang", "en"], capture_output=True, text=True, check=False
        )
    assert done.returncode == 2
    assert "cannot-listen" in done.stderr
    assert not (tmp_path / "data").exists()


def raw(address: str, sent: bytes) -> bytes:
    """What the server answers to these bytes."""
    host, _, port = address.removeprefix("http://").partition(":")
    answer = b""
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        try:
            connection.sendall(sent)
            while block := connection.recv(65_536):
                answer += block
        except (ConnectionResetError, BrokenPipeError):
            pass  # it had heard enough
    return answer


def test_heads_that_are_no_heads_are_refused_and_it_goes_on(tmp_path: Path) -> None:
    end = b"Connection: close\r\n\r\n"
    attacks = [
        b"GET /api/health HTTP/1.1\r\nHost: a\r\nX: " + b"a" * (1 << 20) + b"\r\n" + end,
        b"GET /" + b"a" * (1 << 20) + b" HTTP/1.1\r\nHost: a\r\n" + end,
        b"GET /api/health HTTP/1.1\r\n" + b"A: b\r\n" * 100_000 + end,
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"GET /api/health HTTP/1.1\r\nHost: a\r\nX: a\x00b\r\n" + end,
        b"POST /api/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n"
        b"Transfer-Encoding: chunked\r\n" + end + b"0\r\n\r\nGET /smuggled HTTP/1.1\r\n\r\n",
        b"GET http://elsewhere/api/health HTTP/1.1\r\nHost: a\r\n" + end,
        b"GET /api/../../etc/passwd HTTP/1.1\r\nHost: a\r\n" + end,
    ]
    with served(tmp_path / "data") as (process, address, _):
        for attack in attacks:
            if attack.startswith(b"\x16"):
                continue
            answer = raw(address, attack)
            assert b"root:" not in answer
            status = answer[9:12]
            assert not status.startswith(b"5"), answer[:200]
        assert process.poll() is None
        assert httpx.get(f"{address}/api/health", trust_env=False).status_code == 200
