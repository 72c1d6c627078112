"""Operators of a recipe's own files, run with a net beneath.

Takes an operator in Python, texts and their ids; gives what it gives. What fails there, or is not
what an operator may give, is told with the id and the line, as whoever wrote the file must act.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from traceback import extract_tb
from typing import Any

import pyarrow as pa

from lianjin.core.errors import LianjinError, RecipeError
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
            raise ValueError(fault)
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


def fault_of(text: str, edits: Sequence[Edit], rules: Mapping[str, str]) -> str:
    """What is wrong with the edits of a text; empty if nothing is.

    >>> fault_of("ab", [Edit("x", 1, 2, "a", "c")], {"x": "…"})
    "edit 0 says that 'a' stands at [1, 2), where the text has 'b'"
    """
    for number, edit in enumerate(edits):
        if not 0 <= edit.start <= edit.end <= len(text):
            return f"edit {number} spans [{edit.start}, {edit.end}) of {len(text)} characters"
        if (there := text[edit.start : edit.end]) != edit.before:
            span = f"[{edit.start}, {edit.end})"
            return f"edit {number} says that {edit.before!r} stands at {span}, where the text has {there!r}"
        if edit.before == edit.after:
            return f"edit {number} changes nothing"
        if any("\ud800" <= sign <= "\udfff" for sign in edit.after):
            return f"edit {number} writes half a surrogate pair"
        if edit.rule not in rules:
            return f"edit {number} names the rule {edit.rule!r}; declared are {', '.join(rules)}"
    for number, (one, following) in enumerate(pairwise(edits), 1):
        if following.start < one.end:
            return (
                f"edit {number} begins at {following.start}, before {one.end}, where the last ends"
            )
    return ""


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
        raise RecipeError(
            "operator-failed",
            f"{operator.verb} {operator.name!r} failed on {name!r}: {type(error).__name__}: {error} "
            f"({Path(place.filename).name}, line {place.lineno})",
            hint="any text is legal input, the empty one first",
        ) from error
