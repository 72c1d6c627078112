"""What the report shows, gathered from the receipts in one pass.

Takes a dataset; gives counts, histograms and ids of telling examples. Memory does not grow with the
dataset: bins and the few best examples are kept, never the records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lianjin.corpus.batch import gathered
from lianjin.corpus.dataset import Dataset

N_BINS = 40
EXAMPLES_PER_STEP = 4
EXAMPLES_PER_RULE = 2
LARGEST_CLUSTERS = 12
MEMBERS_SHOWN = 5
MOST_SOURCES = 30
MOST_FAILURES = 50
LOOKED_AT = ["id", "outcome", "step", "links", "source.path", "scores.language", "scores.chars"]
LOOKED_AT += ["edits.list.element.step", "edits.list.element.rule"]
"""Of the receipts; what edits change and the other scores stay on disk."""
TOGETHER = {"size_bytes": 16 << 20, "rows": 50_000}
"""Row groups looked at in one go: each look costs as much as some thousand rows."""

SAMPLE_ROWS = 50_000
"""Records that say where a histogram ends."""


@dataclass(frozen=True)
class Histogram:
    """Values of a score in N_BINS equal bins from `low` to `high`; values beyond are in the last.

    `kept`, `dropped`: int64[N_BINS]. `missing`: records without the score.
    """

    score: str
    low: float
    high: float
    kept: np.ndarray
    dropped: np.ndarray
    missing: int


@dataclass
class Facts:
    """Counts and examples; filled once by `facts`."""

    edits: Counter[tuple[int, str]] = field(default_factory=Counter)  # (step, rule) → edits
    edited: Counter[int] = field(default_factory=Counter)  # step → documents
    edit_examples: dict[tuple[int, str], list[str]] = field(default_factory=dict)
    drop_examples: dict[int, list[str]] = field(default_factory=dict)
    clusters: Counter[str] = field(default_factory=Counter)  # cluster → members
    cluster_members: dict[str, list[tuple[str, float]]] = field(default_factory=dict)
    languages: dict[str, Counter[str]] = field(default_factory=dict)  # language → outcome → n
    sources: dict[str, Counter[str]] = field(default_factory=dict)  # source → outcome → n
    kept_chars: int = 0
    read_chars: int = 0


def facts(dataset: Dataset) -> Facts:
    """Everything but the histograms, in one pass over the receipts."""
    found, linked = Facts(), []
    for batch in gathered(dataset.batches("receipts", LOOKED_AT), **TOGETHER):
        _note_edits(batch, found)
        _note_drops(batch, found)
        _note_groups(batch, found)
        linked.append(_linked(batch))
    if linked:
        _note_clusters(pa.Table.from_batches(linked), found)
    return found


def _note_edits(batch: pa.RecordBatch, found: Facts) -> None:
    edits = batch.column("edits")
    changes = edits.flatten()
    if not len(changes):
        return
    row = pc.list_parent_indices(edits).to_numpy()
    step = changes.field("step").to_numpy()
    # A record's edits stand in the order of their steps.
    is_first = np.append(True, (row[1:] != row[:-1]) | (step[1:] != step[:-1]))
    documents = np.bincount(step[is_first])
    for each in np.flatnonzero(documents).tolist():
        found.edited[each] += int(documents[each])
    rules = changes.field("rule").dictionary_encode()
    names = rules.dictionary.to_pylist()
    group = step.astype(np.int64) * len(names) + rules.indices.to_numpy()
    counts = np.bincount(group)
    for chosen in np.flatnonzero(counts).tolist():
        key = (chosen // len(names), names[chosen % len(names)])
        found.edits[key] += int(counts[chosen])
        examples = found.edit_examples.setdefault(key, [])
        if wanted := EXAMPLES_PER_RULE - len(examples):
            rows = pc.unique(pa.array(row[group == chosen]))[:wanted]
            examples += batch.column("id").take(rows).to_pylist()


def _note_drops(batch: pa.RecordBatch, found: Facts) -> None:
    is_dropped = pc.equal(batch.column("outcome"), "dropped")
    dropped = batch.select(["step", "id"]).filter(is_dropped)
    steps, identifiers = dropped.column("step").to_numpy(zero_copy_only=False), dropped.column("id")
    for step in np.unique(steps).tolist():
        examples = found.drop_examples.setdefault(step, [])
        rows = np.flatnonzero(steps == step)[: EXAMPLES_PER_STEP - len(examples)]
        examples += identifiers.take(pa.array(rows)).to_pylist()


def _linked(batch: pa.RecordBatch) -> pa.RecordBatch:
    """`cluster`, `id` and `similarity` of the records of a cluster; of several, each as often."""
    links = batch.column("links")
    each = links.flatten()
    identifiers = batch.column("id").take(pc.list_parent_indices(links))
    return pa.RecordBatch.from_arrays(
        [each.field("cluster"), identifiers, each.field("similarity")],
        ["cluster", "id", "similarity"],
    )


def _note_clusters(linked: pa.Table, found: Facts) -> None:
    for each in pc.value_counts(linked["cluster"]).to_pylist():
        found.clusters[each["values"]] += each["counts"]
    largest = [cluster for cluster, _ in found.clusters.most_common(LARGEST_CLUSTERS)]
    shown = linked.filter(pc.is_in(linked["cluster"], pa.array(largest, pa.string())))
    for each in shown.to_pylist():
        members = found.cluster_members.setdefault(each["cluster"], [])
        if len(members) < MEMBERS_SHOWN:
            members.append((each["id"], each["similarity"]))


def _note_groups(batch: pa.RecordBatch, found: Facts) -> None:
    outcomes = batch.column("outcome")
    has_scores = "scores" in batch.schema.names
    scores = {f.name for f in batch.column("scores").type} if has_scores else set()
    if "language" in scores:
        for language, counts in _counted(batch.column("scores").field("language"), outcomes):
            found.languages.setdefault(language or "", Counter()).update(counts)
    for path, counts in _counted(batch.column("source").field("path"), outcomes):
        found.sources.setdefault(source_name(path or ""), Counter()).update(counts)
    if "chars" in scores:
        chars = batch.column("scores").field("chars")
        found.read_chars += pc.sum(chars).as_py() or 0
        kept = chars.filter(pc.equal(outcomes, "kept"))
        found.kept_chars += pc.sum(kept).as_py() or 0


def _counted(groups: pa.Array, outcomes: pa.Array) -> Iterator[tuple[str | None, dict[str, int]]]:
    """(group, outcome → rows), a group as often as it has outcomes."""
    for outcome in pc.unique(outcomes).to_pylist():
        within = groups.filter(pc.equal(outcomes, outcome))
        for each in pc.value_counts(within).to_pylist():
            yield each["values"], {outcome: each["counts"]}


def source_name(path: str) -> str:
    """The folder a file is in, or the file itself at the top: what sources are counted by."""
    folder, _, _ = path.rpartition("/")
    return f"{folder}/" if folder else path


def histograms(dataset: Dataset, lines: Mapping[str, float]) -> Iterator[Histogram]:
    """The distributions of the scores of `lines`, score → the rule's largest number.

    In one pass; scores that are no numbers or were never measured are left out. Open-ended scores
    end at twice the rule's line, or at the 99th percentile of the first SAMPLE_ROWS records, so
    that the line stands inside the picture.
    """
    columns = ["outcome", *(f"scores.{score}" for score in lines)]
    batches = gathered(dataset.batches("receipts", columns), **TOGETHER)
    first = list(_first_rows(batches, SAMPLE_ROWS))
    values = {score: _sampled(first, score) for score in lines}
    ends = {s: _upper_end(v, lines[s]) for s, v in values.items() if v is not None and len(v)}
    counts = {score: np.zeros((2, N_BINS), np.int64) for score in ends}
    missing = Counter[str]()
    for batch in chain(first, batches):
        kept = pc.equal(batch.column("outcome"), "kept").to_numpy(zero_copy_only=False)
        for score, high in ends.items():
            value = _numbers(batch, score)
            present = np.isfinite(value)
            missing[score] += int((~present).sum())
            bins = np.clip((value[present] / high * N_BINS).astype(int), 0, N_BINS - 1)
            for row, chosen in enumerate((kept[present], ~kept[present])):
                counts[score][row] += np.bincount(bins[chosen], minlength=N_BINS)
    for score, high in ends.items():
        kept, not_kept = counts[score]
        yield Histogram(score, 0.0, high, kept, not_kept, missing[score])


def _first_rows(batches: Iterator[pa.RecordBatch], least: int) -> Iterator[pa.RecordBatch]:
    """Batches until `least` rows have come."""
    rows = 0
    while rows < least and (batch := next(batches, None)) is not None:
        rows += batch.num_rows
        yield batch


def _sampled(batches: Sequence[pa.RecordBatch], score: str) -> np.ndarray | None:
    """The score's values in these batches; None if it is no number."""
    for batch in batches:
        scores = batch.column("scores").type if "scores" in batch.schema.names else ()
        types = {field.name: field.type for field in scores}
        if score not in types or pa.types.is_string(types[score]):
            return None
    value = np.concatenate([_numbers(b, score) for b in batches]) if batches else np.zeros(0)
    present: np.ndarray = value[np.isfinite(value)]
    return present


def _numbers(batch: pa.RecordBatch, score: str) -> np.ndarray:
    column = batch.column("scores").field(score).cast(pa.float32())
    found: np.ndarray = column.to_numpy(zero_copy_only=False)
    return found


def _upper_end(values: np.ndarray, line: float | None) -> float:
    largest = float(values.max())
    if largest <= 1.0 and (line is None or line <= 1.0):
        return 1.0 if largest > 0.5 or (line or 0) > 0.5 else max(2 * (line or 0.0), largest, 1e-6)
    typical = float(np.percentile(values, 99))
    return max(typical, 2 * line if line is not None and line < largest else 0.0, 1e-6)
