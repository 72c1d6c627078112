"""Lines: the numbers that a recipe's rules judge scores by, and what lies on either side of them.

Takes a dataset that a build made; gives its lines, how the scores of its documents are spread about
one, and how many documents another line would keep. Looks at receipts alone: no text is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lianjin.core.errors import UsageError
from lianjin.core.limits import LINE_ROWS
from lianjin.core.words import Words
from lianjin.corpus.dataset import Dataset, whole_parquet
from lianjin.operators.rule import NUMBER, TEXT, Kind, Rule, conjuncts, judge, parse
from lianjin.operators.rule.node import Absence, Comparison, Constant, Name, atoms, names
from lianjin.operators.vocabulary import COLUMNS

BINS = 28
FAR = 0.99
"""The share of the values that the bins spread over; the few beyond are in the last one."""
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Line:
    """One number that a rule compares a score with: `score` `operator` `value`.

    `step`: of the recipe, from 0; `number`: which line of that step, from 0. `text`: the comparison
    as the recipe has it.
    """

    step: int
    number: int
    score: str
    operator: str  # < <= > >=
    value: float
    text: str


@dataclass(frozen=True)
class Bin:
    """Documents whose score is at least `low` and less than `high`; the last bin has all beyond."""

    low: float
    high: float
    kept: int
    removed: int


@dataclass(frozen=True)
class Spread:
    """How a score is spread over the readable documents.

    `absent`: documents without a value. `looked_at` of `records` receipts were looked at; if those
    are not all, the counts are of a sample.
    """

    score: str
    bins: tuple[Bin, ...]
    absent: int
    looked_at: int
    records: int


@dataclass(frozen=True)
class Moved:
    """What another line would keep: documents `kept` now, and those it would `gain` and `lose`.

    `is_exact`: false if it is an estimate: not all receipts were looked at, a rule needs what
    receipts do not have, or another copy of a duplicate would have to be chosen.
    """

    kept: int
    gained: int
    lost: int
    is_exact: bool


def lines(manifest: Mapping[str, Any]) -> tuple[Line, ...]:
    """Every line of the recipe's rules, in order; of a dataset that no recipe made, none."""
    found: list[Line] = []
    for step, said in enumerate((manifest.get("recipe") or {}).get("steps", ())):
        if (text := said.get("keep")) is not None:
            rule = parse(text)
            found += [
                Line(step, number, name.text, operator, float(constant.value), _said(rule, atom))
                for number, (atom, name, operator, constant) in enumerate(_compared(rule))
            ]
    return tuple(found)


def line_at(manifest: Mapping[str, Any], step: int, number: int) -> Line:
    """One line; UsageError `no-such-line`."""
    for line in lines(manifest):
        if (line.step, line.number) == (step, number):
            return line
    raise UsageError(
        "no-such-line",
        Words(
            f"step {step} of the recipe has no line {number}",
            f"配方的第 {step} 步没有第 {number} 条界线",
        ),
        hint=Words("lines are counted from 0", "界线从 0 数起"),
    )


def _compared(rule: Rule) -> Iterator[tuple[Comparison, Name, str, Constant]]:
    """The comparisons of a name with a number, turned so that the name stands first."""
    for atom in atoms(rule.root):
        if not isinstance(atom, Comparison) or atom.operator not in _TURNED:
            continue
        for name, constant, operator in (
            (atom.left, atom.right, atom.operator),
            (atom.right, atom.left, _TURNED[atom.operator]),
        ):
            if isinstance(name, Name) and isinstance(constant, Constant) and _is_number(constant):
                yield atom, name, operator, constant


def _is_number(constant: Constant) -> bool:
    return isinstance(constant.value, int | float) and not isinstance(constant.value, bool)


def _said(rule: Rule, atom: Comparison) -> str:
    return rule.text[atom.start : atom.end]


# --- how a score is spread ----------------------------------------------------------------


def spread(dataset: Dataset, score: str) -> Spread:
    """How a score lies over the dataset; UsageError `no-such-score` if receipts do not have it.

    All bins are equally wide, from the least value to the greatest but for the last hundredth. One
    value for all gives one bin, and no values none.
    """
    must_be_scored(dataset, score)
    rows = _receipts(dataset, [f"scores.{score}", "outcome"])
    readable = rows.table.filter(pc.not_equal(rows.table["outcome"], "quarantined"))
    values = pc.struct_field(readable["scores"], score).cast(pa.float64())
    valued = pc.is_finite(values).fill_null(False).to_numpy()
    number = values.to_numpy()[valued]
    kept = pc.equal(readable["outcome"], "kept").to_numpy()[valued]
    return Spread(
        score=score,
        bins=tuple(_bins(number, kept)),
        absent=int(len(valued) - valued.sum()),
        looked_at=rows.looked_at,
        records=rows.records,
    )


