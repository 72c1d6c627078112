"""The closed loop closes, once, wherever it is killed; the books balance after every arrow."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from lianjin.core.database import Database
from lianjin.core.verify import verify as verify_log
from lianjin.corpus.registry import Registry
from lianjin.market.books import check_books

from ..client import CLIENT, client

__all__ = ["client"]
ROOT = Path(__file__).parents[2]
ARROWS = (
    "build", "annotate", "evaluate", "list", "order", "sign", "deliver", "accept", "miss", "answer",
)  # fmt: skip
ONCE = {
    "project": 2, "annotation": 50, "evaluation": 2, "certificate": 2, "listing": 1,
    "purchase": 1, "agreement_signature": 2, "receipt": 1, "settlement": 1, "demand": 1, "organisation": 5,
}  # fmt: skip
"""Rows of a whole loop: 25 questions answered by two people each, and the rest once or twice."""


def started(folder: Path) -> subprocess.Popen[str]:
    command = [sys.executable, ROOT / "examples" / "closed_loop.py", folder, CLIENT]
    return subprocess.Popen(
        list(map(str, command)),
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        start_new_session=True,
    )


def arrows(lines: list[str]) -> list[str]:
    return [line.split("─")[1].partition("→")[0] for line in lines if "─" in line]


def check(folder: Path) -> dict[str, int]:
    """Books, log and registry hold; how many rows each table has."""
    with Database(f"sqlite:///{folder / 'lianjin.db'}") as database, database.read() as connection:
        check_books(connection)
        tables = sa.inspect(connection).get_table_names()
        counts = {
            name: connection.execute(sa.text(f'SELECT count(*) FROM "{name}"')).scalar() or 0
            for name in tables
        }
    assert verify_log(folder / "log").faults == ()
    assert Registry(folder / "registry").check().faults == ()
    return counts


@pytest.mark.slow  # a server, six people, an unmodified client: the whole product once (20 s)
def test_the_loop_closes(client: Path, tmp_path: Path) -> None:
    process = started(tmp_path / "market")
    said, _ = process.communicate(timeout=280)
    assert process.returncode == 0, said
    lines = said.splitlines()
    assert arrows(lines) == list(ARROWS)
    assert lines[-1] == "certificate: 0 faults; ledger: 11 transfers, 0 fen pending"
    counts = check(tmp_path / "market")
    assert {name: counts[name] for name in ONCE} == ONCE


@pytest.mark.attack
@pytest.mark.timeout(1800)
def test_killed_after_every_arrow_it_goes_on_and_nothing_is_there_twice(
    client: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "market"
    for n in range(1, len(ARROWS) + 1):
        process = started(folder)
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(n)]
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        assert arrows(lines) == list(ARROWS[:n])
        check(folder)
    process = started(folder)
    said, _ = process.communicate(timeout=280)
    assert process.returncode == 0, said
    counts = check(folder)
    assert {name: counts[name] for name in ONCE} == ONCE
