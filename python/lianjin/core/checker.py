"""Looks through YAML that a person wrote and gathers what is wrong instead of stopping at it.

Takes values that know their place; gives plain ones, or defaults with a problem noted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from lianjin.core.marked import Marked
from lianjin.core.problem import Problem
from lianjin.core.words import NOTHING, Words, nearest


class Checker:
    """What every check of a file shares: `source` is the file's name in messages."""

    source: str
    problems: list[Problem]

    def _problem(
        self, place: Marked, code: str, message: Words, hint: Words = NOTHING, excerpt: str = ""
    ) -> None:
        """Notes one thing that is wrong."""
        line, column = place.line, place.column
        self.problems.append(Problem(code, message, self.source, line, column, hint, excerpt))

    def _known(self, mapping: Marked, known: Iterable[str], owner: Words) -> None:
        """Notes every key of the mapping that does not exist."""
        known = tuple(known)
        for key, place in mapping.keys.items():
            if key not in known:
                listed = ", ".join(known)
                said = Words(f"{owner.en} has no {key!r}", f"{owner.zh}没有 {key!r}")
                hint = Words(f"it may have {listed}", f"这里可以写 {listed}")
                self._problem(place, "unknown-key", said + nearest(key, known), hint)

    def _mapping(self, marked: Marked | None, owner: Words, known: Iterable[str]) -> dict[str, Any]:
        """The mapping's items; empty, with a problem, if it is none."""
        if marked is None:
            return {}
        if not isinstance(marked.value, dict):
            said = Words(
                f"{owner.en} is a mapping, not {marked.plain!r}",
                f"{owner.zh}是映射，不能是 {marked.plain!r}",
            )
            listed = ", ".join(known)
            hint = Words(f"its keys are {listed}", f"它的键有 {listed}")
            self._problem(marked, "wrong-type", said, hint)
            return {}
        self._known(marked, known, owner)
        return marked.value

    def _typed(
        self, marked: Marked | None, default: Any, expected: Words, fits: Callable[[Any], bool]
    ) -> Any:
        """The plain value if it fits, the default if it is absent, or wrong: then with a problem."""
        if marked is None:
            return default
        if fits(marked.plain):
            return marked.plain
        said = Words(
            f"{marked.plain!r} is not {expected.en}", f"{marked.plain!r} 不符；应为{expected.zh}"
        )
        self._problem(marked, "wrong-type", said)
        return default