def _bins(values: npt.NDArray[np.float64], kept: Mask) -> Iterator[Bin]:
    if not len(values):
        return
    low, high = float(values.min()), float(np.quantile(values, FAR))
    if high <= low:
        high = float(values.max())
    n_bins = BINS if high > low else 1
    edges = np.linspace(low, high, n_bins + 1)
    at = np.clip(np.searchsorted(edges, values, "right") - 1, 0, n_bins - 1)
    in_all = np.bincount(at, minlength=n_bins)
    in_kept = np.bincount(at[kept], minlength=n_bins)
    for i in range(n_bins):
        n_kept = int(in_kept[i])
        yield Bin(float(edges[i]), float(edges[i + 1]), n_kept, int(in_all[i]) - n_kept)


def must_be_scored(dataset: Dataset, score: str) -> None:
    """UsageError `no-such-score` unless the receipts have numbers of that name."""
    known = scored(dataset)
    if score not in known:
        raise UsageError(
            "no-such-score",
            Words(
                f"the version has no numbers {score[:100]!r}",
                f"该版本没有名为 {score[:100]!r} 的数值",
            ),
            hint=Words(f"there are {', '.join(known)}", f"有 {', '.join(known)}")
            if known
            else Words("its recipe asks for no score", "它的配方没有用到指标"),
        )


def scored(dataset: Dataset) -> tuple[str, ...]:
    """The scores that receipts have as numbers, in their order; none if there are no receipts."""
    for entry in dataset.files("receipts")[:1]:
        with whole_parquet(dataset.folder / entry.path):
            schema = pq.read_schema(dataset.folder / entry.path)
        if "scores" in schema.names:
            type_ = schema.field("scores").type
            return tuple(f.name for f in type_ if _is_numeric(f.type))
    return ()


def _is_numeric(type_: pa.DataType) -> bool:
    return bool(pa.types.is_integer(type_) or pa.types.is_floating(type_))


# --- what another line would keep ---------------------------------------------------------


def moved(dataset: Dataset, line: Line, value: float) -> Moved:
    """How many documents the recipe would keep with another value on the line.

    All rules are judged anew by the scores that stand in the receipts. What a rule needs and
    receipts do not have is taken from what became of the document: it passed the rules before the
    one that dropped it, and not that one. Of duplicates one copy is kept as long as any passes.
    """
    must_be_scored(dataset, line.score)
    steps = dataset.manifest["recipe"]["steps"]
    has_links = any("link" in step for step in steps)
    rows = _receipts(
        dataset,
        ["id", "source.path", "outcome", "step", "scores", *(["links"] if has_links else [])],
    )
    table = rows.table.filter(pc.not_equal(rows.table["outcome"], "quarantined"))
    passing, is_known = _passing(table, steps, line, value)
    before = pc.equal(table["outcome"], "kept").to_numpy(zero_copy_only=False)
    after, is_settled = _linked(table, passing) if has_links else (passing, True)
    gained, lost = after & ~before, before & ~after
    # A link that looked only at what had passed says nothing of what would pass now.
    is_linked = not (gained.any() and any(step.get("after") == "keep" for step in steps))
    share = rows.records / max(1, rows.looked_at)
    return Moved(
        kept=round(int(before.sum()) * share),
        gained=round(int(gained.sum()) * share),
        lost=round(int(lost.sum()) * share),
        is_exact=rows.looked_at == rows.records and is_known and is_settled and is_linked,
    )


def _passing(
    table: pa.Table, steps: Sequence[Mapping[str, Any]], line: Line, value: float
) -> tuple[Mask, bool]:
    """bool[n]: who passes all rules with the line moved; and whether that is known of all."""
    seen, kinds = _seen(table)
    dropped_at = table["step"].fill_null(len(steps)).to_numpy().astype(np.int64)
    passes, in_doubt = np.ones(table.num_rows, bool), np.zeros(table.num_rows, bool)
    for number, step in enumerate(steps):
        if (text := step.get("keep")) is None:
            continue
        keeps_null = step.get("when_null") == "keep"
        said = [_held(seen, kinds, claim, keeps_null) for claim in _claims(text)]
        if number != line.step:
            # The rule is as it was: who got as far as it either passed or was dropped by it.
            sure = reduce(np.logical_and, (held | is_open for held, is_open in said))
            is_open = reduce(np.logical_or, (is_open for _, is_open in said)) & sure
            passes &= np.where(is_open, dropped_at != number, sure)
            in_doubt |= is_open & (dropped_at < number)
            continue
        others = [held & ~is_open for held, is_open in said]
        for at, claim in enumerate(_claims(_with_value(text, line, value))):
            held, is_open = _held(seen, kinds, claim, keeps_null)
            # Where all else held, it was this claim that dropped what this rule dropped.
            blamed = reduce(
                np.logical_and,
                [one for i, one in enumerate(others) if i != at],
                dropped_at == number,
            )
            stays = claim.text == _claims(text)[at].text
            known = (dropped_at > number) | blamed if stays else np.zeros(len(held), bool)
            passes &= np.where(is_open, ~(known & blamed), held)
            in_doubt |= is_open & ~known
    return passes, not bool((passes & in_doubt).any())


