"""Input that is broken, changing or malicious: a typed error or a quarantined record."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.core import limits
from lianjin.core.errors import NotFound, StorageError, UsageError
from lianjin.curate.ingest import InputSpec, Summary, read
from lianjin.curate.ingest.spec import FORMATS
from lianjin.curate.plan import plan

Rows = Callable[..., list[dict[str, Any]]]
LINES = b"".join(b'{"text": "line %d"}\n' % i for i in range(20_000))
COMPRESSORS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
}


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_compressed_files_give_what_plain_ones_do(tmp_path: Path, rows: Rows, suffix: str) -> None:
    compress = COMPRESSORS[suffix]
    half = LINES.index(b"\n", len(LINES) // 2) + 1
    (tmp_path / f"a.jsonl.{suffix}").write_bytes(compress(LINES[:half]) + compress(LINES[half:]))
    found = rows(tmp_path)
    assert (len(found), found[-1]["position"], found[-1]["end"]) == (20_000, 19_999, len(LINES) - 1)


@pytest.mark.parametrize("suffix", COMPRESSORS)
def test_a_stream_that_breaks_off_keeps_what_came_before(
    tmp_path: Path, rows: Rows, suffix: str
) -> None:
    whole = COMPRESSORS[suffix](LINES)
    (tmp_path / f"a.jsonl.{suffix}").write_bytes(whole[: len(whole) // 2])
    found = rows(tmp_path)
    assert found[-1]["error_code"] == "broken-stream"
    assert all(row["error_code"] is None for row in found[:-1])


def test_a_wrong_extension_does_not_mislead(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(b'{"text": "a"}'))
    (tmp_path / "b.jsonl.gz").write_bytes(b'{"text": "b"}')
    (tmp_path / "c.dat").write_bytes(b'{"text": "c"}\n{"text": "d"}\n')
    (tmp_path / "e.jpg").write_bytes(b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(range(256)))
    said = [row["text"] or row["error_code"] for row in rows(tmp_path)]
    assert said == ["a", "b", "c", "d", "unknown-format"]


def test_empty_files_are_no_records(tmp_path: Path, rows: Rows) -> None:
    for suffix in ("txt", "jsonl", "json", "csv", "html", "md", "warc"):
        (tmp_path / f"a.{suffix}").touch()
    assert rows(tmp_path) == []


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        plan(InputSpec(), path=tmp_path)
    assert refused.value.code == "no-input"


def test_an_input_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound) as refused:
        plan(InputSpec(), path=tmp_path / "nothing")
    assert refused.value.code == "input-not-found"


def test_a_glob_without_a_match_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        plan(InputSpec(), path=tmp_path / "*.jsonl")
    assert refused.value.code == "no-input"


def test_a_file_that_vanishes_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (piece,) = plan(InputSpec(), path=tmp_path).pieces
    (tmp_path / "a.txt").unlink()
    with pytest.raises(StorageError) as failed:
        list(read(piece, InputSpec(), Summary()))
    assert failed.value.code == "file-vanished"


def test_a_file_that_shrinks_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    (piece,) = plan(InputSpec(), path=tmp_path).pieces
    (tmp_path / "a.jsonl").write_bytes(LINES[:100])
    with pytest.raises(StorageError) as failed:
        list(read(piece, InputSpec(), Summary()))
    assert failed.value.code == "file-changed"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_an_unreadable_file_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(StorageError) as failed:
        plan(InputSpec(), path=tmp_path)
    assert failed.value.code == "unreadable-file"


def test_a_link_to_nothing_is_a_storage_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "nothing")
    with pytest.raises(StorageError) as failed:
        plan(InputSpec(), path=tmp_path)
    assert failed.value.code == "file-vanished"


def test_a_loop_of_links_adds_nothing(tmp_path: Path, rows: Rows) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.txt").write_text("b")
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert [row["path"] for row in rows(tmp_path)] == ["a/b.txt"]


def test_a_line_without_end_is_quarantined_in_bounded_memory(
    tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "RECORD_SIZE_BYTES", 5 << 20)
    endless = gzip.compress(b"a" * (60 << 20))
    (tmp_path / "a.jsonl.gz").write_bytes(endless + gzip.compress(b'\n{"text": "b"}'))
    (tmp_path / "b.txt.gz").write_bytes(endless)
    (tmp_path / "c.json.gz").write_bytes(gzip.compress(b'{"text": "') + endless)
    (tmp_path / "d.csv.gz").write_bytes(gzip.compress(b'text\n"') + endless)
    codes = [row["error_code"] for row in rows(tmp_path)]
    assert codes == ["record-too-large", None, *["record-too-large"] * 3]


def test_several_inputs_share_a_root_and_no_file_comes_twice(tmp_path: Path) -> None:
    for name in ("x/a.txt", "y/a.txt", "y/.hidden.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("a")
    inputs = [tmp_path / "x", tmp_path / "y", tmp_path / "y" / "*.txt"]
    assert [file.path for file in plan(InputSpec(), path=inputs).files] == ["x/a.txt", "y/a.txt"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(FORMATS), st.binary(max_size=400))
def test_any_bytes_in_any_format_add_up(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    path = tmp_path_factory.mktemp("any") / "a"
    path.write_bytes(content)
    spec = InputSpec(format=name)
    for piece in plan(spec, path=path).pieces:
        summary, covered = Summary(), 0
        for batch in read(piece, spec, summary):
            covered += sum(row["end"] - row["start"] for row in batch.to_pylist())
        assert covered + summary.framing == summary.length
