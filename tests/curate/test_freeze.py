"""Output parts: four kinds of files whose rows, groups and hashes are those of the records."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.curate import build as whole
from lianjin.curate import freeze, reading, task
from lianjin.curate.build import build
from lianjin.curate.freeze import Sink, parts
from lianjin.curate.task import Task

RECIPE = '{name: parts, steps: [{keep: "chars != 2"}, {link: exact}], quarantine: {limit: 1.0}}'


def shares(sizes: list[int], shard_bytes: int) -> list[list[int]]:
    tasks = [Task(index, (), size) for index, size in enumerate(sizes)]
    return [[share.size_bytes for share in group] for group in parts(tasks, shard_bytes)]


def test_tasks_fill_a_part_until_the_next_would_not_fit() -> None:
    assert shares([4, 4, 4, 8, 1, 20, 1], 8) == [[4, 4], [4], [8], [1], [20], [1]]
    assert shares([], 8) == []
    assert shares([0, 0], 8) == [[0, 0]]


def built(folder: Path, texts: list[str | None], **options: Any) -> Dataset:
    """The dataset of `texts`, one record each; None is a line that cannot be read."""
    lines = [json.dumps({"text": t}, ensure_ascii=False) if t is not None else "{" for t in texts]
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    (folder / "r.yaml").write_text(RECIPE, "utf-8")
    out = folder / "out"
    return open_dataset(build(folder / "r.yaml", input=folder / "a.jsonl", out=out, **options).out)


def test_any_document_is_found_in_its_row_group(tmp_path: Path) -> None:
    dataset = built(tmp_path, [f"早市 {number}" for number in range(2_500)])
    (entry,) = dataset.files("receipts")
    metadata = pq.ParquetFile(dataset.folder / entry.path).metadata
    rows = [metadata.row_group(n).num_rows for n in range(metadata.num_row_groups)]
    assert sum(rows) == entry.rows == 2_500
    for number in (0, 1_777, 2_499):
        found = dataset.record("data", f"a.jsonl#{number}")
        assert found is not None
        assert found["text"] == f"早市 {number}"


def texts(*values: str) -> pa.RecordBatch:
    source = [{"path": "a.jsonl", "position": number} for number in range(len(values))]
    return pa.RecordBatch.from_pydict(
        {"id": [f"a.jsonl#{n}" for n in range(len(values))], "source": source, "text": values}
    )


def test_batches_share_a_row_group_up_to_its_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freeze, "ROW_GROUP_ROWS", 10)
    monkeypatch.setattr(freeze, "ROW_GROUP_BYTES", 2_000)
    batches = [texts(*["早市"] * n) for n in (4, 4, 4, 0, 25, 1)]
    batches += [texts("早" * 500), texts("市" * 500), texts("晚" * 5_000)]
    with ExitStack() as stack:
        sink = Sink(tmp_path / "part.parquet", stack)
        for batch in batches:
            sink.write(batch)
        sink.flush()
    file = pq.ParquetFile(tmp_path / "part.parquet")
    groups = [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)]
    assert groups == [8, 4, 10, 10, 5, 2, 1, 1]
    assert file.read()["text"].to_pylist() == [t for b in batches for t in b["text"].to_pylist()]
    assert sink.entry(tmp_path).rows == sum(groups)


def test_each_kind_has_its_rows_in_input_order_and_no_file_without_rows(tmp_path: Path) -> None:
    dataset = built(tmp_path, ["早市一", "短句", None, "早市二", None])
    ids = {
        kind: [i for b in dataset.batches(kind, ["id"]) for i in b["id"].to_pylist()]
        for kind in ("data", "dropped", "quarantine", "receipts")
    }
    assert ids == {
        "data": ["a.jsonl#0", "a.jsonl#3"],
        "dropped": ["a.jsonl#1"],
        "quarantine": ["a.jsonl#2", "a.jsonl#4"],
        "receipts": [f"a.jsonl#{n}" for n in range(5)],
    }
    nothing_dropped = tmp_path / "more"
    nothing_dropped.mkdir()
    dataset = built(nothing_dropped, ["早市一"])
    assert [f.path.partition("/")[0] for f in dataset.files("")] == []
    assert sorted(p.name for p in dataset.folder.iterdir() if p.is_dir()) == ["data", "receipts"]


def test_scores_are_stored_for_dropped_documents_too(tmp_path: Path) -> None:
    dataset = built(tmp_path, ["早市一", "短句"])
    (dropped,) = (row for batch in dataset.batches("dropped") for row in batch.to_pylist())
    assert (dropped["chars"], dropped["reason"], dropped["step"]) == (2, "chars != 2", 0)


def test_a_column_that_holds_nothing_anywhere_is_left_out(tmp_path: Path) -> None:
    dataset = built(tmp_path, ["早市一"])
    (batch,) = dataset.batches("data")
    expected = ["id", "text", "kind", "charset", "source", "content_hash", "salt", "chars"]
    expected += ["tokens_estimate"]
    assert batch.schema.names == expected


def test_equal_contents_have_equal_hashes_and_different_salts(tmp_path: Path) -> None:
    dataset = built(tmp_path, ["早市一", "早市一", "早市二"])
    rows = [row for batch in dataset.batches("receipts") for row in batch.to_pylist()]
    hashes, salts = ([row[name] for row in rows] for name in ("content_hash", "salt"))
    assert hashes[0] == hashes[1] != hashes[2]
    assert len(set(salts)) == 3
    assert {len(salt) for salt in salts} == {16}


def receipts(dataset: Dataset) -> list[dict[str, Any]]:
    return [row for batch in dataset.batches("receipts") for row in batch.to_pylist()]


def test_however_the_input_is_cut_each_record_fares_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small batches, tasks and parts: links and decisions are numbered across all of them."""
    texts = [f"早市{number % 37}" if number % 5 else None for number in range(200)]
    (tmp_path / "one").mkdir()
    (tmp_path / "many").mkdir()
    one = built(tmp_path / "one", texts)
    monkeypatch.setattr(reading, "BATCH_ROWS", 7)
    monkeypatch.setattr(task, "TASK_BYTES", 500)
    planned = whole.plan
    monkeypatch.setattr(whole, "plan", lambda *a, **k: planned(*a, **k, piece_bytes=500))
    monkeypatch.setattr(whole, "parts", lambda tasks, _: parts(tasks, 1_000))
    many = built(tmp_path / "many", texts)
    assert len(one.files("receipts")) == 1
    assert len(many.files("receipts")) > 3
    assert receipts(one) == receipts(many)
    assert one.manifest["steps"] == many.manifest["steps"]


