"""Parquet and Arrow: rows, and files that are none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
import pytest

Rows = Callable[..., list[dict[str, Any]]]
TABLE = pa.table(
    {
        "text": ["一", 'a\n"b" \\', None],
        "n": [1, 2, 3],
        "messages": [None, None, [{"role": "user", "content": "问"}]],
    }
)


def write_parquet(path: Path) -> None:
    pq.write_table(TABLE, path / "a.parquet")


def write_feather(path: Path) -> None:
    pyarrow.feather.write_feather(TABLE, path / "a.feather")


def write_stream(path: Path) -> None:
    with (
        pa.OSFile(str(path / "a.arrow"), "wb") as file,
        pa.ipc.new_stream(file, TABLE.schema) as out,
    ):
        out.write_table(TABLE)


@pytest.mark.parametrize("write", [write_parquet, write_feather, write_stream])
def test_rows_become_records(tmp_path: Path, rows: Rows, write: Callable[[Path], None]) -> None:
    write(tmp_path)
    found = rows(tmp_path)
    assert [(row["position"], row["start"], row["end"]) for row in found] == [
        (0, 0, 1),
        (1, 1, 2),
        (2, 2, 3),
    ]
    assert [row["text"] for row in found] == ["一", 'a\n"b" \\', None]
    assert found[2]["messages"] == [{"role": "user", "content": "问"}]
    assert found[1]["fields"] == '{"n":2,"messages":null}'


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
@pytest.mark.parametrize(
    "content", [b"PAR1 nothing", b"ARROW1\0\0nothing", b"\xff\xff\xff\xff1234"]
)
def test_a_file_that_is_none_is_quarantined(
    tmp_path: Path, rows: Rows, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    (row,) = rows(tmp_path)
    assert row["error_code"] in {"invalid-parquet", "invalid-arrow"}


def test_a_parquet_file_cut_short_is_quarantined(tmp_path: Path, rows: Rows) -> None:
    write_parquet(tmp_path)
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "a.parquet").write_bytes(whole[: len(whole) // 2])
    assert [row["error_code"] for row in rows(tmp_path)] == ["invalid-parquet"]
