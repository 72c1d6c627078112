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
from lianjin.core.errors import StorageError
from lianjin.core.fault import ABSENT, PRESENT, Fault
from lianjin.core.store import guarded, json_text
from lianjin.core.words import Words
from lianjin.corpus.dataset import FOLDER_OF, Dataset, open_dataset
from lianjin.corpus.manifest import OUTSIDE, FileEntry, digest_of, file_entry, files_of, root_of


@dataclass(frozen=True)
class Verified:
    """The result: the root the manifest claims, what was hashed, and all faults."""

    root: str
    n_files: int
    size_bytes: int
    faults: tuple[Fault, ...]


def verify(folder: Path, *, records: bool = False) -> Verified:
    """Hashes every file of the dataset again, at hashing speed, and recomputes the root.

    `records`: also recompute the hash of every record, and the sums of the receipts. Of a manifest
    that is not as it was written nothing is believed: that is the only fault then.
    """
    try:
        dataset = open_dataset(folder)
    except StorageError as error:
        if error.code != "damaged-file":
            raise
        return _unbelieved("", error.message, Words("a manifest as it was written", "写下时的清单"))
    entries = files_of(dataset.manifest)
    with guarded(folder / "manifest.json", "read"):
        written = (folder / "manifest.json").read_bytes()
    claimed = str(dataset.manifest.get("digest"))
    if (found := _digest(dataset.manifest)).en != claimed:
        return _unbelieved(str(dataset.manifest.get("root")), found, Words.verbatim(claimed))
    if written != json_text(dataset.manifest).encode():
        return _unbelieved(
            str(dataset.manifest["root"]),
            Words("other white space or keys", "空白或键有变"),
            Words.verbatim(claimed),
        )
    faults = [fault for entry in entries for fault in _file_faults(folder, entry)]
    faults += _strangers(folder, entries)
    claimed = str(dataset.manifest["root"])
    if (root := root_of(entries)) != claimed:
        faults.append(Fault("root-differs", "manifest.json", *map(Words.verbatim, (root, claimed))))
    faults += _sum_faults(dataset)
    if records and not faults:
        faults += [fault for entry in entries for fault in _record_faults(folder, entry)]
        faults += [] if faults else _outcome_faults(dataset)
    return Verified(claimed, len(entries), sum(e.size_bytes for e in entries), tuple(faults))


def _digest(manifest: dict[str, Any]) -> Words:
    try:
        return Words.verbatim(digest_of(manifest))
    except ValueError as error:
        return Words(f"no digest: {error}", "算不出摘要")


def _unbelieved(root: str, found: Words, expected: Words) -> Verified:
    return Verified(root, 0, 0, (Fault("manifest-differs", "manifest.json", found, expected),))


def _file_faults(folder: Path, entry: FileEntry) -> Iterator[Fault]:
    path = folder / entry.path
    if not path.is_file():
        yield Fault("file-missing", entry.path, ABSENT, _bytes(entry.size_bytes))
        return
    found = file_entry(folder, path)
    if found.size_bytes != entry.size_bytes:
        yield Fault("size-differs", entry.path, _bytes(found.size_bytes), _bytes(entry.size_bytes))
    elif found.sha256 != entry.sha256:
        yield Fault(
            "content-differs", entry.path, *map(Words.verbatim, (found.sha256, entry.sha256))
        )


def _bytes(count: int) -> Words:
    return Words(f"{count} bytes", f"{count} 字节")


def _rows(count: int) -> Words:
    return Words(f"{count} rows", f"{count} 行")


def _strangers(folder: Path, entries: tuple[FileEntry, ...]) -> Iterator[Fault]:
    """Files that the manifest does not know; at the top those that are hidden are nobody's."""
    known = {entry.path for entry in entries} | OUTSIDE
    for top in sorted(folder.iterdir()):
        if top.name.startswith("."):
            continue
        for path in [top, *sorted(top.glob("**/*"))]:
            name = path.relative_to(folder).as_posix()
            if not path.is_dir() and name not in known:
                yield Fault("file-unknown", name, PRESENT, ABSENT)


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
            yield Fault("rows-differ", f"{kind}/", _rows(count), _rows(expected[kind]))
    if value["kept"] + value["dropped"] + value["quarantined"] != value["records"]:
        yield Fault(
            "does-not-add-up",
            "manifest.json",
            Words("kept + dropped + quarantined", "保留 + 剔除 + 隔离"),
            Words("records", "记录总数"),
        )


def _record_faults(folder: Path, entry: FileEntry) -> Iterator[Fault]:
    if entry.records_root is None:
        return
    try:
        file = pq.ParquetFile(folder / entry.path)
        hashes = [
            _kernel.row_hashes(batch)
            for group in range(file.num_row_groups)
            for batch in file.read_row_group(group).to_batches()
        ]
    except (pa.ArrowException, OSError) as error:
        yield Fault(
            "records-differ",
            entry.path,
            Words(f"no Parquet: {error}", "不是 Parquet"),
            Words.verbatim(entry.records_root),
        )
        return
    root = _kernel.merkle_root(pa.concat_arrays(hashes)).hex()
    if root != entry.records_root:
        yield Fault("records-differ", entry.path, *map(Words.verbatim, (root, entry.records_root)))


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
                "outcome-differs",
                f"{kind}/",
                Words(f"{len(ids)} records", f"{len(ids)} 条记录"),
                Words("those of the receipts", "回执所列的记录"),
            )
