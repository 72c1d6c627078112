"""A push, a view and a pull killed before every single thing they do to the disk, one after the other."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lianjin.corpus.registry import Registry
from lianjin.corpus.verify import verify
from lianjin.corpus.version import VersionName
from lianjin.curate.build import build

RECIPE = '{name: steps, steps: [{keep: "chars >= 3"}]}'
KILLED = 9
PROGRAM = """
import os, sys
from pathlib import Path

from lianjin.corpus import registry as module
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName

module.PUT_AT_ONCE = 1  # the same steps in the same order every time
last, verb, dataset, folder, out = sys.argv[1:]
steps = 0


def counted(call):
    def run(*arguments, **options):
        global steps
        steps += 1
        if steps == int(last):
            os._exit(9)
        return call(*arguments, **options)

    return run


for name in ("open", "replace", "rename", "link", "unlink", "mkdir", "rmdir", "fsync", "fchmod"):
    setattr(os, name, counted(getattr(os, name)))
Path.write_bytes = counted(Path.write_bytes)
registry, name = Registry(Path(folder)), VersionName.parse("lab/news@1.0.0")
if verb == "push":
    registry.commit(Path(dataset), name, created_by="lin", now="2026-01-31T08:00:00Z")
elif verb == "open":
    registry.open(registry.version(name))
else:
    registry.pull(registry.version(name), Path(out))
print(steps)
"""


def run(last: int, verb: str, dataset: Path, folder: Path, out: Path) -> tuple[int, str]:
    """(exit code, steps) of a command killed before its `last` step, from 1; 0 never."""
    command = [sys.executable, "-c", PROGRAM, *map(str, (last, verb, dataset, folder, out))]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode in (0, KILLED), said.stderr
    return said.returncode, said.stdout


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("steps")
    (folder / "r.yaml").write_text(RECIPE)
    lines = [json.dumps({"text": text}) for text in ("早市早", "短")]
    (folder / "a.jsonl").write_text("\n".join(lines))
    return build(folder / "r.yaml", input=folder / "a.jsonl", out=folder / "out", workers=1).out


def check(folder: Path, out: Path, dataset: Path, said: str) -> None:
    """After a kill: no fault; the same commands end as if there had been none, and leave nothing."""
    registry, name = Registry(folder), VersionName.parse("lab/news@1.0.0")
    assert registry.check().faults == (), said
    version = registry.commit(dataset, name, created_by="lin", now="2026-01-31T08:00:00Z")
    assert verify(registry.open(version).folder, records=True).faults == (), said
    registry.pull(version, out)
    assert verify(out, records=True).faults == (), said
    names = {p.name for p in out.rglob("*")}
    assert names == {p.name for p in dataset.rglob("*")}, said
    found = registry.check()
    assert (found.faults, found.n_unused) == ((), 0), said
    assert list((folder / "incoming").iterdir()) == [], said


def killed_at_every_step(verb: str, dataset: Path, tmp_path: Path, stride: int) -> None:
    before = tmp_path / "before"
    if verb != "push":
        assert run(0, "push", dataset, before, tmp_path)[0] == 0
    else:
        before.mkdir()

    def fresh(name: str) -> Path:
        return Path(shutil.copytree(before, tmp_path / name))

    code, steps = run(0, verb, dataset, fresh("whole"), tmp_path / "whole-out")
    assert (code, int(steps) > 15) == (0, True)
    for last in range(1, int(steps) + 1, stride):
        folder, out = fresh(str(last)), tmp_path / f"{last}-out"
        assert run(last, verb, dataset, folder, out)[0] == KILLED
        check(folder, out, dataset, f"killed before step {last} of {steps}")
        shutil.rmtree(folder)
        shutil.rmtree(out)


@pytest.mark.slow  # a process for every 23rd step
@pytest.mark.parametrize("verb", ["push", "open", "pull"])
def test_a_registry_survives_a_kill(verb: str, dataset: Path, tmp_path: Path) -> None:
    killed_at_every_step(verb, dataset, tmp_path, 23)


@pytest.mark.attack
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("verb", ["push", "open", "pull"])
def test_a_registry_survives_a_kill_before_any_step(
    verb: str, dataset: Path, tmp_path: Path
) -> None:
    killed_at_every_step(verb, dataset, tmp_path, 1)
