"""What is measured: a dataset, looked at once, with all that set measures and documents ask about it.

Takes a dataset, a requirement and the measures of records that are wanted; gives their counts and the
totals, in one pass over the records after a first look that finds repeats. Memory: 10 bytes a record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lianjin import _kernel
from lianjin.core.limits import FAILING_IDS
from lianjin.core.words import NOTHING, Words
from lianjin.corpus.dataset import Dataset
from lianjin.corpus.manifest import FileEntry
from lianjin.corpus.verify import Verified
from lianjin.evaluate.answer import Answer, answers_of
from lianjin.evaluate.measure import Absent, Judged, Measure, Measured
from lianjin.evaluate.records import Records, Scores, named, viewed
from lianjin.evaluate.requirement import Requirement
from lianjin.evaluate.standard import Standard
from lianjin.operators.registry import operators

SAMPLES = 3
SAMPLE_CHARS = 120
_VIEW = ("kind", "text", "messages", "preference", "parts")


@dataclass(frozen=True)
class Wanted:
    """A measure of records with its settings, under the name that its counts are asked by.

    `within`: the name of the index whose part it is: a record that fails here fails there.
    """

    name: str
    measure: Measure
    settings: Mapping[str, Any]
    within: str | None = None


@dataclass(frozen=True)
class Totals:
    """Sums over all kept records. `cells`: for each axis of the requirement, value → records."""

    records: int
    chars: int
    size_bytes: int
    kinds: Mapping[str, int]
    languages: Mapping[str, int]
    licences: Mapping[str, int]
    years: Mapping[str, int]
    labels: Mapping[str, int]
    cells: tuple[Mapping[str, int], ...]
    columns: tuple[tuple[str, str], ...]
    samples: tuple[tuple[str, str], ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Subject:
    """The dataset with what one look at it gave. `verified`: what hashing every file again gave."""

    dataset: Dataset
    standard: Standard
    requirement: Requirement
    totals: Totals
    counts: Mapping[str, Measured]
    verified: Verified

    @property
    def manifest(self) -> dict[str, Any]:
        """The dataset's manifest."""
        return self.dataset.manifest


