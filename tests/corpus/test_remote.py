"""What a client makes of addresses, and of servers that break off, lie, or are none of ours."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from lianjin.core.errors import LianjinError, StorageError, UsageError
from lianjin.core.identity import canonical
from lianjin.corpus.registry import Registry
from lianjin.corpus.remote import RemoteRegistry
from lianjin.corpus.shipment import items_of
from lianjin.corpus.verify import verify

from .conftest import name

HERE = "127.0.0.1"
NEWS = name("lab/news@1.0.0")
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """The address of a server that answers every request so."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline(65_537)
            if self.raw_requestline and self.parse_request():
                answer(self)
            else:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer((HERE, 0), Handler)
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://{HERE}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def says(status: int, body: bytes | Any, **headers: str) -> Answer:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers.get("Content-Length", 0)))
        request.send_response(status)
        for key, value in ({"Content-Length": str(len(data))} | headers).items():
            request.send_header(key.replace("_", "-"), value)
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(data)

    return answer


def refused(answer: Answer, ask: Callable[[RemoteRegistry], object]) -> LianjinError:
    with serving(answer) as address, pytest.raises(LianjinError) as raised:
        ask(RemoteRegistry.at(address, "secret-token"))
    assert "secret-token" not in str(raised.value)
    return raised.value


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.cn", "file:///etc/passwd", "http://", "https://user:pass@a.cn", "http://a.cn:99999",
        "http://a.cn:0", "http://a.cn?x=1", "http://a.cn#x", "http://[::1", "://", "javascript://x",
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        RemoteRegistry.at(url, None)
    assert raised.value.code == "wrong-address"


def test_a_token_goes_nowhere_in_clear() -> None:
    with pytest.raises(UsageError) as raised:
        RemoteRegistry.at("http://example.com", "secret-token")
    assert raised.value.code == "token-in-clear"
    assert "secret" not in str(raised.value)
    here = [f"http://{host}:1" for host in ("localhost", HERE, "[::1]")]
    for url in (*here, "https://example.com"):
        assert RemoteRegistry.at(url, "secret-token").url == url
    assert RemoteRegistry.at("http://example.com/", None).url == "http://example.com"


def test_nobody_there_is_said(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind((HERE, 0))
        remote = RemoteRegistry.at(f"http://{HERE}:{taken.getsockname()[1]}", None)
        with pytest.raises(StorageError) as raised:
            remote.version(NEWS)
    assert raised.value.code == "server-unreachable"


@pytest.mark.parametrize(
    ("status", "body", "code", "exit_code"),
    [
        (404, {"error": {"code": "no-such-dataset", "message": "none", "hint": ""}}, "no-such-dataset", 2),
        (503, {"error": {"code": "unavailable", "message": "later", "hint": ""}}, "unavailable", 3),
        (422, {"error": {"code": "content-differs", "message": "x", "hint": ""}}, "content-differs", 1),
        (403, {"detail": "no"}, "server-refused", 2),
        (500, b"<html>", "server-refused", 3),
        (400, {"error": {"code": "../x", "message": "m"}}, "server-refused", 2),
        (400, {"error": {"code": 3, "message": "m"}}, "server-refused", 2),
        (400, {"error": None}, "server-refused", 2),
        (400, b"[" * 100_000, "server-refused", 2),
        (302, b"", "server-refused", 3),
    ],
)  # fmt: skip
def test_a_refusal_keeps_its_code_and_says_who_must_act(
    status: int, body: Any, code: str, exit_code: int
) -> None:
    error = refused(
        says(status, body, Location="https://elsewhere.example/"), lambda r: r.version(NEWS)
    )
    assert (error.code, error.exit_code) == (code, exit_code)


def test_what_a_server_says_cannot_move_the_cursor() -> None:
    said = {"error": {"code": "wrong", "message": "\x1b[2Jgone\r\n", "hint": "\x07" + "x" * 5000}}
    error = refused(says(400, said), lambda r: r.version(NEWS))
    assert error.message.en == " [2Jgone  "
    assert len(error.hint.en) == 600


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"{}", b"[" * 100_000, {"version": None}, {"version": {"name": 3}},
     {"versions": []}, {"versions": [{"version": "../x"}]}, {"versions": [3]}],
)  # fmt: skip
def test_an_answer_of_another_shape_is_refused(body: Any) -> None:
    for ask in (lambda r: r.version(NEWS), lambda r: r.latest(NEWS.dataset)):
        assert refused(says(200, body), ask).code == "server-strange"


