"""Nothing of a dataset can be changed, taken away or added without verify naming it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lianjin.core.errors import NotFound, StorageError
from lianjin.core.store import write_json
from lianjin.corpus.dataset import open_dataset
from lianjin.corpus.manifest import digest_of, file_entry, files_of, manifest
from lianjin.corpus.verify import verify

OUTSIDE = {"run.json", "report.html"}
SEED = 11


def names(folder: Path) -> list[str]:
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(set(found) - OUTSIDE)


def faults(folder: Path, *, records: bool = False) -> list[tuple[str, str]]:
    return [(fault.code, fault.path) for fault in verify(folder, records=records).faults]


def flips(folder: Path, name: str, places: Callable[[int], list[int]]) -> Iterator[int]:
    """Turns one bit of each of these bytes, and turns it back; gives where."""
    path = folder / name
    good = path.read_bytes()
    for place in places(len(good)):
        bad = bytearray(good)
        bad[place] ^= 1 << place % 8
        path.write_bytes(bad)
        yield place
    path.write_bytes(good)


def found_at(folder: Path, places: Callable[[int], list[int]]) -> int:
    """Turns these bytes of every file, one at a time; how many there were."""
    total = 0
    for name in names(folder):
        code = "manifest-differs" if name == "manifest.json" else "content-differs"
        for place in flips(folder, name, places):
            assert faults(folder) == [(code, name)], f"bit {place % 8} of byte {place} of {name}"
            total += 1
    return total


def test_a_dataset_as_it_was_built_has_no_fault(small: Path) -> None:
    found = verify(small, records=True)
    assert found.faults == ()
    assert found.root == open_dataset(small).manifest["root"]
    assert found.n_files == len(names(small)) - 1, "all but the manifest"
    sizes = [(small / name).stat().st_size for name in names(small)]
    assert found.size_bytes == sum(sizes) - (small / "manifest.json").stat().st_size


def test_every_kind_of_file_is_there_to_be_checked(small: Path) -> None:
    kinds = {name.partition("/")[0] for name in names(small)}
    assert kinds == {
        "README.md",
        "croissant.json",
        "data",
        "dropped",
        "manifest.json",
        "quarantine",
        "receipts",
    }


def test_a_flipped_bit_is_found_and_its_file_named(copied: Path) -> None:
    choose = random.Random(SEED)

    def some(length: int) -> list[int]:
        return [0, length - 1, *choose.sample(range(length), 20)]

    assert found_at(copied, some) == 22 * len(names(copied))
    assert faults(copied, records=True) == []


@pytest.mark.attack
def test_every_flipped_byte_is_found_and_its_file_named(copied: Path) -> None:
    sizes = [(copied / name).stat().st_size for name in names(copied)]
    assert found_at(copied, lambda length: list(range(length))) == sum(sizes)


def test_every_missing_file_is_named(copied: Path) -> None:
    for name in names(copied):
        if name == "manifest.json":
            continue
        good = (copied / name).read_bytes()
        (copied / name).unlink()
        assert faults(copied) == [("file-missing", name)]
        (copied / name).write_bytes(good[:-1])
        assert faults(copied) == [("size-differs", name)]
        (copied / name).write_bytes(good)


@pytest.mark.parametrize("name", ["data/part-9.parquet", "receipts/.x", "data/a/b", "new/x", "x"])
def test_every_extra_file_is_named(copied: Path, name: str) -> None:
    (copied / name).parent.mkdir(exist_ok=True)
    (copied / name).write_text("x")
    assert faults(copied) == [("file-unknown", name)]


def test_a_link_to_nothing_is_an_extra_file(copied: Path) -> None:
    (copied / "data" / "x").symlink_to("nothing")
    assert faults(copied) == [("file-unknown", "data/x")]


def test_what_others_keep_hidden_beside_a_dataset_is_theirs(copied: Path) -> None:
    (copied / ".git").mkdir()
    (copied / ".git" / "HEAD").write_text("x")
    assert faults(copied) == []


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000, b'{"schema_version": 2, "files": []}'],
)
def test_a_manifest_that_is_none_is_a_fault_and_for_readers_a_refusal(
    copied: Path, content: bytes
) -> None:
    (copied / "manifest.json").write_bytes(content)
    assert faults(copied) == [("manifest-differs", "manifest.json")]
    with pytest.raises(StorageError, match="damaged-file"):
        open_dataset(copied)


@pytest.mark.parametrize("path", ["/etc/hostname", "../x", "data/../../x"])
def test_a_manifest_that_names_files_elsewhere_is_not_followed(copied: Path, path: str) -> None:
    value = open_dataset(copied).manifest
    value["files"][0]["path"] = path
    write_json(copied / "manifest.json", value | {"digest": digest_of(value)})
    with pytest.raises(StorageError, match="damaged-file"):
        open_dataset(copied)
    assert faults(copied) == [("manifest-differs", "manifest.json")]


def test_a_manifest_written_otherwise_is_a_fault(copied: Path) -> None:
    """Equal values, other bytes: a key said twice would hide there."""
    value = open_dataset(copied).manifest
    (copied / "manifest.json").write_text(json.dumps(value), "utf-8")
    assert faults(copied) == [("manifest-differs", "manifest.json")]


def test_a_folder_without_a_manifest_is_refused(copied: Path) -> None:
    (copied / "manifest.json").unlink()
    with pytest.raises(NotFound, match="not-a-dataset"):
        verify(copied)


# --- who rewrites the manifest as well -------------------------------------------------


def rewritten(folder: Path, **changes: Any) -> None:
    """The manifest with changed facts, and hashes that fit the files as they are now."""
    old = open_dataset(folder).manifest
    entries = [
        file_entry(folder, folder / e.path, rows=e.rows, records_root=e.records_root)
        for e in files_of(old)
    ]
    facts = {k: v for k, v in old.items() if k not in ("schema_version", "files", "digest", "root")}
    write_json(folder / "manifest.json", manifest(entries, facts | changes))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("kept", "data/"),
        ("dropped", "dropped/"),
        ("quarantined", "quarantine/"),
        ("records", "receipts/"),
    ],
)
def test_counts_that_do_not_fit_the_rows_are_named(copied: Path, name: str, kind: str) -> None:
    rewritten(copied, **{name: open_dataset(copied).manifest[name] + 1})
    expected = [("rows-differ", kind), ("does-not-add-up", "manifest.json")]
    assert faults(copied) == expected


def test_a_root_that_is_not_of_the_files_is_named(copied: Path) -> None:
    value = open_dataset(copied).manifest | {"root": "0" * 64}
    write_json(copied / "manifest.json", value | {"digest": digest_of(value)})
    assert faults(copied) == [("root-differs", "manifest.json")]


def test_a_changed_record_under_new_file_hashes_is_found_by_its_own(copied: Path) -> None:
    path = next((copied / "data").glob("*.parquet"))
    table = pq.read_table(path)
    at = table.schema.get_field_index("text")
    texts = pa.array(["换了" if t else None for t in table["text"].to_pylist()], pa.large_string())
    pq.write_table(table.set_column(at, table.schema.field("text"), texts), path)
    rewritten(copied)
    name = path.relative_to(copied).as_posix()
    assert faults(copied) == []
    assert faults(copied, records=True) == [("records-differ", name)]


def test_rubbish_under_a_new_file_hash_is_found_by_its_records(copied: Path) -> None:
    path = next((copied / "data").glob("*.parquet"))
    path.write_bytes(b"PAR1 rubbish PAR1")
    rewritten(copied)
    found = faults(copied, records=True)
    assert found[0] == ("records-differ", path.relative_to(copied).as_posix())
