"""A page of a dataset's rows: those that fit, from a place on, and where the next page begins.

Takes a dataset and conditions; gives rows of a few columns. Row groups before the place are
skipped by their counts, and no call looks at more rows than a limit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lianjin.core.limits import PAGE_ROWS_LOOKED_AT
from lianjin.corpus.dataset import Dataset, whole_parquet

BATCH_ROWS = 4_000
"""Rows that are in memory at a time."""


@dataclass(frozen=True)
class Condition:
    """What a row has to be like: `holds` takes a batch with `columns` and gives one boolean a row.

    Null is false. Columns within a struct are named `scores.chars`, and stand in the batch as
    structs that have only them.
    """

    columns: Sequence[str]
    holds: Callable[[pa.RecordBatch], pa.Array]


@dataclass(frozen=True)
class Page:
    """Rows that fit, and the place to go on from; None at the end.

    A page may be short and yet not the last: its call had looked at enough.
    """

    rows: tuple[dict[str, Any], ...]
    following: int | None


def page(
    dataset: Dataset,
    kind: str,
    columns: Sequence[str],
    *,
    equal: Mapping[str, Any],
    place: int = 0,
    limit: int = 100,
    conditions: Sequence[Condition] = (),
    looked_at: int | None = None,
) -> Page:
    """The rows of one kind from number `place` on, from 0, at most `limit`.

    `equal`: column to value; a row fits if each of them is equal and all `conditions` hold.
    `looked_at`: rows after which the page ends, PAGE_ROWS_LOOKED_AT by default. StorageError for a damaged file.
    """
    found: list[dict[str, Any]] = []
    asked = list({*columns, *equal, *(name for one in conditions for name in one.columns)})
    for first, batch in _batches(dataset, kind, asked, place):
        fitting = pa.array([True] * batch.num_rows, pa.bool_())
        for name, value in equal.items():
            column = batch.column(name)
            same = pc.equal(column, pa.scalar(value, column.type))
            fitting = pc.and_(fitting, pc.fill_null(same, False))
        for condition in conditions:
            fitting = pc.and_(fitting, pc.fill_null(condition.holds(batch), False))
        numbers = pc.indices_nonzero(fitting)
        room = limit - len(found)
        found += batch.take(numbers[:room]).select(list(columns)).to_pylist()
        if len(numbers) > room:
            return Page(tuple(found), first + numbers[room].as_py())
        if first + batch.num_rows - place >= (looked_at or PAGE_ROWS_LOOKED_AT):
            return Page(tuple(found), first + batch.num_rows)
    return Page(tuple(found), None)


def _batches(
    dataset: Dataset, kind: str, columns: list[str], place: int
) -> Iterator[tuple[int, pa.RecordBatch]]:
    """(number of its first row, batch), of all rows from number `place` on."""
    first = 0
    for entry in dataset.files(kind):
        path = dataset.folder / entry.path
        with whole_parquet(path):
            file = pq.ParquetFile(path)
            for group in range(file.num_row_groups):
                n_rows = file.metadata.row_group(group).num_rows
                if first + n_rows > place:
                    # A batch at a time: a group that says the same a billion times is small on disk.
                    for batch in file.iter_batches(BATCH_ROWS, [group], columns, use_threads=False):
                        skipped = min(max(0, place - first), batch.num_rows)
                        if skipped < batch.num_rows:
                            yield first + skipped, batch.slice(skipped)
                        first += batch.num_rows
                else:
                    first += n_rows
