"""The card: numbers for people, files for machines, and no path that breaks a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from lianjin.corpus.dataset import open_dataset
from lianjin.corpus.manifest import FileEntry, file_entry
from lianjin.curate.card import write_card

FACTS: dict[str, Any] = {
    "recipe": {"name": "small", "version": 3},
    "recipe_digest": "sha256:ab",
    "version": "1.0",
    "records": 1_234_567,
    "kept": 1_000_000,
    "dropped": 234_000,
    "quarantined": 567,
    "inputs": [{"path": f"{n}.txt", "size_bytes": 1_000 * n, "records": n} for n in range(25)],
}


def card(folder: Path, **changes: Any) -> str:
    write_card(folder, FACTS | changes, [])
    return (folder / "README.md").read_text("utf-8")


def table(text: str) -> list[str]:
    """The rows below the last head."""
    return text.rpartition("---:|\n")[2].splitlines()


def test_people_see_the_numbers_and_the_first_inputs(tmp_path: Path) -> None:
    text = card(tmp_path)
    assert text.startswith("# small\n")
    assert "| 1,234,567 | 1,000,000 | 234,000 | 567 |" in text
    rows = table(text)
    assert rows[0] == "| `0.txt` | 0 | 0 |"
    assert rows[19] == "| `19.txt` | 19,000 | 19 |"
    assert rows[20:] == ["", "… and 5 more; see `manifest.json`."]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("新闻/a b.txt", "`新闻/a b.txt`"),
        ("a|b.txt", '`"a\\u007cb.txt"`'),
        ("a`b.txt", '`"a\\u0060b.txt"`'),
        ("a\n# b.txt", '`"a\\n# b.txt"`'),
        ("\\xd6.txt", "`\\xd6.txt`"),
    ],
)
def test_a_path_stays_in_its_cell(tmp_path: Path, path: str, shown: str) -> None:
    inputs = [{"path": path, "size_bytes": 1, "records": 1}]
    assert table(card(tmp_path, inputs=inputs)) == [f"| {shown} | 1 | 1 |"]


def test_machines_find_every_data_file_with_its_hash_and_fields(small: Path) -> None:
    told = json.loads((small / "croissant.json").read_text("utf-8"))
    dataset = open_dataset(small)
    (entry,) = dataset.files("data")
    assert (told["@type"], told["name"], told["version"]) == ("sc:Dataset", "small", "3")
    (file,) = told["distribution"]
    assert (file["contentUrl"], file["sha256"]) == (entry.path, entry.sha256)
    assert file["contentSize"] == f"{entry.size_bytes} B"
    (records,) = told["recordSet"]
    assert [field["source"] for field in records["field"]] == [
        {"fileObject": {"@id": entry.path}, "extract": {"column": column}}
        for column in ("id", "text")
    ]


def test_a_croissant_reader_finds_nothing_wrong_and_reads_the_records(small: Path) -> None:
    """Slow where the reader is there: it imports pandas. `bench/requirements.txt` names it."""
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    found = mlcroissant.Dataset(jsonld=str(small / "croissant.json"))
    assert found.metadata.ctx.issues.errors == set()
    (rows,) = [[*found.records(records.id)] for records in found.metadata.record_sets]
    texts = [row["documents-0/text"] for row in rows if row["documents-0/text"] is not None]
    told = [r["text"] for batch in open_dataset(small).batches("data") for r in batch.to_pylist()]
    assert [t.decode() for t in texts] == [text for text in told if text is not None]


def test_licences_that_records_name_are_told(tmp_path: Path) -> None:
    card(tmp_path, rights={"licence": {"CC-BY-4.0": 3, "unknown": 2}})
    told = json.loads((tmp_path / "croissant.json").read_text("utf-8"))
    assert told["license"] == ["CC-BY-4.0"]


def test_only_data_is_offered_and_both_files_are_entries(tmp_path: Path) -> None:
    files = [FileEntry(f"{kind}/part-0.parquet", 1, "ab", 1) for kind in ("data", "dropped")]
    entries = write_card(tmp_path, FACTS, files)
    names = ("README.md", "croissant.json")
    assert entries == [file_entry(tmp_path, tmp_path / name) for name in names]
    told = json.loads((tmp_path / "croissant.json").read_text("utf-8"))
    assert [file["@id"] for file in told["distribution"]] == ["data/part-0.parquet"]


def test_the_card_of_a_dataset_without_data_offers_nothing(tmp_path: Path) -> None:
    card(tmp_path, inputs=[])
    told = json.loads((tmp_path / "croissant.json").read_text("utf-8"))
    assert (told["distribution"], told["recordSet"]) == ([], [])
