"""Texts, Markdown and pages: one file one record."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.curate.ingest import InputSpec

Rows = Callable[..., list[dict[str, Any]]]
SENTENCE = "今天的天气很好，人们都到公园里去散步了，孩子们在草地上放风筝。\n"


@pytest.mark.parametrize("charset", ["utf-8", "gb18030", "utf-16-le", "utf-32-be"])
def test_a_text_is_decoded_and_its_charset_told(tmp_path: Path, rows: Rows, charset: str) -> None:
    (tmp_path / "a.txt").write_bytes((SENTENCE * 3).encode(charset))
    (row,) = rows(tmp_path)
    assert (row["text"], row["charset"]) == (
        SENTENCE * 3,
        charset.replace("16-", "16").replace("32-", "32"),
    )


def test_the_recipe_has_the_last_word_on_the_charset(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.txt").write_bytes("é".encode("latin-1"))
    (row,) = rows(tmp_path, InputSpec(charset="latin-1"))
    assert row["text"] == "é"


def test_lines_are_records_where_the_recipe_says_so(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.txt").write_text("一\n\n二", "utf-8")
    found = rows(tmp_path, InputSpec(format="lines"))
    assert [(row["position"], row["text"]) for row in found] == [(0, "一"), (2, "二")]


def test_front_matter_becomes_fields_and_columns(tmp_path: Path, rows: Rows) -> None:
    label = {"Label": "1", "ContentProducer": "某公司", "ProduceID": "x1"}
    front = f"---\ntitle: 一篇\ndate: 2024-05-01\nAIGC: {json.dumps(label)}\ntags: [a, 1]\n---\n"
    (tmp_path / "a.md").write_text(front + "# 别的\n\n正文。\n", "utf-8")
    (row,) = rows(tmp_path)
    assert row["text"] == "# 别的\n\n正文。\n"
    assert (row["title"], row["published"]) == ("一篇", "2024-05-01")
    assert json.loads(row["aigc"]) == label
    assert json.loads(row["fields"])["tags"] == ["a", 1]


@pytest.mark.parametrize(
    "text",
    [
        "---\n正文\n---\n",
        "---\n&a [*a, *a]\n---\n",
        "---\na: &x [1]\nb: *x\n---\n正文",
        "---\nonly a rule above",
        "---\n{" * 3,
    ],
)
def test_what_is_no_front_matter_stays_in_the_text(tmp_path: Path, rows: Rows, text: str) -> None:
    (tmp_path / "a.md").write_text(text, "utf-8")
    (row,) = rows(tmp_path)
    assert (row["text"], row["fields"]) == (text, None)


def test_the_title_is_the_first_heading(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.md").write_text("引言\n\n# 标题 #\n\n## 小节\n", "utf-8")
    (row,) = rows(tmp_path)
    assert row["title"] == "标题"


def test_a_page_goes_on_as_bytes(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.html").write_bytes(b"<p>\xff")
    (row,) = rows(tmp_path)
    assert (row["blob"], row["text"], row["media_type"]) == (b"<p>\xff", None, "text/html")
