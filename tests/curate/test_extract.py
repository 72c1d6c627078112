"""Pages in a batch of records become text and fields."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lianjin import _kernel
from lianjin.corpus.document import RECORD
from lianjin.curate.extract import extract

SENTENCE = "渡轮每天六点离开北码头，船上有十二个人和一条狗。"
PAGE = (
    "<html lang='zh-CN'><head><meta charset='gb18030'><title>渡轮出发了_海港网</title></head>"
    "<body><div class='nav'><a href='/'>首页</a></div><h1>渡轮出发了</h1>"
    "<p>来源：海港晚报 2021-06-03 07:15</p>"
    f"<div class='content'><p>{SENTENCE * 3}</p><p>{SENTENCE}</p></div>"
    "<div class='footer'>Copyright © 2021 海港网</div></body></html>"
)


def batch(*rows: dict[str, Any]) -> pa.RecordBatch:
    """Records with the columns named; the rest is null."""
    blank = dict.fromkeys(RECORD.names)
    full = [
        blank | {"position": i, "start": 0, "end": 1, "kind": "text"} | row
        for i, row in enumerate(rows)
    ]
    return pa.RecordBatch.from_pylist(full, schema=RECORD)


def page(html: str, charset: str = "utf-8", **columns: Any) -> dict[str, Any]:
    return {"blob": html.encode(charset), "media_type": "text/html", **columns}


@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_page_gives_text_and_what_it_says_about_itself(charset: str) -> None:
    (row,) = extract(batch(page(PAGE, charset))).to_pylist()
    assert row["text"] == f"{SENTENCE * 3}\n{SENTENCE}"
    assert row["title"] == "渡轮出发了"
    assert row["published"] == "2021-06-03T07:15"
    assert row["origin"] == "海港晚报"
    assert row["copyright"] == "Copyright © 2021 海港网"
    assert row["charset"].lower() == charset
    assert row["blob"] is None
    assert row["error_code"] is None


@pytest.mark.parametrize(
    "media_type",
    [
        "text/html; charset=utf-8",
        'TEXT/HTML;Charset="UTF-8"',
        " text/html ;charset=nonsense",
        "text/html; charset=",
        "text/html; charset=\u00ff",
        "application/xhtml+xml; charset=utf-8",
        "text/xml",
        "application/xml; charset='utf-8'",
    ],
)
def test_a_page_is_known_by_its_media_type_whatever_stands_behind_it(media_type: str) -> None:
    (row,) = extract(batch(page(PAGE) | {"media_type": media_type})).to_pylist()
    assert (row["text"], row["charset"]) == (f"{SENTENCE * 3}\n{SENTENCE}", "utf-8")


def test_the_charset_of_the_media_type_is_a_hint() -> None:
    """Two bytes that are a word of Big5 and another of GBK, and a page that is plainly UTF-8."""
    rows = [
        {"blob": b"<p>\xb0\xa1</p>", "media_type": "text/html; charset=big5"},
        {"blob": b"<p>\xb0\xa1</p>", "media_type": "text/html; charset=gbk"},
        page(PAGE.replace("gb18030", "utf-8")) | {"media_type": "text/html; charset=big5"},
    ]
    found = extract(batch(*rows)).to_pylist()
    assert [row["text"] for row in found] == ["陛", "啊", f"{SENTENCE * 3}\n{SENTENCE}"]


def test_what_the_reader_knew_goes_before_what_the_page_says() -> None:
    (row,) = extract(batch(page(PAGE, title="清单上的题目", url="http://a.cn/1"))).to_pylist()
    assert (row["title"], row["url"]) == ("清单上的题目", "http://a.cn/1")


def test_rows_that_are_no_pages_stay_as_they_are() -> None:
    rows = batch(
        {"text": "<p>文本里的标签</p>"},
        {"blob": b"%PDF-1.7", "media_type": "application/pdf"},
        {"blob": b"<p>x</p>", "media_type": "text/html", "error_code": "record-too-large"},
    )
    assert extract(rows).equals(rows)
    mixed = extract(batch(page(PAGE), {"text": "<p>文本里的标签</p>"})).to_pylist()
    assert mixed[1]["text"] == "<p>文本里的标签</p>"


def test_page_without_text_goes_to_quarantine_with_its_bytes() -> None:
    html = "<html><title>空</title><script>var a = 1</script></html>"
    (row,) = extract(batch(page(html))).to_pylist()
    assert (row["error_code"], row["text"]) == ("empty-page", None)
    assert row["blob"] == html.encode()
    assert row["error"] is not None


def test_bytes_that_are_no_text_are_undecodable() -> None:
    noise = bytes(range(256)) * 40
    (row,) = extract(batch({"blob": noise, "media_type": "text/html"})).to_pylist()
    assert (row["error_code"], row["text"]) == ("undecodable", None)


def test_empty_batch_stays_empty() -> None:
    assert extract(batch()).num_rows == 0


def test_null_page_stays_null() -> None:
    found = _kernel.extract_html(pa.array([None, "<p>一句话。</p>"], pa.large_string()))
    assert found["text"].to_pylist() == [None, "一句话。"]
    assert found["is_article"].to_pylist() == [None, False]


@given(st.text())
def test_any_text_is_a_legal_page(html: str) -> None:
    (text,) = _kernel.extract_html(pa.array([html], pa.large_string()))["text"].to_pylist()
    (again,) = _kernel.extract_html(pa.array([html], pa.large_string()))["text"].to_pylist()
    assert text == again
    assert isinstance(text, str)
