"""One thing that is wrong in a file that a person wrote, and where."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from lianjin.core.settings import Language
from lianjin.core.words import NOTHING, Words


@dataclass(frozen=True)
class Problem:
    """What is wrong (`code` is stable), where, and the next step.

    `line` and `column` count from 1. `excerpt` shows the place, a line of carets under it.
    """

    code: str
    message: Words
    source: str
    line: int
    column: int
    hint: Words = NOTHING
    excerpt: str = ""

    def __str__(self) -> str:
        return str(self.words)

    @property
    def words(self) -> Words:
        """The problem as lines for people."""
        return Words(self._text("en"), self._text("zh"))

    def _text(self, language: Language) -> str:
        place = f"{self.source}:{self.line}:{self.column}"
        lines = [f"{place}: {self.code}: {self.message.of(language)}"]
        lines += [f"    {row}" for row in self.excerpt.splitlines()]
        if self.hint:
            lines.append(f"    {self.hint.of(language)}")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The same as plain values; the sentences in the language in use."""
        return asdict(self) | {"message": str(self.message), "hint": str(self.hint)}
