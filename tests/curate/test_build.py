"""The main job on small inputs: what comes out, that it adds up, and that it is always the same."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from threading import Event

import pyarrow.parquet as pq
import pytest
from lianjin.core.errors import Cancelled, Conflict, LimitExceeded
from lianjin.corpus.dataset import open_dataset
from lianjin.corpus.verify import verify
from lianjin.curate.build import Progress, build

RECIPE = """
name: small
version: 1
operators: [mend.py]
steps:
  - repair: ampersand
  - keep: "chars >= 10"
  - link: minhash
    with: {jaccard: 0.8, keep: longest}
output: {shard: 1MiB}
quarantine: {limit: 0.5}
"""

MEND = """
import re

from lianjin import repair
from lianjin.operators.edit import Edit


@repair(version=1, zh="和号", en="ampersand", rules={"amp": "&amp; is an ampersand"}, kernel=False)
def ampersand(text: str) -> list[Edit]:
    \"\"\"Entities of the ampersand become the ampersand.\"\"\"
    return [Edit("amp", m.start(), m.end(), m.group(), "&") for m in re.finditer("&amp;", text)]
"""

LONG = "老石桥上的早市天不亮就开了，卖菜的人把韭菜扎成小把，水珠顺着叶尖往下滴。"


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "small.yaml"
    path.write_text(RECIPE, "utf-8")
    (tmp_path / "mend.py").write_text(MEND, "utf-8")
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    records = [
        {"id": "a", "text": LONG + "&amp;"},
        {"id": "b", "text": "太短"},
        {"id": "c", "text": LONG + "&amp;！"},
        {
            "id": "d",
            "text": "湿地里的白鹤每年十月从北方飞来，护鸟员把数目记在账本上，一年也没有断过。",
        },
    ]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    (folder / "a.jsonl").write_text("\n".join([*lines, "", "{broken"]) + "\n", "utf-8")
    (folder / "b.txt").write_text(
        "农科所的试验田分成三百二十个小方块，远看像一块打了补丁的毯子。", "utf-8"
    )
    return folder


def bytes_under_root(folder: Path) -> dict[str, str]:
    outside = {"run.json", "report.html"}
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in outside
    }


def rows(folder: Path, kind: str) -> list[dict]:
    return [
        row
        for path in sorted((folder / kind).glob("*.parquet"))
        for row in pq.read_table(path).to_pylist()
    ]


def test_every_record_is_kept_dropped_or_quarantined_with_a_reason(recipe, source, tmp_path):
    built = build(recipe, out=tmp_path / "out", input=source)
    receipts = {row["id"]: row for row in rows(tmp_path / "out", "receipts")}
    assert {id: row["outcome"] for id, row in receipts.items()} == {
        "a.jsonl#0": "dropped",
        "a.jsonl#1": "dropped",
        "a.jsonl#2": "kept",
        "a.jsonl#3": "kept",
        "a.jsonl#5": "quarantined",
        "b.txt#0": "kept",
    }
    assert receipts["a.jsonl#1"]["reason"] == "chars >= 10"
    assert receipts["a.jsonl#0"]["reason"].startswith("minhash")
    assert receipts["a.jsonl#0"]["links"][0]["kept_id"] == "a.jsonl#2"
    assert receipts["a.jsonl#5"]["reason"] == "invalid-json"
    assert (built.records, built.kept, built.dropped, built.quarantined) == (6, 3, 2, 1)


def test_kept_text_is_mended_and_the_receipt_has_the_edit(recipe, source, tmp_path):
    build(recipe, out=tmp_path / "out", input=source)
    kept = {row["id"]: row for row in rows(tmp_path / "out", "data")}
    assert kept["a.jsonl#2"]["text"] == LONG + "&！"
    assert kept["a.jsonl#2"]["source_id"] == "c"
    edits = {row["id"]: row["edits"] for row in rows(tmp_path / "out", "receipts")}["a.jsonl#2"]
    assert [(e["step"], e["before"], e["after"]) for e in edits] == [(0, "&amp;", "&")]


def test_byte_ranges_and_framing_add_up_to_the_file(recipe, source, tmp_path):
    build(recipe, out=tmp_path / "out", input=source)
    manifest = open_dataset(tmp_path / "out").manifest
    for file in manifest["inputs"]:
        assert file["record_length"] + file["framing"] == file["length"] == file["size_bytes"]


def test_any_number_of_workers_gives_the_same_bytes(recipe, source, tmp_path):
    one = build(recipe, out=tmp_path / "one", input=source, workers=1)
    eight = build(recipe, out=tmp_path / "eight", input=source, workers=8)
    assert one.root == eight.root
    assert bytes_under_root(tmp_path / "one") == bytes_under_root(tmp_path / "eight")


def test_a_run_stopped_half_way_continues_to_the_same_bytes(recipe, source, tmp_path):
    whole = build(recipe, out=tmp_path / "whole", input=source)
    for stage in ("read", "link", "write"):
        cancel = Event()

        def stop(progress: Progress, stage: str = stage, cancel: Event = cancel) -> None:
            if progress.stage == stage:
                cancel.set()

        out = tmp_path / f"stopped-{stage}"
        try:
            build(recipe, out=out, input=source, workers=1, progress=stop, cancel=cancel)
            assert stage == "write", "only the last stage may end before it sees the request"
        except Cancelled:
            assert not (out / "manifest.json").exists()
        continued = build(recipe, out=out, input=source)
        assert continued.root == whole.root
        assert bytes_under_root(out) == bytes_under_root(tmp_path / "whole")


def test_a_finished_run_is_not_run_again(recipe, source, tmp_path):
    first = build(recipe, out=tmp_path / "out", input=source)
    again = build(recipe, out=tmp_path / "out", input=source)
    assert again.continued
    assert again.root == first.root


def test_another_run_in_the_same_folder_is_refused_unless_overwritten(recipe, source, tmp_path):
    first = build(recipe, out=tmp_path / "out", input=source)
    recipe.write_text(RECIPE.replace(">= 10", ">= 1"), "utf-8")
    with pytest.raises(Conflict, match="another-run"):
        build(recipe, out=tmp_path / "out", input=source)
    second = build(recipe, out=tmp_path / "out", input=source, overwrite=True)
    assert second.root != first.root
    assert verify(tmp_path / "out", records=True).faults == ()


def test_a_folder_with_foreign_files_is_never_touched(recipe, source, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.doc").write_text("mine")
    with pytest.raises(Conflict, match="foreign-files"):
        build(recipe, out=out, input=source, overwrite=True)
    assert (out / "thesis.doc").read_text() == "mine"


def test_too_many_unreadable_records_stop_the_run(recipe, source, tmp_path):
    recipe.write_text(RECIPE.replace("limit: 0.5", "limit: 0.1"), "utf-8")
    with (source / "a.jsonl").open("a") as file:
        file.write("{broken\n" * 20)
    with pytest.raises(LimitExceeded, match="21 of 26 records"):
        build(recipe, out=tmp_path / "out", input=source)
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_a_limit_takes_the_first_records(recipe, source, tmp_path):
    built = build(recipe, out=tmp_path / "out", input=source, limit=2)
    assert built.records == 2
    assert [row["id"] for row in rows(tmp_path / "out", "receipts")] == ["a.jsonl#0", "a.jsonl#1"]


def test_verify_names_the_file_that_was_altered(recipe, source, tmp_path):
    build(recipe, out=tmp_path / "out", input=source)
    assert verify(tmp_path / "out", records=True).faults == ()
    victim = next((tmp_path / "out" / "data").glob("*.parquet"))
    data = bytearray(victim.read_bytes())
    data[len(data) // 2] ^= 1
    victim.write_bytes(bytes(data))
    faults = verify(tmp_path / "out").faults
    assert [(fault.code, fault.path) for fault in faults] == [
        ("content-differs", victim.relative_to(tmp_path / "out").as_posix())
    ]


def test_an_empty_folder_is_refused(recipe, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(Exception, match=r"empty|no files|nothing") as caught:
        build(recipe, out=tmp_path / "out", input=tmp_path / "empty")
    assert caught.value.exit_code == 2


def test_two_runs_in_one_folder_at_once_are_refused(recipe, source, tmp_path):
    caught = []

    def try_another(progress: Progress) -> None:
        if not caught and progress.stage == "read":
            with pytest.raises(Conflict, match="already-running") as refusal:
                build(recipe, out=tmp_path / "out", input=source)
            caught.append(refusal)

    build(recipe, out=tmp_path / "out", input=source, progress=try_another)
    assert len(caught) == 1
