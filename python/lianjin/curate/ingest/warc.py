"""Web archives: WARC and ARC, plain or compressed, whole or broken.

Takes a piece; gives a record for each response, resource and conversion; envelopes and all other
records are framing. What is broken is quarantined and reading goes on at the next record.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyarrow as pa

from lianjin.core import limits
from lianjin.core.words import Words
from lianjin.curate.ingest.blob import as_page
from lianjin.curate.ingest.http import Response, parse_response
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import Row, batches, quarantined
from lianjin.curate.ingest.source import Source
from lianjin.curate.ingest.spec import InputSpec
from lianjin.curate.ingest.summary import Summary
from lianjin.curate.ingest.text import decoded

HEADER_BYTES = 64 << 10
"""A longer envelope is none."""

_START = re.compile(rb"^(?:WARC/\d|(?:https?|ftp|dns|filedesc|urn|screenshot|metadata):)", re.M)
_VERSION = re.compile(rb"WARC/\d[\d.]*[ \t]*\r{0,2}\n")
_ARC = re.compile(rb"(\S[^\r\n]*?) (\S+) (\d{8,14}) ([^\r\n]*?) ?(-?\d+)\r?\n")
_WANTED = {"response", "resource", "conversion"}
_PAGES = {"text/html", "application/xhtml+xml", "application/xml", "text/xml", ""}


@dataclass(frozen=True)
class Envelope:
    """What stands before a record's block: `length` bytes of it, then `block` bytes of block."""

    length: int
    block: int
    fields: Mapping[str, str]


def read_warc(piece: Piece, spec: InputSpec, summary: Summary) -> Iterator[pa.RecordBatch]:
    """The pages; `position` is the index of the record in the archive, of any type.

    HTML goes to `blob` with the server's Content-Type in `media_type`; plain text is decoded; other
    media are `kind` media, by reference. `fields` keeps the envelope.
    """
    archive = _Archive(Source(piece, skips_damage=True))
    yield from batches(_rows(archive, spec, summary, piece.path))
    summary.length = archive.source.length


