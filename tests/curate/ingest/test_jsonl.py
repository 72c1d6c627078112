"""JSON lines: places, framing and reasons."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.core import limits

Rows = Callable[..., list[dict[str, Any]]]

LINES = [
    b'{"text": "\xe4\xb8\x80", "n": 1}',
    b"",
    b"not json\r",
    b'{"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "b"}]}',
    b'{"prompt": "p", "chosen": "c", "rejected": "r"}',
    b'{"text": "\xff"}',
    b'{"label": "x"}',
]


def test_lines_become_records_with_their_place_and_kind(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(LINES))
    found = rows(tmp_path)
    assert [row["position"] for row in found] == [0, 2, 3, 4, 5, 6]
    assert [row["error_code"] or row["kind"] for row in found] == [
        "text",
        "invalid-json",
        "messages",
        "preference",
        "invalid-utf8",
        "missing-field",
    ]
    assert found[0]["fields"] == '{"n":1}'
    assert found[2]["messages"][0] == {"role": "user", "content": "a"}
    assert found[3]["preference"] == {"prompt": "p", "chosen": "c", "rejected": "r"}
    whole = b"\n".join(LINES)
    assert whole[found[1]["start"] : found[1]["end"]] == b"not json"


@pytest.mark.parametrize("piece_bytes", [1, 7, 40, 100])
def test_pieces_of_any_size_give_the_same_records(
    tmp_path: Path, rows: Rows, piece_bytes: int
) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"\n".join(LINES * 3))
    assert rows(tmp_path, piece_bytes=piece_bytes) == rows(tmp_path)


def test_a_line_over_the_limit_is_quarantined_and_reading_goes_on(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECORD_SIZE_BYTES", 5 << 20)
    long = b'{"text": "' + b"a" * (9 << 20) + b'"}'
    (tmp_path / "a.jsonl").write_bytes(b"\n".join([LINES[0], long, LINES[0]]))
    found = rows(tmp_path)
    assert [row["error_code"] for row in found] == [None, "record-too-large", None]
    assert found[1]["end"] - found[1]["start"] == len(long)
