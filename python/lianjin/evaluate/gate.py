"""Gates: what must hold of every record or file, whatever the scores. None is averaged away.

Takes a rule of the standard and what its measure counted; gives the verdict with its reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lianjin.core.words import Words
from lianjin.evaluate.measure import Measure, Measured
from lianjin.evaluate.standard import GateRule


@dataclass(frozen=True)
class Gate:
    """One gate: whether it is passed, why, and the counts behind it."""

    id: str
    title: Words
    is_passed: bool
    reason: Words
    measure: str
    measured: Measured


def judged(rule: GateRule, measure: Measure, found: Measured) -> Gate:
    """The gate's verdict: passed if all that was counted passes, and something was counted."""
    passed = found.value == 1
    return Gate(rule.id, rule.title, passed, _reason(measure, found), measure.name, found)


def _reason(measure: Measure, found: Measured) -> Words:
    if found.absent:
        return found.absent
    total, failing = int(found.denominator), int(found.denominator - found.numerator)
    if total == 0:
        return Words("there is nothing to be judged", "没有可判定的内容")
    if failing == 0:
        return Words(f"all {total:,}", f"全部 {total:,} 项")
    said = caused(found.causes, measure.causes)
    return Words(f"{failing:,} of {total:,}: ", f"{total:,} 项中有 {failing:,} 项：") + said


def caused(counts: Mapping[str, int], known: Mapping[str, Words]) -> Words:
    """What is wrong with how many, the most frequent first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    said = [known.get(name, Words.verbatim(name)) for name, _ in ordered]
    if len(ordered) > 1:
        counted = [Words.verbatim(f" {count:,}") for _, count in ordered]
        said = [words + count for words, count in zip(said, counted, strict=True)]
    return Words("; ".join(words.en for words in said), "；".join(words.zh for words in said))
