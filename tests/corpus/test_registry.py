"""A version appears whole or not at all, never changes, and comes out as it went in."""

from __future__ import annotations

import filecmp
import shutil
import threading
from pathlib import Path

import pytest
from lianjin.core.errors import Conflict, Finding, LianjinError, NotFound, StorageError, UsageError
from lianjin.corpus.dataset import open_dataset
from lianjin.corpus.registry import Registry
from lianjin.corpus.verify import verify
from lianjin.corpus.version import DatasetName, DatasetVersion, Extra, Parent

from .conftest import NOW, name

NEWS = DatasetName("lab", "news")
LATER = "2026-02-01T08:00:00Z"


def push(registry: Registry, folder: Path, text: str, *parents: str) -> DatasetVersion:
    named = [name(parent) if "@" in parent else parent for parent in parents]
    return registry.commit(folder, name(text), created_by="lin", now=NOW, parents=named)


def same(one: Path, two: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    names = sorted(p.relative_to(one) for p in one.rglob("*"))
    return names == sorted(p.relative_to(two) for p in two.rglob("*")) and all(
        (one / n).is_dir() or filecmp.cmp(one / n, two / n, shallow=False) for n in names
    )


def test_a_version_says_what_its_manifest_says(filled: Registry, small: Path) -> None:
    manifest = open_dataset(small).manifest
    version = filled.version(name("lab/news@1.0.0"))
    assert (version.root, version.records, version.kept) == (manifest["root"], 3, 1)
    assert version.n_files == len(manifest["files"])
    assert version.size_bytes == sum(entry["size_bytes"] for entry in manifest["files"])
    assert (version.created_by, version.created_utc, version.parents) == ("lin", NOW, ())
    assert set(version.extras) == {"report.html", "run.json"}
    assert filled.manifest(version) == manifest


def test_what_is_pulled_is_what_was_pushed(filled: Registry, small: Path, tmp_path: Path) -> None:
    version = filled.version(name("lab/news@1.0.0"))
    seen: list[tuple[int, int]] = []
    assert filled.pull(version, tmp_path / "deep" / "out", lambda *done: seen.append(done))
    assert same(small, tmp_path / "deep" / "out")
    assert verify(tmp_path / "deep" / "out", records=True).faults == ()
    assert seen[-1][0] == seen[-1][1] > 0
    assert not filled.pull(version, tmp_path / "deep" / "out")
    assert not filled.pull(version, small)


def test_the_same_push_again_gives_the_version_that_stands(filled: Registry, small: Path) -> None:
    before = filled.version(name("lab/news@1.0.0"))
    again = filled.commit(small, name("lab/news@1.0.0"), created_by="mei", now=LATER)
    assert again == before
    assert list((filled.folder / "incoming").iterdir()) == []


def test_a_version_never_changes(filled: Registry, small: Path, other: Path) -> None:
    before = filled.version(name("lab/news@1.0.0"))
    n_blobs = len(list(filled.blobs.all()))
    for call in (
        lambda: push(filled, other, "lab/news@1.0.0"),
        lambda: push(filled, small, "lab/news@1.0.0", "ab" * 32),
        lambda: filled.commit(
            small, name("lab/news@1.0.0"), created_by="lin", now=NOW, message="new"
        ),
    ):
        with pytest.raises(Conflict) as raised:
            call()
        assert raised.value.code == "version-exists"
    assert filled.version(name("lab/news@1.0.0")) == before
    assert len(list(filled.blobs.all())) == n_blobs, "nothing is stored for a refused push"


def test_versions_share_their_bytes(filled: Registry, small: Path) -> None:
    before = sorted(filled.blobs.all())
    push(filled, small, "lab/news@1.0.1", "lab/news@1.0.0")
    push(filled, small, "depot/copy@0.1.0")
    assert sorted(filled.blobs.all()) == before


def test_versions_and_datasets_are_listed_in_order(registry: Registry, small: Path) -> None:
    assert registry.datasets() == ()
    for text in ("lab/news@1.10.0", "lab/news@1.9.0", "lab/news@2.0.0-rc.1", "lab/a@0.1.0-a"):
        push(registry, small, text)
    push(registry, small, "depot/z@1.0.0")
    assert list(map(str, registry.datasets())) == ["depot/z", "lab/a", "lab/news"]
    assert list(map(str, registry.datasets("lab"))) == ["lab/a", "lab/news"]
    assert registry.datasets("nobody") == ()
    found = [version.version for version in registry.versions(NEWS)]
    assert found == ["1.9.0", "1.10.0", "2.0.0-rc.1"]
    assert registry.latest(NEWS).version == "1.10.0"
    assert registry.latest(DatasetName("lab", "a")).version == "0.1.0-a"


def test_what_is_not_there_is_not_found_and_near_names_are_said(filled: Registry) -> None:
    with pytest.raises(NotFound) as raised:
        filled.version(name("lab/news@1.0.1"))
    assert (raised.value.code, "lab/news@1.0.0" in raised.value.message.en) == (
        "no-such-version",
        True,
    )
    for call in (filled.versions, filled.latest):
        with pytest.raises(NotFound) as raised:
            call(DatasetName("lab", "newz"))
        assert (raised.value.code, "lab/news" in raised.value.message.zh) == (
            "no-such-dataset",
            True,
        )


def test_a_file_that_changed_after_it_was_looked_at_is_refused(
    registry: Registry, copied: Path
) -> None:
    part = next((copied / "data").iterdir())
    data = part.read_bytes()
    part.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(Finding) as raised:
        push(registry, copied, "lab/news@1.0.0")
    assert (raised.value.code, part.name in raised.value.message.en) == ("content-differs", True)
    assert registry.datasets() == ()
    part.write_bytes(data)
    push(registry, copied, "lab/news@1.0.0")


def test_parents_make_a_lineage(registry: Registry, small: Path, other: Path) -> None:
    first = push(registry, small, "lab/a@1.0.0", "ab" * 32)
    second = push(registry, other, "lab/b@1.0.0", "lab/a@1.0.0", "ab" * 32, "lab/a@1.0.0")
    third = push(registry, other, "lab/c@1.0.0", "lab/b@1.0.0", "cd" * 32)
    a, b = Parent(first.root, first.name), Parent(second.root, second.name)
    foreign, other_foreign = Parent("ab" * 32), Parent("cd" * 32)
    assert second.parents == (a, foreign)
    assert registry.lineage(first) == (foreign,)
    assert registry.lineage(second) == (a, foreign)
    assert registry.lineage(push(registry, small, "lab/d@1.0.0", "lab/c@1.0.0")) == (
        Parent(third.root, third.name),
        b,
        other_foreign,
        a,
        foreign,
    )


def test_a_parent_that_was_lost_ends_the_lineage_and_nothing_else(
    registry: Registry, small: Path
) -> None:
    for text, parents in (("lab/a@1.0.0", ()), ("lab/b@1.0.0", ("lab/a@1.0.0",))):
        push(registry, small, text, *parents)
    child = push(registry, small, "lab/c@1.0.0", "lab/b@1.0.0")
    (registry.folder / "datasets/lab/b/versions/1.0.0.json").write_text("{}")
    assert [str(parent.name) for parent in registry.lineage(child)] == ["lab/b@1.0.0"]
    (registry.folder / "datasets/lab/b/versions/1.0.0.json").unlink()
    assert [str(parent.name) for parent in registry.lineage(child)] == ["lab/b@1.0.0"]


def test_what_no_version_can_say_is_refused_before_a_byte_is_stored(
    registry: Registry, small: Path
) -> None:
    for change in ({"message": "x" * 2001}, {"created_by": ""}, {"now": "today"}):
        asked = {"created_by": "lin", "now": NOW} | change
        with pytest.raises(UsageError) as raised:
            registry.commit(small, name("lab/news@1.0.0"), **asked)
        assert raised.value.code == "wrong-version"
        with pytest.raises(LianjinError):
            push(registry, small, "lab/news@1.0.0", *(f"{n:064x}" for n in range(101)))
    assert list(registry.blobs.all()) == []


@pytest.mark.parametrize(
    ("parent", "code"),
    [
        ("lab/none@1.0.0", "no-such-version"),
        ("lab/b@1.0.0", "no-such-version"),
        ("x", "wrong-digest"),
    ],
)
def test_a_parent_by_name_has_to_exist(
    registry: Registry, small: Path, parent: str, code: str
) -> None:
    with pytest.raises(LianjinError) as raised:
        push(registry, small, "lab/b@1.0.0", parent)
    assert raised.value.code == code
    assert registry.datasets() == ()


def test_a_lineage_that_was_forged_into_a_circle_ends(registry: Registry, small: Path) -> None:
    push(registry, small, "lab/a@1.0.0")
    b = push(registry, small, "lab/b@1.0.0", "lab/a@1.0.0")
    forged = DatasetVersion(
        **{**vars(registry.version(name("lab/a@1.0.0"))), "parents": (Parent("0" * 64, b.name),)}
    )
    (registry.folder / "datasets/lab/a/versions/1.0.0.json").write_bytes(forged.to_bytes())
    assert [str(parent.name) for parent in registry.lineage(b)] == ["lab/a@1.0.0"]
    assert [str(parent.name) for parent in registry.lineage(forged)] == ["lab/b@1.0.0"]


def test_bytes_have_to_be_there_before_their_version(filled: Registry, small: Path) -> None:
    version = filled.version(name("lab/news@1.0.0"))
    item = filled.manifest(version)["files"][0]

    def commit(manifest: str, extras: dict[str, Extra] | None = None) -> DatasetVersion:
        return filled.commit_blobs(
            manifest, name("lab/more@1.0.0"), created_by="lin", now=NOW, extras=extras
        )

    with pytest.raises(Finding) as found:
        commit(item["sha256"])
    assert found.value.code == "manifest-differs"
    for call in (
        lambda: commit("0" * 64),
        lambda: commit(version.manifest, {"run.json": Extra("0" * 64, 1)}),
    ):
        with pytest.raises(Conflict) as raised:
            call()
        assert raised.value.code == "blobs-missing"
    with pytest.raises(Finding) as found:
        commit(version.manifest, {"run.json": Extra(item["sha256"], item["size_bytes"] + 1)})
    assert found.value.code == "size-differs"
    filled.blobs.path(item["sha256"]).unlink()
    with pytest.raises(Conflict) as raised:
        commit(version.manifest)
    assert (raised.value.code, item["path"] in raised.value.message.en) == ("blobs-missing", True)
    push(filled, small, "lab/news@1.0.0")
    assert commit(version.manifest).root == version.root, "a push again heals"


def test_a_view_is_a_dataset_that_costs_nothing(filled: Registry, small: Path) -> None:
    version = filled.version(name("lab/news@1.0.0"))
    dataset = filled.open(version)
    assert dataset.manifest == open_dataset(dataset.folder).manifest
    assert [row["text"] for b in dataset.batches("data") for row in b.to_pylist()] == [
        "早市天不亮就开了"
    ]
    assert same(small, dataset.folder)
    assert verify(dataset.folder, records=True).faults == ()
    assert filled.open(version).folder == dataset.folder
    assert all(p.stat().st_nlink >= 2 for p in dataset.folder.rglob("*") if p.is_file())
    push(filled, dataset.folder, "lab/news@1.0.1")


def test_a_view_that_was_changed_is_made_anew(filled: Registry, small: Path) -> None:
    version = filled.version(name("lab/news@1.0.0"))
    folder = filled.open(version).folder
    (folder / "README.md").unlink()
    assert same(filled.open(version).folder, small)
    (folder / "README.md").unlink()
    (folder / "README.md").write_text("other")
    assert same(filled.open(version).folder, small)
    shutil.rmtree(folder)
    folder.touch()
    assert same(filled.open(version).folder, small)
    assert list((filled.folder / "incoming").iterdir()) == []


def test_a_view_without_one_of_its_blobs_is_refused(filled: Registry) -> None:
    version = filled.version(name("lab/news@1.0.0"))
    filled.blobs.path(filled.manifest(version)["files"][0]["sha256"]).unlink()
    with pytest.raises(NotFound) as raised:
        filled.open(version)
    assert raised.value.code == "no-such-blob"
    assert [p for f in ("views", "incoming") for p in (filled.folder / f).glob("*")] == []


def test_two_pushes_at_once_of_one_version_leave_one_of_them(
    registry: Registry, small: Path, other: Path
) -> None:
    said: list[str] = []

    def run(folder: Path) -> None:
        try:
            said.append(push(registry, folder, "lab/news@1.0.0").root)
        except Conflict as error:
            said.append(error.code)

    threads = [threading.Thread(target=run, args=(f,)) for f in (small, other) * 4]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    root = registry.version(name("lab/news@1.0.0")).root
    assert sorted(said) == sorted([root] * 4 + ["version-exists"] * 4)
    assert registry.check().faults == ()


def test_many_open_one_version_at_once(filled: Registry) -> None:
    version = filled.version(name("lab/news@1.0.0"))
    found: list[Path] = []
    threads = [
        threading.Thread(target=lambda: found.append(filled.open(version).folder)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert list((filled.folder / "incoming").iterdir()) == []


def test_a_damaged_record_is_said(filled: Registry) -> None:
    path = filled.folder / "datasets/lab/news/versions/1.0.0.json"
    (path.parent / "2.0.0.json").write_bytes(path.read_bytes())
    for text in ("lab/news@2.0.0", "lab/news@1.0.0"):
        path.write_bytes(path.read_bytes()[:-3])
        with pytest.raises(StorageError) as raised:
            filled.version(name(text))
        assert raised.value.code == "damaged-file"


def test_a_registry_that_cannot_be_written_says_so(tmp_path: Path, small: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StorageError):
        push(Registry(tmp_path / "file"), small, "lab/news@1.0.0")
    with pytest.raises(UsageError):
        Registry(tmp_path).blobs.path("../x")
