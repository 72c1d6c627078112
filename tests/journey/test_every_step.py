"""A run killed before every single thing it does to the disk, one after the other."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lianjin.corpus.verify import verify

RECIPE = '{name: steps, steps: [{keep: "chars >= 3"}, {link: exact}], quarantine: {limit: 1.0}}'
KILLED = 9
PROGRAM = """
import os, sys

last, recipe, source, out, overwrite = sys.argv[1:]
steps = 0


def counted(call):
    def run(*arguments, **options):
        global steps
        steps += 1
        if steps == int(last):
            os._exit(9)
        return call(*arguments, **options)

    return run


for name in ("replace", "link", "unlink", "mkdir", "rmdir", "fsync"):
    setattr(os, name, counted(getattr(os, name)))

from lianjin.curate.build import build

build(recipe, input=source, out=out, overwrite=overwrite == "True", workers=1)
print(steps)
"""


def run(folder: Path, out: Path, *, last: int = 0, overwrite: bool = False) -> tuple[int, str]:
    """(exit code, steps) of a build that is killed before its `last` step, from 1; 0 never."""
    arguments = [last, folder / "r.yaml", folder / "a.jsonl", out, overwrite]
    command = [sys.executable, "-c", PROGRAM, *map(str, arguments)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode in (0, KILLED), said.stderr
    return said.returncode, said.stdout


def contents(out: Path) -> dict[str, str]:
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file() and path.name not in ("run.json", "report.html")
    }


@pytest.mark.attack
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("overwrite", [False, True])
def test_whatever_the_last_step_was_the_same_command_ends_in_the_same_bytes(
    tmp_path: Path, overwrite: bool
) -> None:
    (tmp_path / "r.yaml").write_text(RECIPE)
    lines = [json.dumps({"text": text}) for text in ("早市早", "短", "早市早", "夜市晚")]
    (tmp_path / "a.jsonl").write_text("\n".join([*lines, "{"]))
    whole = tmp_path / "whole"
    run(tmp_path, whole)
    expected = contents(whole)
    _, steps = run(tmp_path, Path(shutil.copytree(whole, tmp_path / "copy")), overwrite=overwrite)
    if not overwrite:
        _, steps = run(tmp_path, tmp_path / "counted")
    assert int(steps) > 50
    for last in range(1, int(steps) + 1):
        out = tmp_path / str(last)
        if overwrite:
            shutil.copytree(whole, out)
        assert run(tmp_path, out, last=last, overwrite=overwrite)[0] == KILLED
        assert run(tmp_path, out)[0] == 0
        assert contents(out) == expected, f"killed before step {last} of {steps}"
        assert verify(out, records=True).faults == ()
        shutil.rmtree(out)
