"""The work folder: whose it is, who holds it, and what a kill leaves in it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from lianjin.core.errors import Conflict, LianjinError, StorageError, UsageError
from lianjin.corpus.verify import verify
from lianjin.curate.build import build
from lianjin.curate.work import OURS, Work, is_ours, open_work, read_batches, write_table


def opened(out: Path, digest: str = "d", *, overwrite: bool = False) -> bool:
    """Opens the work folder and lets go of it; whether the run is finished there."""
    with open_work(out, digest, overwrite=overwrite) as (_, finished):
        return finished


def refused(out: Path, digest: str = "d", *, overwrite: bool = False) -> str:
    with pytest.raises(LianjinError) as found:
        opened(out, digest, overwrite=overwrite)
    assert isinstance(found.value, Conflict | UsageError)
    return found.value.code


def finish(out: Path, digest: str = "d") -> None:
    (out / "manifest.json").write_text(f'{{"run": "{digest}"}}')


def tree(out: Path) -> dict[str, str]:
    return {str(p.relative_to(out)): p.read_text() for p in out.rglob("*") if p.is_file()}


@pytest.mark.parametrize("prepare", [lambda _: None, Path.mkdir])
def test_a_new_or_empty_folder_is_taken(tmp_path: Path, prepare: Callable[[Path], None]) -> None:
    prepare(tmp_path / "out")
    assert not opened(tmp_path / "out")
    assert tree(tmp_path / "out") == {".work/lock": "", ".work/run.json": '{\n  "digest": "d"\n}\n'}


def test_a_run_that_is_not_finished_is_continued_with_its_work(tmp_path: Path) -> None:
    opened(tmp_path)
    (tmp_path / ".work" / "measured").mkdir()
    (tmp_path / ".work" / "measured" / "000000.json").write_text("kept")
    assert not opened(tmp_path)
    assert tree(tmp_path)[".work/measured/000000.json"] == "kept"


def test_a_finished_run_is_found_finished_with_or_without_its_work(tmp_path: Path) -> None:
    opened(tmp_path)
    finish(tmp_path)
    assert opened(tmp_path)
    shutil.rmtree(tmp_path / ".work")
    assert opened(tmp_path)


@pytest.mark.parametrize("finished", [False, True])
def test_another_run_is_refused_and_left_as_it_is(tmp_path: Path, finished: bool) -> None:
    opened(tmp_path)
    if finished:
        finish(tmp_path)
    before = tree(tmp_path)
    assert refused(tmp_path, "other") == "another-run"
    assert tree(tmp_path) == before


def test_overwriting_takes_away_all_of_ours_and_nothing_is_finished(tmp_path: Path) -> None:
    opened(tmp_path)
    for name in ("data/a", "dropped/a", "quarantine/a", "receipts/a", ".work/linked/1/rows/a"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("old")
    for name in OURS - {".work"}:
        (tmp_path / name).write_text("{}")
    finish(tmp_path)
    for digest in ("d", "other"):
        assert not opened(tmp_path, digest, overwrite=True)
        assert tree(tmp_path).keys() == {".work/lock", ".work/run.json"}


@pytest.mark.parametrize(
    "names",
    [
        ["thesis.doc"],
        ["data/part-00000.parquet"],
        ["manifest.json", "notes.txt"],
        [".work/run.json", "more/x"],
        [".hidden"],
    ],
)
@pytest.mark.parametrize("overwrite", [False, True])
def test_files_of_others_are_never_touched(
    tmp_path: Path, names: list[str], overwrite: bool
) -> None:
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    before = tree(tmp_path)
    assert refused(tmp_path, overwrite=overwrite) == "foreign-files"
    assert tree(tmp_path) == before


def test_what_cannot_be_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert refused(tmp_path / "file", overwrite=True) == "not-a-folder"
    with pytest.raises(StorageError, match="storage-enotdir"):
        opened(tmp_path / "file" / "out")
    assert refused(tmp_path / os.fsdecode(b"\xff")) == "path-not-utf8"
    assert tree(tmp_path) == {"file": "mine"}


def test_a_folder_is_held_until_it_is_let_go_of(tmp_path: Path) -> None:
    with open_work(tmp_path, "d", overwrite=False):
        assert refused(tmp_path) == "already-running"
        assert refused(tmp_path, "other", overwrite=True) == "already-running"
    assert not opened(tmp_path)


def test_a_folder_is_let_go_of_when_a_run_fails(tmp_path: Path) -> None:
    def failing() -> None:
        with open_work(tmp_path, "d", overwrite=False):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert not opened(tmp_path)


def test_a_lock_that_was_removed_while_one_waited_for_it_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between opening the file and holding it, the run before may have ended and removed it."""
    lock = fcntl.flock

    def late(descriptor: int, operation: int) -> None:
        (tmp_path / ".work" / "lock").unlink()
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    assert refused(tmp_path) == "already-running"


