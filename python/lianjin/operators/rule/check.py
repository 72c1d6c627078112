"""What is wrong with a rule's names and types, before anything runs."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lianjin.operators.rule.node import (
    Absence,
    Atom,
    Comparison,
    Constant,
    Membership,
    Name,
    Operand,
    Search,
    Truth,
    atoms,
    names,
    operands,
)
from lianjin.operators.rule.syntax import Fault, Rule

Type = Literal["number", "text", "boolean"]


@dataclass(frozen=True)
class Kind:
    """The values a name can have: their type and, for numbers, their range.

    `whole`: only whole numbers. `low` and `high` are possible values; None is no bound.
    """

    type: Type
    low: float | None = None
    high: float | None = None
    whole: bool = False


NUMBER = Kind("number")
TEXT = Kind("text")
BOOLEAN = Kind("boolean")


def faults(rule: Rule, kinds: Mapping[str, Kind]) -> tuple[Fault, ...]:
    """All unknown names, wrong types and constant tests of a rule, from left to right.

    `kinds` says what each score and column holds; `fields.…` is known without being told.

    >>> from lianjin.operators.rule.syntax import parse
    >>> [fault.message for fault in faults(parse("hanratio > 0.3"), {"han_ratio": NUMBER})]
    ["'hanratio' is no score and no column; nearest is 'han_ratio'"]
    """
    typed = (fault for atom in atoms(rule.root) for fault in _typed(atom, kinds))
    found = dict.fromkeys((*_unknown(rule, kinds), *typed))
    return tuple(sorted(found, key=lambda fault: fault.start))


def type_of(operand: Operand, kinds: Mapping[str, Kind]) -> Type | None:
    """The type of an operand; None for a field of the record's own, which may hold anything."""
    if isinstance(operand, Constant):
        return constant_type(operand)
    kind = kinds.get(operand.path[0]) if len(operand.path) == 1 else None
    return kind.type if kind else None


def constant_type(constant: Constant) -> Type:
    """The type of a constant."""
    if isinstance(constant.value, bool):
        return "boolean"
    return "text" if isinstance(constant.value, str) else "number"


def wanted_type(atom: Atom, name: Name, kinds: Mapping[str, Kind]) -> Type | None:
    """The type a test needs `name` to have; None if any will do (`is null`)."""
    if isinstance(atom, Comparison):
        other = atom.right if name is atom.left else atom.left
        return type_of(other, kinds) or type_of(name, kinds)
    if isinstance(atom, Membership):
        return constant_type(atom.values[0])
    if isinstance(atom, Search):
        return "text"
    return "boolean" if isinstance(atom, Truth) else None


def _unknown(rule: Rule, kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    for name in names(rule.root):
        if name.is_field or (len(name.path) == 1 and name.path[0] in kinds):
            continue
        if name.path == ("fields",):
            message, hint = "`fields` needs a name behind it", "write fields.NAME"
        elif name.path[0] in kinds:
            message, hint = f"{name.path[0]!r} has no parts, so no {name.text!r}", ""
        else:
            nearest = difflib.get_close_matches(name.text, kinds, 1, 0.5)
            tail = f"; nearest is {nearest[0]!r}" if nearest else ""
            message = f"{name.text!r} is no score and no column{tail}"
            hint = "run `lianjin operators` for the list; own fields are written fields.NAME"
        yield Fault("unknown-score", message, name.start, name.end, hint)


def _typed(atom: Atom, kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    def fault(message: str, code: str = "wrong-type", hint: str = "") -> Fault:
        return Fault(code, message, atom.start, atom.end, hint)

    values = operands(atom)
    if not any(isinstance(value, Name) for value in values):
        yield fault("this is the same for every document", "constant-rule", "name a score in it")
        return
    for value in values:
        if isinstance(value, Name) and not value.is_field and value.path[0] not in kinds:
            return  # reported as unknown
    if isinstance(atom, Absence):
        return
    if isinstance(atom, Comparison):
        yield from _comparison(atom, kinds, fault)
        return
    if isinstance(atom, Membership) and len({constant_type(value) for value in atom.values}) > 1:
        yield fault("the constants in the parentheses are of different types")
        return
    name = atom.operand
    assert isinstance(name, Name)
    wanted, found = wanted_type(atom, name, kinds), type_of(name, kinds)
    if found is not None and wanted != found:
        yield fault(f"{name.text!r} holds {_said(found)}; this test needs {_said(wanted)}")
    elif isinstance(atom, Search) and atom.verb == "matches":
        yield from (fault(said, "rule-syntax") for said in _pattern_faults(atom.pattern))


def _comparison(
    atom: Comparison, kinds: Mapping[str, Kind], fault: Callable[..., Fault]
) -> Iterator[Fault]:
    left, right = type_of(atom.left, kinds), type_of(atom.right, kinds)
    if left is None and right is None:
        yield fault(
            "two fields of the record's own have no known type to compare in",
            hint="compare each with a constant",
        )
    elif left and right and left != right:
        yield fault(f"{_said(left)} cannot be compared with {_said(right)}")
    elif "boolean" in (left, right) and atom.operator not in ("==", "!="):
        yield fault("true and false have no order", hint="use == or !=")


def _said(type_: Type | None) -> str:
    names_ = {"number": "a number", "text": "text", "boolean": "true or false", None: "anything"}
    return names_[type_]


def _pattern_faults(pattern: str) -> Iterator[str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        reason = str(error).rpartition(": ")[2] if ": " in str(error) else str(error)
        yield f"no regular expression (RE2): {reason}"
