"""A rule over one record: the verdict, the part that decided it, and the values it saw."""

from __future__ import annotations

import json
import operator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lianjin.operators.rule.check import Kind, type_of, wanted_type
from lianjin.operators.rule.judge import dig, own
from lianjin.operators.rule.node import (
    Absence,
    And,
    Atom,
    Comparison,
    Constant,
    Membership,
    Node,
    Not,
    Operand,
    Or,
    Search,
    Truth,
    names,
)
from lianjin.operators.rule.syntax import Rule

_COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
}


@dataclass(frozen=True)
class Verdict:
    """Whether a rule holds for a record (None: it cannot be said), and what decided.

    `part` is the piece of the rule that decided, `values` what the names in it were.
    """

    holds: bool | None
    part: str
    values: Mapping[str, Any]


def explain(rule: Rule, record: Mapping[str, Any], kinds: Mapping[str, Kind]) -> Verdict:
    """The verdict on one record, equal to `judge` on a table of it alone.

    `record` maps names to values; `fields` is the JSON text or the mapping it stands for.

    >>> from lianjin.operators.rule.check import NUMBER
    >>> from lianjin.operators.rule.syntax import parse
    >>> rule = parse("200 <= chars <= 100000 and lines > 2")
    >>> explain(rule, {"chars": 120, "lines": 7}, {"chars": NUMBER, "lines": NUMBER})
    Verdict(holds=False, part='200 <= chars', values={'chars': 120})
    """
    own_fields = record.get("fields")
    if isinstance(own_fields, str):
        record = {**record, "fields": json.loads(own_fields) if own_fields else None}
    holds = truth(rule.root, record, kinds)
    node = _decisive(rule.root, holds, record, kinds)
    seen = {name.text: dig(record, name.path) for name in names(node)}
    return Verdict(holds, rule.text[node.start : node.end], seen)


def truth(node: Node, record: Mapping[str, Any], kinds: Mapping[str, Kind]) -> bool | None:
    """True, false or null (None) by three-valued logic."""
    if isinstance(node, Not):
        held = truth(node.part, record, kinds)
        return None if held is None else not held
    if isinstance(node, And | Or):
        ending = isinstance(node, Or)  # the value that decides alone
        parts = [truth(part, record, kinds) for part in node.parts]
        if ending in parts:
            return ending
        return None if None in parts else not ending
    return _atom(node, record, kinds)


def _decisive(
    node: Node, holds: bool | None, record: Mapping[str, Any], kinds: Mapping[str, Kind]
) -> Node:
    """The smallest part whose value alone is the rule's value."""
    if isinstance(node, And | Or) and holds is not isinstance(node, And):
        part = next(p for p in node.parts if truth(p, record, kinds) is holds)
        single = holds is isinstance(node, Or) or holds is None
        return _decisive(part, holds, record, kinds) if single else node
    return node


def _atom(atom: Atom, record: Mapping[str, Any], kinds: Mapping[str, Kind]) -> bool | None:
    def value(operand: Operand) -> Any:
        if isinstance(operand, Constant):
            return operand.value
        found = dig(record, operand.path)
        wanted = wanted_type(atom, operand, kinds) or type_of(operand, kinds)
        return own(found, wanted) if operand.is_field and wanted else found

    if isinstance(atom, Absence):
        return dig(record, atom.operand.path) is None
    if isinstance(atom, Comparison):
        left, right = value(atom.left), value(atom.right)
        if left is None or right is None:
            return None
        return bool(_COMPARE[atom.operator](left, right))
    found = value(atom.operand)
    if found is None:
        return None
    if isinstance(atom, Truth):
        return bool(found)
    if isinstance(atom, Search):
        return _search(atom, found)
    assert isinstance(atom, Membership)
    return any(found == constant.value for constant in atom.values)


def _search(atom: Search, text: str) -> bool:
    if atom.verb == "contains":
        return atom.pattern in text
    import pyarrow as pa
    import pyarrow.compute as pc

    # Python's `re` is another dialect than the one columns are judged with.
    return bool(pc.match_substring_regex(pa.array([text]), atom.pattern)[0].as_py())
