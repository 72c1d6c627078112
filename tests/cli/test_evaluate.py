"""`lianjin evaluate`: 0 all gates passed, 1 one failed, 2 a wrong call."""

from __future__ import annotations

import json
from pathlib import Path

from .conftest import Run

REQUIREMENT = """
name: said
source: {kind: 自采, details: a walk}
licence: {name: CC0-1.0, evidence: a letter}
"""


def test_files_are_written_and_the_verdict_is_told(run: Run, out: Path, tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text(REQUIREMENT, "utf-8")
    said = run("evaluate", out, "--requirement", tmp_path / "q.yaml", "--out", tmp_path / "ev")
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(
        "measured against the published clauses of TC609-5-2025-04\n\n✓ schema: all 2"
    )
    assert "0202  safety" in said.out
    assert (tmp_path / "ev" / "evaluation.json").exists()
    assert run("verify", out).code == 0


def test_a_gate_that_fails_is_a_finding(run: Run, out: Path, tmp_path: Path) -> None:
    said = run("evaluate", out, "--out", tmp_path / "ev", "--json")
    told = json.loads(said.out)
    assert said.code == 1
    assert told["gates"] == {"schema": True, "source": False, "rights": False, "integrity": True}
    assert told["grade"] is None
    assert told["indices"]["0202"] is None
    assert {
        "code": "rights",
        "kind": "gate",
        "name": "rights",
        "needed": 1.0,
        "found": 0.0,
    } in told["missing"]
    assert told["digest"].startswith("sha256:")


def test_wrong_calls_are_refused(run: Run, out: Path, tmp_path: Path) -> None:
    (tmp_path / "q.yaml").write_text("nmae: a", "utf-8")
    calls = {
        "out-in-dataset": [out, "--out", out / "ev"],
        "not-a-dataset": [tmp_path, "--out", tmp_path.parent / "ev"],
        "unknown-standard": [out, "--out", tmp_path / "ev", "--standard", "iso"],
        "unknown-key": [out, "--out", tmp_path / "ev", "--requirement", tmp_path / "q.yaml"],
        "no-such-file": [out, "--out", tmp_path / "ev", "--requirement", tmp_path / "none.yaml"],
        "missing-argument": [out],
    }
    for code, call in calls.items():
        said = run("evaluate", *call)
        assert (said.code, said.out) == (2, ""), code
        assert code in said.err
    assert not (tmp_path / "ev").exists()
