"""The rules of `cut_boilerplate`, read from the file the kernel carries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from lianjin._kernel import boilerplate_rules
from lianjin.operators.repair.cut import key


@dataclass(frozen=True)
class Pattern:
    """A folded phrase of a rule; `anchored` asks for the line's beginning."""

    phrase: str
    weight: int
    anchored: bool


@dataclass(frozen=True)
class Rule:
    """A named rule: where it acts (`zone`), what a match proves (`strength`), and its phrases.

    `form` says how a phrase has to lie in a folded line of at most `limit` characters.
    """

    name: str
    zone: str
    strength: str
    form: str
    limit: int
    patterns: tuple[Pattern, ...]


@cache
def rules() -> tuple[Rule, ...]:
    """All rules, in the order in which they name a line."""
    found: list[Rule] = []
    header: list[str] = []
    patterns: list[Pattern] = []
    for line in [*boilerplate_rules().splitlines(), "== end end end end 0"]:
        if not line or line.startswith("#"):
            continue
        if line.startswith("== "):
            if header:
                name, zone, strength, form, limit = header
                found.append(Rule(name, zone, strength, form, int(limit), tuple(patterns)))
            header, patterns = line[3:].split(" "), []
            continue
        weight, _, phrase = line.partition(" ")
        if not (phrase and weight.isdecimal()):
            weight, phrase = "1", line
        patterns.append(Pattern(key(phrase.lstrip("^")), int(weight), phrase.startswith("^")))
    return tuple(found)
