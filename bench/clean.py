"""Clean text: how many edits the repairs of `zh-repair` make in it, and how fast they pass it.

The held-back documents of every genre of `bench.damage.genres` that is text in Chinese characters.
Real sets are not free of damage. What is not clean is decided by Unicode's character categories and
by the syntax of HTML alone (`dirt`), never by a repair; how many documents that leaves out is in
the note, by genre and reason. Edits are counted by rule, and some are printed; they do not go into
the page, where nothing of the real sets belongs.
"""

from __future__ import annotations

import json
import re
import sys
import time
import unicodedata
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
MOST_CHARS_PER_GENRE = 5_000_000
PASSES = 150
"""The best of so many passes counts: a genre takes but milliseconds, in which a neighbour of the machine
may take its caches. All genres take turns, so that the passes of one lie seconds apart."""
REFERENCE = re.compile(r"&(?:#[0-9]+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);|&nbsp")
"""A character reference of HTML."""
INVISIBLE = {"Cc", "Cf", "Cn", "Co", "Cs"}
"""Control, format (zero width, direction), unassigned and private characters, surrogates."""
CLOSING = re.compile(r"</([A-Za-z][A-Za-z0-9]*)>")


@dataclass
class Passed:
    """The clean documents of one genre, and what happened to them; `cpu_s` of the fastest pass."""

    column: pa.Array
    n_chars: int
    n_documents: int
    left_out: Counter[str]
    size_bytes: int
    rules: Counter[str]
    examples: tuple[str, ...]
    cpu_s: float = float("inf")


def rows(megabytes: int) -> Iterator[Row]:
    """Edits per ten million characters, and bytes per CPU second of the pass itself."""
    steps = [(name, json.dumps(dict(settings))) for _, name, settings in load("zh-repair").repairs]
    chain = _kernel.Chain(steps)
    passed = {name: _pass(chain, name) for name in GENRES if name not in OTHER}
    passed = {name: found for name, found in passed.items() if found.n_chars}
    for _ in range(PASSES):
        for found in passed.values():
            start = time.process_time()
            chain.run(found.column)
            found.cpu_s = min(found.cpu_s, time.process_time() - start)
    for name, found in passed.items():
        _print(name, found)
    n_chars = sum(found.n_chars for found in passed.values())
    n_edits = sum(found.rules.total() for found in passed.values())
    share = n_edits * 1e7 / n_chars
    yield Row(
        "edits in clean text",
        f"{n_edits} in {n_chars / 1e6:.1f} million characters of {len(passed)} genres",
        "≤ 1 per 10 million characters, ≥ 10 million, ≥ 15 genres",
        holds=share <= 1 and n_chars >= 1e7 and len(passed) >= 15,
        note=_note(passed),
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


def _note(passed: dict[str, Passed]) -> str:
    """Edits by genre and rule, then documents left out by genre and reason."""
    edited = [f"{name}: {_counts(found.rules)}" for name, found in passed.items() if found.rules]
    unclean = [
        f"{name} {found.left_out.total()} of {found.n_documents} ({_counts(found.left_out)})"
        for name, found in passed.items()
        if found.left_out
    ]
    return "; ".join([*edited, "left out as not clean: " + ", ".join(unclean)])


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {n}" for name, n in counts.most_common())


def _print(genre: str, found: Passed) -> None:
    left_out = found.left_out.total()
    print(
        f"{genre}: {found.n_chars:,} characters, {left_out} of {found.n_documents} documents left "
        f"out, {found.size_bytes / 1e6 / found.cpu_s:.0f} MB/CPU-s; {_counts(found.rules)}",
        file=sys.stderr,
    )
    for example in found.examples:
        print(f"  {example}", file=sys.stderr)


def dirt(text: str) -> str:
    """What shows, without any repair, that a text is not clean; empty if nothing does.

    A character reference of HTML; a closing tag that nothing opens; a control character other than
    tab and line ends, an unassigned, private-use, zero-width or direction character; U+FFFD; a
    space that is neither U+0020 nor U+3000. The first of these in this order.
    """
    if REFERENCE.search(text):
        return "reference"
    if any(f"<{name}" not in text for name in CLOSING.findall(text)):
        return "tag"
    characters = set(text) - {"\t", "\n", "\r", " ", "\u3000"}
    categories = {unicodedata.category(character) for character in characters}
    if categories & INVISIBLE:
        return "invisible"
    if "\ufffd" in characters:
        return "replacement"
    return "space" if categories & {"Zs", "Zl", "Zp"} else ""


def _pass(chain: _kernel.Chain, genre: str) -> Passed:
    texts: list[str] = []
    left_out: Counter[str] = Counter()
    n_chars = 0
    for text in documents(genre, "test"):
        if n_chars >= MOST_CHARS_PER_GENRE:
            break
        if reason := dirt(text):
            left_out[reason] += 1
            continue
        texts.append(text)
        n_chars += len(text)
    column = pa.array(texts, pa.large_string())
    mended, edits = chain.run(column)
    flat = pc.list_flatten(edits)
    assert len(flat) or mended.equals(column), "text without edits must come out as it went in"
    rules = Counter(flat.field("rule").to_pylist())
    before, after = flat.field("before").to_pylist(), flat.field("after").to_pylist()
    shown = [
        f"{rule} {a[:40]!r} → {b[:40]!r}"
        for rule, a, b in zip(flat.field("rule").to_pylist(), before, after, strict=True)
    ]
    size_bytes = sum(len(text.encode()) for text in texts)
    n_documents = len(texts) + left_out.total()
    return Passed(column, n_chars, n_documents, left_out, size_bytes, rules, tuple(shown[:20]))
