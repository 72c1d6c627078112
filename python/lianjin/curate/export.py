"""`lianjin export DIR`: the kept documents in the form that other tools read.

Takes a dataset; gives JSON lines, one Parquet file, or a folder that `datasets.load_dataset` reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq

from lianjin.core.errors import Conflict, UsageError
from lianjin.core.store import remove_tree, whole, write_text
from lianjin.core.words import Words
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
            Words(
                f"{str(out)!r} exists; an export never replaces",
                f"{str(out)!r} 已经存在；导出绝不替换",
            ),
            hint=Words("choose another name with --out", "用 --out 换一个名称"),
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
        Words(
            f"{name!r} is no format; expected one of {', '.join(FORMATS)}",
            f"没有格式 {name!r}；应为 {', '.join(FORMATS)} 之一",
        ),
        hint=Words("for example `--format jsonl`", "例如 `--format jsonl`"),
    )


def _without(batches: Iterable[pa.RecordBatch], names: Sequence[str]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch.drop_columns([name for name in names if name in batch.schema.names])


def _write_jsonl(dataset: Dataset, out: Path) -> int:
    documents = 0
    with whole(out) as part, part.open("w", encoding="utf-8", newline="\n") as file:
        for batch in _without(dataset.batches("data"), INTERNAL):
            for row in batch.to_pylist():
                file.write(_line(row))
            documents += batch.num_rows
    return documents


def _line(row: dict[str, Any]) -> str:
    """The row as one line of JSON without absent values and numbers that JSON does not have.

    The record's own fields stand as they were written, an object again: read and written anew,
    numbers of many digits and halves of surrogate pairs would not come through. Line ends can
    only stand between their values.
    """
    values = {
        name: json.dumps(value, ensure_ascii=False)
        for name, value in row.items()
        if value is not None and not (isinstance(value, float) and not isfinite(value))
    }
    if "fields" in values:
        values["fields"] = row["fields"].replace("\r", " ").replace("\n", " ")
    return "{" + ", ".join(f'"{name}": {value}' for name, value in values.items()) + "}\n"


def _write_parquet(dataset: Dataset, out: Path) -> int:
    return _write_rows(_without(dataset.batches("data"), INTERNAL), out)


def _write_rows(batches: Iterable[pa.RecordBatch], out: Path) -> int:
    documents = 0
    with whole(out) as part:
        writer = None
        for batch in batches:
            writer = writer or pq.ParquetWriter(part, batch.schema, compression="zstd")
            writer.write_batch(batch)
            documents += batch.num_rows
        (writer or pq.ParquetWriter(part, pa.schema([("id", pa.string())]))).close()
    return documents


def _write_hf(dataset: Dataset, out: Path) -> int:
    files = dataset.files("data")
    documents = 0
    try:
        for index, entry in enumerate(files):
            target = out / "data" / f"train-{index:05d}-of-{len(files):05d}.parquet"
            documents += _write_rows(_without(dataset.rows(entry), ["salt"]), target)
        _write_hf_card(dataset, out)
    except BaseException:
        remove_tree(out)
        raise
    return documents


def _write_hf_card(dataset: Dataset, out: Path) -> None:
    head = "---\nconfigs:\n- config_name: default\n  data_files:\n  - split: train\n    path: data/train-*.parquet\n---\n\n"
    card = dataset.folder / "README.md"
    write_text(out / "README.md", head + (card.read_text("utf-8") if card.exists() else ""))
