"""A log killed before every single thing that its writer does to the disk, one after the other."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from lianjin.core.entry import Entry
from lianjin.core.key import make_key, read_key
from lianjin.core.log import Log
from lianjin.core.verify import verify

WHEN = "2026-01-31T08:00:00Z"
KILLED = 9
PROGRAM = """
import os, sys
from pathlib import Path

from lianjin.core.entry import Entry
from lianjin.core.key import read_key
from lianjin.core.log import Log

last, key, folder, *ends = sys.argv[1:]
steps = 0


def counted(call):
    def run(*arguments, **options):
        global steps
        steps += 1
        if steps == int(last):
            os._exit(9)
        return call(*arguments, **options)

    return run


log = Log.open(Path(folder), read_key(Path(key)))
for name in ("open", "replace", "link", "unlink", "mkdir", "rmdir", "fsync"):
    setattr(os, name, counted(getattr(os, name)))
Path.write_bytes = counted(Path.write_bytes)
Path.write_text = counted(Path.write_text)
size = log.checkpoint().size
for end in map(int, ends):
    given = [Entry("built", "WHEN", {"number": str(n)}) for n in range(size, end)]
    size = log.append(given).stop
    print(size, flush=True)
print(steps)
""".replace("WHEN", WHEN)


def run(folder: Path, key: Path, last: int, ends: tuple[int, ...]) -> tuple[int, list[int]]:
    """(exit code, sizes that were answered) of a writer killed before its `last` step; 0 never."""
    command = [sys.executable, "-c", PROGRAM, *map(str, (last, key, folder, *ends))]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode in (0, KILLED), said.stderr
    return said.returncode, [int(line) for line in said.stdout.split()]


def killed_at_every_step(tmp_path: Path, start: int, ends: tuple[int, ...], stride: int) -> None:
    key = make_key(tmp_path / "log.key", "example.com/log")

    before, first = tmp_path / "before", max(0, start - 3)
    with Log.create(before, key) as log:
        given = [Entry("built", WHEN, {"number": str(n)}) for n in range(start)]
        for at in range(0, start, 5_000):
            log.append(given[at : at + 5_000])

    def fresh(name: str) -> Path:
        return Path(shutil.copytree(before, tmp_path / name))

    code, (*_, steps) = run(fresh("whole"), tmp_path / "log.key", 0, ends)
    assert code == 0
    assert steps > 20
    for last in range(1, steps + 1, stride):
        folder = fresh(str(last))
        code, answered = run(folder, tmp_path / "log.key", last, ends)
        assert code == KILLED
        assert verify(folder).faults == (), f"killed before step {last} of {steps}"
        with Log.open(folder, read_key(tmp_path / "log.key")) as log:
            size = log.checkpoint().size
            assert size in (start, *ends)
            assert size >= max(answered, default=start), "nothing that was answered is lost"
            given = [Entry("built", WHEN, {"number": str(n)}) for n in range(size, ends[-1] + 3)]
            assert log.append(given) == range(size, ends[-1] + 3)
            last_ones = range(first, ends[-1] + 3)
            numbers = [int(log.entry(n).ids["number"]) for n in last_ones]
            assert numbers == list(last_ones), "nothing twice"
        found = verify(folder)
        assert (found.faults, found.unsigned) == ((), ())
        shutil.rmtree(folder)


@pytest.mark.slow  # a process for every fifth step
def test_a_writer_killed_between_two_steps_loses_nothing_it_answered(tmp_path: Path) -> None:
    killed_at_every_step(tmp_path, 255, (258, 300), 5)


@pytest.mark.attack
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(
    ("start", "ends"),
    [(0, (1, 2)), (255, (256, 257)), (200, (900, 901)), (65_535, (65_537, 65_600))],
)
def test_a_writer_killed_before_any_step_loses_nothing_it_answered(
    tmp_path: Path, start: int, ends: tuple[int, ...]
) -> None:
    killed_at_every_step(tmp_path, start, ends, 1)
