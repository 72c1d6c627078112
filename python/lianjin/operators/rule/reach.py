"""Whether rules can be true at all, and false at all.

A rule is tried on every case that can make a difference: for each number the constants it is
compared with, the values between and beyond them within its range; for text the constants,
their neighbours and another word; each search freely true or false. So a rule that no case
makes true is impossible, and one that no case makes false drops nothing.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from lianjin.core.limits import RULE_TESTS
from lianjin.operators.rule.check import BOOLEAN, Kind, constant_type, type_of, wanted_type
from lianjin.operators.rule.explain import truth
from lianjin.operators.rule.node import (
    Absence,
    And,
    Comparison,
    Constant,
    Membership,
    Name,
    Node,
    Not,
    Or,
    Search,
    Truth,
    atoms,
    names,
    operands,
)

MOST_CLAIMS = 30
Flaw = Literal["impossible", "constant"]


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The claims that all must hold for the rule to hold."""
    if isinstance(node, And):
        return tuple(itertools.chain.from_iterable(map(conjuncts, node.parts)))
    return (node,)


def unreachable(
    claims: Sequence[Node], kinds: Mapping[str, Kind]
) -> tuple[Flaw, tuple[Node, ...]] | None:
    """What no document can do to claims that must all hold, and the claims to blame; else None.

    "impossible": no document passes them all. "constant": they are false for no document.
    What would take too many cases to prove is taken to be fine.
    """
    groups = tuple(_together(claims))
    for group in groups:
        if _outcomes(And(group, 0, 0), kinds).isdisjoint({True}):
            return "impossible", _smallest(group, kinds)
    if groups and all(_outcomes(And(g, 0, 0), kinds).isdisjoint({False}) for g in groups):
        return "constant", tuple(claims)
    return None


def _together(claims: Sequence[Node]) -> Iterator[tuple[Node, ...]]:
    """The claims in groups that share no name, so that each group is tried alone."""
    groups: list[tuple[set[str], list[Node]]] = []
    for claim in claims:
        shared = {name.text for name in names(claim)}
        apart = [group for group in groups if group[0].isdisjoint(shared)]
        joined = [group for group in groups if not group[0].isdisjoint(shared)]
        merged = (
            shared.union(*(group[0] for group in joined)),
            [node for group in joined for node in group[1]] + [claim],
        )
        groups = [*apart, merged]
    return (tuple(nodes) for _, nodes in groups)


def _smallest(group: tuple[Node, ...], kinds: Mapping[str, Kind]) -> tuple[Node, ...]:
    """Claims of the group that are impossible together, and possible without any one of them.

    Of many claims no smaller set is looked for.
    """
    needed = list(group)
    if len(group) > MOST_CLAIMS:
        return group
    for claim in group:
        rest = tuple(other for other in needed if other is not claim)
        if rest and _outcomes(And(rest, 0, 0), kinds).isdisjoint({True}):
            needed = list(rest)
    return tuple(needed)


def _outcomes(node: Node, kinds: Mapping[str, Kind]) -> set[bool | None]:
    """Every value the rule can take; all three if there are too many cases to try."""
    node, searches = _free_searches(node)
    cases = {name: _cases(name, node, kinds) for name in {n.path: n for n in names(node)}.values()}
    kinds = {**kinds, **dict.fromkeys(searches, BOOLEAN)}
    if math.prod(map(len, cases.values())) * sum(1 for _ in atoms(node)) > RULE_TESTS:
        return {True, False, None}
    outcomes: set[bool | None] = set()
    for values in itertools.product(*cases.values()):
        record: dict[str, Any] = {}
        for name, value in zip(cases, values, strict=True):
            _put(record, name.path, value)
        outcomes.add(truth(node, record, kinds))
        if len(outcomes) == 3:
            break
    return outcomes


def _free_searches(node: Node) -> tuple[Node, tuple[str, ...]]:
    """The rule with each different search replaced by a boolean of its own."""
    found: dict[tuple[str, str, str], str] = {}

    def freed(node: Node) -> Node:
        if isinstance(node, Not):
            return replace(node, part=freed(node.part))
        if isinstance(node, And | Or):
            return replace(node, parts=tuple(map(freed, node.parts)))
        if isinstance(node, Search):
            key = (node.operand.text, node.verb, node.pattern)
            name = found.setdefault(key, f"search {len(found)}")
            return Truth(Name((name,), node.start, node.end), node.start, node.end)
        return node

    return freed(node), tuple(found.values())


def _put(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for key in path[:-1]:
        inner = record.setdefault(key, {})
        record = inner if isinstance(inner, dict) else {}
    record[path[-1]] = value


def _cases(name: Name, node: Node, kinds: Mapping[str, Kind]) -> tuple[Any, ...]:
    """The values of a name that can make a difference."""
    constants: list[Constant] = []
    types = set()
    for atom in atoms(node):
        mine = [o for o in operands(atom) if isinstance(o, Name) and o.path == name.path]
        if not mine:
            continue
        if not isinstance(atom, Absence):
            types.add(wanted_type(atom, mine[0], kinds) or type_of(name, kinds))
        constants += _constants(atom, node)
    kind = kinds.get(name.text, Kind("number"))
    cases: list[Any] = [None]
    if "number" in types:
        numbers = [c.value for c in constants if constant_type(c) == "number"]
        cases += _numbers([float(n) for n in numbers], kind)
    if "text" in types:
        words = {str(c.value) for c in constants if constant_type(c) == "text"}
        cases += sorted({"", "\U0010ffff", *words, *(word + "\0" for word in words)})
    if types & {"boolean", None}:
        cases += [True, False]
    return tuple(cases) if types else (None, 0.0)


def _constants(atom: Any, node: Node) -> list[Constant]:
    """The constants a test compares with; comparing two names, all constants of the rule."""
    if isinstance(atom, Membership):
        return list(atom.values)
    if not isinstance(atom, Comparison):
        return []
    found = [side for side in (atom.left, atom.right) if isinstance(side, Constant)]
    if found:
        return found
    return [c for other in atoms(node) for c in _constants_of(other)]


def _constants_of(atom: Any) -> list[Constant]:
    if isinstance(atom, Membership):
        return list(atom.values)
    return [o for o in operands(atom) if isinstance(o, Constant)]


def _numbers(constants: Sequence[float], kind: Kind) -> list[float]:
    """The constants, a value between each two neighbours, and one beyond either end."""
    marks = sorted(set(constants) | {m for m in (kind.low, kind.high) if m is not None}) or [0.0]
    low = -math.inf if kind.low is None else kind.low
    high = math.inf if kind.high is None else kind.high
    values = {marks[0] - 1, marks[-1] + 1, marks[0] - 2, marks[-1] + 2}
    for left, right in itertools.pairwise(marks):
        values |= {left + (right - left) / 3, left + (right - left) * 2 / 3}
    values |= set(marks)
    if kind.whole:
        values = {whole for value in values for whole in (math.floor(value), math.ceil(value))}
    return sorted(value for value in values if low <= value <= high)
