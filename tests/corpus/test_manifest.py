"""The manifest's two hashes: the root over the files, the digest over all it says."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lianjin.core.errors import StorageError
from lianjin.corpus.manifest import (
    FileEntry,
    digest_of,
    file_entry,
    files_of,
    manifest,
    root_of,
)

A = FileEntry("data/a.parquet", 10, "aa", 3, "cc")
B = FileEntry("README.md", 5, "bb")


def test_a_file_s_entry_is_its_path_size_and_hash(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a").write_bytes(b"abc")
    assert file_entry(tmp_path, tmp_path / "data" / "a", rows=1) == FileEntry(
        "data/a",
        3,
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        1,
        None,
    )
    with pytest.raises(StorageError, match="storage-enoent"):
        file_entry(tmp_path, tmp_path / "b")


@pytest.mark.parametrize(
    "change",
    [
        {"path": "data/b.parquet"},
        {"size_bytes": 11},
        {"sha256": "ab"},
        {"rows": 4},
        {"rows": None},
        {"records_root": "cd"},
        {"records_root": None},
    ],
)
def test_any_change_of_any_entry_changes_the_root(change: dict[str, Any]) -> None:
    assert root_of([replace(A, **change), B]) != root_of([A, B])


def test_the_root_knows_which_files_but_not_in_which_order_they_were_given() -> None:
    assert root_of([A, B]) == root_of([B, A])
    roots = {root_of(files) for files in ([], [A], [B], [A, B], [A, A, B])}
    assert len(roots) == 5


def test_a_dataset_without_files_has_the_root_of_nothing() -> None:
    """RFC 6962: the hash of the empty string."""
    assert root_of([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_digest_covers_everything_but_itself() -> None:
    value = manifest([A, B], {"kept": 3, "recipe": {"name": "炼"}})
    assert value["digest"] == digest_of(value)
    assert digest_of(value | {"digest": "x"}) == value["digest"]
    for change in ({"kept": 4}, {"recipe": {"name": "金"}}, {"root": "0"}, {"new": None}):
        assert digest_of(value | change) != value["digest"]


def test_a_manifest_survives_json_and_lists_its_files_by_path() -> None:
    value = json.loads(json.dumps(manifest([A, B], {"kept": 3})))
    assert files_of(value) == (B, A)
    assert root_of(files_of(value)) == value["root"]
    assert digest_of(value) == value["digest"]
