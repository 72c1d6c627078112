"""HTTP responses as archives keep them: status, headers, and the body without its wrappings."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import zstandard

from lianjin.core import limits
from lianjin.core.words import Words

_END = re.compile(rb"\r{0,2}\n\r{0,2}\n")
_STATUS = re.compile(rb"HTTP/\S*[ \t]*(\d{3})?", re.I)


@dataclass(frozen=True)
class Response:
    """A response. `status` is None where none is given; `headers` have lower-case names.

    `problem` (code, sentence) says why the body cannot be read.
    """

    status: int | None
    headers: Mapping[str, str]
    body: bytes
    problem: tuple[str, Words] | None


def parse_response(block: bytes) -> Response:
    """The response that `block` is; the body is unchunked and decompressed.

    Archives often keep bodies already unchunked or decompressed under headers that say otherwise:
    a body that does not look as declared is taken as it is.

    >>> parse_response(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/plain\\r\\n\\r\\nhi").body
    b'hi'
    """
    end = _END.search(block)
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    status = _STATUS.match(head)
    headers: dict[str, str] = {}
    for line in head.decode("latin-1").splitlines()[1:]:
        name, colon, value = line.partition(":")
        if colon:
            headers.setdefault(name.strip().lower(), value.strip())
    number = int(status[1]) if status and status[1] else None
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = unchunked(body)
    body, problem = _inflated(body, headers.get("content-encoding", "").lower().strip())
    return Response(number, headers, body, problem)


def unchunked(body: bytes) -> bytes:
    """The body without its chunk lengths; as it is if it has none, and as far as they are right.

    >>> unchunked(b"2\\r\\nhi\\r\\n0\\r\\n\\r\\n"), unchunked(b"hi")
    (b'hi', b'hi')
    """
    parts: list[bytes] = []
    at = 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        if size == 0:
            return b"".join(parts)
        parts.append(body[match.end() : match.end() + size])
        at = match.end() + size
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
        if at >= len(body):
            return b"".join(parts)
    return b"".join([*parts, body[at:]])


_CHUNK = re.compile(rb"([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")


def _inflated(body: bytes, encoding: str) -> tuple[bytes, tuple[str, Words] | None]:
    if encoding in {"", "identity", "none"} or not body:
        return body, None
    try:
        if encoding in {"gzip", "x-gzip"}:
            return (_zlib(body, 31), None) if body.startswith(b"\x1f\x8b") else (body, None)
        if encoding == "deflate":
            return _zlib(body, 15 if body[0] & 0x0F == 8 else -15), None
        if encoding == "zstd":
            reader = zstandard.ZstdDecompressor().stream_reader(body)
            return reader.read(limits.RECORD_SIZE_BYTES), None
    except (zlib.error, zstandard.ZstdError):
        # Kept decompressed under the header it came with, or damaged: extraction will tell.
        return body, None
    sentence = Words(
        f"the body is in {encoding!r}, which is not read here",
        f"正文用 {encoding!r} 压缩，这里不读",
    )
    return body, ("unsupported-encoding", sentence)


def _zlib(body: bytes, wbits: int) -> bytes:
    stream = zlib.decompressobj(wbits)
    return stream.decompress(body, limits.RECORD_SIZE_BYTES)
