"""`lianjin export DIR`: the kept documents in the form that other tools read.

Takes a dataset; gives JSON lines, one Parquet file, or a folder that `datasets.load_dataset` reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from lianjin.core.errors import Conflict, UsageError
from lianjin.core.store import whole, write_text
from lianjin.corpus.dataset import Dataset

Format = Literal["jsonl", "parquet", "hf"]
FORMATS: tuple[Format, ...] = ("jsonl", "parquet", "hf")

INTERNAL = ("salt", "content_hash")
"""Columns that prove a record here and mean nothing elsewhere."""


@dataclass(frozen=True)
class Exported:
    """What was written, and how many documents."""

    path: Path
    documents: int


def export(dataset: Dataset, out: Path, format: Format) -> Exported:
    """Writes the kept documents to `out` (a file; for `hf` a folder), which must not exist.

    jsonl: one object a line with all columns; the record's own `fields` as an object again.
    parquet: one file. hf: `data/train-*.parquet` with a card that names the split.
    """
    if out.exists():
        raise Conflict(
            "already-exists",
            f"{str(out)!r} exists; an export never replaces",
            hint="choose another name",
        )
    write = {"jsonl": _write_jsonl, "parquet": _write_parquet, "hf": _write_hf}[format]
    return Exported(out, write(dataset, out))


def checked_format(name: str) -> Format:
    """The format of that name; UsageError `unknown-format` lists those that exist."""
    for known in FORMATS:
        if known == name:
            return known
    raise UsageError(
        "unknown-format",
        f"{name!r} is no format; expected one of {', '.join(FORMATS)}",
        hint="for example `--format jsonl`",
    )


def _batches(dataset: Dataset) -> Iterator[pa.RecordBatch]:
    for batch in dataset.batches("data"):
        yield batch.drop_columns([name for name in INTERNAL if name in batch.schema.names])


def _write_jsonl(dataset: Dataset, out: Path) -> int:
    documents = 0
    with whole(out) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for batch in _batches(dataset):
            for row in batch.to_pylist():
                file.write(json.dumps(_plain(row), ensure_ascii=False) + "\n")
            documents += batch.num_rows
    return documents


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """The row without absent values; the record's own fields as an object again."""
    if row.get("fields") is not None:
        row["fields"] = json.loads(row["fields"])
    return {name: value for name, value in row.items() if value is not None}


def _write_parquet(dataset: Dataset, out: Path) -> int:
    documents = 0
    with whole(out) as part:
        writer = None
        for batch in _batches(dataset):
            writer = writer or pq.ParquetWriter(part, batch.schema, compression="zstd")
            writer.write_batch(batch)
            documents += batch.num_rows
        (writer or pq.ParquetWriter(part, pa.schema([("id", pa.string())]))).close()
    return documents


def _write_hf(dataset: Dataset, out: Path) -> int:
    files = dataset.files("data")
    documents = 0
    for index, entry in enumerate(files):
        target = out / "data" / f"train-{index:05d}-of-{len(files):05d}.parquet"
        table = pq.read_table(dataset.folder / entry.path)
        with whole(target) as part:
            pq.write_table(table.drop_columns(["salt"]), part, compression="zstd")
        documents += table.num_rows
    head = "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*.parquet\n---\n\n"
    card = dataset.folder / "README.md"
    write_text(out / "README.md", head + (card.read_text("utf-8") if card.exists() else ""))
    return documents
