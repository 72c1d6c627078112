"""Web archives, whole and broken."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Rows = Callable[..., list[dict[str, Any]]]
PAGE = "<html><title>一</title><p>天气很好。</p></html>".encode("gb18030")


def record(kind: str, url: str, block: bytes, content_type: str = "application/http") -> bytes:
    """A record of an archive."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n"
        f"WARC-Date: 2024-05-01T00:00:00Z\r\nContent-Type: {content_type}\r\n"
        f"Content-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def http(body: bytes, *headers: str) -> bytes:
    """A response."""
    return "\r\n".join(["HTTP/1.1 200 OK", *headers, "", ""]).encode() + body


CHUNKED = b"5\r\n<html\r\n" + b"%x\r\n" % (len(PAGE) - 5) + PAGE[5:] + b"\r\n0\r\n\r\n"
RECORDS = [
    record("warcinfo", "", b"software: x\r\n", "application/warc-fields"),
    record("request", "http://a/", b"GET / HTTP/1.1\r\n\r\n"),
    record("response", "http://a/", http(PAGE, "Content-Type: text/html; charset=gbk")),
    record("response", "http://b/", http(CHUNKED, "Transfer-Encoding: chunked")),
    record("response", "http://c/", http(gzip.compress(PAGE), "Content-Encoding: gzip")),
    record("response", "http://d/", http(b"\x89PNG", "Content-Type: image/png")),
    record("response", "http://e/", http(b"x", "Content-Encoding: br")),
    record("conversion", "http://f/", "天气".encode(), "text/plain"),
    record("response", "http://g/", http(b"", "Location: /")),
]


@pytest.mark.parametrize("is_compressed", [False, True])
def test_pages_come_out_of_their_wrappings(tmp_path: Path, rows: Rows, is_compressed: bool) -> None:
    parts = [gzip.compress(part) if is_compressed else part for part in RECORDS]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(parts))
    found = rows(tmp_path)
    assert [row["position"] for row in found] == [2, 3, 4, 5, 6, 7, 8]
    assert [row["blob"] for row in found[:3]] == [PAGE] * 3
    assert found[0]["media_type"] == "text/html; charset=gbk"
    assert (found[0]["url"], json.loads(found[0]["fields"])["status"]) == ("http://a/", 200)
    assert (found[3]["kind"], found[3]["parts"][0]["uri"]) == ("media", "a.warc.gz#5")
    assert found[4]["error_code"] == "unsupported-encoding"
    assert (found[5]["text"], found[6]["text"]) == ("天气", "")


def test_reading_goes_on_behind_what_is_broken(tmp_path: Path, rows: Rows) -> None:
    junk = b"no record at all\r\n"
    cut = RECORDS[3][:-30]
    (tmp_path / "a.warc").write_bytes(RECORDS[2] + junk + RECORDS[7] + cut)
    found = rows(tmp_path)
    codes = [row["error_code"] for row in found]
    assert codes == [None, "invalid-warc", None, "invalid-warc"]
    assert found[2]["text"] == "天气"


def test_a_damaged_member_does_not_take_the_next_with_it(tmp_path: Path, rows: Rows) -> None:
    members = [gzip.compress(part) for part in (RECORDS[2], RECORDS[4], RECORDS[7])]
    middle = bytearray(members[1])
    middle[20:40] = b"\xff" * 20
    (tmp_path / "a.warc.gz").write_bytes(members[0] + bytes(middle) + members[2])
    found = rows(tmp_path)
    assert found[0]["blob"] == PAGE
    assert "天气" in [row["text"] for row in found]
    assert "broken-stream" in [row["error_code"] for row in found]


def test_an_old_archive_is_read(tmp_path: Path, rows: Rows) -> None:
    block = http(PAGE, "Content-Type: text/html")
    head = b"filedesc://a.arc 0.0.0.0 20240501000000 text/plain 5\n1 0 x\n"
    line = f"http://a/ 1.2.3.4 20240501000000 text/html {len(block)}\n".encode()
    (tmp_path / "a.arc").write_bytes(head[:-1] + b"\n" + line + block + b"\n")
    (row,) = rows(tmp_path)
    assert (row["blob"], row["url"]) == (PAGE, "http://a/")
