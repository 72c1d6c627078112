"""A task is read into batches and accounted for, piece by piece."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow as pa
import pytest
from lianjin.core.errors import Cancelled
from lianjin.curate import reading
from lianjin.curate.ingest import InputSpec
from lianjin.curate.plan import plan
from lianjin.curate.reading import HEAD_BYTES, Reading
from lianjin.curate.task import tasks

Read = Callable[..., tuple[list[pa.RecordBatch], dict[str, Any]]]
LINES = [{"text": "一", "title": "甲"}, {"text": "二"}, {"text": "三"}, {"text": "四"}]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """`a.txt`, `b.jsonl` (four records, a blank and a broken line), `c.txt`, `d.txt` (empty)."""
    (tmp_path / "a.txt").write_text("甲文", "utf-8")
    lines = [json.dumps(line, ensure_ascii=False) for line in LINES]
    (tmp_path / "b.jsonl").write_text("\n".join([*lines, "", "{" + "x" * 99]), "utf-8")
    (tmp_path / "c.txt").write_text("丙文", "utf-8")
    (tmp_path / "d.txt").touch()
    return tmp_path


@pytest.fixture
def read(folder: Path) -> Read:
    """Reads all of the folder as one task; (batches, ledger)."""

    def run(limit: int | None = None) -> tuple[list[pa.RecordBatch], dict[str, Any]]:
        (task,) = tasks(plan(InputSpec(), path=folder).pieces)
        one = Reading(task, InputSpec(), limit)
        return [one.watch(batch) for batch in one.batches(Event())], one.ledger()

    return run


def identifiers(batches: list[pa.RecordBatch]) -> list[str]:
    rows = [row for b in batches for row in b.select(["path", "position"]).to_pylist()]
    return [f"{row['path']}#{row['position']}" for row in rows]


ALL = ["a.txt#0", *(f"b.jsonl#{n}" for n in (0, 1, 2, 3, 5)), "c.txt#0"]


def test_files_of_all_kinds_share_a_batch_in_input_order(read: Read) -> None:
    batches, _ = read()
    assert [identifiers([batch]) for batch in batches] == [ALL]


def test_the_ledger_says_what_was_read_of_each_piece(read: Read, folder: Path) -> None:
    size = (folder / "b.jsonl").stat().st_size
    assert read()[1] == {
        "pieces": [
            {"path": "a.txt", "length": 6, "framing": 0, "records": 1},
            {"path": "b.jsonl", "length": size, "framing": 5 + 0, "records": 5},
            {"path": "c.txt", "length": 6, "framing": 0, "records": 1},
            {"path": "d.txt", "length": 0, "framing": 0, "records": 0},
        ],
        "records": 7,
        "failed": 1,
        "errors": {"invalid-json": 1},
        "present": ["blob", "charset", "error", "error_code", "title"],
    }


def test_what_could_not_be_read_shows_its_first_bytes(read: Read) -> None:
    (batch,) = read()[0]
    heads = batch.column("head").to_pylist()
    assert heads == [None] * 5 + [b"{" + b"x" * (HEAD_BYTES - 1), None]


@pytest.mark.parametrize("limit", [5, 6])
def test_a_limit_that_ends_with_a_file_read_all_of_it(read: Read, folder: Path, limit: int) -> None:
    _, ledger = read(limit)
    size_bytes = (folder / "b.jsonl").stat().st_size
    assert ledger["pieces"][-1]["length"] == (size_bytes if limit == 6 else None)


@pytest.mark.parametrize("limit", range(1, 9))
def test_a_limit_takes_the_first_records_and_opens_no_file_beyond(read: Read, limit: int) -> None:
    batches, ledger = read(limit)
    assert identifiers(batches) == ALL[:limit]
    assert ledger["records"] == min(limit, len(ALL))
    paths = [piece["path"] for piece in ledger["pieces"]]
    expected = list(dict.fromkeys(i.partition("#")[0] for i in ALL[:limit]))
    assert paths == (expected if limit < 8 else [*expected, "d.txt"])


def test_a_file_read_in_part_has_no_length(read: Read) -> None:
    piece = read(3)[1]["pieces"][1]
    assert piece == {"path": "b.jsonl", "length": None, "framing": None, "records": 2}


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"BATCH_ROWS": 1}, [[0], [1, 2, 3, 4, 5], [6]]),
        ({"BATCH_BYTES": 1}, [[0], [1, 2, 3, 4, 5], [6]]),
        ({"BATCH_ROWS": 2}, [[0, 1, 2, 3, 4, 5], [6]]),
    ],
)
def test_batches_close_at_rows_or_bytes(
    read: Read, monkeypatch: pytest.MonkeyPatch, limits: dict[str, int], expected: list[list[int]]
) -> None:
    for name, value in limits.items():
        monkeypatch.setattr(reading, name, value)
    found = [identifiers([batch]) for batch in read()[0]]
    assert found == [[ALL[n] for n in batch] for batch in expected]


def test_a_request_to_stop_ends_the_reading(folder: Path) -> None:
    (task,) = tasks(plan(InputSpec(), path=folder).pieces)
    cancel = Event()
    cancel.set()
    with pytest.raises(Cancelled):
        list(Reading(task, InputSpec(), None).batches(cancel))
