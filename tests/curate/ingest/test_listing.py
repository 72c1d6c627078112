"""Which files an input means, under which paths, in which order."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.core import limits
from lianjin.core.errors import Conflict, LianjinError, LimitExceeded, StorageError, UsageError
from lianjin.curate.ingest import InputSpec
from lianjin.curate.ingest.listing import Found, listing
from lianjin.curate.plan import plan

Rows = Callable[..., list[dict[str, Any]]]
NAMES = ("b.txt", "B.txt", "a/2.txt", "a/10.txt", "a.txt", "中/文.txt", "a/.git/x", ".hidden")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder `raw` with NAMES in it, each one line."""
    for name in NAMES:
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "raw"


def paths(*inputs: Path | str, without: Path | None = None) -> list[str]:
    return [found.path for found in listing([*inputs], without=without)]


def test_a_folder_gives_what_is_not_hidden_in_order_of_code_points(folder: Path) -> None:
    assert paths(folder) == ["B.txt", "a.txt", "a/10.txt", "a/2.txt", "b.txt", "中/文.txt"]


def test_the_order_does_not_depend_on_how_inputs_are_named(folder: Path) -> None:
    assert paths(folder / "b.txt", folder / "a", folder / "a.txt") == [
        "a.txt",
        "a/10.txt",
        "a/2.txt",
        "b.txt",
    ]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.txt", ["B.txt", "a.txt", "b.txt"]),
        ("[ab].txt", ["a.txt", "b.txt"]),
        ("**/*.txt", ["B.txt", "a.txt", "a/10.txt", "a/2.txt", "b.txt", "中/文.txt"]),
        ("?/1*.txt", ["a/10.txt"]),
        ("a/*", ["10.txt", "2.txt"]),
        ("*", ["B.txt", "a.txt", "b.txt"]),
    ],
)
def test_a_glob_gives_paths_below_its_first_wildcard(
    folder: Path, pattern: str, expected: list[str]
) -> None:
    assert paths(str(folder / pattern)) == expected


def test_a_file_named_like_a_glob_is_that_file(tmp_path: Path) -> None:
    (tmp_path / "[1].txt").write_text("a")
    (tmp_path / "1.txt").write_text("a")
    assert paths(tmp_path / "[1].txt") == ["[1].txt"]


def test_a_hidden_file_is_read_if_it_is_named(folder: Path) -> None:
    assert listing([folder / ".hidden"]) == (Found(".hidden", folder / ".hidden"),)


def test_links_are_followed_and_keep_their_own_names(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "x.txt").write_text("x")
    (folder / "far").symlink_to(tmp_path / "elsewhere")
    (folder / "z.txt").symlink_to(tmp_path / "elsewhere" / "x.txt")
    assert [path for path in paths(folder) if path[0] in "fz"] == ["far/x.txt", "z.txt"]


@pytest.mark.parametrize("target", ["self", "nothing"])
def test_a_link_without_a_file_is_told_when_it_is_read(tmp_path: Path, target: str) -> None:
    (tmp_path / "self").symlink_to(target)
    assert paths(tmp_path) == ["self"]
    with pytest.raises(StorageError) as failed:
        plan(InputSpec(), path=tmp_path)
    assert failed.value.code in ("unreadable-file", "file-vanished")


def test_pipes_sockets_and_devices_are_not_waited_for(folder: Path) -> None:
    expected = paths(folder)
    os.mkfifo(folder / "pipe.txt")
    (folder / "zero").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(folder / "socket"))
        assert paths(folder) == expected
        assert paths(str(folder / "*")) == ["B.txt", "a.txt", "b.txt"]
        for name in ("pipe.txt", "zero", "socket"):
            with pytest.raises(UsageError, match="not-a-file"):
                listing([folder / name])


def test_a_name_that_is_not_utf8_has_its_bytes_written_out(tmp_path: Path, rows: Rows) -> None:
    name = os.fsdecode("中.jsonl".encode("gbk"))
    (tmp_path / name).write_text('{"text": "a"}')
    assert [(row["path"], row["text"]) for row in rows(tmp_path)] == [("\\xd6\\xd0.jsonl", "a")]


def test_two_names_that_would_be_written_alike_are_refused(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xd6")).write_text("a")
    (tmp_path / "\\xd6").write_text("b")
    with pytest.raises(UsageError, match="same-path"):
        listing([tmp_path])


def test_names_with_line_ends_and_marks_are_kept(tmp_path: Path) -> None:
    names = ["a\nb.txt", "a#1.txt", "a b.txt", "a%20b.txt", "a\\b.txt"]
    for name in names:
        (tmp_path / name).write_text("a")
    assert paths(tmp_path) == sorted(names)


def test_the_folder_that_a_run_writes_to_is_not_read(folder: Path, tmp_path: Path) -> None:
    before = paths(folder)
    out = folder / "out"
    assert paths(folder, without=out) == before, "it need not be there yet"
    (out / "data").mkdir(parents=True)
    (out / "data" / "part.txt").write_text("a")
    (folder / "link").symlink_to(out)
    assert paths(folder, without=out) == before
    assert paths(str(folder / "**" / "*.txt"), without=out) == before
    assert "out/data/part.txt" in paths(folder)


@pytest.mark.parametrize("name", ["", "data", "data/part.txt", "data/*.txt"])
def test_an_input_in_the_folder_that_a_run_writes_to_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "out" / "data").mkdir(parents=True)
    (tmp_path / "out" / "data" / "part.txt").write_text("a")
    (tmp_path / "link").symlink_to(tmp_path / "out")
    for given in ("out", "link"):
        with pytest.raises(Conflict, match="input-in-output"):
            listing([str(tmp_path / given / name)], without=tmp_path / "out")


def test_no_input_at_all_is_refused() -> None:
    with pytest.raises(UsageError, match="no-input"):
        listing([])


@pytest.mark.parametrize(
    ("limit", "code"), [("INPUT_FILES", "too-many-files"), ("FOLDER_DEPTH", "folder-too-deep")]
)
def test_files_and_depth_have_limits(
    folder: Path, monkeypatch: pytest.MonkeyPatch, limit: str, code: str
) -> None:
    assert getattr(limits, limit) > 100
    monkeypatch.setattr(f"lianjin.curate.ingest.listing.{limit}", 0)
    with pytest.raises(LianjinError) as refused:
        listing([folder])
    assert isinstance(refused.value, LimitExceeded)
    assert refused.value.code == code


@pytest.mark.parametrize("place", [".", "older/clean"])
def test_a_dataset_in_the_input_is_refused_and_its_kept_records_are_not(
    folder: Path, place: str
) -> None:
    for name in ("data/part-0.parquet", "receipts/part-0.parquet", "manifest.json"):
        path = folder / place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    with pytest.raises(UsageError) as refused:
        listing([folder])
    assert refused.value.code == "input-is-dataset"
    assert paths(folder / place / "data") == ["part-0.parquet"]
