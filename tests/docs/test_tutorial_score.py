"""The tutorial says what happens: its files are written, its commands run, in both languages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "LIANJIN_LANG": "en", "PYTHONPATH": str(folder)}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def agrees(said: str, shown: str) -> bool:
    """Whether the output is the one shown; a line `…` stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*" if line.strip() == "…" else re.escape(line) + r"\s*\n"
        for line in shown.splitlines()
    )
    return re.fullmatch(pattern, said) is not None


@pytest.mark.slow  # starts a Python for every block: about two seconds
@pytest.mark.parametrize("name", ["tutorial-score.md", "tutorial-score.zh-CN.md"])
def test_every_block_of_the_tutorial_works(name: str, tmp_path: Path) -> None:
    for kind, file, text in BLOCK.findall((DOCS / name).read_text("utf-8")):
        if file:
            (tmp_path / file).parent.mkdir(exist_ok=True)
            (tmp_path / file).write_text(text, "utf-8")
        elif kind == "python":
            run([sys.executable, "-c", text], tmp_path)
        elif kind == "console":
            command, _, shown = text.partition("\n")
            words = command.removeprefix("$ lianjin ").split()
            if find_spec(f"lianjin.cli.{words[0]}") is None:
                pytest.skip(f"`lianjin {words[0]}` is not there yet")
            start = "import sys; from lianjin.cli import main; main(sys.argv[1:])"
            said = run([sys.executable, "-c", start, *words], tmp_path)
            assert agrees(said, shown), said


def test_both_languages_have_the_same_code() -> None:
    def code(name: str) -> list[str]:
        blocks = BLOCK.findall((DOCS / name).read_text("utf-8"))
        return [text for kind, _, text in blocks if kind != "console"]

    assert code("tutorial-score.md") == code("tutorial-score.zh-CN.md")
