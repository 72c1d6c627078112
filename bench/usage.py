"""What a command costs: CPU seconds of the whole process, its children included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

# A process inherits the peak memory of the one that starts it, so a small one stands between.
LAUNCHER = """
import json, os, subprocess, sys, time
start = time.monotonic()
process = subprocess.Popen(sys.argv[2:], stdout=open(sys.argv[1], "wb"), stderr=subprocess.STDOUT)
_, status, used = os.wait4(process.pid, 0)
wall_s = time.monotonic() - start
print(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, wall_s,
                  used.ru_maxrss / 1024]))
"""


@dataclass(frozen=True)
class Usage:
    """CPU seconds (user + system), wall seconds, peak memory of the largest process, last line."""

    cpu_s: float
    wall_s: float
    peak_mb: float
    last_line: str


class CommandError(Exception):
    """A measured command ended with an error; the message holds its last words."""


def usage(command: Sequence[str | Path]) -> Usage:
    """What the command costs, from its start to its end, at the root of the repository.

    It may keep compiled modules, as an installed package does, whatever the shell says.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.NamedTemporaryFile() as output:
        launched = subprocess.run(
            [sys.executable, "-S", "-c", LAUNCHER, output.name, *map(str, command)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            check=True,
        )
        lines = output.read().decode(errors="replace").strip().splitlines() or [""]
    code, cpu_s, wall_s, peak_mb = json.loads(launched.stdout)
    if code:
        raise CommandError(f"exit {code}: " + " / ".join(lines[-3:]))
    return Usage(cpu_s, wall_s, peak_mb, lines[-1])


def python(module: str, *arguments: str | Path) -> Usage:
    """What `python -m module arguments…` costs."""
    return usage([sys.executable, "-m", module, *arguments])


def least(runs: int, *command: str | Path) -> Usage:
    """The cheapest of several runs: other work on the machine only ever adds."""
    return min((usage(command) for _ in range(runs)), key=lambda found: found.cpu_s)
