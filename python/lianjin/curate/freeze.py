"""Output parts: measured and decided records as Parquet files, four kinds side by side.

Takes tasks in input order; gives, for each part, `data`, `dropped`, `quarantine` and `receipts` files
with their entries for the manifest, and the sums that show that nothing was lost.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lianjin import _kernel
from lianjin.core.store import read_json, whole, write_json
from lianjin.corpus.batch import with_columns
from lianjin.corpus.manifest import FileEntry, file_entry
from lianjin.corpus.receipt import SOURCE
from lianjin.corpus.tokens import COUNTED_BY
from lianjin.curate.decide import Decisions, decide, judged, masks, with_identity
from lianjin.curate.link import links_of_task
from lianjin.curate.recipe import Recipe
from lianjin.curate.rights import rights_of
from lianjin.curate.task import Task
from lianjin.curate.work import Work, read_batches

ROW_GROUP_ROWS = 4_000
ROW_GROUP_BYTES = 4 << 20
"""At most so much of text stands in a row group, but for one longer record: small enough that any
one document is shown in 50 ms, and not smaller, for each column of each group has its own cost."""

CONTENT = ("kind", "text", "messages", "preference", "parts", "fields")
"""The columns that `content_hash` covers."""

PLAIN = ("id", "text", "title", "url", "source_id", "fields")
"""Columns whose values hardly repeat: a dictionary would only cost time."""

EDIT_WORDS = ("rule", "before", "after")
"""Of edits, by the thousand on a converted page: words repeat, so that a dictionary makes receipts
smaller than plain values."""

BARE = ("kind", "outcome", "charset", "language", "scores.language", "content_hash")
"""Columns left uncompressed, as whole numbers are, which are written as differences: numbers into a
dictionary of a few words, and hashes. Zstandard spends a twentieth of a part's time on all of them
and makes them no smaller."""


@dataclass(frozen=True)
class Part:
    """One output part: the file entries, and what they add up to."""

    files: tuple[FileEntry, ...]
    outcomes: Mapping[str, int]
    steps: Mapping[str, int]  # records dropped by each step; keys are text, as JSON has them
    errors: Mapping[str, int]  # records in quarantine by error code
    read_bytes: Mapping[str, int] = field(default_factory=dict)
    rights: Mapping[str, int] = field(default_factory=dict)  # counts of `curate/rights.py`
    tokens: Mapping[str, int] = field(default_factory=dict)  # of kept records, by score


def parts(tasks: Sequence[Task], shard_bytes: int) -> tuple[tuple[Task, ...], ...]:
    """The tasks in groups of about `shard_bytes` of input, in order; depends on the input alone."""
    groups: list[list[Task]] = []
    filled = shard_bytes
    for task in tasks:
        if filled + task.size_bytes > shard_bytes or not groups:
            groups.append([])
            filled = 0
        groups[-1].append(task)
        filled += task.size_bytes
    return tuple(tuple(group) for group in groups)


def freeze(
    work: Work, recipe: Recipe, name: str, tasks: Sequence[Task], present: frozenset[str]
) -> Part:
    """Writes part `name` from its tasks, or reads back what an earlier run wrote.

    `present`: the optional columns that hold anything anywhere in the run; the others are left out
    of all parts alike.
    """
    marker = work.part(name)
    if marker.exists():
        return _part_of(read_json(marker))
    outcomes: Counter[str] = Counter()
    steps: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    read_bytes: Counter[str] = Counter()
    rights: Counter[str] = Counter()
    tokens: Counter[str] = Counter()
    with ExitStack() as stack:
        sinks = {kind: Sink(work.out / kind / f"part-{name}.parquet", stack) for kind in KINDS}
        for batch, decisions in _decided(work, recipe, tasks):
            rows = _identified(batch, work.digest)
            outcomes.update(_counted(decisions.outcome))
            steps.update({str(step): n for step, n in _counted(decisions.step).items()})
            errors.update(_counted(batch.column("error_code")))
            _count_bytes(rows, read_bytes)
            tables = _tables(rows, decisions, present)
            rights.update(rights_of(tables["data"]))
            tokens.update(_tokens(tables["data"]))
            for kind, table in tables.items():
                sinks[kind].write(table)
        for sink in sinks.values():
            sink.flush()
    files = tuple(sink.entry(work.out) for sink in sinks.values() if sink.rows)
    sums = [dict(counted) for counted in (outcomes, steps, errors, read_bytes, rights, tokens)]
    part = Part(files, *sums)
    write_json(marker, asdict(part), indent=None)
    return part


def _part_of(value: dict[str, Any]) -> Part:
    files = tuple(FileEntry(**entry) for entry in value.pop("files"))
    return Part(files=files, **value)


def _decided(
    work: Work, recipe: Recipe, tasks: Sequence[Task]
) -> Iterator[tuple[pa.RecordBatch, Decisions]]:
    for task in tasks:
        links = links_of_task(work, recipe, task)
        batches = read_batches(work.measured(task.name))
        if not batches:
            continue
        passing = masks(pa.Table.from_batches([judged(batch) for batch in batches]), recipe)
        first = 0
        for batch in batches:
            end = first + batch.num_rows
            mine = {
                step: _rows_between(rows, first, batch.num_rows) for step, rows in links.items()
            }
            here = {step: mask[first:end] for step, mask in passing.items()}
            yield batch, decide(batch, recipe, mine, here)
            first = end


def _rows_between(rows: pa.RecordBatch, first: int, n: int) -> pa.RecordBatch:
    at = rows.column("row")
    start, end = np.searchsorted(at.to_numpy(), [first, first + n])
    chosen = rows.slice(start, end - start)
    return with_columns(chosen, {"row": pa.array(chosen.column("row").to_numpy() - first)})


def _identified(batch: pa.RecordBatch, digest: str) -> pa.RecordBatch:
    """The batch with `id`, `source`, `content_hash` and `salt`."""
    batch = with_identity(batch)
    source = pa.StructArray.from_arrays(
        [batch.column(name) for name in ("path", "position", "start", "end")], fields=list(SOURCE)
    )
    content_hash = _kernel.row_hashes(batch.select(list(CONTENT)))
    key = pa.array([digest] * batch.num_rows, pa.string())
    seed = pa.RecordBatch.from_arrays(
        [key, batch.column("id"), content_hash], ["run", "id", "hash"]
    )
    salt = pc.binary_slice(_kernel.row_hashes(seed).cast(pa.binary()), 0, 16)
    return with_columns(batch, {"source": source, "content_hash": content_hash, "salt": salt})


def _counted(column: pa.Array) -> dict[Any, int]:
    """How often each value occurs, but for nulls."""
    found = pc.value_counts(column.drop_null())
    return dict(zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True))


def _tokens(kept: pa.RecordBatch) -> dict[str, int]:
    """The tokens of kept records by the scores that counted them."""
    counted = [name for name in COUNTED_BY if name in kept.schema.names]
    return {name: pc.sum(kept[name]).as_py() or 0 for name in counted}


def _count_bytes(rows: pa.RecordBatch, read_bytes: Counter[str]) -> None:
    sizes = rows.column("end").to_numpy() - rows.column("start").to_numpy()
    path = rows.column("path").dictionary_encode()
    sums = np.zeros(len(path.dictionary), np.int64)
    np.add.at(sums, path.indices.to_numpy(), sizes)
    for name, size in zip(path.dictionary.to_pylist(), sums.tolist(), strict=True):
        read_bytes[name] += size


# --- the four kinds -------------------------------------------------------------------

KINDS = ("data", "dropped", "quarantine", "receipts")
DOCUMENT = ("id", "source_id", "text", "kind", "title", "author", "published", "url", "licence")
MORE = ("copyright", "origin", "aigc", "generated", "charset", "messages", "preference", "parts")
OPTIONAL = frozenset({*DOCUMENT, *MORE, "fields"} - {"id", "text", "kind"})


def _tables(
    rows: pa.RecordBatch, decisions: Decisions, present: frozenset[str]
) -> dict[str, pa.RecordBatch]:
    columns = dict(zip(rows.schema.names, rows.columns, strict=True))
    scores = columns.get("scores")
    by_name = {} if scores is None else {f.name: scores.field(f.name) for f in scores.type}
    why = {"reason": decisions.reason, "step": decisions.step, "links": decisions.links}
    shown = [n for n in (*DOCUMENT, *MORE, "fields") if n not in OPTIONAL or n in present]
    document = {name: columns[name] for name in shown}
    identity = {name: columns[name] for name in ("source", "content_hash", "salt")}
    receipt = {"id": columns["id"], "source": columns["source"], "outcome": decisions.outcome}
    receipt |= why | ({} if scores is None else {"scores": scores})
    receipt |= {n: columns[n] for n in ("title_edits",) if n in present}
    receipt |= {"edits": columns["edits"]} | {n: columns[n] for n in ("content_hash", "salt")}
    failed = {n: columns[n] for n in ("id", "source", "error_code", "error", "head", "salt")}
    return {
        "data": _where("kept", decisions, document | identity | by_name),
        "dropped": _where("dropped", decisions, document | why | identity | by_name),
        "quarantine": _where("quarantined", decisions, failed),
        "receipts": pa.RecordBatch.from_pydict(receipt),
    }


def _where(outcome: str, decisions: Decisions, columns: dict[str, pa.Array]) -> pa.RecordBatch:
    chosen = pc.equal(decisions.outcome, pa.scalar(outcome, pa.string()))
    small = {name: column for name, column in columns.items() if name != "text"}
    filtered = pa.RecordBatch.from_pydict(small).filter(chosen)
    if "text" not in columns:
        return filtered
    rows = pa.array(np.flatnonzero(chosen.to_numpy(zero_copy_only=False)))
    text = _kernel.texts_of_rows(columns["text"], rows)
    return pa.RecordBatch.from_pydict(
        {name: text if name == "text" else filtered[name] for name in columns}
    )


class Sink:
    """A Parquet file that `stack` finishes, or removes if its block fails; no file if no row comes."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        self.path = path
        self.rows = 0
        self._stack = stack
        self._hashes: list[pa.Array] = []
        self._writer: pq.ParquetWriter | None = None
        self._waiting: list[pa.RecordBatch] = []
        self._waiting_bytes = self._waiting_rows = 0

    def write(self, table: pa.RecordBatch) -> None:
        """Takes the rows of a batch; they are written as a row group with those of the next ones,
        as long as ROW_GROUP_ROWS and ROW_GROUP_BYTES allow it, and as several if they do not."""
        if table.num_rows == 0:
            return
        self._hashes.append(_kernel.row_hashes(table))
        rows, size_bytes = table.num_rows, table.nbytes
        self.rows += rows
        if (
            self._waiting_bytes + size_bytes > ROW_GROUP_BYTES
            or self._waiting_rows + rows > ROW_GROUP_ROWS
        ):
            self.flush()
        self._waiting.append(table)
        self._waiting_bytes += size_bytes
        self._waiting_rows += rows

    def flush(self) -> None:
        """Writes the rows that wait."""
        if not self._waiting:
            return
        table = pa.Table.from_batches(self._waiting)
        if self._writer is None:
            part = self._stack.enter_context(whole(self.path))
            self._writer = self._stack.enter_context(_writer(part, table.schema))
        self._writer.write_table(table, row_group_size=ROW_GROUP_ROWS)
        self._waiting, self._waiting_bytes, self._waiting_rows = [], 0, 0

    def entry(self, root: Path) -> FileEntry:
        """The finished file's entry for the manifest."""
        records_root = _kernel.merkle_root(pa.concat_arrays(self._hashes)).hex()
        return file_entry(root, self.path, rows=self.rows, records_root=records_root)


