"""What other tools read is what was kept."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from lianjin.core.errors import Conflict, StorageError, UsageError
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.curate.build import build
from lianjin.curate.export import FORMATS, INTERNAL, Exported, Format, checked_format, export


@pytest.fixture
def dataset(small: Path) -> Dataset:
    return open_dataset(small)


def kept(dataset: Dataset) -> list[dict[str, Any]]:
    return [row for batch in dataset.batches("data") for row in batch.to_pylist()]


def without(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def test_json_lines_hold_every_value_that_is_there(dataset: Dataset, tmp_path: Path) -> None:
    out = tmp_path / "a.jsonl"
    rows = kept(dataset)
    assert export(dataset, out, "jsonl") == Exported(out, len(rows))
    lines = out.read_text("utf-8").splitlines()
    expected = [
        without({k: v for k, v in row.items() if v is not None}, *INTERNAL, "fields")
        for row in rows
    ]
    assert [without(json.loads(line), "fields") for line in lines] == expected
    assert {row["kind"] for row in rows} == {"text", "messages", "preference"}


def test_the_record_s_own_fields_come_through_as_they_were(
    dataset: Dataset, tmp_path: Path
) -> None:
    export(dataset, tmp_path / "a.jsonl", "jsonl")
    lines = (tmp_path / "a.jsonl").read_text("utf-8").splitlines()
    (line,) = [line for line in lines if '"c"' in line]
    assert '"n":12345678901234567890' in line
    assert json.loads(line)["fields"] == {"n": 12345678901234567890, "x": "\ud800"}


@pytest.mark.parametrize(
    "fields",
    [
        '"n": ' + "1" * 5_000,
        '"n": 1e999',
        '"n": 0.10',
        '"x": "\\ud800"',
        '"x": "\\u2028", "y": {"z": [\r\n1,\n 2]}',
        '"x": 1, "x": 2',
    ],
)
def test_fields_that_python_would_write_otherwise_stay_as_they_are(
    tmp_path: Path, fields: str
) -> None:
    (tmp_path / "a.json").write_text('[{"text": "早市",\n' + fields + "}]", "utf-8")
    (tmp_path / "r.yaml").write_text('{name: f, steps: [{keep: "chars >= 1"}]}')
    built = build(tmp_path / "r.yaml", input=tmp_path / "a.json", out=tmp_path / "out")
    export(open_dataset(built.out), tmp_path / "a.jsonl", "jsonl")
    (line,) = (tmp_path / "a.jsonl").read_bytes().decode().splitlines()[:1]
    plain = re.sub(r"\s", "", fields)
    assert plain in re.sub(r"\s", "", line)
    assert line.endswith("}")


def test_parquet_is_one_file_with_every_column_but_the_proofs(
    dataset: Dataset, tmp_path: Path
) -> None:
    out = tmp_path / "a.parquet"
    rows = kept(dataset)
    assert export(dataset, out, "parquet") == Exported(out, len(rows))
    assert pq.read_table(out).to_pylist() == [without(row, *INTERNAL) for row in rows]


def test_hf_is_a_folder_with_a_split_and_a_card_that_names_it(
    dataset: Dataset, tmp_path: Path
) -> None:
    out = tmp_path / "hf"
    rows = kept(dataset)
    assert export(dataset, out, "hf") == Exported(out, len(rows))
    assert sorted(p.relative_to(out).as_posix() for p in out.rglob("*.*")) == [
        "README.md",
        "data/train-00000-of-00001.parquet",
    ]
    table = pq.read_table(out / "data" / "train-00000-of-00001.parquet")
    assert table.to_pylist() == [without(row, "salt") for row in rows]
    card = (out / "README.md").read_text("utf-8")
    head, _, rest = card.removeprefix("---\n").partition("---\n")
    assert "path: data/train-*.parquet" in head
    assert rest.strip() == (dataset.folder / "README.md").read_text("utf-8").strip()


@pytest.mark.parametrize("format", FORMATS)
def test_a_dataset_without_documents_exports_none(tmp_path: Path, format: Format) -> None:
    (tmp_path / "a.txt").touch()
    (tmp_path / "r.yaml").write_text('{name: empty, steps: [{keep: "chars >= 1"}]}')
    built = build(tmp_path / "r.yaml", input=tmp_path / "a.txt", out=tmp_path / "out")
    found = export(open_dataset(built.out), tmp_path / "x", format)
    assert found.documents == 0
    assert (tmp_path / "x").exists()
    if format == "parquet":
        assert pq.read_table(tmp_path / "x").num_rows == 0


@pytest.mark.parametrize("format", FORMATS)
def test_what_exists_is_never_replaced(dataset: Dataset, tmp_path: Path, format: Format) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(Conflict, match="already-exists"):
        export(dataset, tmp_path / "a", format)
    assert (tmp_path / "a").read_text() == "mine"


@pytest.mark.parametrize("format", FORMATS)
def test_a_damaged_dataset_leaves_nothing_behind(
    copied: Path, tmp_path: Path, format: Format
) -> None:
    next((copied / "data").glob("*.parquet")).write_bytes(b"PAR1 rubbish PAR1")
    with pytest.raises(StorageError, match="damaged-file"):
        export(open_dataset(copied), tmp_path / "x", format)
    assert not (tmp_path / "x").exists()


def test_a_format_that_does_not_exist_is_refused_with_those_that_do() -> None:
    assert [checked_format(name) for name in FORMATS] == list(FORMATS)
    with pytest.raises(UsageError, match="'csv' is no format; expected one of jsonl, parquet, hf"):
        checked_format("csv")
