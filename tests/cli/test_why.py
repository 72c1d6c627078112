"""`lianjin why`: the story of a record, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("identifier", "lines"),
    [
        (
            "a.jsonl#0",
            [
                "a.jsonl#0: kept",
                "  edits: 1",
                '    repair: entities named_entity [2, 7) "&amp;" → "&"',
            ],
        ),
        ("a.jsonl#1", ["a.jsonl#1: dropped", "  reason: chars >= 4", "  step: 2 keep: chars >= 4"]),
        ("a.jsonl#2", ["a.jsonl#2: dropped", "  repeats: a.jsonl#0 (1.000), cluster a.jsonl#0"]),
        ("a.jsonl#4", ["a.jsonl#4: quarantined", "  reason: invalid-json"]),
    ],
)
def test_every_outcome_is_explained(run: Run, out: Path, identifier: str, lines: list[str]) -> None:
    said = run("why", out, identifier)
    assert (said.code, said.err) == (0, "")
    told = said.out.splitlines()
    assert [start for line in told for start in lines if line.startswith(start)] == lines, told


@pytest.mark.parametrize("position", range(5))
def test_json_holds_receipt_and_record(run: Run, out: Path, position: int) -> None:
    identifier = f"a.jsonl#{position}"
    told = json.loads(run("why", out, identifier, "--json").out)
    assert told.keys() == {"receipt", "record", "step", "verdict"}
    assert told["receipt"]["id"] == told["record"]["id"] == identifier


@pytest.mark.parametrize("identifier", ["a.jsonl#9", "a.jsonl", "", "#", "a#" + "9" * 5_000])
def test_an_id_that_is_not_there_is_refused_with_some_that_are(
    run: Run, out: Path, identifier: str
) -> None:
    said = run("why", out, identifier)
    assert (said.code, said.out) == (2, "")
    assert "unknown-id" in said.err
    assert "'a.jsonl#" in said.err


def test_a_damaged_dataset_is_a_failed_environment(run: Run, out: Path) -> None:
    (out / "receipts" / "part-00000.parquet").write_bytes(b"PAR1 rubbish PAR1")
    said = run("why", out, "a.jsonl#0")
    assert said.code == 3
    assert "damaged-file" in said.err
