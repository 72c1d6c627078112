"""`lianjin verify DIR`: is the dataset what its manifest says, to the byte.

Takes a dataset directory; gives the list of what is wrong, empty if nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lianjin import _kernel
from lianjin.corpus.dataset import FOLDER_OF, Dataset, open_dataset
from lianjin.corpus.manifest import FileEntry, file_entry, files_of, root_of


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a stable `code`, the `path`, what was found and what expected."""

    code: str
    path: str
    found: str
    expected: str


@dataclass(frozen=True)
class Verified:
    """The result: the root the manifest claims, what was hashed, and all faults."""

    root: str
    n_files: int
    size_bytes: int
    faults: tuple[Fault, ...]


def verify(folder: Path, *, records: bool = False) -> Verified:
    """Hashes every file of the dataset again, at hashing speed, and recomputes the root.

    `records`: also recompute the hash of every record, and the sums of the receipts.
    """
    dataset = open_dataset(folder)
    entries = files_of(dataset.manifest)
    faults = [fault for entry in entries for fault in _file_faults(folder, entry)]
    faults += _strangers(folder, entries)
    claimed = str(dataset.manifest["root"])
    if (root := root_of(entries)) != claimed:
        faults.append(Fault("root-differs", "manifest.json", root, claimed))
    faults += _sum_faults(dataset)
    if records and not faults:
        faults += [fault for entry in entries for fault in _record_faults(folder, entry)]
        faults += _outcome_faults(dataset)
    return Verified(claimed, len(entries), sum(e.size_bytes for e in entries), tuple(faults))


def _file_faults(folder: Path, entry: FileEntry) -> Iterator[Fault]:
    path = folder / entry.path
    if not path.is_file():
        yield Fault("file-missing", entry.path, "absent", f"{entry.size_bytes} bytes")
        return
    found = file_entry(folder, path)
    if found.size_bytes != entry.size_bytes:
        yield Fault(
            "size-differs", entry.path, f"{found.size_bytes} bytes", f"{entry.size_bytes} bytes"
        )
    elif found.sha256 != entry.sha256:
        yield Fault("content-differs", entry.path, found.sha256, entry.sha256)


def _strangers(folder: Path, entries: tuple[FileEntry, ...]) -> Iterator[Fault]:
    """Files in the folders of the dataset that its manifest does not know."""
    known = {entry.path for entry in entries}
    for kind in (*FOLDER_OF.values(), "receipts"):
        for path in sorted((folder / kind).glob("**/*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and name not in known:
                yield Fault("file-unknown", name, "present", "absent")


def _sum_faults(dataset: Dataset) -> Iterator[Fault]:
    """The manifest's counts against the rows of its files."""
    value = dataset.manifest
    counts = {
        kind: sum(e.rows or 0 for e in dataset.files(kind))
        for kind in (*FOLDER_OF.values(), "receipts")
    }
    expected = {
        "data": value["kept"],
        "dropped": value["dropped"],
        "quarantine": value["quarantined"],
        "receipts": value["records"],
    }
    for kind, count in counts.items():
        if count != expected[kind]:
            yield Fault("rows-differ", f"{kind}/", f"{count} rows", f"{expected[kind]} rows")
    if value["kept"] + value["dropped"] + value["quarantined"] != value["records"]:
        yield Fault("does-not-add-up", "manifest.json", "kept + dropped + quarantined", "records")


def _record_faults(folder: Path, entry: FileEntry) -> Iterator[Fault]:
    if entry.records_root is None:
        return
    file = pq.ParquetFile(folder / entry.path)
    hashes = [
        _kernel.row_hashes(batch)
        for group in range(file.num_row_groups)
        for batch in file.read_row_group(group).to_batches()
    ]
    root = _kernel.merkle_root(pa.concat_arrays(hashes)).hex()
    if root != entry.records_root:
        yield Fault("records-differ", entry.path, root, entry.records_root)


def _outcome_faults(dataset: Dataset) -> Iterator[Fault]:
    """Every record of the receipts is in exactly the folder that its outcome names."""
    outcomes: dict[str, Any] = {}
    for batch in dataset.batches("receipts", ["id", "outcome"]):
        for outcome, folder in FOLDER_OF.items():
            ids = batch.filter(pc.equal(batch.column("outcome"), outcome)).column("id")
            outcomes.setdefault(folder, []).extend(ids.to_pylist())
    for kind in FOLDER_OF.values():
        ids = [i for batch in dataset.batches(kind, ["id"]) for i in batch.column("id").to_pylist()]
        if ids != outcomes.get(kind, []):
            yield Fault(
                "outcome-differs", f"{kind}/", f"{len(ids)} records", "those of the receipts"
            )
