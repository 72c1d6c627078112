"""What the report shows, gathered from the receipts in one pass.

Takes a dataset; gives counts, histograms and ids of telling examples. Memory does not grow with the
dataset: bins and the few best examples are kept, never the records.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lianjin.corpus.dataset import Dataset

N_BINS = 40
EXAMPLES_PER_STEP = 4
EXAMPLES_PER_RULE = 2
LARGEST_CLUSTERS = 12
MOST_SOURCES = 30
MOST_FAILURES = 50


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
    found = Facts()
    for batch in dataset.batches("receipts"):
        _note_edits(batch, found)
        _note_drops(batch, found)
        _note_clusters(batch, found)
        _note_groups(batch, found)
    largest = {cluster for cluster, _ in found.clusters.most_common(LARGEST_CLUSTERS)}
    found.cluster_members = {c: m for c, m in found.cluster_members.items() if c in largest}
    return found


def _note_edits(batch: pa.RecordBatch, found: Facts) -> None:
    edits = batch.column("edits")
    if edits.null_count == len(edits):
        return
    changes = edits.flatten()
    rows = pc.list_parent_indices(edits).to_numpy()
    steps, rules = changes.field("step").to_pylist(), changes.field("rule").to_pylist()
    identifiers = batch.column("id")
    seen: set[tuple[int, int]] = set()
    for row, step, rule in zip(rows.tolist(), steps, rules, strict=True):
        found.edits[step, rule] += 1
        if (row, step) not in seen:
            seen.add((row, step))
            found.edited[step] += 1
        examples = found.edit_examples.setdefault((step, rule), [])
        if len(examples) < EXAMPLES_PER_RULE:
            identifier = identifiers[row].as_py()
            if identifier not in examples:
                examples.append(identifier)


def _note_drops(batch: pa.RecordBatch, found: Facts) -> None:
    dropped = batch.filter(pc.equal(batch.column("outcome"), "dropped"))
    for step, identifier in zip(
        dropped.column("step").to_pylist(), dropped.column("id").to_pylist(), strict=True
    ):
        examples = found.drop_examples.setdefault(step, [])
        if len(examples) < EXAMPLES_PER_STEP:
            examples.append(identifier)


def _note_clusters(batch: pa.RecordBatch, found: Facts) -> None:
    linked = batch.filter(batch.column("links").is_valid())
    for identifier, links in zip(
        linked.column("id").to_pylist(), linked.column("links").to_pylist(), strict=True
    ):
        for link in links:
            found.clusters[link["cluster"]] += 1
            members = found.cluster_members.setdefault(link["cluster"], [])
            if len(members) < 5:
                members.append((identifier, link["similarity"]))


def _note_groups(batch: pa.RecordBatch, found: Facts) -> None:
    outcomes = batch.column("outcome").to_pylist()
    scores = (
        {f.name: i for i, f in enumerate(batch.column("scores").type)}
        if "scores" in batch.schema.names
        else {}
    )
    languages = batch.column("scores").field("language").to_pylist() if "language" in scores else []
    for language, outcome in zip(languages, outcomes, strict=False):
        found.languages.setdefault(language or "", Counter())[outcome] += 1
    paths = batch.column("source").field("path").to_pylist()
    for path, outcome in zip(paths, outcomes, strict=True):
        found.sources.setdefault(source_name(path), Counter())[outcome] += 1
    if "chars" in scores:
        chars = batch.column("scores").field("chars")
        found.read_chars += pc.sum(chars).as_py() or 0
        kept = chars.filter(pc.equal(batch.column("outcome"), "kept"))
        found.kept_chars += pc.sum(kept).as_py() or 0


def source_name(path: str) -> str:
    """The folder a file is in, or the file itself at the top: what sources are counted by."""
    folder, _, _ = path.rpartition("/")
    return f"{folder}/" if folder else path


def histogram(dataset: Dataset, score: str, line: float | None) -> Histogram | None:
    """The distribution of a score; None if it is no number or was never measured.

    Open-ended scores end at twice the rule's line, or at the 99th percentile of a first sample,
    so that the line stands inside the picture.
    """
    values, outcomes = [], []
    for batch in dataset.batches("receipts", ["scores", "outcome"]):
        column = batch.column("scores")
        if score not in {f.name for f in column.type}:
            return None
        if pa.types.is_string(column.field(score).type):
            return None
        values.append(column.field(score).cast(pa.float32()).to_numpy(zero_copy_only=False))
        outcomes.append(pc.equal(batch.column("outcome"), "kept").to_numpy(zero_copy_only=False))
    value = np.concatenate(values) if values else np.zeros(0, np.float32)
    kept = np.concatenate(outcomes) if outcomes else np.zeros(0, bool)
    present = np.isfinite(value)
    if not present.any():
        return None
    high = _upper_end(value[present], line)
    bins = np.clip((value[present] / high * N_BINS).astype(int), 0, N_BINS - 1)
    counts = [np.bincount(bins[mask], minlength=N_BINS) for mask in (kept[present], ~kept[present])]
    return Histogram(score, 0.0, high, counts[0], counts[1], int((~present).sum()))


def _upper_end(values: np.ndarray, line: float | None) -> float:
    largest = float(values.max())
    if largest <= 1.0 and (line is None or line <= 1.0):
        return 1.0 if largest > 0.5 or (line or 0) > 0.5 else max(2 * (line or 0.0), largest, 1e-6)
    typical = float(np.percentile(values, 99))
    return max(typical, 2 * line if line is not None and line < largest else 0.0, 1e-6)
