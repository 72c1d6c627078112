"""Commands in this process, and a small dataset for those that look at one."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from lianjin.cli import main

Run = Callable[..., "Said"]
RECIPE = """
name: said
steps:
  - repair: entities
  - keep: "chars >= 4"
  - link: exact
quarantine: {limit: 0.5}
"""
TEXTS = ["早市&amp;天不亮就开了", "太短", "早市&amp;天不亮就开了 ", "湿地里的白鹤"]


@dataclass(frozen=True)
class Said:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command; arguments are turned into text."""

    def called(*arguments: object) -> Said:
        code: object = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code or 0
        assert isinstance(code, int)
        return Said(code, *capsys.readouterr())

    return called


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "r.yaml"
    path.write_text(RECIPE, "utf-8")
    return path


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Four records and a broken line."""
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in TEXTS]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines, "{"]), "utf-8")
    return tmp_path / "a.jsonl"


@pytest.fixture
def out(run: Run, recipe: Path, source: Path, tmp_path: Path) -> Path:
    """The finished dataset."""
    said = run("build", recipe, "--input", source, "--out", tmp_path / "out")
    assert said.code == 0, said
    return tmp_path / "out"
