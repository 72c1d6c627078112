"""The manifest: every file of a dataset with its hash, and one root over all of them.

Takes file entries and facts about the run; gives the record that makes a folder a dataset.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from lianjin import _kernel
from lianjin.core.identity import canonical, digest
from lianjin.core.store import guarded

SCHEMA_VERSION = 1


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
