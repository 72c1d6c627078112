"""JSON documents: arrays, sequences and wrapped arrays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Rows = Callable[..., list[dict[str, Any]]]
RECORDS = [{"id": i, "text": f"第{i}条", "x": {"y": [i]}} for i in range(5)]


@pytest.mark.parametrize(
    "document",
    [
        json.dumps(RECORDS, ensure_ascii=False, indent=1),
        "\n".join(json.dumps(record) for record in RECORDS),
        json.dumps({"version": 1, "data": RECORDS}),
    ],
    ids=["array", "sequence", "wrapped"],
)
@pytest.mark.parametrize("name", ["a.json", "a.jsonl"])
def test_every_form_gives_the_same_texts(
    tmp_path: Path, rows: Rows, document: str, name: str
) -> None:
    if name == "a.jsonl" and document.startswith('{"version'):
        pytest.skip("lines are not unwrapped")
    (tmp_path / name).write_text(document, "utf-8")
    found = rows(tmp_path)
    assert [row["text"] for row in found] == [record["text"] for record in RECORDS]
    assert [row["position"] for row in found] == [0, 1, 2, 3, 4]
    assert json.loads(found[2]["fields"]) == {"id": 2, "x": {"y": [2]}}


def test_a_list_of_strings_is_a_list_of_texts(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.json").write_text(json.dumps(["一\n二", "", "\u0000", 3, None]), "utf-8")
    found = rows(tmp_path)
    assert [row["text"] for row in found] == ["一\n二", "", "\u0000", None, None]
    assert [row["error_code"] for row in found] == [None] * 3 + ["not-an-object"] * 2
    assert all(row["fields"] is None for row in found)


def test_an_array_that_breaks_off_keeps_what_was_whole(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.json").write_text('[{"text": "a"}, {"text": "b', "utf-8")
    assert [row["error_code"] for row in rows(tmp_path)] == [None, "invalid-json"]


def test_a_deep_document_is_quarantined(tmp_path: Path, rows: Rows) -> None:
    deep = '[{"text": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + '}, {"text": "b"}]'
    (tmp_path / "a.json").write_text(deep, "utf-8")
    assert [row["error_code"] for row in rows(tmp_path)] == ["too-deep", None]
