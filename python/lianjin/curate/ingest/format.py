"""How a file is written: its compression and its format.

Takes a name and the first bytes; gives words of `spec.FORMATS`. Names lie more often than bytes
do, so the bytes decide on compression and on formats that begin with a mark of their own.
"""

from __future__ import annotations

import os
import re

COMPRESSIONS = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"BZh": "bz2",
    b"\xfd7zXZ\x00": "xz",
}
_SUFFIXES = {".gz", ".gzip", ".zst", ".zstd", ".bz2", ".xz"}
_MARKS = {b"PAR1": "parquet", b"ARROW1": "arrow", b"WARC/": "warc", b"filedesc://": "warc"}
_NAMES = {
    ".txt": "txt",
    ".text": "txt",
    ".srt": "txt",
    ".md": "md",
    ".markdown": "md",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".shtml": "html",
    ".xml": "html",
    ".warc": "warc",
    ".arc": "warc",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".jsonlines": "jsonl",
    ".csv": "csv",
    ".tsv": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".arrow": "arrow",
    ".feather": "arrow",
    ".ipc": "arrow",
}
_STRUCTURED = {"json", "jsonl", "csv", "tsv"}
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|\?xml)\b", re.I | re.S)
_STREAM = b"\xff\xff\xff\xff"
UNKNOWN = "unknown"
UTF16 = "utf16"
"""Lines of UTF-16 cannot be cut at bytes."""


def compression_of(head: bytes) -> str:
    """The compression that the first bytes show, or an empty string."""
    for mark, name in COMPRESSIONS.items():
        if head.startswith(mark):
            return name
    return ""


def format_of(name: str, head: bytes) -> str:
    """The format of a file of this name that begins, decompressed, with `head`.

    A mark in the bytes wins, then the name, then the shape of the bytes. UNKNOWN is for bytes that
    are none of it: media, programs.

    >>> format_of("a.txt.gz", b"txt"), format_of("a", b'{"txt": "a"}')
    ('txt', 'jsonl')
    """
    for mark, found in _MARKS.items():
        if head.startswith(mark):
            return found
    stem, suffix = os.path.splitext(name.lower())
    while suffix in _SUFFIXES:
        stem, suffix = os.path.splitext(stem)
    named = _NAMES.get(suffix, "")
    if named in _STRUCTURED and head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return UTF16
    if named in {"json", "jsonl"}:
        return _json_form(head, named)
    return named or _shape(head)


def _json_form(head: bytes, named: str) -> str:
    """Lines or one document: the first byte and the first line tell, whatever the name says."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"["):
        return "json"
    line, newline, rest = start.partition(b"\n")
    several = bool(newline) and line.rstrip().endswith(b"}") and rest.lstrip()[:1] in {b"{", b""}
    return "jsonl" if several else named


def _shape(head: bytes) -> str:
    """The format of bytes without a telling name."""
    if not head:
        return "txt"
    if head.startswith(_STREAM):
        return "arrow"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{"):
        return _json_form(head, "jsonl")
    if _HTML.match(start):
        return "html"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "txt"
    controls = sum(byte < 9 or 13 < byte < 27 for byte in head)
    return "txt" if b"\x00" not in head and controls * 100 <= len(head) else UNKNOWN
