"""The same two texts in every format and compression are kept as the same two texts."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest
import zstandard
from lianjin.corpus.verify import verify
from lianjin.curate.build import build

TEXTS = [
    "湿地里的白鹤每年十月从北方飞来，护鸟员把数目记在账本上。",
    "老石桥上的早市天不亮就开了，卖菜的人把韭菜扎成小把。",
]
PAGES = [f"<html><body><p>{text}</p></body></html>" for text in TEXTS]
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
    ".zst": zstandard.compress,
}


def response(headers: str, body: bytes) -> bytes:
    block = f"HTTP/1.1 200 OK\r\n{headers}\r\n\r\n".encode() + body
    head = "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
    return head.encode() + f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def converted(text: str) -> bytes:
    block = text.encode()
    head = "WARC/1.0\r\nWARC-Type: conversion\r\nContent-Type: text/plain\r\n"
    return head.encode() + f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def archived(page: str) -> bytes:
    """A record of an ARC."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n" + page.encode()
    return b"http://a/ 1.2.3.4 20200101000000 text/html %d\n" % len(block) + block + b"\n"


def columnar() -> dict[str, bytes]:
    table = pa.table({"text": TEXTS})
    parquet, feather, stream = (pa.BufferOutputStream() for _ in range(3))
    pq.write_table(table, parquet)
    pyarrow.feather.write_feather(table, feather)
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table)
    named = {"a.parquet": parquet, "a.feather": feather, "a.arrow": stream}
    return {name: sink.getvalue().to_pybytes() for name, sink in named.items()}


def contents() -> dict[str, bytes]:
    """Files that hold both texts, by name."""
    utf8, gbk = "Content-Type: text/html; charset=utf-8", "Content-Type: text/html"
    zipped = f"{utf8}\r\nContent-Encoding: gzip"
    lines = [json.dumps({"text": text}) for text in TEXTS]
    return columnar() | {
        "a.jsonl": "\n".join(lines).encode(),
        "crlf.jsonl": "\r\n".join(lines).encode() + b"\r\n",
        "a.json": f"[{', '.join(lines)}]".encode(),
        "within.json": f'{{"data": [{", ".join(lines)}]}}'.encode(),
        "strings.json": json.dumps(TEXTS).encode(),
        "a.csv": "\r\n".join(["n,text", *(f'1,"{text}"' for text in TEXTS)]).encode(),
        "a.tsv": "\n".join(["text\tn", *(f"{text}\t1" for text in TEXTS)]).encode(),
        "a.warc": b"".join(response(utf8, page.encode()) for page in PAGES),
        "zipped.warc": b"".join(response(zipped, gzip.compress(p.encode())) for p in PAGES),
        "gbk.warc": b"".join(response(f"{gbk}; charset=gbk", p.encode("gbk")) for p in PAGES),
        "texts.warc": b"".join(map(converted, TEXTS)),
        "a.arc": b"".join(map(archived, PAGES)),
    }


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_format_changes_nothing_of_the_texts(tmp_path: Path, suffix: str) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    singles = {
        "txt": TEXTS[0].encode(),
        "md": TEXTS[0].encode(),
        "gbk.txt": TEXTS[0].encode("gb18030"),
        "utf16.txt": TEXTS[0].encode("utf-16"),
        "html": PAGES[0].encode(),
        "gbk.html": f"<meta charset=gbk>{PAGES[0]}".encode("gbk"),
        "xml": f"<?xml version='1.0'?><a><p>{TEXTS[0]}</p></a>".encode(),
    }
    files = {f"one.{name}": (content, TEXTS[:1]) for name, content in singles.items()}
    files |= {name: (content, TEXTS) for name, content in contents().items()}
    for name, (content, _) in files.items():
        (raw / (name + suffix)).write_bytes(COMPRESSORS[suffix](content))
    (tmp_path / "r.yaml").write_text('{name: all, steps: [{keep: "chars >= 1"}]}')
    built = build(tmp_path / "r.yaml", input=raw, out=tmp_path / "out")
    found: dict[str, list[str]] = {}
    for row in pq.read_table(built.out / "data").select(["source", "text"]).to_pylist():
        found.setdefault(row["source"]["path"], []).append(row["text"])
    assert found == {name + suffix: texts for name, (_, texts) in files.items()}
    assert built.records == built.kept
    assert verify(built.out, records=True).faults == ()
