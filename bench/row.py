"""The contract of a bench module: `rows(megabytes)` yields one Row per figure.

`bench/run.py` finds every module of this folder that has a function `rows`, runs each in a process
of its own and writes bench/RESULTS.md. `megabytes` is the size of the corpus of `bench.corpus`;
a module that has a fixed input of its own may ignore it. A module that has no `rows` but prints
its figures from `main` goes into the page as it prints.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table: what was asked, what was measured, and the floor of the same run.

    `holds` is None where nothing was asked or nothing could be measured.
    """

    job: str
    measured: str
    asked: str = ""
    floor: str = ""
    holds: bool | None = None
    note: str = ""
