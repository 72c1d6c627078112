"""What is wrong with a rule's names and types, before anything runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from lianjin.core.words import NOTHING, Words, nearest
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
    >>> [fault.message.en for fault in faults(parse("hanratio > 0.3"), {"han_ratio": NUMBER})]
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
            message = Words("`fields` needs a name behind it", "`fields` 后面缺少名称")
            hint = Words("write fields.NAME", "写作 fields.名称")
        elif name.path[0] in kinds:
            message = Words(
                f"{name.path[0]!r} has no parts, so no {name.text!r}",
                f"{name.path[0]!r} 没有下级，因此没有 {name.text!r}",
            )
            hint = Words("only fields have parts: fields.NAME", "只有字段可以有下级：fields.名称")
        else:
            said = f"{name.text!r} is no score and no column", f"{name.text!r} 既不是指标，也不是列"
            message = Words(*said) + nearest(name.text, kinds)
            hint = Words(
                "run `lianjin operators` for the list; own fields are written fields.NAME",
                "运行 `lianjin operators` 查看列表；记录自带字段写作 fields.名称",
            )
        yield Fault("unknown-score", message, name.start, name.end, hint)


def _typed(atom: Atom, kinds: Mapping[str, Kind]) -> Iterator[Fault]:
    def fault(message: Words, code: str = "wrong-type", hint: Words = NOTHING) -> Fault:
        return Fault(code, message, atom.start, atom.end, hint)

    values = operands(atom)
    if not any(isinstance(value, Name) for value in values):
        yield fault(
            Words("this is the same for every document", "这对每篇文档都一样"),
            "constant-rule",
            Words("name a score in it", "规则里要有指标"),
        )
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
        yield fault(
            Words("the constants in the parentheses are of different types", "括号里的常量类型不一")
        )
        return
    name = atom.operand
    assert isinstance(name, Name)
    wanted, found = wanted_type(atom, name, kinds), type_of(name, kinds)
    if found is not None and wanted != found:
        held, needed = _said(found), _said(wanted)
        yield fault(
            Words(
                f"{name.text!r} holds {held.en}; this test needs {needed.en}",
                f"{name.text!r} 的值是{held.zh}；这个判断需要{needed.zh}",
            )
        )
    elif isinstance(atom, Search) and atom.verb == "matches":
        yield from (fault(said, "rule-syntax") for said in _pattern_faults(atom.pattern))


def _comparison(
    atom: Comparison, kinds: Mapping[str, Kind], fault: Callable[..., Fault]
) -> Iterator[Fault]:
    left, right = type_of(atom.left, kinds), type_of(atom.right, kinds)
    if left is None and right is None:
        yield fault(
            Words(
                "two fields of the record's own have no known type to compare in",
                "两个记录自带字段的类型未知，无法相互比较",
            ),
            hint=Words("compare each with a constant", "让它们各自与常量比较"),
        )
    elif left and right and left != right:
        one, other = _said(left), _said(right)
        yield fault(
            Words(f"{one.en} cannot be compared with {other.en}", f"{one.zh}不能与{other.zh}比较")
        )
    elif "boolean" in (left, right) and atom.operator not in ("==", "!="):
        yield fault(
            Words("true and false have no order", "真与假没有大小"),
            hint=Words("use == or !=", "用 == 或 !="),
        )


def _said(type_: Type | None) -> Words:
    names_ = {
        "number": Words("a number", "数"),
        "text": Words("text", "文本"),
        "boolean": Words("true or false", "真假"),
        None: Words("anything", "任意值"),
    }
    return names_[type_]


def _pattern_faults(pattern: str) -> Iterator[Words]:
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid as error:
        reason = str(error).rpartition(": ")[2] if ": " in str(error) else str(error)
        yield Words(
            f"no regular expression (RE2): {reason}", f"不是正则表达式（RE2）：「{reason}」"
        )
