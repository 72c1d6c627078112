"""One thing that is wrong in a file that a person wrote, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Problem:
    """What is wrong (`code` is stable), where, and the next step.

    `line` and `column` count from 1. `excerpt` shows the place, a line of carets under it.
    """

    code: str
    message: str
    source: str
    line: int
    column: int
    hint: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        return self.text()

    def text(self, meaning: str = "") -> str:
        """The problem as lines for people; `meaning` explains the code in their language."""
        code = f"{self.code}（{meaning}）" if meaning else self.code
        lines = [f"{self.source}:{self.line}:{self.column}: {code}: {self.message}"]
        lines += [f"    {row}" for row in self.excerpt.splitlines()]
        if self.hint:
            lines.append(f"    {self.hint}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The same as plain values."""
        return asdict(self)
