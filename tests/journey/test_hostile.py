"""A whole run over a folder that wants to break it, and runs that get in each other's way."""

from __future__ import annotations

import gzip
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from lianjin.core.errors import StorageError
from lianjin.corpus.verify import verify
from lianjin.curate.build import Progress, build

RECIPE = """
name: hostile
steps:
  - repair: entities
  - repair: cut_boilerplate
  - keep: "chars >= 2"
  - link: minhash
quarantine: {limit: 1.0}
"""
TEXT = "湿地里的白鹤每年十月从北方飞来，护鸟员把数目记在账本上。"
LINE = json.dumps({"text": TEXT}).encode() + b"\n"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "r.yaml"
    path.write_text(RECIPE, "utf-8")
    return path


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Path]:
    """Every kind of file that nobody wants to find in a folder."""
    folder = tmp_path / "raw"
    folder.mkdir()
    contents = {
        b"a.jsonl": LINE + b'{"text": "\xff\xfe"}\n{"text": \n' + LINE[:30],
        b"b.jsonl.gz": gzip.compress(LINE * 500)[:-9],
        b"c.html": b"<div>" * 100_000 + TEXT.encode(),
        b"d.html": b"<table><tr><td>" * 30_000 + b"&" * 30_000 + b"<" * 30_000,
        b"e.txt": b"",
        b"f.txt": b"\x00" * 1_000,
        b"g.parquet": b"PAR1 rubbish PAR1",
        b"h.json": b'[{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]",
        b"i.csv": b'text\n"' + b"never closed\n" * 1_000,
        b"j.jpg": bytes(range(256)) * 10,
        b"\xd6\xd0.txt": TEXT.encode("gbk"),
        b"k\n#1|`<b>.txt": TEXT.encode(),
        b"l.txt": "\ufeff\u202e".encode() + TEXT.encode(),
    }
    for name, content in contents.items():
        (folder / os.fsdecode(name)).write_bytes(content)
    (folder / "empty").mkdir()
    (folder / "loop").symlink_to(folder)
    (folder / "zero").symlink_to("/dev/zero")
    os.mkfifo(folder / "pipe.jsonl")
    with socket.socket(socket.AF_UNIX) as opened:
        opened.bind(str(folder / "socket"))
        yield folder


def test_a_hostile_folder_is_read_whole_and_every_record_accounted_for(
    recipe: Path, hostile: Path, tmp_path: Path
) -> None:
    built = build(recipe, input=hostile, out=tmp_path / "out")
    assert verify(built.out, records=True).faults == ()
    rows = pq.read_table(built.out / "receipts").to_pylist()
    fate: dict[str, list[str]] = {}
    for row in rows:
        said = row["reason"] if row["outcome"] == "quarantined" else row["outcome"]
        fate.setdefault(row["source"]["path"], []).append(said)
    assert fate.pop("b.jsonl.gz")[-1] == "broken-stream"
    assert fate.pop("d.html") is not None, "text or nothing, but no crash"
    assert fate == {
        "a.jsonl": ["dropped", "invalid-utf8", "invalid-json", "invalid-json"],
        "c.html": ["dropped"],
        "f.txt": ["undecodable"],
        "g.parquet": ["invalid-parquet"],
        "h.json": ["too-deep"],
        "i.csv": ["unclosed-quote"],
        "j.jpg": ["unknown-format"],
        "\\xd6\\xd0.txt": ["kept"],
        "k\n#1|`<b>.txt": ["dropped"],
        "l.txt": ["dropped"],
    }


@pytest.mark.parametrize("change", ["gone", "shorter"])
def test_a_file_that_changes_under_a_run_stops_it_and_the_run_starts_again(
    recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    source = tmp_path / "a.jsonl"
    source.write_bytes(LINE * 10)
    real = build.__globals__["open_work"]

    def changed(*arguments, **options):
        source.write_bytes(LINE)
        if change == "gone":
            source.unlink()
        return real(*arguments, **options)

    monkeypatch.setitem(build.__globals__, "open_work", changed)
    with pytest.raises(StorageError) as failed:
        build(recipe, input=source, out=tmp_path / "out")
    assert failed.value.code == ("file-vanished" if change == "gone" else "file-changed")
    assert not (tmp_path / "out" / "manifest.json").exists()
    monkeypatch.undo()
    source.write_bytes(LINE * 10)
    assert build(recipe, input=source, out=tmp_path / "out").records == 10


def test_a_second_process_in_the_same_folder_is_refused(recipe: Path, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINE)
    said: list[subprocess.CompletedProcess[str]] = []
    arguments = ["build", recipe, "--input", tmp_path / "a.jsonl", "--out", tmp_path / "out"]

    def second(progress: Progress) -> None:
        if not said and progress.stage != "hash":  # the folder is taken once the input is known
            command = [sys.executable, "-m", "lianjin", *map(str, arguments), "--overwrite"]
            said.append(subprocess.run(command, capture_output=True, text=True, check=False))

    built = build(recipe, input=tmp_path / "a.jsonl", out=tmp_path / "out", progress=second)
    assert (said[0].returncode, "already-running" in said[0].stderr) == (2, True)
    assert verify(built.out).faults == ()


def test_a_dataset_is_never_its_own_input(recipe: Path, tmp_path: Path) -> None:
    """`--overwrite` would have removed it before it was read."""
    (tmp_path / "a.jsonl").write_bytes(LINE)
    out = tmp_path / "out"
    before = build(recipe, input=tmp_path / "a.jsonl", out=out)
    for given in (out, out / "data", str(out / "*" / "*.parquet")):
        with pytest.raises(Exception, match="input-in-output"):
            build(recipe, input=given, out=out, overwrite=True)
    assert verify(out, records=True).root == before.root


def test_an_output_inside_its_input_is_built_again_to_the_same_root(
    recipe: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "a.jsonl").write_bytes(LINE)
    first = build(recipe, input=raw, out=raw / "out")
    again = build(recipe, input=raw, out=raw / "out", overwrite=True)
    assert (again.root, again.records) == (first.root, 1)
    assert build(recipe, input=raw, out=raw / "out").continued
