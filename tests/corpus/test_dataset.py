"""Any record of a dataset by its id."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lianjin.core.errors import NotFound, StorageError
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.corpus.manifest import file_entry


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    """Two parts of `data`, in row groups of two; ids are `a.jsonl#0` to `#5` and `b.jsonl#0`."""
    (tmp_path / "data").mkdir()
    entries = []
    for part, places in enumerate([[("a.jsonl", n) for n in range(5)], [("b.jsonl", 0)]]):
        rows = [
            {"id": f"{path}#{n}", "text": f"{path} {n}", "source": {"path": path, "position": n}}
            for path, n in places
        ]
        path = tmp_path / "data" / f"part-{part}.parquet"
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=2)
        entries.append(file_entry(tmp_path, path, rows=len(rows)))
    return Dataset(tmp_path, {"files": [vars(entry) for entry in entries]})


def test_records_come_by_id_from_all_files(dataset: Dataset) -> None:
    wanted = ["b.jsonl#0", "a.jsonl#3", "a.jsonl#4"]
    found = dataset.records("data", wanted)
    assert {identifier: row["text"] for identifier, row in found.items()} == {
        "a.jsonl#3": "a.jsonl 3",
        "a.jsonl#4": "a.jsonl 4",
        "b.jsonl#0": "b.jsonl 0",
    }


@pytest.mark.parametrize(
    "identifier", ["a.jsonl#9", "c.jsonl#0", "no id", "", "a.jsonl#", "a#" + "1" * 5000]
)
def test_an_id_that_is_not_there_gives_nothing(dataset: Dataset, identifier: str) -> None:
    assert dataset.record("data", identifier) is None
    assert dataset.records("data", [identifier, "a.jsonl#0"]).keys() == {"a.jsonl#0"}


def test_a_kind_without_files_holds_nothing(dataset: Dataset) -> None:
    assert list(dataset.batches("dropped")) == []
    assert dataset.records("dropped", ["a.jsonl#0"]) == {}


def test_a_folder_without_a_manifest_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as raised:
        open_dataset(tmp_path)
    assert raised.value.code == "not-a-dataset"


@pytest.mark.parametrize("damage", ["cut", "rubbish", "gone"])
def test_a_damaged_file_is_a_storage_error(dataset: Dataset, damage: str) -> None:
    path = dataset.folder / "data" / "part-0.parquet"
    content = path.read_bytes()
    path.write_bytes({"cut": content[:-9], "rubbish": b"PAR1 rubbish PAR1", "gone": b""}[damage])
    if damage == "gone":
        path.unlink()
    for read in (
        lambda: list(dataset.batches("data")),
        lambda: dataset.record("data", "a.jsonl#0"),
    ):
        with pytest.raises(StorageError) as failed:
            read()
        assert failed.value.code == ("storage-enoent" if damage == "gone" else "damaged-file")
        assert "part-0.parquet" in failed.value.message.en
