"""A dataset directory: its manifest, its files, and any one of its records.

Takes a folder that a build wrote; gives the manifest, tables, and a record by its id.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lianjin.core.errors import NotFound
from lianjin.core.store import damaged, guarded, read_json
from lianjin.core.words import Words
from lianjin.corpus.manifest import SCHEMA_VERSION, FileEntry, files_of
from lianjin.corpus.receipt import split_id

ROWS_TOGETHER = 250
"""Rows of a row group that are read at a time where few of them are wanted."""

FOLDER_OF = {"kept": "data", "dropped": "dropped", "quarantined": "quarantine"}


@dataclass(frozen=True)
class Dataset:
    """A finished dataset in `folder`, described by its `manifest`."""

    folder: Path
    manifest: dict[str, Any]

    def files(self, kind: str) -> tuple[FileEntry, ...]:
        """The Parquet files of one kind: data, dropped, quarantine or receipts; in order."""
        return tuple(f for f in files_of(self.manifest) if f.path.startswith(f"{kind}/"))

    def batches(self, kind: str, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """All rows of one kind, row group by row group."""
        for entry in self.files(kind):
            yield from self.rows(entry, columns)

    def rows(self, entry: FileEntry, columns: list[str] | None = None) -> Iterator[pa.RecordBatch]:
        """All rows of one Parquet file, row group by row group."""
        path = self.folder / entry.path
        with whole_parquet(path):
            file = pq.ParquetFile(path)
            for group in range(file.num_row_groups):
                yield from file.read_row_group(group, columns=columns).to_batches()

    def columns(self, kind: str) -> tuple[str, ...]:
        """The names of the columns of one kind; none if it has no rows."""
        for entry in self.files(kind)[:1]:
            path = self.folder / entry.path
            with whole_parquet(path):
                return tuple(pq.read_schema(path).names)
        return ()

    def record(self, kind: str, identifier: str) -> dict[str, Any] | None:
        """The row with this id, or None. Reads one row group, found by its statistics."""
        return self.records(kind, [identifier]).get(identifier)

    def records(
        self, kind: str, identifiers: Iterable[str], columns: list[str] | None = None
    ) -> dict[str, dict[str, Any]]:
        """The rows with these ids, by id; an id that is not there is left out.

        Reads of each row group that can hold any of them, found by its statistics, no more than it must. `columns`:
        those wanted, `id` among them; all by default.
        """
        places = {i: place for i in identifiers if (place := split_id(i)) is not None}
        found: dict[str, dict[str, Any]] = {}
        for entry in self.files(kind):
            path = self.folder / entry.path
            with whole_parquet(path):
                file = pq.ParquetFile(path)
                columns_at = {file.schema.column(i).path: i for i in range(len(file.schema))}
                for group in range(file.num_row_groups):
                    chunks = file.metadata.row_group(group)
                    wanted = [i for i in _within(chunks, columns_at, places) if i not in found]
                    if wanted:
                        found |= _rows_of_group(file, group, wanted, columns)
        return found


def open_dataset(folder: Path) -> Dataset:
    """The dataset in `folder`; NotFound `not-a-dataset` if there is no manifest.

    StorageError `damaged-file` if the manifest is none, or names files outside of the folder.
    """
    path = folder / "manifest.json"
    if not path.exists():
        unfinished = (folder / ".work").exists()
        raise NotFound(
            "not-a-dataset",
            Words(
                f"{str(folder)!r} has no manifest.json; its build is not finished",
                f"{str(folder)!r} 没有 manifest.json；构建尚未完成",
            )
            if unfinished
            else Words(
                f"{str(folder)!r} has no manifest.json; expected a built dataset",
                f"{str(folder)!r} 没有 manifest.json；应为建成的数据集",
            ),
            hint=Words(
                "run the same `lianjin build` again to finish it",
                "运行同一条 `lianjin build` 把它建完",
            )
            if unfinished
            else Words(
                "name the folder given to `lianjin build --out`",
                "应填 `lianjin build --out` 所给的目录",
            ),
        )
    value = read_json(path)
    if not isinstance(value, dict) or value.get("schema_version") != SCHEMA_VERSION:
        raise damaged(
            path,
            Words(
                f"is no manifest of version {SCHEMA_VERSION}",
                f"不是版本 {SCHEMA_VERSION} 的清单",
            ),
        )
    try:
        names = [PurePosixPath(entry.path) for entry in files_of(value)]
    except (KeyError, TypeError) as error:
        raise damaged(
            path, Words("has no list of files as a manifest has", "没有清单应有的文件列表")
        ) from error
    if outside := [name for name in names if name.is_absolute() or ".." in name.parts]:
        raise damaged(
            path,
            Words(
                f"names {str(outside[0])!r}, which is not in the folder",
                f"列出了不在目录里的 {str(outside[0])!r}",
            ),
        )
    return Dataset(folder, value)


@contextmanager
def whole_parquet(path: Path) -> Iterator[None]:
    """Turns what a damaged Parquet file raises inside the block into a StorageError about it."""
    try:
        with guarded(path, "read"):
            yield
    except pa.ArrowException as error:
        raise damaged(
            path, Words(f"is no whole Parquet file ({error})", "不是完整的 Parquet 文件")
        ) from error


def _rows_of_group(
    file: pq.ParquetFile, group: int, wanted: Sequence[str], columns: list[str] | None
) -> dict[str, dict[str, Any]]:
    """The rows of a row group with these ids, read no further than to the last of them."""
    ids, found = pa.array(wanted, pa.string()), dict[str, dict[str, Any]]()
    batches = file.iter_batches(ROWS_TOGETHER, [group], columns, use_threads=False)
    for batch in batches:
        rows = batch.filter(pc.is_in(batch["id"], ids))
        found |= {row["id"]: row for row in rows.to_pylist()}
        if len(found) == len(wanted):
            break
    return found


def _within(
    chunks: Any, columns_at: Mapping[str, int], places: Mapping[str, tuple[str, int]]
) -> Iterator[str]:
    """The ids whose source path and position a row group's statistics allow."""
    paths, positions = (
        (s.min, s.max) if s is not None and s.has_min_max else None
        for s in (
            chunks.column(columns_at[name]).statistics
            for name in ("source.path", "source.position")
        )
    )
    for identifier, (path, position) in places.items():
        if (paths is None or paths[0] <= path <= paths[1]) and (
            positions is None or positions[0] <= position <= positions[1]
        ):
            yield identifier
