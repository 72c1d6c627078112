"""`lianjin export` and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize("format", ["jsonl", "parquet", "hf"])
def test_the_kept_documents_are_written_and_counted(
    run: Run, out: Path, tmp_path: Path, format: str
) -> None:
    target = tmp_path / "exported"
    command = ("export", out, "--format", format, "--out", target)
    said = run(*command)
    assert (said.code, said.out, said.err) == (0, f"2 documents → {target}\n", "")
    assert target.exists()
    again = run(*command, "--json")
    assert (again.code, json.loads(again.err)["error"]["code"]) == (2, "already-exists")


def test_json_says_where_and_how_many(run: Run, out: Path, tmp_path: Path) -> None:
    said = run("export", out, "--out", tmp_path / "b.jsonl", "--json")
    assert json.loads(said.out) == {"path": str(tmp_path / "b.jsonl"), "documents": 2}


def test_wrong_calls_write_nothing(run: Run, out: Path, tmp_path: Path) -> None:
    for arguments in (
        (out, "--format", "csv", "--out", tmp_path / "x"),
        (tmp_path / "nothing", "--out", tmp_path / "x"),
        (out,),
    ):
        said = run("export", *arguments)
        assert (said.code, said.out) == (2, "")
    assert not (tmp_path / "x").exists()
