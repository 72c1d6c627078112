"""What becomes of each record: kept, dropped or quarantined, with the reason.

Takes measured records and the clusters of the links; gives outcomes. The steps are asked in the
order of the recipe, and the first that drops a record gives the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from lianjin.core.limits import RECIPE_STEPS
from lianjin.corpus.batch import with_columns
from lianjin.corpus.receipt import LINK
from lianjin.curate.recipe import Recipe


@dataclass(frozen=True)
class Decisions:
    """One entry per record: `outcome`; `reason` and `step` (null if kept); `links`, a list of LINK."""

    outcome: pa.Array
    reason: pa.Array
    step: pa.Array
    links: pa.Array


OUTCOMES = pa.array(["kept", "dropped", "quarantined"], pa.string())

LINK_ROW = pa.schema(
    [
        ("row", pa.int64()),  # row of the record within its task
        ("cluster", pa.string()),
        ("kept_id", pa.string()),
        ("similarity", pa.float64()),
        ("dropped", pa.bool_()),
        ("reason", pa.string()),
    ]
)
"""What a link says of the records of a task that have any twin; the others have no row."""


def judged(measured: pa.RecordBatch) -> pa.RecordBatch:
    """The columns that rules may name: the scores, then the record's own columns."""
    columns = dict(zip(measured.schema.names, measured.columns, strict=True))
    scores = columns.pop("scores", None)
    if scores is not None:
        columns |= {field.name: scores.field(field.name) for field in scores.type}
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


Masks = Mapping[int, npt.NDArray[np.bool_]]
"""By step of a keep rule, bool[n]: whether each record passes it."""


def masks(
    table: pa.RecordBatch | pa.Table, recipe: Recipe, steps: range = range(RECIPE_STEPS)
) -> Masks:
    """What the keep rules of `steps` say of a `judged` table.

    Each rule costs as much as some thousand rows, so many batches in one table are judged in less
    time than one by one.
    """
    rules = [(step, rule) for step, rule in recipe.keeps if step in steps]
    return {step: rule.mask(table).to_numpy(zero_copy_only=False) for step, rule in rules}


def passes(
    table: pa.RecordBatch | pa.Table, recipe: Recipe, steps: range = range(RECIPE_STEPS)
) -> npt.NDArray[np.bool_]:
    """bool[n]: whether each record of a `judged` table is readable and passes the keep rules of
    `steps`."""
    return reduce(np.logical_and, masks(table, recipe, steps).values(), _readable(table))


def _readable(measured: pa.RecordBatch | pa.Table) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = (
        measured.column("error_code").is_null().to_numpy(zero_copy_only=False)
    )
    return found


def decide(
    measured: pa.RecordBatch,
    recipe: Recipe,
    links: Mapping[int, pa.RecordBatch],
    passing: Masks | None = None,
) -> Decisions:
    """The outcomes of a batch; `links[step]` holds LINK_ROW rows numbered within this batch.

    `passing`: the `masks` of the batch where they are known.
    """
    n = measured.num_rows
    readable = _readable(measured)
    reason = np.full(n, None, object)
    reason[~readable] = measured.column("error_code").to_numpy(zero_copy_only=False)[~readable]
    step = np.full((n,), -1, np.int16)
    undecided = readable.copy()
    passing = masks(judged(measured), recipe) if passing is None else passing
    rules = dict(recipe.keeps)
    for index in sorted({*rules, *links}):
        if index in rules:
            falls = ~passing[index]
            now = undecided & falls
            reason[now] = rules[index].text
        else:
            falls, why = _dropped_by_link(links[index], n)
            now = undecided & falls
            reason[now] = why[now]
        step[now] = index
        undecided &= ~falls
    outcome = np.where(undecided, 0, np.where(readable, 1, 2))
    return Decisions(
        outcome=OUTCOMES.take(pa.array(outcome)),
        reason=pa.array(reason, pa.string()),
        step=pa.array(step, pa.uint8(), mask=step < 0),
        links=_links_of_rows(links, n),
    )


def _dropped_by_link(rows: pa.RecordBatch, n: int) -> tuple[np.ndarray, np.ndarray]:
    falls, why = np.zeros(n, bool), np.full(n, None, object)
    at = rows.column("row").to_numpy()
    falls[at] = rows.column("dropped").to_numpy(zero_copy_only=False)
    why[at] = rows.column("reason").to_numpy(zero_copy_only=False)
    return falls, why


def _links_of_rows(links: Mapping[int, pa.RecordBatch], n: int) -> pa.Array:
    if not any(rows.num_rows for rows in links.values()):
        return pa.nulls(n, pa.list_(LINK))
    tables = [
        pa.table(
            {
                "row": rows.column("row"),
                "step": pa.array(np.full(rows.num_rows, step, np.uint8)),
                "cluster": rows.column("cluster"),
                "kept_id": rows.column("kept_id"),
                "similarity": rows.column("similarity"),
            }
        )
        for step, rows in sorted(links.items())
    ]
    table = pa.concat_tables(tables).sort_by([("row", "ascending"), ("step", "ascending")])
    counts = np.bincount(table["row"].to_numpy(), minlength=n)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    values = pa.StructArray.from_arrays(
        [table[field.name].combine_chunks() for field in LINK], fields=list(LINK)
    )
    return pa.ListArray.from_arrays(pa.array(offsets), values, mask=pa.array(counts == 0))


def with_identity(measured: pa.RecordBatch) -> pa.RecordBatch:
    """The batch with `id` (`path#position`) in front."""
    path, position = measured.column("path"), measured.column("position").cast(pa.string())
    identifier = pc.binary_join_element_wise(path, position, "#")
    return with_columns(measured, {"id": identifier})