def _claims(text: str) -> list[Rule]:
    """The claims that a rule joins by `and`, each as a rule with a text of its own."""
    rule = parse(text)
    return [
        replace(rule, text=text[node.start : node.end], root=node) for node in conjuncts(rule.root)
    ]


def _held(
    seen: pa.Table, kinds: Mapping[str, Kind], claim: Rule, keeps_null: bool
) -> tuple[Mask, Mask]:
    """bool[n], bool[n]: whether the claim holds, and whether receipts cannot tell.

    Without a value a claim can still be sure, as one side of an `or` is.
    """
    held = judge(claim, seen, {**COLUMNS, **kinds})
    is_open = np.zeros(len(held), bool)
    if any(name.path[0] not in kinds for name in names(claim.root)):
        is_open = held.is_null().to_numpy(zero_copy_only=False)
        if any(isinstance(atom, Absence) for atom in atoms(claim.root)):
            is_open = np.ones(len(held), bool)
    return held.fill_null(keeps_null).to_numpy(zero_copy_only=False), is_open


def _seen(table: pa.Table) -> tuple[pa.Table, dict[str, Kind]]:
    """What receipts have of what rules may name, and the kind of each."""
    columns: dict[str, Any] = {"path": pc.struct_field(table["source"], "path")}
    kinds: dict[str, Kind] = {"path": COLUMNS["path"]}
    for field in table.schema.field("scores").type:
        if _is_numeric(field.type) or pa.types.is_string(field.type):
            columns[field.name] = pc.struct_field(table["scores"], field.name)
            kinds[field.name] = NUMBER if _is_numeric(field.type) else TEXT
    return pa.table(columns), kinds


def _with_value(text: str, line: Line, value: float) -> str:
    """The rule's text with another number on the line."""
    _, _, _, constant = tuple(_compared(parse(text)))[line.number]
    written = format(float(value), ".12f").rstrip("0").rstrip(".")
    return text[: constant.start] + written + text[constant.end :]


def _linked(table: pa.Table, passing: Mask) -> tuple[Mask, bool]:
    """bool[n]: who of those who pass is left once one copy stands for each cluster.

    A cluster whose copy no longer passes keeps its first member that does; whether the others are
    near enough to that one is not known, unless there is only one.
    """
    alive, is_settled = passing.copy(), True
    ids = table["id"].combine_chunks()
    listed = table["links"].combine_chunks()
    rows = pc.list_parent_indices(listed).to_numpy()
    flat = pc.list_flatten(listed)
    at_step = pc.struct_field(flat, "step").to_numpy()
    kept_id = pc.struct_field(flat, "kept_id")
    heads = pc.equal(kept_id, ids.take(pa.array(rows))).to_numpy(zero_copy_only=False)
    groups = kept_id.dictionary_encode().indices.to_numpy() if len(kept_id) else np.zeros(0, int)
    for step in np.unique(at_step):
        here = (at_step == step) & alive[rows]
        # The head of a cluster first, then its members as they came.
        order = np.lexsort((rows[here], ~heads[here], groups[here]))
        group, row, is_head = groups[here][order], rows[here][order], heads[here][order]
        is_first = np.append(True, group[1:] != group[:-1])[: len(group)]
        alive[row[~is_first]] = False
        sizes = np.diff(np.append(np.flatnonzero(is_first), len(group)))
        is_settled &= not bool((~is_head[is_first] & (sizes > 1)).any())
    return alive, is_settled


# --- receipts -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Rows:
    table: pa.Table
    looked_at: int
    records: int


def _receipts(dataset: Dataset, columns: Sequence[str]) -> _Rows:
    """Receipts with these columns: all, or row groups spread evenly over them, up to LINE_ROWS."""
    groups: list[tuple[Any, int, int]] = []
    tables: list[pa.Table] = []
    for entry in dataset.files("receipts"):
        path = dataset.folder / entry.path
        with whole_parquet(path):
            meta = pq.read_metadata(path)
            groups += [(path, g, meta.row_group(g).num_rows) for g in range(meta.num_row_groups)]
    records = sum(n for _, _, n in groups)
    every = -(-records // LINE_ROWS) if records else 1
    for path, group, _ in groups[::every]:
        with whole_parquet(path):
            file = pq.ParquetFile(path)
            tables.append(file.read_row_group(group, columns=list(columns), use_threads=False))
    looked_at = sum(table.num_rows for table in tables)
    return _Rows(pa.concat_tables(tables), looked_at, records)
