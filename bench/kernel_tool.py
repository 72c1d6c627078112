"""Runs one kernel repair over many texts without the Python border.

Takes a repair's name and texts; gives mended texts, the edits, and bytes and seconds.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
Change = tuple[str, str, str]
"""(rule, before, after)"""


@dataclass(frozen=True)
class Outcome:
    """What a repair made of the texts, in order, and the tool's word on bytes and seconds."""

    texts: list[str]
    changes: list[list[Change]]
    speed: str


def run(name: str, texts: Iterable[str], release: bool = False, **settings: Any) -> Outcome:
    """The outcome of the repair over the texts."""
    build = ["cargo", "run", "-q", "-p", "lianjin-kernel", "--example", "repair"]
    call = [*build, *(["--release"] if release else []), "--", name, json.dumps(settings)]
    lines = "\n".join(json.dumps(text) for text in texts)
    done = subprocess.run(call, input=lines.encode(), capture_output=True, cwd=ROOT, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode())
    rows = [json.loads(line) for line in done.stdout.decode().splitlines()]
    changes = [[(rule, before, after) for rule, before, after in row[1]] for row in rows]
    return Outcome([row[0] for row in rows], changes, done.stderr.decode().strip())
