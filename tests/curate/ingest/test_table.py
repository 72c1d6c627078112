"""Tables: places, ragged rows, charsets and cuts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.curate.ingest import InputSpec

Rows = Callable[..., list[dict[str, Any]]]
SENTENCE = "今天的天气很好，人们都到公园里去散步了。"


def test_rows_become_records_and_ragged_ones_are_quarantined(tmp_path: Path, rows: Rows) -> None:
    table = 'text,label\n"一\n二",a\n三\n四,b,c\n\n五,d\n'
    (tmp_path / "a.csv").write_text(table, "utf-8")
    found = rows(tmp_path)
    assert [(row["position"], row["error_code"] or row["text"]) for row in found] == [
        (1, "一\n二"),
        (3, "ragged-row"),
        (4, "ragged-row"),
        (6, "五"),
    ]
    assert found[0]["fields"] == '{"label":"a"}'
    assert found[1]["blob"] == "三".encode()


@pytest.mark.parametrize("charset", ["gb18030", "utf-8", "utf-8-sig"])
def test_tables_are_read_in_their_charset(tmp_path: Path, rows: Rows, charset: str) -> None:
    lines = ["标题,正文", *[f"第{i}行,{SENTENCE}" for i in range(20)]]
    (tmp_path / "a.csv").write_bytes("\r\n".join(lines).encode(charset))
    found = rows(tmp_path)
    assert [row["text"] for row in found] == [SENTENCE] * 20
    assert found[3]["title"] == "第3行"


@pytest.mark.parametrize("piece_bytes", [1, 50, 200])
def test_pieces_of_any_size_give_the_same_rows(
    tmp_path: Path, rows: Rows, piece_bytes: int
) -> None:
    lines = ["text\tlabel", *[f"{SENTENCE}\t{i}" for i in range(9)], ""]
    (tmp_path / "a.tsv").write_text("\n".join(lines), "utf-8")
    assert rows(tmp_path, piece_bytes=piece_bytes) == rows(tmp_path)


def test_a_quote_left_open_costs_the_rows_behind_it_and_says_so(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.csv").write_text('text,label\na,1\n"b,2\nc,3\n', "utf-8")
    assert [row["error_code"] for row in rows(tmp_path)] == [None, "unclosed-quote"]


def test_a_cell_may_hold_a_dialogue(tmp_path: Path, rows: Rows) -> None:
    said = [{"role": "user", "content": "天气好吗"}, {"role": "assistant", "content": "很好"}]
    cells = [json.dumps(said, ensure_ascii=False), "[]", "很好"]
    quoted = ['"' + cell.replace('"', '""') + '"' for cell in cells]
    (tmp_path / "a.csv").write_text("\n".join(["messages", *quoted, ""]), "utf-8")
    first, *others = rows(tmp_path)
    assert (first["kind"], first["messages"]) == ("messages", said)
    assert [row["error_code"] for row in others] == ["missing-field"] * 2


def test_the_recipe_names_the_fields(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.csv").write_text("x;y\n一;二\n", "utf-8")
    (row,) = rows(tmp_path, InputSpec(names=(("text", "y"), ("id", "x"))))
    assert (row["text"], row["source_id"]) == ("二", "一")
