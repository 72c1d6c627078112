"""Near-duplicates: text per CPU second, recall by Jaccard index, false positives; beside a peer.

Whole processes: start, imports, the text column read from Parquet, clusters written. Recall is
that of planted pairs of which neither document repeats another one; a pair is resolved if not
both are kept. False positives are checked by the pure-Python index, on a sample of the dropped.

    python -m bench.link IN.parquet OUT.arrow [JACCARD]      # the process that is measured
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq
from lianjin.operators.link.cluster import clusters
from lianjin.operators.link.normal import jaccard, normal_form

from bench import corpus, floor
from bench.row import Row
from bench.usage import Usage, least

RUNS = 3
CHECKED = 2_000


def link(source: str, target: str, threshold: str = "0.8") -> None:
    """Writes the kept row and the index of each text."""
    texts = pq.read_table(source, columns=["text"])["text"]
    table = clusters(texts.cast(pa.large_string()), jaccard=float(threshold))
    pyarrow.feather.write_feather(table, target, compression="uncompressed")


def rows(megabytes: int) -> Iterator[Row]:
    """Speed, recall and false positives of ours at 0.8 and 0.7, and of the peer."""
    source, truth = corpus.build(megabytes)
    parquet = source.with_suffix(".parquet")
    if not parquet.exists():
        floor.parquet(str(source), str(parquet))
    table = pq.read_table(parquet, columns=["id", "text"])
    texts = dict(zip(table["id"].to_pylist(), table["text"].to_pylist(), strict=True))
    mb = sum(len(text.encode()) for text in texts.values()) / 1e6
    read = least(RUNS, sys.executable, "-m", "bench.floor", "read", parquet)
    limit = (
        f"reading the column: {mb / read.cpu_s:.0f} MB/CPU-s; memcpy {floor.copied_mb_per_s():.0f} "
        f"MB/s; sorting keys {floor.sorted_million_per_s():.0f} million/s"
    )
    target = source.with_suffix(".clusters.arrow")
    for threshold, asked in (("0.8", 100), ("0.7", None)):
        used = least(RUNS, sys.executable, "-m", "bench.link", parquet, target, threshold)
        yield _speed(f"near-duplicates, Jaccard ≥ {threshold}", mb, used, limit, asked)
        yield from _quality(float(threshold), texts, truth, target)
    if find_spec("rensa"):
        used = least(1, sys.executable, "-m", "bench.peers.rensa_link", parquet, target)
        yield _speed("peer: numpy shingles + rensa 14 × 8", mb, used, limit, None)
        recall = _recall(list(texts), truth, _kept(target))
        yield Row("peer: recall by Jaccard index", _spelled(recall))


def _speed(job: str, mb: float, used: Usage, limit: str, asked: int | None) -> Row:
    rate = mb / used.cpu_s
    return Row(
        job,
        f"{rate:.0f} MB/CPU-s",
        f"≥ {asked} MB/CPU-s" if asked else "",
        limit,
        None if asked is None else rate >= asked,
        f"{mb:.0f} MB in {used.cpu_s:.2f} CPU s, peak {used.peak_mb:.0f} MB",
    )


def _quality(least_index: float, texts: dict[str, str], truth: Path, target: Path) -> Iterator[Row]:
    kept = _kept(target)
    recall = _recall(list(texts), truth, kept)
    found, planted = (sum(recall[b][i] for b in recall if b >= least_index) for i in (0, 1))
    yield Row(
        f"recall of pairs at Jaccard ≥ {least_index}",
        f"{found / max(1, planted):.4f} of {planted}",
        "≥ 0.99",
        holds=found >= 0.99 * planted,
        note=_spelled(recall),
    )
    column = list(texts.values())
    dropped = [row for row, other in enumerate(kept) if other != row]
    sample = random.Random(1).sample(dropped, min(CHECKED, len(dropped)))
    wrong = sum(not _is_near(column[row], column[kept[row]], least_index) for row in sample)
    yield Row(
        f"dropped below Jaccard {least_index} (checked in Python)",
        f"{wrong} of {len(sample)}",
        "0",
        holds=wrong == 0,
        note=f"{len(dropped):,} of {len(kept):,} documents dropped",
    )


def _is_near(a: str, b: str, least_index: float) -> bool:
    return normal_form(a) == normal_form(b) or (jaccard(a, b) or 0.0) >= least_index


def _kept(target: Path) -> list[int]:
    kept: list[int] = pyarrow.feather.read_table(target)["kept"].to_pylist()
    return kept


def _recall(ids: list[str], truth: Path, kept: list[int]) -> dict[float, tuple[int, int]]:
    """(resolved, planted) near pairs by Jaccard index, in steps of a tenth."""
    facts = [json.loads(line) for line in truth.open(encoding="utf-8")]
    repeats = Counter(fact["parent"] for fact in facts if fact["parent"])
    row = {name: i for i, name in enumerate(ids)}
    counts: dict[float, tuple[int, int]] = {}
    for fact in facts:
        if fact["parent"] and fact["kind"] != "exact" and repeats[fact["parent"]] == 1:
            one, other = row[fact["id"]], row[fact["parent"]]
            resolved = not (kept[one] == one and kept[other] == other)
            step = int((fact["jaccard"] or 0) * 10) / 10
            found, planted = counts.get(step, (0, 0))
            counts[step] = (found + resolved, planted + 1)
    return dict(sorted(counts.items()))


def _spelled(recall: dict[float, tuple[int, int]]) -> str:
    return "; ".join(f"{b:.1f}–: {found / n:.3f} of {n}" for b, (found, n) in recall.items())


if __name__ == "__main__":
    link(*sys.argv[1:])
