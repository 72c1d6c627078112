"""One thing that is not as it was written."""

from __future__ import annotations

from dataclasses import dataclass

from lianjin.core.words import Words

ABSENT = Words("absent", "缺失")
PRESENT = Words("present", "存在")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a stable `code`, the `path`, what was found and what expected."""

    code: str
    path: str
    found: Words
    expected: Words
