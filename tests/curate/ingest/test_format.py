"""How a file is written: its bytes before its name, its name before its shape."""

from __future__ import annotations

import bz2
import gzip
import lzma

import pytest
import zstandard
from lianjin.curate.ingest.format import UNKNOWN, UTF16, compression_of, format_of

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(
    ("head", "compression"),
    [
        (gzip.compress(b"a"), "gzip"),
        (bz2.compress(b"a"), "bz2"),
        (lzma.compress(b"a"), "xz"),
        (zstandard.compress(b"a"), "zstd"),
        (b"", ""),
        (b"\x1f", ""),
        (b"BZ", ""),
        (b"text", ""),
    ],
)
def test_the_first_bytes_tell_the_compression(head: bytes, compression: str) -> None:
    assert compression_of(head) == compression


@pytest.mark.parametrize(
    ("name", "head", "found"),
    [
        ("a.txt", b"PAR1\x15\x00", "parquet"),
        ("a.jsonl", b"ARROW1\x00\x00", "arrow"),
        ("a.txt", b"WARC/1.0\r\n", "warc"),
        ("a", b"filedesc://a.arc 0.0.0.0 ", "warc"),
        ("a.parquet", b"no mark", "parquet"),
    ],
)
def test_a_mark_in_the_bytes_wins_over_the_name(name: str, head: bytes, found: str) -> None:
    assert format_of(name, head) == found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("A.TXT", "txt"),
        ("a.md", "md"),
        ("a.SHTML", "html"),
        ("a.html.gz", "html"),
        ("a.csv.gz.zst", "csv"),
        ("a.tsv", "tsv"),
        ("a.warc.gz", "warc"),
        ("a.ndjson", "jsonl"),
        ("a.feather", "arrow"),
        ("a.gz", "txt"),
        (".txt", "txt"),
    ],
)
def test_the_name_tells_where_no_mark_does(name: str, found: str) -> None:
    assert format_of(name, b"plain words") == found


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.dat"])
@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b'[{"text": "a"}]', "json"),
        (b'\xef\xbb\xbf {"text": "a"}\n{"text": "b"}\n', "jsonl"),
        (b'{"text": "a"}\r\n\n  {"text": "b"}', "jsonl"),
        (b'{"text": "a"}\n', "jsonl"),
    ],
)
def test_lines_and_documents_are_told_apart_by_their_bytes(
    name: str, head: bytes, found: str
) -> None:
    if name == "a.dat" and head.startswith(b"["):
        found = "txt"  # a text may well begin with a bracket
    assert format_of(name, head) == found


def test_an_object_over_several_lines_is_a_document_where_the_name_says_so() -> None:
    assert format_of("a.json", b'{\n  "text": "a"\n}') == "json"
    assert format_of("a.jsonl", b'{\n  "text": "a"\n}') == "jsonl"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"", "txt"),
        ("纯文字".encode("gbk"), "txt"),
        (b"  <!-- a -->\n<!DOCTYPE html>", "html"),
        (b"<?xml version='1.0'?>", "html"),
        (b"<note>no page</note>", "txt"),
        (b"\xff\xfea\x00", "txt"),
        (b"\xff\xff\xff\xff\x10", "arrow"),
        (PNG, UNKNOWN),
        (bytes(range(1, 9)) * 8, UNKNOWN),
    ],
)
def test_without_a_telling_name_the_shape_decides(head: bytes, found: str) -> None:
    assert format_of("a", head) == found


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.csv", "a.tsv"])
@pytest.mark.parametrize("mark", [b"\xff\xfe", b"\xfe\xff"])
def test_structured_files_in_utf16_are_named_as_such(name: str, mark: bytes) -> None:
    assert format_of(name, mark + b"{\x00") == UTF16
