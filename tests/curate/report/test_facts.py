"""What the report counts, against counts by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from lianjin.corpus.dataset import Dataset
from lianjin.corpus.manifest import file_entry
from lianjin.corpus.receipt import EDITS, LINK
from lianjin.curate.report.facts import N_BINS, facts, histograms


def receipts(folder: Path, rows: list[dict]) -> Dataset:
    schema = pa.schema(
        [
            ("id", pa.string()),
            ("source", pa.struct([("path", pa.string()), ("position", pa.int64())])),
            ("outcome", pa.string()),
            ("step", pa.uint8()),
            ("links", pa.list_(LINK)),
            ("scores", pa.struct([("chars", pa.int64()), ("language", pa.string())])),
            ("edits", EDITS),
        ]
    )
    path = folder / "receipts" / "part-0.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows, schema), path, row_group_size=2)
    return Dataset(folder, {"files": [vars(file_entry(folder, path, rows=len(rows)))]})


def row(number: int, outcome: str, chars: int | None, edits: list[tuple[int, str]]) -> dict:
    """A receipt; `edits` are (step, rule)."""
    blank = {"start": 0, "end": 1, "before": "a", "after": "b", "confidence": 1.0}
    return {
        "id": f"n/a.jsonl#{number}",
        "source": {"path": "n/a.jsonl", "position": number},
        "outcome": outcome,
        "step": 2 if outcome == "dropped" else None,
        "links": None,
        "scores": None if chars is None else {"chars": chars, "language": "zh"},
        "edits": [{"step": step, "rule": rule, **blank} for step, rule in edits] or None,
    }


def test_edits_are_counted_by_rule_and_documents_by_step(tmp_path: Path) -> None:
    rows = [
        row(0, "kept", 10, [(0, "x"), (0, "x"), (1, "y")]),
        row(1, "dropped", 5, []),
        row(2, "kept", 20, [(0, "z"), (0, "x")]),
        row(3, "quarantined", None, []),
        row(4, "kept", 30, [(0, "x")]),
    ]
    found = facts(receipts(tmp_path, rows))
    assert found.edits == Counter({(0, "x"): 4, (1, "y"): 1, (0, "z"): 1})
    assert found.edited == Counter({0: 3, 1: 1})
    assert found.edit_examples[0, "x"] == ["n/a.jsonl#0", "n/a.jsonl#2"]
    assert found.drop_examples == {2: ["n/a.jsonl#1"]}
    assert found.sources == {"n/": Counter(kept=3, dropped=1, quarantined=1)}
    assert (found.read_chars, found.kept_chars) == (65, 60)


def test_a_histogram_parts_kept_from_the_rest(tmp_path: Path) -> None:
    rows = [row(n, "kept" if n > 1 else "dropped", 10 * n, []) for n in range(5)]
    rows.append(row(5, "quarantined", None, []))
    (found,) = histograms(receipts(tmp_path, rows), {"chars": 20.0, "language": 0.0})
    assert (found.score, found.high, found.missing) == ("chars", 40.0, 1)
    assert found.kept.sum() == 3
    assert found.dropped.sum() == 2
    assert found.kept[N_BINS // 2] == 1, "a value of 20 stands in the middle of 0 to 40"


def test_a_dataset_without_receipts_has_no_histogram(tmp_path: Path) -> None:
    assert list(histograms(Dataset(tmp_path, {"files": []}), {"chars": 20.0})) == []
