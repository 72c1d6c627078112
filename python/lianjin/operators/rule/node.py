"""The parts a rule is made of. Every part knows where it stands in the rule's text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Value = bool | int | float | str
"""A constant of a rule. Whole numbers stay `int`, so that large counts compare exactly."""


@dataclass(frozen=True)
class Name:
    """A score, a record column, or a path into the record's own fields (`fields.a.b`)."""

    path: tuple[str, ...]
    start: int
    end: int

    @property
    def is_field(self) -> bool:
        """Whether it points into the record's own fields, whose types no schema tells."""
        return self.path[0] == "fields" and len(self.path) > 1

    @property
    def text(self) -> str:
        """The name as one writes it."""
        return ".".join(self.path)


@dataclass(frozen=True)
class Constant:
    """A number, a string, true or false."""

    value: Value
    start: int
    end: int


Operand = Name | Constant


@dataclass(frozen=True)
class Comparison:
    """`left operator right`; a chain `a <= b <= c` is an `And` of its comparisons."""

    left: Operand
    operator: str  # < <= == != >= >
    right: Operand
    start: int
    end: int


@dataclass(frozen=True)
class Membership:
    """Whether the operand is one of the constants."""

    operand: Name
    values: tuple[Constant, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Search:
    """Whether the text holds a piece (`contains`) or a regular expression (`matches`)."""

    operand: Name
    verb: str  # contains matches
    pattern: str
    start: int
    end: int


@dataclass(frozen=True)
class Absence:
    """`is null`: true where the value is absent, never null itself."""

    operand: Name
    start: int
    end: int


@dataclass(frozen=True)
class Truth:
    """A boolean name or constant standing alone: `generated`."""

    operand: Operand
    start: int
    end: int


@dataclass(frozen=True)
class Not:
    """True becomes false and false true; null stays null."""

    part: Node
    start: int
    end: int


@dataclass(frozen=True)
class And:
    """False if any part is false, else null if any part is null, else true."""

    parts: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Or:
    """True if any part is true, else null if any part is null, else false."""

    parts: tuple[Node, ...]
    start: int
    end: int


Atom = Comparison | Membership | Search | Absence | Truth
Node = Atom | Not | And | Or


def atoms(node: Node) -> Iterator[Atom]:
    """The comparisons and tests of a rule, from left to right."""
    if isinstance(node, Not):
        yield from atoms(node.part)
    elif isinstance(node, And | Or):
        for part in node.parts:
            yield from atoms(part)
    else:
        yield node


def operands(atom: Atom) -> tuple[Operand, ...]:
    """What a test looks at."""
    return (atom.left, atom.right) if isinstance(atom, Comparison) else (atom.operand,)


def names(node: Node) -> Iterator[Name]:
    """Every name in a rule, from left to right, repeated where it repeats."""
    for atom in atoms(node):
        yield from (operand for operand in operands(atom) if isinstance(operand, Name))
