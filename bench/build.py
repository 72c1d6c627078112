"""The main job from end to end: `lianjin build zh-web`, all outputs written."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import corpus
from bench.row import Row
from bench.usage import ROOT, Usage, least, python

PAGES = ("zh_html_news", "zh_html_docs")
RUNS = 3
"""The least of so many runs counts, of the job as of its floor: a machine that others share is slower
at times by half, and never faster. All of them are in the notes."""


def rows(megabytes: int) -> Iterator[Row]:
    """`zh-web` from JSON lines and from HTML."""
    yield _lines(megabytes)
    yield _pages()


def _lines(megabytes: int) -> Row:
    source, _ = corpus.build(megabytes)
    parquet = source.with_suffix(".floor.parquet")
    bare = least(RUNS, sys.executable, "-m", "bench.floor", "parquet", source, parquet)
    parquet.unlink()
    runs = _build(source)
    used = runs[0]
    rate, ratio = megabytes / used.cpu_s, used.cpu_s / bare.cpu_s
    return Row(
        f"`zh-web` from {megabytes} MB of JSONL",
        f"{rate:.1f} MB/CPU-s, {ratio:.1f} × the floor",
        "≥ 20 MB/CPU-s, ≤ 8 × the floor",
        f"pyarrow's bare JSONL → Parquet: {bare.cpu_s:.2f} CPU s",
        rate >= 20 and ratio <= 8,
        f"{_seconds(runs)}, {used.wall_s:.1f} s, peak {used.peak_mb:.0f} MB",
    )


def _pages() -> Row:
    """All pages of both sets in one run."""
    pages = [path for name in PAGES for path in (ROOT / ".data" / name).rglob("*.html")]
    size_bytes = sum(path.stat().st_size for path in pages if path.is_file())
    read_s = sum(python("bench.floor", "read_bytes", ROOT / ".data" / name).cpu_s for name in PAGES)
    runs = _build(".data/zh_html_*/**/*.html")
    rate = size_bytes / 1e6 / runs[0].cpu_s
    return Row(
        f"`zh-web` from HTML ({', '.join(PAGES)})",
        f"{rate:.1f} MB/CPU-s",
        "≥ 15 MB/CPU-s",
        f"reading the files: {read_s:.2f} CPU s",
        rate >= 15,
        f"{len(pages):,} pages, {size_bytes / 1e6:.0f} MB of HTML in {_seconds(runs)}",
    )


def _build(source: Path | str) -> list[Usage]:
    """What each run used, the least CPU first."""
    out = corpus.FOLDER / "built"
    command = Path(sys.executable).with_name("lianjin")
    runs = []
    for _ in range(RUNS):
        shutil.rmtree(out, ignore_errors=True)
        try:
            runs.append(least(1, command, "build", "zh-web", "--input", source, "--out", out))
        finally:
            shutil.rmtree(out, ignore_errors=True)
    return sorted(runs, key=lambda used: used.cpu_s)


def _seconds(runs: list[Usage]) -> str:
    best, *others = (f"{used.cpu_s:.1f}" for used in runs)
    return f"{best} CPU s (other runs {', '.join(others)})"