@pytest.mark.parametrize("limit", [1, 19, 20, 21, 40, 1_000])
def test_a_limit_across_tasks_takes_the_first_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    monkeypatch.setattr(task, "TASK_BYTES", 100)
    planned = whole.plan
    monkeypatch.setattr(whole, "plan", lambda *a, **k: planned(*a, **k, piece_bytes=100))
    dataset = built(tmp_path, [f"早市{number:02d}" for number in range(40)], limit=limit)
    ids = [f"a.jsonl#{n}" for n in range(min(limit, 40))]
    assert [row["id"] for row in receipts(dataset)] == ids
    (file,) = dataset.manifest["inputs"]
    assert (file["length"] is None) == (limit < 40)


def test_what_compression_makes_no_smaller_is_left_uncompressed(tmp_path: Path) -> None:
    """All else is compressed, in lists and structs too."""
    turns = [{"role": "user", "content": "早市在哪"}, {"role": "assistant", "content": "桥头"}]
    lines = [{"text": "早市　在桥头", "origin": "河声报"}, {"messages": turns}]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), "utf-8")
    recipe = (
        "{name: parts, steps: [{repair: invisible}, {keep: chars != 2}, {keep: language != ''}]}"
    )
    (tmp_path / "r.yaml").write_text(recipe, "utf-8")
    out = build(tmp_path / "r.yaml", input=tmp_path / "a.jsonl", out=tmp_path / "out").out
    bare: dict[str, set[str]] = {}
    for kind in ("data", "receipts"):
        group = pq.ParquetFile(out / kind / "part-00000.parquet").metadata.row_group(0)
        columns = [group.column(number) for number in range(group.num_columns)]
        assert {column.compression for column in columns} == {"ZSTD", "UNCOMPRESSED"}
        bare[kind] = {c.path_in_schema for c in columns if c.compression == "UNCOMPRESSED"}
    source = {"source.position", "source.start", "source.end"}
    whole_numbers = {"chars", "tokens_estimate"}
    assert bare["data"] == source | whole_numbers | {"kind", "charset", "content_hash", "language"}
    edits = {"edits.list.element.start", "edits.list.element.end"}
    scores = {"scores.chars", "scores.language", "scores.tokens_estimate"}
    assert bare["receipts"] == source | edits | scores | {"outcome", "content_hash"}


def test_edits_of_titles_stand_in_receipts_where_there_are_any(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("{name: r, steps: [{repair: entities}]}", "utf-8")
    for title, has_any in (("早市&amp;桥", True), ("早市", False)):
        (tmp_path / "a.jsonl").write_text(json.dumps({"text": "早市一", "title": title}), "utf-8")
        out = tmp_path / f"out-{has_any}"
        dataset = open_dataset(build(tmp_path / "r.yaml", input=tmp_path / "a.jsonl", out=out).out)
        (receipt,) = receipts(dataset)
        assert ("title_edits" in receipt) == has_any
        assert [title for b in dataset.batches("data") for title in b["title"].to_pylist()] == [
            title.replace("&amp;", "&")
        ]