def test_a_version_of_another_name_is_refused(filled: Registry, small: Path) -> None:
    other = filled.commit(
        small, name("lab/other@1.0.0"), created_by="x", now="2026-01-31T08:00:00Z"
    )
    body = canonical({"version": other.to_json()})
    assert refused(says(200, body), lambda r: r.version(NEWS)).code == "server-strange"
    forged = canonical({"version": other.to_json() | {"kept": 99}})
    assert refused(says(200, forged), lambda r: r.version(other.name)).code == "server-strange"


def test_bytes_that_are_not_those_of_the_version_never_make_a_dataset(
    filled: Registry, tmp_path: Path
) -> None:
    version = filled.version(NEWS)
    for number, body in enumerate((b"", b"x", b"x" * 3_000_000)):
        out = tmp_path / str(number)
        error = refused(says(200, body), lambda r, out=out: r.pull(version, out))
        assert error.code in ("content-differs", "blob-too-large")
        assert not (out / "manifest.json").exists()


def test_a_pull_that_failed_spoils_no_later_request(filled: Registry, tmp_path: Path) -> None:
    version = filled.version(NEWS)

    def answer(request: BaseHTTPRequestHandler) -> None:
        body = b"x" * 3_000_000 if "/files/" in request.path else None
        says(200, body or canonical({"version": version.to_json()}))(request)

    with serving(answer) as address:
        remote = RemoteRegistry.at(address, None)
        with pytest.raises(LianjinError):
            remote.pull(version, tmp_path / "out")
        assert remote.version(NEWS) == version


def test_a_body_that_breaks_off_is_said_and_the_pull_goes_on_later(
    filled: Registry, tmp_path: Path
) -> None:
    version = filled.version(NEWS)
    manifest = filled.blobs.path(version.manifest).read_bytes()

    def breaks(request: BaseHTTPRequestHandler) -> None:
        data = manifest if request.path.endswith("manifest.json") else b"half"
        request.send_response(200)
        more = 0 if data is manifest else 100
        request.send_header("Content-Length", str(len(data) + more))
        request.end_headers()
        request.wfile.write(data)
        if more:
            request.wfile.flush()
            request.connection.shutdown(socket.SHUT_RDWR)
            request.close_connection = True

    error = refused(breaks, lambda r: r.pull(version, tmp_path / "out"))
    assert error.code == "server-unreachable"
    assert filled.pull(version, tmp_path / "out")


def test_a_push_to_a_server_that_refuses_at_once_says_why(small: Path) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        if request.command == "HEAD":
            says(404, b"")(request)
            return
        body = json.dumps({"error": {"code": "organisation-full", "message": "full"}}).encode()
        request.send_response(413)
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
        request.close_connection = True

    error = refused(answer, lambda r: r.commit(small, NEWS))
    assert (error.code, error.message.en) == ("organisation-full", "full")


def test_a_connection_that_the_server_closed_is_opened_again(filled: Registry) -> None:
    body = canonical({"version": filled.version(NEWS).to_json()})
    served: list[int] = []

    def answer(request: BaseHTTPRequestHandler) -> None:
        says(200, body)(request)
        served.append(request.client_address[1])
        request.close_connection = True  # without a word of it

    with serving(answer) as address:
        remote = RemoteRegistry.at(address, None)
        for _ in range(3):
            assert remote.version(NEWS).name == NEWS
    assert len(set(served)) == 3


def test_an_answer_that_breaks_off_is_said(small: Path) -> None:
    def answer(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200 if request.command == "GET" else 404)
        request.send_header("Content-Length", "100")
        request.end_headers()
        if request.command != "HEAD":
            request.wfile.write(b"half")
        request.close_connection = True

    assert refused(answer, lambda r: r.version(NEWS)).code == "server-unreachable"
    assert refused(answer, lambda r: r.commit(small, NEWS)).exit_code == 3


