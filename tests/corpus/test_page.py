"""Pages hold what fits, in order, each row once; a page knows where the next one begins."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lianjin.corpus import page as module
from lianjin.corpus.dataset import Dataset
from lianjin.corpus.manifest import file_entry
from lianjin.corpus.page import page


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """25 receipts in two files and row groups of four; every third one is dropped."""
    (tmp_path / "receipts").mkdir()
    entries = []
    for part, numbers in enumerate((range(10), range(10, 25))):
        rows = [
            {
                "id": n,
                "outcome": "dropped" if n % 3 == 0 else "kept",
                "reason": None if n % 2 else "r",
            }
            for n in numbers
        ]
        path = tmp_path / "receipts" / f"part-{part}.parquet"
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=4)
        entries.append(file_entry(tmp_path, path, rows=len(rows)))
    return Dataset(tmp_path, {"files": [vars(entry) for entry in entries]})


def ids(dataset: Dataset, limit: int, **equal: Any) -> list[list[int]]:
    pages, place = [], 0
    while True:
        found = page(dataset, "receipts", ["id"], equal=equal, place=place, limit=limit)
        pages.append([row["id"] for row in found.rows])
        if found.following is None:
            return pages
        place = found.following


def flat(pages: list[list[int]]) -> list[int]:
    return [identifier for found in pages for identifier in found]


@pytest.mark.parametrize("limit", [1, 3, 4, 24, 25, 100])
def test_all_pages_together_are_all_rows(dataset: Dataset, limit: int) -> None:
    pages = ids(dataset, limit)
    assert flat(pages) == list(range(25))
    assert all(len(found) == limit for found in pages[:-1])
    dropped = ids(dataset, limit, outcome="dropped")
    assert flat(dropped) == list(range(0, 25, 3))
    assert flat(ids(dataset, limit, outcome="dropped", reason="r")) == list(range(0, 25, 6))


def test_nothing_fits_and_nothing_is_there(dataset: Dataset) -> None:
    assert ids(dataset, 5, outcome="none") == [[]]
    assert page(dataset, "data", ["id"], equal={}).rows == ()
    assert page(dataset, "receipts", ["id"], equal={}, place=25) == module.Page((), None)
    assert page(dataset, "receipts", ["id"], equal={}, place=10**9).following is None


def test_a_call_looks_at_so_many_rows_and_no_more(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAGE_ROWS_LOOKED_AT", 8)
    pages = ids(dataset, 100, outcome="dropped")
    assert flat(pages) == list(range(0, 25, 3))
    assert len(pages) > 2
