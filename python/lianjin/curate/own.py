"""Operators of a recipe's own files, run with a net beneath.

Takes an operator in Python, texts and their ids; gives what it gives. What fails there, or is not
what an operator may give, is told with the id and the line, as whoever wrote the file must act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from traceback import extract_tb
from typing import Any

import pyarrow as pa

from lianjin.core.errors import LianjinError, RecipeError
from lianjin.core.words import NOTHING, Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import Operator

NameOf = Callable[[int], str]
"""The id of the record in a row of the batch."""


def repaired(operator: Operator, text: str, settings: Mapping[str, Any], name: str) -> list[Edit]:
    """The edits of a repair, well formed; RecipeError `operator-failed` where there are none.

    `name`: the id of the record that `text` belongs to.
    """
    with _told(operator, name):
        edits = list(operator.reference(text, **settings))
        if fault := fault_of(text, edits, operator.rules):
            raise _Unsound(fault)
    return edits


def scored(operator: Operator, texts: pa.Array, name_of: NameOf) -> pa.Array:
    """The scores of a column; RecipeError `operator-failed` names the first text it fails on."""
    try:
        return operator.on_column(texts)
    except (Exception, SystemExit):
        for row in range(len(texts)):
            with _told(operator, name_of(row)):
                operator.on_column(texts.slice(row, 1))
        raise


class _Unsound(ValueError):
    """Edits that could not be undone."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def fault_of(text: str, edits: Sequence[Edit], rules: Iterable[str]) -> Words:
    """What is wrong with the edits of a text; empty if nothing is.

    >>> fault_of("ab", [Edit("x", 1, 2, "a", "c")], {"x": "…"}).en
    "edit 0 says that 'a' stands at [1, 2), where the text has 'b'"
    """
    for number, edit in enumerate(edits):
        if fault := _fault_of_one(text, edit, rules):
            return Words(f"edit {number} ", f"第 {number} 处改动") + fault
    for number, (one, following) in enumerate(pairwise(edits), 1):
        if following.start < one.end:
            return Words(
                f"edit {number} begins at {following.start}, before {one.end}, where the last ends",
                f"第 {number} 处改动始于 {following.start}，在前一处结束的 {one.end} 之前",
            )
    return NOTHING


def _fault_of_one(text: str, edit: Edit, rules: Iterable[str]) -> Words:
    span = f"[{edit.start}, {edit.end})"
    if not 0 <= edit.start <= edit.end <= len(text):
        return Words(
            f"spans {span} of {len(text)} characters", f"的区间 {span} 超出全文 {len(text)} 个字符"
        )
    if (there := text[edit.start : edit.end]) != edit.before:
        return Words(
            f"says that {edit.before!r} stands at {span}, where the text has {there!r}",
            f"称 {span} 处是 {edit.before!r}，而文本在此处是 {there!r}",
        )
    if edit.before == edit.after:
        return Words("changes nothing", "什么也没有改")
    if any("\ud800" <= sign <= "\udfff" for sign in edit.after):
        return Words("writes half a surrogate pair", "写出了半个代理对")
    if edit.rule not in rules:
        listed = ", ".join(rules)
        return Words(
            f"names the rule {edit.rule!r}; declared are {listed}",
            f"所称的规则 {edit.rule!r} 未声明；已声明的有 {listed}",
        )
    return NOTHING


@contextmanager
def _told(operator: Operator, name: str) -> Any:
    """Turns what an operator raises into a RecipeError; of an operator of ours it is a bug."""
    try:
        yield
    except LianjinError:
        raise
    except (Exception, SystemExit) as error:
        if operator.reference.__module__.startswith("lianjin."):
            raise
        place = extract_tb(error.__traceback__)[-1]
        raised = f"{type(error).__name__}: {error}"
        said = error.words if isinstance(error, _Unsound) else Words(raised, f"「{raised}」")
        where, line = Path(place.filename).name, place.lineno
        raise RecipeError(
            "operator-failed",
            Words(
                f"{operator.verb} {operator.name!r} failed on {name!r}: {said.en} ({where}, line {line})",
                f"{operator.verb} {operator.name!r} 在 {name!r} 上出错：{said.zh}（{where} 第 {line} 行）",
            ),
            hint=Words(
                "any text is legal input, the empty one first",
                "任何文本都是合法输入，首先是空文本",
            ),
        ) from error