def _writer(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    leaves = dict(_leaves(schema))
    numbers = [name for name, kind in leaves.items() if _is_wide_integer(kind)]
    compressed = [name for name in leaves if name not in numbers and name not in BARE]
    dictionary = [f.name for f in schema if f.name not in PLAIN and pa.types.is_string(f.type)]
    words = [f"edits.list.element.{name}" for name in EDIT_WORDS]
    return pq.ParquetWriter(
        path,
        schema,
        compression=dict.fromkeys(compressed, "zstd"),
        compression_level=dict.fromkeys(compressed, 1),
        use_dictionary=[*dictionary, *words, "source.path", "scores.language"],
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        write_statistics=["id", "source.path", "source.position"],
        store_schema=True,
        write_page_index=False,
    )


def _leaves(fields: Iterable[pa.Field], within: str = "") -> Iterator[tuple[str, pa.DataType]]:
    """(path as Parquet has it, type) of every column without columns of its own."""
    for each in fields:
        path, kind = within + each.name, each.type
        if pa.types.is_list(kind):
            path, kind = f"{path}.list.element", kind.value_type
        if pa.types.is_struct(kind):
            yield from _leaves(kind, f"{path}.")
        else:
            yield path, kind


def _is_wide_integer(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind)) and kind.bit_width >= 32