def test_what_a_kill_left_half_written_is_no_foreign_file(tmp_path: Path) -> None:
    (tmp_path / ".manifest.json.new.part").write_text("{")
    (tmp_path / ".report.html.part").write_text("<")
    assert is_ours(tmp_path)
    assert not opened(tmp_path)
    assert tree(tmp_path).keys() == {".work/lock", ".work/run.json"}


def test_what_a_kill_left_beside_a_finished_dataset_is_cleared_away(tmp_path: Path) -> None:
    opened(tmp_path)
    finish(tmp_path)
    (tmp_path / ".manifest.json.new.part").write_text("{}")
    assert opened(tmp_path)
    assert not (tmp_path / ".manifest.json.new.part").exists()


def test_a_run_among_the_leftovers_of_a_kill_ends_whole(raw: Path, small: Path, tmp_path: Path):
    recipe = raw.parent / "small.yaml"
    whole = build(recipe, input=raw, out=small).manifest
    out = tmp_path / "out"
    with open_work(out, whole["run"], overwrite=False):
        pass
    for name in (
        ".work/measured/.000000.arrow.part",
        ".work/measured/000000.arrow",  # without its ledger it counts for nothing
        ".work/linked/4/rows/.000000.arrow.part",
        ".work/parts/.00000.json.part",
        "data/.part-00000.parquet.part",
        "receipts/part-00000.parquet",
        ".manifest.json.new.part",
        ".run.json.part",
    ):
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(b"half")
    assert build(recipe, input=raw, out=out).manifest == whole
    assert verify(out, records=True).faults == ()
    assert not (out / ".work").exists()


def test_a_table_comes_back_batch_by_batch(tmp_path: Path) -> None:
    batches = [pa.record_batch({"n": [1, 2]}), pa.record_batch({"n": [3]})]
    write_table(tmp_path / "a" / "b.arrow", batches)
    assert read_batches(tmp_path / "a" / "b.arrow") == batches
    write_table(tmp_path / "none.arrow", [])
    assert read_batches(tmp_path / "none.arrow") == []
    with pytest.raises(StorageError, match="storage-enoent"):
        read_batches(tmp_path / "absent.arrow")


def test_a_table_whose_batches_fail_is_not_there(tmp_path: Path) -> None:
    def failing():
        yield pa.record_batch({"n": [1]})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_table(tmp_path / "a.arrow", failing())
    assert tree(tmp_path) == {}


def test_the_files_of_a_run_have_their_places(tmp_path: Path) -> None:
    work = Work(tmp_path, "d")
    found = [work.measured("t"), work.ledger("t"), work.linked(2, "rows", "t"), work.part("p")]
    assert [str(path.relative_to(tmp_path)) for path in found] == [
        ".work/measured/t.arrow",
        ".work/measured/t.json",
        ".work/linked/2/rows/t.arrow",
        ".work/parts/p.json",
    ]