def look(
    dataset: Dataset,
    standard: Standard,
    requirement: Requirement,
    wanted: Sequence[Wanted],
    verified: Verified,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Subject:
    """The subject with the counts of all wanted measures. `progress(done, total)` in records."""
    gatherer = _Gatherer(dataset, requirement, wanted)
    is_first, has_own_id = _repeats(dataset)
    done = 0
    for batch, receipt_hash in _batches(dataset):
        rows = slice(done, done + batch.num_rows)
        gatherer.take(
            Records(
                batch, requirement, gatherer.scores, is_first[rows], has_own_id[rows],
                receipt_hash, gatherer.inputs, gatherer.is_mended,
            )
        )  # fmt: skip
        done += batch.num_rows
        progress(done, len(is_first))
    return Subject(dataset, standard, requirement, gatherer.totals(), gatherer.counts(), verified)


def _repeats(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """(is the first of its content, is the first with its id), bool[n_records] each.

    By 8 bytes of SHA-256: of ten million records two different ones meet once in 370,000 times.
    """
    contents, ids = [np.zeros(0, np.uint64)], [np.zeros(0, np.uint64)]
    names = [name for name in _VIEW if name in dataset.columns("data")]
    for entry in dataset.files("data"):
        for batch in dataset.rows(entry, ["id", *names]):
            kind_and_view = [batch.column("kind"), viewed(batch)]
            contents.append(_short(pa.RecordBatch.from_arrays(kind_and_view, ["kind", "view"])))
            ids.append(_short(batch.select(["id"])))
    return _is_first(np.concatenate(contents)), _is_first(np.concatenate(ids))


def _short(batch: pa.RecordBatch) -> np.ndarray:
    hashes = _kernel.row_hashes(batch)
    return np.frombuffer(
        b"".join(pc.binary_slice(hashes.cast(pa.binary()), 0, 8).to_pylist()), np.uint64
    )


def _is_first(keys: np.ndarray) -> np.ndarray:
    found = np.zeros(len(keys), bool)
    found[np.unique(keys, return_index=True)[1]] = True
    return found


def _batches(dataset: Dataset) -> Iterator[tuple[pa.RecordBatch, pa.Array]]:
    """Kept records with the content hash that their receipts give; null where none does."""
    receipts = {PurePosixPath(entry.path).name: entry for entry in dataset.files("receipts")}
    for entry in dataset.files("data"):
        mine = receipts.get(PurePosixPath(entry.path).name)
        kept = None if mine is None else _kept(dataset, mine)
        done = 0
        for batch in dataset.rows(entry):
            here = None if kept is None else kept.slice(done, batch.num_rows)
            yield batch, _matched(batch, here)
            done += batch.num_rows


def _kept(dataset: Dataset, entry: FileEntry) -> pa.Table:
    rows = list(dataset.rows(entry, ["id", "outcome", "content_hash"]))
    table = pa.Table.from_batches(rows)
    return table.filter(pc.equal(table["outcome"], "kept"))


def _matched(batch: pa.RecordBatch, receipts: pa.Table | None) -> pa.Array:
    nothing = pa.nulls(batch.num_rows, pa.binary())
    if receipts is None or len(receipts) != batch.num_rows or not batch.num_rows:
        return nothing
    receipts = receipts.combine_chunks()
    same = pc.equal(receipts["id"].combine_chunks(), batch.column("id"))
    hashes = receipts["content_hash"].combine_chunks().cast(pa.binary())
    return pc.if_else(same, hashes, pa.scalar(None, pa.binary()))


# --- gathering ------------------------------------------------------------------------


@dataclass
class _Count:
    """The counts of one measure while batches come."""

    wanted: Wanted | None
    numerator: int = 0
    denominator: int = 0
    n_failing: int = 0
    failing: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    causes: Counter[str] = field(default_factory=Counter)
    absent: Words = NOTHING

    def take(self, records: Records, judged: Judged) -> None:
        everything = np.ones(len(records), bool)
        counted = everything if judged.counted is None else judged.counted
        fails = np.zeros(len(records), bool)
        for cause, flags in judged.causes.items():
            wrong = flags & counted
            self.causes[cause] += int(wrong.sum())
            fails |= wrong
        self.denominator += int(counted.sum())
        self.n_failing += int(fails.sum())
        self.numerator += int((counted & ~fails).sum())
        for row in np.flatnonzero(fails)[: max(0, FAILING_IDS - len(self.failing))].tolist():
            causes = tuple(name for name, flags in judged.causes.items() if flags[row])
            self.failing.append((records.ids[row], causes))

    def measured(self) -> Measured:
        if self.absent:
            return Measured(absent=self.absent)
        return Measured(
            self.numerator, self.denominator, tuple(self.failing), self.n_failing,
            dict(sorted((+self.causes).items())), evidence="data/",
        )  # fmt: skip


class _Gatherer:
    """Takes batches of records; gives counts and totals."""

    def __init__(
        self, dataset: Dataset, requirement: Requirement, wanted: Sequence[Wanted]
    ) -> None:
        self.dataset = dataset
        self.requirement = requirement
        self.by_name = {one.name: _Count(one) for one in wanted}
        self.wholes = {one.within: _Count(None) for one in wanted if one.within is not None}
        self.scores = _scores(dataset, wanted)
        self.inputs = frozenset(
            str(entry["path"])
            for entry in dataset.manifest.get("inputs", ())
            if entry.get("sha256")
        )
        steps = dataset.manifest.get("recipe", {}).get("steps", ())
        self.is_mended = any("repair" in step for step in steps)
        self.records = self.chars = 0
        self.sums = {
            name: Counter[str]() for name in ("kinds", "languages", "licences", "years", "labels")
        }
        self.cells = tuple(Counter[str]() for _ in requirement.taxonomy)
        self.samples: list[tuple[str, str]] = []
        self.answers: list[Answer] = []
        self.columns: dict[str, str] = {}

    def take(self, records: Records) -> None:
        """Judges the batch by every measure and adds it to the totals."""
        wholes: dict[str, list[tuple[str, Judged]]] = {}
        for count in self.by_name.values():
            assert count.wanted is not None
            judged = count.wanted.measure.judge(records, count.wanted.settings)
            if isinstance(judged, Absent):
                count.absent = judged.reason
                continue
            count.take(records, judged)
            if count.wanted.within is not None:
                wholes.setdefault(count.wanted.within, []).append((count.wanted.name, judged))
        for name, parts in wholes.items():
            self.wholes[name].take(records, _together(parts, len(records)))
        self._add(records)

    def _add(self, records: Records) -> None:
        self.records += len(records)
        self.chars += sum(map(len, records.texts))
        self.columns |= {f.name: str(f.type) for f in records.batch.schema}
        self.sums["kinds"].update(map(str, records.plain("kind")))
        self.sums["languages"].update(map(named, filter(None, records.plain("language"))))
        self.sums["licences"].update(map(named, filter(None, records.plain("licence"))))
        self.sums["years"].update(time[:4] for time in records.times if time)
        self.sums["labels"].update(
            named(label) for own in records.fields for label in _labels(own.get("annotation"))
        )
        for axis, counter in zip(self.requirement.taxonomy, self.cells, strict=True):
            for value in records.value_at(axis.by):
                several = value if isinstance(value, list) else [value]
                counter.update({named(one) for one in several if one is not None})
        for identifier, text in zip(records.ids, records.texts, strict=True):
            if len(self.samples) == SAMPLES:
                break
            self.samples.append((identifier, text[:SAMPLE_CHARS]))
        self.answers += answers_of(records)

    def counts(self) -> dict[str, Measured]:
        """Every count by its name, those of wholes among them."""
        every = self.by_name | {name: whole for name, whole in self.wholes.items() if name}
        return {name: count.measured() for name, count in every.items()}

    def totals(self) -> Totals:
        """The sums."""
        sums = {name: dict(sorted(counter.items())) for name, counter in self.sums.items()}
        return Totals(
            records=self.records,
            chars=self.chars,
            size_bytes=sum(entry.size_bytes for entry in self.dataset.files("data")),
            cells=tuple(dict(sorted(counter.items())) for counter in self.cells),
            columns=tuple(self.columns.items()),
            samples=tuple(self.samples),
            answers=tuple(self.answers),
            **sums,
        )


def _together(parts: Sequence[tuple[str, Judged]], n: int) -> Judged:
    """One judgement: a record fails if it fails in any part; the causes are the parts."""
    causes: dict[str, np.ndarray] = {}
    counted = np.zeros(n, bool)
    for name, judged in parts:
        mine = np.ones(n, bool) if judged.counted is None else judged.counted
        fails = np.zeros(n, bool)
        for flags in judged.causes.values():
            fails |= flags
        causes[name] = fails & mine
        counted |= mine
    return Judged(causes, counted)


def _labels(annotation: Any) -> Sequence[Any]:
    labels = annotation.get("label") if isinstance(annotation, dict) else None
    return labels if isinstance(labels, list) else ()


def _scores(dataset: Dataset, wanted: Sequence[Wanted]) -> Scores:
    """Every score that is wanted; stored ones count if the operator's version is still the same."""
    names = tuple(dict.fromkeys(name for one in wanted for name in one.measure.scores))
    today = {f"score.{o.name}": o.version for o in operators("score")}
    ran = dataset.manifest.get("operators", {})
    held = frozenset(dataset.columns("data"))
    stored = (n for n in names if n in held and ran.get(f"score.{n}") == today.get(f"score.{n}"))
    return Scores(names, frozenset(stored))
