"""Every measure, defined once: what it counts, of what, and what 0, 1 and undefined mean.

Takes functions with a decorator; gives the definitions that standards name, reports explain and the
reference lists. A measure counts and never decides: lines and weights are the standard's.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lianjin.core.errors import StandardError
from lianjin.core.words import NOTHING, Words, nearest

if TYPE_CHECKING:
    from lianjin.evaluate.records import Records
    from lianjin.evaluate.subject import Subject

Unit = Literal["cell", "row", "record", "set"]
Orientation = Literal["higher", "lower"]
Mode = Literal["automatic", "sampled", "human"]
Flags = np.ndarray
"""bool[n_records]: one flag per record of a batch."""


@dataclass(frozen=True)
class Absent:
    """Nothing was measured, and why: no number is made up in its place. `found`: counts beside it."""

    reason: Words
    found: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """What a measure of records says of a batch.

    `causes`: what is wrong → which records have it. `counted`: the records that the measure is
    about; None for all. A counted record without any cause passes.
    """

    causes: Mapping[str, Flags]
    counted: Flags | None = None


@dataclass(frozen=True)
class Measured:
    """A measure's result: `numerator` of `denominator`, 0 <= numerator <= denominator.

    `value` is their ratio; None where nothing was there to be counted (`denominator` 0) or nothing
    was measured (`absent`). `failing`: ids of the first that failed, with what is wrong with them;
    `n_failing` of them there are. `causes`: how many have what. `found`: other counts that a reader
    wants to see. `lower`: the lower limit of a sampled value's interval; it is what a score takes.
    `evidence`: where to look it up.
    """

    numerator: float = 0
    denominator: float = 0
    failing: tuple[tuple[str, tuple[str, ...]], ...] = ()
    n_failing: int = 0
    causes: Mapping[str, int] = field(default_factory=dict)
    found: Mapping[str, Any] = field(default_factory=dict)
    lower: float | None = None
    evidence: str = ""
    absent: Words = NOTHING

    @property
    def value(self) -> float | None:
        """The ratio, 0 to 1; None if undefined."""
        if self.absent or self.denominator == 0:
            return None
        return self.numerator / self.denominator


@dataclass(frozen=True)
class Measure:
    """A measure's one definition.

    `unit`: what is counted; those of `record` run on batches of records and give `Judged`, the
    others look at the whole and give `Measured`. `zh` and `en`: the title; `about` says in Chinese
    what the docstring says in English; `causes` explains each cause; `scores`: those it reads.
    """

    name: str
    version: int
    unit: Unit
    orientation: Orientation
    mode: Mode
    zh: str
    en: str
    about: str
    causes: Mapping[str, Words]
    scores: tuple[str, ...]
    function: Callable[..., Any]

    @property
    def title(self) -> Words:
        """What the measure is called."""
        return Words(self.en, self.zh)

    @property
    def docs(self) -> Words:
        """All that is said of it."""
        return Words(inspect.getdoc(self.function) or "", self.about)

    @property
    def settings(self) -> Mapping[str, Any]:
        """Its settings, with their defaults: what a standard may write under `with`."""
        parameters = inspect.signature(self.function).parameters.values()
        return {p.name: p.default for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}

    def judge(self, records: Records, settings: Mapping[str, Any]) -> Judged | Absent:
        """What it says of a batch of records; for the unit `record` alone."""
        found: Judged | Absent = self.function(records, **settings)
        return found

    def look(self, subject: Subject, settings: Mapping[str, Any]) -> Measured:
        """What it says of the whole; for every other unit."""
        found: Measured | Absent = self.function(subject, **settings)
        if isinstance(found, Absent):
            return Measured(absent=found.reason, found=found.found)
        return found


_measures: dict[str, Measure] = {}


def measure(
    *,
    version: int,
    unit: Unit,
    zh: str,
    en: str,
    about: str,
    orientation: Orientation = "higher",
    mode: Mode = "automatic",
    causes: Mapping[str, Words] | None = None,
    scores: tuple[str, ...] = (),
) -> Callable[[Callable[..., Any]], Measure]:
    """Registers a function as the measure of its name.

    Of the unit `record`: `f(records, *, settings…) -> Judged | Absent`; of others
    `f(subject, *, settings…) -> Measured | Absent`.
    """

    def register(f: Callable[..., Any]) -> Measure:
        name = f.__name__
        assert name not in _measures or _measures[name].function.__module__ == f.__module__, name
        found = Measure(
            name, version, unit, orientation, mode, zh, en, about, causes or {}, scores, f
        )
        _measures[name] = found
        return found

    return register


def measures() -> tuple[Measure, ...]:
    """All measures, by name."""
    _discover()
    return tuple(_measures[name] for name in sorted(_measures))


def find_measure(name: str) -> Measure:
    """The measure of that name; StandardError `unknown-measure` names the nearest."""
    _discover()
    if (found := _measures.get(name)) is not None:
        return found
    raise StandardError(
        "unknown-measure",
        Words(f"no measure is called {name!r}", f"没有名为 {name!r} 的测量")
        + nearest(name, _measures),
    )


@cache
def _discover() -> None:
    package = importlib.import_module("lianjin.evaluate.measures")
    for module in sorted(info.name for info in pkgutil.iter_modules(package.__path__)):
        importlib.import_module(f"{package.__name__}.{module}")
