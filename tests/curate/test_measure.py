"""A batch on its way: pages become text, and nothing unreadable passes for a document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lianjin.corpus.document import RECORD
from lianjin.curate.build import build
from lianjin.curate.measure import measure, tools
from lianjin.curate.recipe import parse

SENTENCE = "湿地里的白鹤每年十月从北方飞来，护鸟员把数目记在账本上。"
RECIPE = '{name: m, input: %s, steps: [{repair: entities}, {keep: "chars >= 1", when_null: keep}]}'


def batch(*rows: dict[str, Any]) -> pa.RecordBatch:
    """Records as a task reads them."""
    blank = dict.fromkeys(RECORD.names) | {"position": 0, "start": 0, "end": 1, "kind": "text"}
    records = pa.RecordBatch.from_pylist([blank | row for row in rows], schema=RECORD)
    return records.append_column("path", pa.array(["a"] * len(rows), pa.string()))


def measured(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    return measure(batch(*rows), tools(parse(RECIPE % "{}"))).to_pylist()


def test_texts_are_mended_and_measured_and_dialogues_only_measured() -> None:
    turns = [{"role": "user", "content": "a&amp;b"}]
    text, dialogue, failed = measured(
        {"text": "a&amp;b"},
        {"kind": "messages", "messages": turns},
        {"error_code": "invalid-json", "blob": b"{"},
    )
    assert (text["text"], text["scores"]) == ("a&b", {"chars": 3, "tokens_estimate": 3})
    assert [edit["step"] for edit in text["edits"]] == [0]
    assert (dialogue["messages"], dialogue["scores"]) == (turns, {"chars": 7, "tokens_estimate": 5})
    assert dialogue["edits"] in (None, [])
    assert (failed["text"], failed["scores"]) == (None, {"chars": None, "tokens_estimate": None})


def test_the_title_of_a_text_is_mended_as_the_text_is() -> None:
    rows = measured(
        {"text": "a&amp;b", "title": "c&amp;d"},
        {"text": "a&amp;b", "title": "c"},
        {"text": "a&amp;b"},
        {"kind": "messages", "messages": [{"role": "user", "content": "a"}], "title": "c&amp;d"},
    )
    assert [row["title"] for row in rows] == ["c&d", "c", None, "c&amp;d"]
    (edit,) = rows[0]["title_edits"]
    assert (edit["step"], edit["start"], edit["before"], edit["after"]) == (0, 1, "&amp;", "&")
    assert not any(row["title_edits"] for row in rows[1:])


def test_blobs_are_let_go_of() -> None:
    (row,) = measured({"blob": f"<p>{SENTENCE}</p>".encode(), "media_type": "text/html"})
    assert row["text"] == SENTENCE
    assert not {"blob", "media_type"} & row.keys()


@pytest.mark.parametrize("media_type", ["application/pdf", None])
def test_a_text_that_nothing_reads_is_no_document(media_type: str | None) -> None:
    (row,) = measured({"blob": b"%PDF-1.7", "media_type": media_type})
    assert (row["text"], row["error_code"]) == (None, "unknown-format")
    assert (media_type or "it") in row["error"]


def test_an_empty_batch_is_measured() -> None:
    assert measured() == []


def response(content_type: str, body: bytes) -> bytes:
    block = f"HTTP/1.1 200 OK\r\nContent-Type: {content_type}\r\n\r\n".encode() + body
    head = "WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\n"
    return head.encode() + f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def kept_texts(folder: Path, name: str, content: bytes, charset: str | None) -> list[str]:
    (folder / name).write_bytes(content)
    told = json.dumps({} if charset is None else {"charset": charset})
    (folder / "r.yaml").write_text(RECIPE % told)
    out = build(folder / "r.yaml", input=folder / name, out=folder / "out").out
    return pq.read_table(out / "data")["text"].to_pylist()


@pytest.mark.parametrize(
    "content_type",
    ["text/html", "text/html; charset=utf-8", "TEXT/HTML;charset=gbk", "text/xml; charset=x", ""],
)
def test_a_page_of_an_archive_is_kept_with_its_text(tmp_path: Path, content_type: str) -> None:
    content = response(content_type, f"<p>{SENTENCE}</p>".encode())
    assert kept_texts(tmp_path, "a.warc", content, None) == [SENTENCE]


@pytest.mark.parametrize("name", ["a.html", "a.warc", "a.txt"])
@pytest.mark.parametrize(("charset", "text"), [("gbk", "啊"), ("big5", "陛")])
def test_the_recipe_has_the_last_word_on_the_charset(
    tmp_path: Path, name: str, charset: str, text: str
) -> None:
    content = b"\xb0\xa1" if name == "a.txt" else b"<p>\xb0\xa1</p>"
    if name == "a.warc":
        content = response("text/html; charset=utf-8", content)
    assert kept_texts(tmp_path, name, content, charset) == [text]
