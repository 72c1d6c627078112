"""Clean text: how many edits the repairs of `zh-repair` make in it, and how fast they pass it.

The held-back documents of every genre of `bench.damage.genres` that is clean text in Chinese
characters. Real text is not free of damage: edits are counted by rule, and a few are
printed; they do not go into the page, where nothing of the real sets belongs.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from lianjin import _kernel
from lianjin.curate.recipe import load

from bench import floor
from bench.damage.genres import GENRES, documents
from bench.row import Row

OTHER = {"code", "tables", "japanese", "other_scripts", "english", "html_source", "emoji"}
MOST_CHARS_PER_GENRE = 2_000_000


@dataclass(frozen=True)
class Passed:
    """What happened to the documents of one genre."""

    n_chars: int
    size_bytes: int
    cpu_s: float
    rules: Counter[str]
    examples: tuple[str, ...]


def rows(megabytes: int) -> Iterator[Row]:
    """Edits per ten million characters, and bytes per CPU second of the pass itself."""
    steps = [(name, json.dumps(dict(settings))) for _, name, settings in load("zh-repair").repairs]
    chain = _kernel.Chain(steps)
    passed = {name: _pass(chain, name) for name in GENRES if name not in OTHER}
    passed = {name: found for name, found in passed.items() if found.n_chars}
    n_chars = sum(found.n_chars for found in passed.values())
    n_edits = sum(found.rules.total() for found in passed.values())
    share = n_edits * 1e7 / n_chars
    yield Row(
        "edits in clean text",
        f"{n_edits} in {n_chars / 1e6:.1f} million characters of {len(passed)} genres",
        "≤ 1 per 10 million characters, ≥ 10 million, ≥ 15 genres",
        holds=share <= 1 and n_chars >= 1e7 and len(passed) >= 15,
        note="; ".join(
            f"{name}: " + ", ".join(f"{rule} {n}" for rule, n in found.rules.most_common())
            for name, found in passed.items()
            if found.rules
        ),
    )
    rate = sum(f.size_bytes for f in passed.values()) / 1e6 / sum(f.cpu_s for f in passed.values())
    yield Row(
        "clean text passed by all repairs of `zh-repair`",
        f"{rate:.0f} MB/CPU-s",
        "≥ 300 MB/CPU-s",
        f"memcpy {floor.copied_mb_per_s():.0f} MB/s",
        rate >= 300,
        "the slowest: "
        + ", ".join(
            f"{name} {found.size_bytes / 1e6 / found.cpu_s:.0f}"
            for name, found in sorted(
                passed.items(), key=lambda item: item[1].size_bytes / item[1].cpu_s
            )[:3]
        ),
    )
    for name, found in passed.items():
        for example in found.examples:
            print(f"{name}: {example}", file=sys.stderr)


def _pass(chain: _kernel.Chain, genre: str) -> Passed:
    texts: list[str] = []
    n_chars = 0
    for text in documents(genre, "test"):
        if n_chars >= MOST_CHARS_PER_GENRE:
            break
        texts.append(text)
        n_chars += len(text)
    column = pa.array(texts, pa.large_string())
    chain.run(column)  # once to load tables and models, which a build does once as well
    start = time.process_time()
    mended, edits = chain.run(column)
    cpu_s = time.process_time() - start
    flat = pc.list_flatten(edits)
    assert len(flat) or mended.equals(column), "text without edits must come out as it went in"
    rules = Counter(flat.field("rule").to_pylist())
    before, after = flat.field("before").to_pylist(), flat.field("after").to_pylist()
    shown = [f"{a[:40]!r} → {b[:40]!r}" for a, b in zip(before[:2], after[:2], strict=True)]
    size_bytes = sum(len(text.encode()) for text in texts)
    return Passed(n_chars, size_bytes, max(cpu_s, 1e-9), rules, tuple(shown))