def test_why_a_push_is_refused_is_said_though_a_head_cannot_say_it(small: Path) -> None:
    said = {"error": {"code": "organisation-not-verified", "message": "not verified", "hint": ""}}
    error = refused(says(403, said), lambda r: r.commit(small, NEWS))
    assert (error.code, error.message.en) == ("organisation-not-verified", "not verified")


def ranged(registry: Registry, breaks_after: int, asked: list[tuple[str, str]]) -> Answer:
    """A server that knows ranges, and whose connection breaks after so many bytes of a file."""
    version = registry.version(NEWS)
    digests = {item.path: item.sha256 for item in items_of(registry.manifest(version))}
    digests |= {path: extra.sha256 for path, extra in version.extras.items()}
    digests["manifest.json"] = version.manifest

    def answer(request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("/files/")[2]
        said = request.headers.get("Range", "")
        asked.append((path, said))
        start = int(said.removeprefix("bytes=").removesuffix("-") or 0)
        data = registry.blobs.path(digests[path]).read_bytes()
        request.send_response(206 if said else 200)
        if said:
            request.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        request.send_header("Content-Length", str(len(data) - start))
        request.end_headers()
        most = len(data) if path == "manifest.json" else breaks_after
        request.wfile.write(data[start : start + most])
        if len(data) - start > most:
            request.wfile.flush()
            request.connection.shutdown(socket.SHUT_RDWR)
            request.close_connection = True

    return answer


def test_a_pull_goes_on_where_the_connection_broke(filled: Registry, tmp_path: Path) -> None:
    asked: list[tuple[str, str]] = []
    version = filled.version(NEWS)
    with serving(ranged(filled, 5_000, asked)) as address:
        assert RemoteRegistry.at(address, None).pull(version, tmp_path / "out")
    assert verify(tmp_path / "out", records=True).faults == ()
    report = [said for path, said in asked if path == "report.html"]
    assert report == ["", *(f"bytes={5_000 * n}-" for n in range(1, len(report)))]
    assert len(report) > 2


def test_a_pull_that_was_given_up_goes_on_where_it_was(
    filled: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []
    version = filled.version(NEWS)
    monkeypatch.setattr("lianjin.corpus.remote.TIMES_AGAIN", 0)
    with serving(ranged(filled, 5_000, asked)) as address, pytest.raises(StorageError):
        RemoteRegistry.at(address, None).pull(version, tmp_path / "out")
    broke, asked[:] = asked[-1][0], []
    with serving(ranged(filled, 1 << 20, asked)) as address:
        assert RemoteRegistry.at(address, None).pull(version, tmp_path / "out")
    assert [said for path, said in asked if path == broke] == ["bytes=5000-"]
    assert verify(tmp_path / "out", records=True).faults == ()


def test_a_server_that_knows_no_ranges_or_lies_about_them_damages_nothing(
    filled: Registry, tmp_path: Path
) -> None:
    version, asked = filled.version(NEWS), list[tuple[str, str]]()
    knows = ranged(filled, 1 << 20, asked)

    def ignores(request: BaseHTTPRequestHandler) -> None:
        del request.headers["Range"]
        knows(request)

    def lies(request: BaseHTTPRequestHandler) -> None:
        request.headers.replace_header("Range", "bytes=7-")
        knows(request)

    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".pull").write_text(version.digest)
    for answer, works in ((lies, False), (ignores, True)):
        data = (filled.blobs.path(version.extras["report.html"].sha256)).read_bytes()
        (tmp_path / "out" / ".report.html.part").write_bytes(data[:100])
        with serving(answer if works else only(answer, "report.html", knows)) as address:
            remote = RemoteRegistry.at(address, None)
            if works:
                assert remote.pull(version, tmp_path / "out")
            else:
                with pytest.raises(LianjinError):
                    remote.pull(version, tmp_path / "out")
    assert verify(tmp_path / "out").faults == ()


def only(answer: Answer, name: str, other: Answer) -> Answer:
    """One answer for a file, another for all else."""
    return lambda request: (answer if request.path.endswith(name) else other)(request)
