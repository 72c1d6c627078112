"""A version comes out whole, byte by byte as it is, or the folder is not a dataset yet."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest
from lianjin.core.errors import Conflict, LianjinError, LimitExceeded, NotFound, StorageError
from lianjin.corpus.checkout import check_out
from lianjin.corpus.registry import Registry
from lianjin.corpus.shipment import Item
from lianjin.corpus.verify import verify
from lianjin.corpus.version import DatasetVersion, Extra

from .conftest import name


@pytest.fixture
def version(filled: Registry) -> DatasetVersion:
    return filled.version(name("lab/news@1.0.0"))


def refused(registry: Registry, version: DatasetVersion, folder: Path) -> str:
    with pytest.raises(LianjinError) as raised:
        registry.pull(version, folder)
    return raised.value.code


def test_a_folder_that_holds_something_else_is_left_alone(
    filled: Registry, version: DatasetVersion, other: Path, tmp_path: Path
) -> None:
    before = {path: path.read_bytes() for path in other.rglob("*") if path.is_file()}
    assert refused(filled, version, other) == "foreign-files"
    assert before == {path: path.read_bytes() for path in other.rglob("*") if path.is_file()}
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "notes").touch()
    assert refused(filled, version, tmp_path / "mine") == "foreign-files"
    assert refused(filled, version, tmp_path / "mine" / "notes").startswith("storage-")
    assert [p.name for p in (tmp_path / "mine").iterdir()] == ["notes"]


def test_a_folder_of_the_same_version_has_to_be_whole(
    filled: Registry, version: DatasetVersion, tmp_path: Path
) -> None:
    filled.pull(version, tmp_path / "out")
    (tmp_path / "out" / "README.md").write_text("mine")
    assert refused(filled, version, tmp_path / "out") == "damaged-file"


def test_a_pull_that_was_stopped_goes_on_with_what_is_missing(
    filled: Registry, version: DatasetVersion, tmp_path: Path
) -> None:
    asked: list[str] = []

    def fetch(item: Item, most: int) -> Iterator[bytes]:
        if len(asked) == most:
            raise ConnectionResetError
        asked.append(item.path)
        yield from filled.blocks(item.sha256)

    out, quiet = tmp_path / "out", lambda done, total: None
    with pytest.raises(StorageError):
        check_out(version, out, lambda item, at: fetch(item, 4), quiet)
    assert not (out / "manifest.json").exists()
    first, asked = asked, []
    assert check_out(version, out, lambda item, at: fetch(item, 100), quiet)
    assert set(first) & set(asked) == {"manifest.json"}
    assert len(first) + len(asked) == version.n_files + len(version.extras) + 2
    assert verify(out, records=True).faults == ()
    assert [p.name for p in out.iterdir() if p.name.startswith(".")] == []


def test_what_a_kill_left_behind_the_manifest_goes(
    filled: Registry, version: DatasetVersion, tmp_path: Path
) -> None:
    filled.pull(version, tmp_path / "out")
    (tmp_path / "out" / ".pull").write_text(version.digest)
    (tmp_path / "out" / ".pull.part").touch()
    assert not filled.pull(version, tmp_path / "out")
    assert [p.name for p in (tmp_path / "out").iterdir() if p.name.startswith(".")] == []


def test_a_folder_that_another_version_was_pulled_to_is_left_alone(
    filled: Registry, version: DatasetVersion, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".pull").write_text("sha256:" + "0" * 64)
    assert refused(filled, version, tmp_path / "out") == "foreign-files"
    (tmp_path / "out" / ".pull").unlink()
    (tmp_path / "out" / ".pull").symlink_to(tmp_path / "elsewhere")
    assert refused(filled, version, tmp_path / "out") == "storage-eloop"
    assert not (tmp_path / "elsewhere").exists()


def test_two_pulls_into_one_folder_do_not_meet(
    filled: Registry, version: DatasetVersion, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    with (tmp_path / "out" / ".pull").open("w") as mark:
        fcntl.flock(mark, fcntl.LOCK_EX)
        with pytest.raises(Conflict) as raised:
            filled.pull(version, tmp_path / "out")
    assert raised.value.code == "already-running"


def test_a_damaged_blob_never_comes_out(
    filled: Registry, version: DatasetVersion, tmp_path: Path
) -> None:
    for item in filled.manifest(version)["files"]:
        path = filled.blobs.path(item["sha256"])
        data = path.read_bytes()
        path.chmod(0o644)
        for wrong in (data[:-1], data[:-1] + bytes([data[-1] ^ 1])):
            path.write_bytes(wrong)
            with pytest.raises(StorageError) as raised:
                filled.pull(version, tmp_path / "out")
            assert (raised.value.code, item["path"] in raised.value.message.en) == (
                "content-differs",
                True,
            )
        path.write_bytes(data + b"x")
        with pytest.raises(LimitExceeded):
            filled.pull(version, tmp_path / "out")
        path.write_bytes(data)
    path.unlink()
    with pytest.raises(NotFound):
        filled.pull(version, tmp_path / "out")
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_a_version_that_says_what_its_manifest_does_not_is_refused(
    filled: Registry, version: DatasetVersion, tmp_path: Path
) -> None:
    readme = next(e for e in filled.manifest(version)["files"] if e["path"] == "README.md")
    for number, change in enumerate(
        (
            {"root": "0" * 64},
            {"manifest": readme["sha256"]},
            {"manifest": next(iter(version.extras.values())).sha256},
        )
    ):
        forged = DatasetVersion(**{**vars(version), **change})
        code = refused(filled, forged, tmp_path / str(number))
        assert code in ("content-differs", "manifest-differs")
        assert not (tmp_path / str(number) / "manifest.json").exists()
    extra = {"data": Extra(readme["sha256"], readme["size_bytes"])}
    forged = DatasetVersion(**{**vars(version), "extras": extra})
    assert refused(filled, forged, tmp_path / "clash").startswith(("storage-", "content-"))


def test_a_file_that_broke_off_is_gone_on_with_where_it_was(
    filled: Registry, version: DatasetVersion, tmp_path: Path
) -> None:
    asked: list[tuple[str, int]] = []
    target = "README.md"

    def fetch(item: Item, at: int) -> Iterator[bytes]:
        asked.append((item.path, at))
        data = b"".join(filled.blocks(item.sha256, at))
        if item.path == target and at == 0:
            yield data[:100]
            raise ConnectionResetError
        yield data

    out, quiet = tmp_path / "out", lambda done, total: None
    with pytest.raises(StorageError):
        check_out(version, out, fetch, quiet)
    assert (out / f".{target}.part").stat().st_size == 100
    assert check_out(version, out, fetch, quiet)
    assert [at for path, at in asked if path == target] == [0, 100]
    assert verify(out).faults == ()


@pytest.mark.parametrize("left", [b"other bytes", b"x" * 100_000, b""])
def test_what_is_no_beginning_of_the_file_is_fetched_again(
    filled: Registry, version: DatasetVersion, tmp_path: Path, left: bytes
) -> None:
    out, quiet = tmp_path / "out", lambda done, total: None

    def stops(item: Item, at: int) -> Iterator[bytes]:
        if item.path != "manifest.json":
            raise ConnectionResetError
        yield from filled.blocks(item.sha256, at)

    with pytest.raises(StorageError):
        check_out(version, out, stops, quiet)
    for path in ("README.md", "data/part-00000.parquet"):
        (out / path).parent.mkdir(exist_ok=True)
        (out / path).with_name(f".{Path(path).name}.part").write_bytes(left)
    assert filled.pull(version, out)
    assert verify(out).faults == ()
