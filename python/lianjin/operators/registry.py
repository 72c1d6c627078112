"""Every operator, defined once: what it does, its settings, its titles, unit and version.

Takes functions with a decorator; gives the definitions that recipe check, command line,
reference page, report and provenance are made from.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verb = Literal["repair", "score", "link"]


@dataclass(frozen=True)
class Parameter:
    """One setting of an operator: its name, type, and default (`inspect.Parameter.empty`: required)."""

    name: str
    annotation: Any
    default: Any


@dataclass(frozen=True)
class Operator:
    """An operator's one definition.

    `reference` is the Python form. `kernel` says that the kernel carries a twin of the same
    name, which is what runs; a property test holds both equal. `rules` maps each rule id of a
    repair to what it does (en).
    """

    verb: Verb
    name: str
    version: int
    zh: str
    en: str
    unit: str
    reference: Callable[..., Any]
    kernel: bool
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The settings, in order: all keyword-only arguments of the reference form."""
        signature = inspect.signature(self.reference, eval_str=True)
        return tuple(
            Parameter(p.name, p.annotation, p.default)
            for p in signature.parameters.values()
            if p.kind is inspect.Parameter.KEYWORD_ONLY
        )

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return (inspect.getdoc(self.reference) or "").partition("\n")[0]


_operators: dict[tuple[str, str], Operator] = {}


def _register(operator: Operator) -> Operator:
    key = (operator.verb, operator.name)
    assert key not in _operators, f"two operators are called {key}"
    _operators[key] = operator
    return operator


def repair(
    *, version: int, zh: str, en: str, rules: Mapping[str, str], kernel: bool = True
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(text, *, settings…) -> list[Edit]` as a repair."""
    return lambda f: _register(
        Operator("repair", f.__name__, version, zh, en, "edits", f, kernel, rules)
    )


def score(
    *, version: int, unit: str, zh: str, en: str, kernel: bool = False
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(text) -> number` (or str, for a label) as a score.

    `unit`: ratio, chars, count, nats, label…
    """
    return lambda f: _register(Operator("score", f.__name__, version, zh, en, unit, f, kernel))


def link(
    *, version: int, zh: str, en: str, kernel: bool = True
) -> Callable[[Callable[..., Any]], Operator]:
    """Registers `f(texts, *, settings…) -> cluster ids` as a link over a corpus."""
    return lambda f: _register(Operator("link", f.__name__, version, zh, en, "cluster", f, kernel))


def operators(verb: Verb | None = None) -> tuple[Operator, ...]:
    """All registered operators (of one verb), by verb, then in the order of registration."""
    return tuple(op for (v, _), op in _operators.items() if verb is None or v == verb)
