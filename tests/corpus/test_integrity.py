"""Whatever is damaged in a registry is found and named, and nothing else is."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from lianjin.core.errors import UsageError
from lianjin.core.fault import Fault
from lianjin.core.identity import canonical, digest
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetVersion

from .conftest import NOW, name

RECORD = "datasets/lab/news/versions/1.0.0.json"


def faults(registry: Registry) -> list[tuple[str, str]]:
    return [(fault.code, fault.path) for fault in registry.check().faults]


def blob_of(registry: Registry, path: str) -> tuple[Path, str]:
    """The blob of a file of `lab/news@1.0.0`, and how it is named."""
    version = registry.version(name("lab/news@1.0.0"))
    digests = {e["path"]: e["sha256"] for e in registry.manifest(version)["files"]}
    digests |= {p: extra.sha256 for p, extra in version.extras.items()}
    sha256 = (digests | {"manifest.json": version.manifest})[path]
    return registry.blobs.path(sha256), f"objects/{sha256[:2]}/{sha256}"


def test_a_whole_registry_has_no_faults(filled: Registry, small: Path) -> None:
    found = filled.check()
    files = [p for p in small.rglob("*") if p.is_file()]
    size_bytes = sum(path.stat().st_size for path in files)
    assert (found.n_versions, found.n_blobs, found.n_unused) == (1, len(files), 0)
    assert (found.size_bytes, found.faults) == (size_bytes, ())


def test_an_empty_registry_has_none_either(registry: Registry) -> None:
    assert registry.check().faults == ()


def test_every_flipped_byte_is_found_and_named(filled: Registry) -> None:
    """In every file of a registry: the first, a middle and the last byte."""
    filled.open(filled.version(name("lab/news@1.0.0")))
    shutil.rmtree(filled.folder / "views")  # its files are the same ones
    files = [p for p in filled.folder.rglob("*") if p.is_file()]
    assert len(files) > 8
    for path in files:
        data = path.read_bytes()
        path.chmod(0o644)
        for at in {0, len(data) // 2, len(data) - 1}:
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            found = faults(filled)
            assert len(found) == 1, (path, at)
            assert path.name in found[0][1], (path, at)
        path.write_bytes(data)
    assert faults(filled) == []


def test_a_shared_blob_is_named_for_every_version(filled: Registry, small: Path) -> None:
    filled.commit(small, name("lab/copy@1.0.0"), created_by="lin", now=NOW)
    blob, place = blob_of(filled, "README.md")
    blob.chmod(0o644)
    blob.write_bytes(bytes(blob.stat().st_size))
    assert faults(filled) == [
        ("content-differs", f"lab/copy@1.0.0: README.md ({place})"),
        ("content-differs", f"lab/news@1.0.0: README.md ({place})"),
    ]


@pytest.mark.parametrize("path", ["README.md", "report.html", "manifest.json"])
def test_a_missing_or_cut_blob_is_named(filled: Registry, path: str) -> None:
    blob, place = blob_of(filled, path)
    data = blob.read_bytes()
    blob.chmod(0o644)
    blob.write_bytes(data[:-1])
    code = "content-differs" if path == "manifest.json" else "size-differs"
    assert faults(filled) == [(code, f"lab/news@1.0.0: {path} ({place})")]
    blob.unlink()
    assert faults(filled) == [("file-missing", f"lab/news@1.0.0: {path}")]
    blob.symlink_to("/dev/null")
    assert ("file-unknown", place) in faults(filled)


def test_what_is_not_ours_is_named(filled: Registry) -> None:
    for path in (
        "objects/zz/x",
        f"objects/ab/{'cd' * 32}",
        "datasets/x",
        "datasets/Lab/news/versions/1.0.0.json",
        "datasets/lab/news/versions/1.0.0.txt",
        "datasets/lab/news/other/1.0.0.json",
        "datasets/lab/news/versions/1.json",
    ):
        (filled.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (filled.folder / path).touch()
        assert faults(filled) == [("file-unknown", path)]
        (filled.folder / path).unlink()


def test_a_damaged_record_hides_no_other_fault(filled: Registry, other: Path) -> None:
    filled.commit(other, name("lab/more@1.0.0"), created_by="lin", now=NOW)
    (filled.folder / RECORD).write_text("{}")
    found = filled.check()
    assert [(f.code, f.path) for f in found.faults] == [("damaged-file", RECORD)]
    assert (found.n_versions, found.n_unused > 4) == (1, True)


def test_an_unused_blob_is_counted_and_looked_at(filled: Registry) -> None:
    sha256 = filled.blobs.put([b"left over"])
    assert (filled.check().n_unused, faults(filled)) == (1, [])
    filled.blobs.path(sha256).chmod(0o644)
    filled.blobs.path(sha256).write_bytes(b"left ovex")
    assert faults(filled) == [("content-differs", f"objects/{sha256[:2]}/{sha256}")]


def test_a_part_reads_its_share_and_all_parts_read_everything(filled: Registry) -> None:
    whole = filled.check().size_bytes
    assert sum(filled.check((n, 5)).size_bytes for n in range(1, 6)) == whole
    blob, _ = blob_of(filled, "README.md")
    blob.chmod(0o644)
    blob.write_bytes(bytes(blob.stat().st_size))
    found = [len(filled.check((n, 5)).faults) for n in range(1, 6)]
    assert sorted(found) == [0, 0, 0, 0, 1]
    for part in ((0, 1), (2, 1), (1, 0)):
        with pytest.raises(UsageError):
            filled.check(part)


def test_a_version_that_was_written_anew_contradicts_its_manifest(filled: Registry) -> None:
    path = filled.folder / RECORD
    value = json.loads(path.read_bytes())
    del value["digest"]
    for key, lie in {"kept": 2, "root": "0" * 64, "size_bytes": 1}.items():
        said = value | {key: lie}
        path.write_bytes(canonical(said | {"digest": digest(said)}) + b"\n")
        assert faults(filled) == [("manifest-differs", "lab/news@1.0.0")]


def test_a_parent_that_is_another_or_gone_is_named(filled: Registry, other: Path) -> None:
    child = filled.commit(
        other, name("lab/more@1.0.0"), created_by="lin", now=NOW, parents=[name("lab/news@1.0.0")]
    )
    assert faults(filled) == []
    parent = filled.folder / RECORD
    forged = DatasetVersion(**{**vars(child), "name": name("lab/news@1.0.0"), "parents": ()})
    parent.write_bytes(forged.to_bytes())
    assert faults(filled) == [("parent-differs", "lab/more@1.0.0")]
    parent.unlink()
    assert faults(filled) == [("no-such-version", "lab/more@1.0.0")]


def test_a_view_that_was_changed_is_named(filled: Registry) -> None:
    folder = filled.open(filled.version(name("lab/news@1.0.0"))).folder
    place = folder.relative_to(filled.folder).as_posix()
    (folder / "README.md").unlink()
    assert faults(filled) == [("view-differs", f"{place}/README.md")]
    (folder / "README.md").write_text("other")
    found: tuple[Fault, ...] = filled.check().faults
    assert [(f.code, f.path) for f in found] == [("view-differs", f"{place}/README.md")]
