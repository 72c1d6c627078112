"""The manifest: every file of a dataset with its hash, and one root over all of them.

Takes file entries and facts about the run; gives the record that makes a folder a dataset.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from lianjin import _kernel
from lianjin.core.errors import Finding
from lianjin.core.identity import canonical, digest
from lianjin.core.store import guarded, json_text
from lianjin.core.words import NOTHING, Words
from lianjin.corpus.tokens import is_count

SCHEMA_VERSION = 1
OUTSIDE = frozenset({"manifest.json", "run.json", "report.html"})
"""Files of a dataset that its manifest does not list."""
_HASH = re.compile(r"[0-9a-f]{64}")
_COUNTS = ("records", "kept", "dropped", "quarantined")


@dataclass(frozen=True)
class FileEntry:
    """One file: `path` relative to the dataset, its size and SHA-256, and for Parquet its rows.

    `records_root` is the Merkle root over the salted hashes of its rows, in order.
    """

    path: str
    size_bytes: int
    sha256: str
    rows: int | None = None
    records_root: str | None = None


def file_entry(
    root: Path, path: Path, *, rows: int | None = None, records_root: str | None = None
) -> FileEntry:
    """The entry of a file under `root`; reads it once, at hashing speed."""
    with guarded(path, "read"), path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size_bytes = path.stat().st_size
    return FileEntry(path.relative_to(root).as_posix(), size_bytes, sha256, rows, records_root)


def root_of(files: Sequence[FileEntry]) -> str:
    """The dataset's root: the Merkle root over the canonical JSON of its file entries by path."""
    ordered = sorted(files, key=lambda entry: entry.path)
    leaves = pa.record_batch({"entry": [canonical(asdict(entry)) for entry in ordered]})
    return _kernel.merkle_root(_kernel.row_hashes(leaves)).hex()


def manifest(files: Sequence[FileEntry], facts: dict[str, Any]) -> dict[str, Any]:
    """The manifest's JSON: schema version, files by path, root, the facts of the run, digest."""
    value = {
        "schema_version": SCHEMA_VERSION,
        "root": root_of(files),
        "files": [asdict(entry) for entry in sorted(files, key=lambda entry: entry.path)],
        **facts,
    }
    return value | {"digest": digest_of(value)}


def digest_of(manifest: dict[str, Any]) -> str:
    """The digest of all that a manifest says beside its own digest.

    The root covers the files alone; what was run on what is under this.
    """
    return digest({name: value for name, value in manifest.items() if name != "digest"})


def files_of(manifest: dict[str, Any]) -> tuple[FileEntry, ...]:
    """The file entries of a manifest's JSON."""
    return tuple(FileEntry(**entry) for entry in manifest["files"])


def read_manifest(data: bytes) -> dict[str, Any]:
    """The manifest of its bytes, of which nothing is believed but what it proves itself.

    Finding `manifest-differs`: it is not, to the byte, as one is written, its files are not as
    files of a dataset can be, or its digest, root or sums are others than what it says.
    """
    try:
        value = json.loads(data)
        problem = _problem(value)
        if not problem and json_text(value).encode() != data:
            problem = Words("it has other white space or keys", "空白或键有变")
    except (ValueError, RecursionError) as error:
        problem = Words(f"it is no JSON that has a digest ({error})", "不是能计算摘要的 JSON")
    if problem:
        raise Finding(
            "manifest-differs",
            Words("the manifest is not as it was written: ", "清单不是写下时的样子：") + problem,
            hint=Words("build the dataset again", "请重新构建数据集"),
        )
    checked: dict[str, Any] = value
    return checked


def _problem(value: Any) -> Words:
    """The first thing that is wrong with the JSON of a manifest; empty if nothing is."""
    if not isinstance(value, dict) or value.get("schema_version") != SCHEMA_VERSION:
        return Words(f"it is not of version {SCHEMA_VERSION}", f"不是版本 {SCHEMA_VERSION}")
    files = value.get("files")
    if not isinstance(files, list) or not all(_is_entry(entry) for entry in files):
        return Words("it has no list of files", "没有文件列表")
    paths = [entry["path"] for entry in files]
    if (wrong := next(_wrong_paths(paths), None)) is not None:
        return Words(f"no file can be at {wrong!r}", f"文件不能位于 {wrong!r}")
    if wrong := next((name for name in _COUNTS if not is_count(value.get(name))), None):
        return Words(f"{wrong!r} is no count", f"{wrong!r} 不是数目")
    if value["kept"] + value["dropped"] + value["quarantined"] != value["records"]:
        return Words("its records do not add up", "记录数对不上")
    if value.get("digest") != (found := digest_of(value)):
        return Words(f"its digest is {found}", f"摘要实为 {found}")
    if value.get("root") != (found := root_of(files_of(value))):
        return Words(f"its root is {found}", f"根实为 {found}")
    return NOTHING


def _is_entry(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and entry.keys() == {field.name for field in fields(FileEntry)}
        and isinstance(entry["path"], str)
        and is_count(entry["size_bytes"])
        and _is_hash(entry["sha256"])
        and (entry["rows"] is None or is_count(entry["rows"]))
        and (entry["records_root"] is None or _is_hash(entry["records_root"]))
    )


def _is_hash(value: Any) -> bool:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _wrong_paths(paths: Sequence[str]) -> Iterator[str]:
    """Paths that leave the folder, are written in two ways, or stand in each other's place."""
    folders = {str(folder) for path in paths for folder in PurePosixPath(path).parents}
    seen: set[str] = set(OUTSIDE)
    for path in paths:
        pure = PurePosixPath(path)
        plain = path.isprintable() and "\\" not in path and str(pure) == path and bool(pure.name)
        if (
            not plain
            or pure.is_absolute()
            or any(p.startswith(".") for p in pure.parts)
            or path in folders
            or path in seen
        ):
            yield path
        seen.add(path)
