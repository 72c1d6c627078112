"""A recipe's repairs over a column: the kernel's in one pass, Python's text by text.

Takes texts and the stages of a recipe; gives mended texts and every edit with its step.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from lianjin import _kernel
from lianjin.corpus.receipt import EDITS
from lianjin.curate.own import NameOf, repaired
from lianjin.operators.edit import apply
from lianjin.operators.registry import Operator

Run = Callable[[pa.Array, NameOf], tuple[pa.Array, pa.Array]]
"""Texts and the ids of their records → (texts, edits)."""

Repair = tuple[int, str, Mapping[str, Any]]  # (step, name, settings)


@dataclass(frozen=True)
class Stage:
    """Repairs that run together: a chain of the kernel, or one function of Python."""

    steps: pa.Array  # uint8, the recipe's steps, in order
    run: Run  # edits with `step` counted from 0 within the stage


def stages(repairs: Sequence[Repair], find: Callable[[str], Operator]) -> tuple[Stage, ...]:
    """The repairs in order, neighbours that the kernel knows in one stage; `find` by name."""
    found = []
    named = [(step, find(name), dict(settings)) for step, name, settings in repairs]
    for in_kernel, group in groupby(named, key=lambda repair: repair[1].kernel):
        members = list(group)
        if in_kernel:
            chain = _kernel.Chain([(o.name, json.dumps(settings)) for _, o, settings in members])
            found.append(Stage(_steps(members), partial(_run_kernel, chain)))
        else:
            found += [
                Stage(_steps([member]), partial(_run_python, member[1], member[2]))
                for member in members
            ]
    return tuple(found)


def _steps(members: Sequence[tuple[int, Operator, dict[str, Any]]]) -> pa.Array:
    return pa.array([step for step, _, _ in members], pa.uint8())


def mend(
    texts: pa.Array, stages: Sequence[Stage], name_of: NameOf = str
) -> tuple[pa.Array, pa.Array]:
    """(mended texts, edits as EDITS) of a large_string column; null stays null."""
    all_edits = []
    for stage in stages:
        texts, edits = stage.run(texts, name_of)
        all_edits.append(_numbered(edits, stage.steps))
    if not all_edits:
        return texts, pa.nulls(len(texts), EDITS)
    return texts, all_edits[0] if len(all_edits) == 1 else _together(all_edits)


def _numbered(edits: pa.ListArray, steps: pa.Array) -> pa.ListArray:
    """The edits with the recipe's step numbers in place of positions in the stage."""
    changes = edits.values
    columns = [changes.field(index) for index in range(changes.type.num_fields)]
    columns[0] = pc.take(steps, columns[0])
    numbered = pa.StructArray.from_arrays(columns, fields=list(EDITS.value_type))
    return pa.ListArray.from_arrays(edits.offsets, numbered, type=EDITS)


def _together(columns: Sequence[pa.Array]) -> pa.Array:
    """Row by row the edits of all stages, in order."""
    rows = zip(*(column.to_pylist() for column in columns), strict=True)
    return pa.array([[edit for edits in row for edit in edits or ()] for row in rows], EDITS)


def _run_kernel(chain: Any, texts: pa.Array, name_of: NameOf) -> tuple[pa.Array, pa.Array]:
    del name_of  # the kernel fails on no text
    mended, edits = chain.run(texts)
    return mended, edits


def _run_python(
    repair: Operator, settings: dict[str, Any], texts: pa.Array, name_of: NameOf
) -> tuple[pa.Array, pa.Array]:
    mended: list[str | None] = []
    edits: list[list[dict[str, Any]]] = []
    for row, text in enumerate(texts.to_pylist()):
        changes = [] if text is None else repaired(repair, text, settings, name_of(row))
        mended.append(None if text is None else apply(text, changes))
        edits.append([{"step": 0, **vars(change)} for change in changes])
    return pa.array(mended, pa.large_string()), pa.array(edits, EDITS)