class _Archive:
    """The bytes of an archive from `start` on, as far as they were needed."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.start = 0
        self.content = bytearray()
        self._blocks = iter(source)

    def need(self, size_bytes: int) -> bool:
        """Holds at least `size_bytes`, or all there is; whether it could."""
        while len(self.content) < size_bytes:
            block = next(self._blocks, None)
            if block is None:
                return False
            self.content += block
        return True

    def drop(self, size_bytes: int) -> int:
        """Moves forward, without holding what is passed; gives how far it came."""
        passed = 0
        while passed < size_bytes and (self.content or self.need(1)):
            step = min(size_bytes - passed, len(self.content))
            del self.content[:step]
            passed += step
        self.start += passed
        return passed


def _rows(archive: _Archive, spec: InputSpec, summary: Summary, path: str) -> Iterator[Row]:
    position = 0
    while archive.need(1):
        blank = len(archive.content) - len(archive.content.lstrip(b"\r\n"))
        if blank:
            summary.framing += archive.drop(blank)
            continue
        archive.need(HEADER_BYTES)
        envelope = _envelope(bytes(archive.content[:HEADER_BYTES]))
        if envelope is None:
            yield _unreadable(archive, position)
        else:
            row = _record(archive, envelope, spec, summary, f"{path}#{position}")
            if row is not None:
                yield {**row, "position": position}
        position += 1
    if archive.source.damage:
        yield quarantined(
            position, archive.start, archive.start, "broken-stream", archive.source.damage, b""
        )


def _envelope(head: bytes) -> Envelope | None:
    """The envelope that `head` begins with."""
    if not _VERSION.match(head):
        return _arc_envelope(head)
    end = re.search(rb"\r{0,2}\n\r{0,2}\n", head)
    if end is None:
        return None
    fields: dict[str, str] = {}
    for line in head[: end.start()].decode("utf-8", "replace").splitlines()[1:]:
        name, _, value = line.partition(":")
        fields.setdefault(name.strip().lower(), value.strip())
    length = fields.get("content-length", "")
    return (
        Envelope(end.end(), int(length), fields) if length.isascii() and length.isdigit() else None
    )


def _arc_envelope(head: bytes) -> Envelope | None:
    """One line of an ARC: url, address, date, type, (…), length."""
    match = _ARC.match(head)
    if match is None or int(match[5]) < 0:
        return None
    url = match[1].decode("utf-8", "replace")
    at = match[3].decode().ljust(14, "0")
    date = f"{at[:4]}-{at[4:6]}-{at[6:8]}T{at[8:10]}:{at[10:12]}:{at[12:]}Z"
    fields = {
        "warc-type": "warcinfo" if url.startswith("filedesc:") else "response",
        "warc-target-uri": url,
        "warc-date": date,
        "content-type": match[4].decode("utf-8", "replace").partition(" ")[0],
        "arc": "1",
    }
    return Envelope(match.end(), int(match[5]), fields)


def _unreadable(archive: _Archive, position: int) -> Row:
    """Everything up to what looks like the next record."""
    start, head = archive.start, bytes(archive.content[:64])
    archive.drop(1)
    while archive.need(1):
        archive.need(HEADER_BYTES)
        # The byte before stands for the line end that `^` looks for.
        found = _START.search(b"x" + archive.content)
        if found is not None:
            archive.drop(found.start() - 1)
            break
        archive.drop(max(1, len(archive.content) - 16))
    return quarantined(
        position,
        start,
        archive.start,
        "invalid-warc",
        Words("no record of an archive begins here", "此处没有归档记录的开头"),
        head,
    )


def _record(
    archive: _Archive, envelope: Envelope, spec: InputSpec, summary: Summary, name: str
) -> Row | None:
    """The record behind an envelope, which is framing; None if the record is, too."""
    summary.framing += archive.drop(envelope.length)
    if envelope.fields.get("warc-type", "").lower() not in _WANTED:
        summary.framing += archive.drop(envelope.block)
        return None
    start = archive.start
    if envelope.block > limits.RECORD_SIZE_BYTES:
        head = bytes(archive.content[:64])
        archive.drop(envelope.block)
        sentence = Words(
            f"{envelope.block} bytes; at most {limits.RECORD_SIZE_BYTES} are read",
            f"{envelope.block} 字节；最多读 {limits.RECORD_SIZE_BYTES} 字节",
        )
        return quarantined(0, start, archive.start, "record-too-large", sentence, head)
    whole = archive.need(envelope.block)
    block = bytes(archive.content[: envelope.block])
    cut = None if whole else _START.search(block, 1)
    if cut is not None:
        block = block[: cut.start()]
    archive.drop(len(block))
    if not whole:
        sentence = Words(
            f"the record says {envelope.block} bytes; {len(block)} follow",
            f"记录自称 {envelope.block} 字节，实际只有 {len(block)} 字节",
        )
        return quarantined(0, start, archive.start, "invalid-warc", sentence, block)
    place = {"position": 0, "start": start, "end": archive.start, "kind": "text"}
    return {**place, **_content(block, envelope.fields, spec, name)}


def _content(block: bytes, envelope: Mapping[str, str], spec: InputSpec, name: str) -> Row:
    """The columns of a record: its body by its type, and what the envelope says."""
    declared = envelope.get("content-type", "")
    is_http = "arc" in envelope or declared.lower().startswith("application/http")
    if is_http and block[:5].upper() == b"HTTP/":
        response = parse_response(block)
    else:
        response = Response(None, {"content-type": declared}, block, None)
    told = {key: value for key, value in envelope.items() if key != "arc"}
    fields: dict[str, object] = {"envelope": told}
    if response.status is not None:
        fields |= {"status": response.status, "http": dict(response.headers)}
    url = envelope.get("warc-target-uri", "").strip("<>") or None
    columns = {"url": url, "fields": json.dumps(fields, ensure_ascii=False)}
    if response.problem:
        code, sentence = response.problem
        return {**columns, "blob": block[:64], "error_code": code, "error": sentence.stored}
    return {**columns, **_body(response, spec, name)}


def _body(response: Response, spec: InputSpec, name: str) -> Row:
    declared = response.headers.get("content-type", "")
    media_type = declared.partition(";")[0].strip().lower()
    if not response.body:
        return {"text": "", "charset": "utf-8", "media_type": media_type or None}
    if media_type in _PAGES:
        return as_page(response.body, declared or "text/html", spec)
    if media_type.startswith("text/") or media_type in {"application/json", "dns"}:
        hint = re.search(r"charset=[\"']?([\w:.-]+)", declared, re.I)
        row = decoded(response.body, spec.charset, hint[1] if hint else None)
        return {"media_type": media_type, **row}
    return {"kind": "media", "media_type": media_type, "parts": [_part(response, media_type, name)]}


def _part(response: Response, media_type: str, name: str) -> Row:
    kind = media_type.partition("/")[0]
    return {
        "kind": kind if kind in {"image", "audio", "video"} else "file",
        "media_type": media_type,
        "uri": name,
        "digest": f"sha256:{hashlib.sha256(response.body).hexdigest()}",
        "size_bytes": len(response.body),
    }
