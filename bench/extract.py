"""Main text of pages against two golds, beside trafilatura, and what it costs.

Takes .data/html_gold_en (181 pages with their text), .data/zh_html_news with the block numbers of
`bench/gold`; gives F1 on each half of the pages (split by the hash of their name: the rules were
made while looking at half 0 of the English and of the Chinese pages), and MB of HTML per CPU
second; records nothing.

Run by itself it prints each page of a half, the worst first:

    python -m bench.extract zh 0
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from statistics import fmean

import pyarrow as pa
from lianjin import _kernel

from bench.gold.blocks import decode, visible_blocks
from bench.row import Row
from bench.usage import ROOT

DATA = ROOT / ".data"
GOLD = ROOT / "bench" / "gold" / "zh_html_news.json"
Pages = dict[str, tuple[str, str]]
"""By name: the page, decoded, and the text that it should give."""


def english() -> Pages:
    """The pages of scrapinghub's benchmark."""
    folder = DATA / "html_gold_en" / "scrapinghub"
    truth = json.loads((folder / "ground-truth.json").read_text(encoding="utf-8"))
    html = {name: gzip.decompress((folder / f"html/{name}.html.gz").read_bytes()) for name in truth}
    return {name: (decode(html[name]), truth[name]["articleBody"]) for name in truth}


def chinese() -> Pages:
    """The news pages whose main text was marked by hand."""
    pages = {}
    for page in json.loads(GOLD.read_text(encoding="utf-8"))["pages"]:
        data = (DATA / "zh_html_news" / page["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == page["sha256"], page["path"]
        html = decode(data)
        blocks = visible_blocks(html)
        main = [blocks[i] for first, last in page["main"] for i in range(first, last + 1)]
        pages[page["path"]] = (html, "\n".join(main))
    return pages


def half(name: str) -> int:
    """0 or 1, by the hash of the name."""
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2


def words(text: str) -> Counter[Hashable]:
    """Words of a text, how often each."""
    return Counter(re.findall(r"\w+", text))


def shingles(text: str) -> Counter[Hashable]:
    """Runs of four words, as scrapinghub's benchmark counts them."""
    found = re.findall(r"\w+", text)
    n = min(4, len(found))
    return Counter(tuple(found[i : i + 4]) for i in range(len(found) - n + 1)) if n else Counter()


def trigrams(text: str) -> Counter[Hashable]:
    """Runs of three characters, spaces left out."""
    solid = "".join(text.split())
    return Counter(solid[i : i + 3] for i in range(len(solid) - 2))


def f1(true: Counter[Hashable], found: Counter[Hashable]) -> float:
    """Harmonic mean of precision and recall; 1 where both are empty."""
    total = true.total() + found.total()
    return 2 * (true & found).total() / total if total else 1.0


def benchmark_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """F1 of scrapinghub's benchmark: shares of four-word runs of each page, summed over pages."""
    hits = misses = 0.0
    for true, found in ((shingles(a), shingles(b)) for a, b in pairs):
        shared, either = (true & found).total(), (true | found).total()
        hits += shared / max(1, either)
        misses += (either - shared) / max(1, either)
    return 2 * hits / (2 * hits + misses)


def ours(pages: Sequence[str]) -> list[str]:
    """What this extractor gives."""
    texts: list[str] = _kernel.extract_html(pa.array(pages, pa.large_string()))["text"].to_pylist()
    return texts


def theirs(pages: Sequence[str]) -> list[str]:
    """What trafilatura gives, comments left out."""
    import trafilatura

    return [trafilatura.extract(page, include_comments=False) or "" for page in pages]


def floor(pages: Sequence[str]) -> None:
    """Parses the pages with lxml and does nothing with them."""
    from lxml import html

    for page in pages:
        html.document_fromstring(page.encode(), parser=html.HTMLParser(encoding="utf-8"))


def speed(pages: Sequence[str], work: Callable[[Sequence[str]], object]) -> float:
    """MB of UTF-8 per CPU second of this process."""
    size_bytes = sum(len(page.encode()) for page in pages)
    started = time.process_time()
    work(pages)
    return size_bytes / 1e6 / (time.process_time() - started)


def rows(megabytes: int) -> Iterator[Row]:
    """Quality on both golds and both halves, then speed."""
    en, zh = english(), chinese()
    for label, pages, asked in (("English", en, 0.94), ("Chinese", zh, 0.90)):
        names = sorted(pages)
        html = [pages[name][0] for name in names]
        mine, other = ours(html), theirs(html)
        for part in (0, 1, None):
            at = [i for i, name in enumerate(names) if part in (None, half(name))]
            yield _quality(
                label, part, asked, [(pages[names[i]][1], mine[i], other[i]) for i in at]
            )
    html = [page for page, _ in (*en.values(), *zh.values())]
    fast = max(speed(html, ours) for _ in range(3))
    yield Row(
        "extraction, HTML to text and fields",
        f"{fast:.0f} MB per CPU second",
        floor=f"lxml parses only: {speed(html, floor):.0f}; trafilatura: {speed(html, theirs):.1f}",
        note="border and Arrow included; 245 pages",
    )


def _quality(
    label: str, part: int | None, asked: float, texts: Sequence[tuple[str, str, str]]
) -> Row:
    measure = words if label == "English" else trigrams
    mine = fmean(f1(measure(true), measure(found)) for true, found, _ in texts)
    other = fmean(f1(measure(true), measure(found)) for true, _, found in texts)
    note = "mean over pages; " + ("words" if label == "English" else "trigrams of characters")
    if label == "English":
        scores = [benchmark_f1([(text[0], text[i]) for text in texts]) for i in (1, 2)]
        note += f"; by the benchmark's own measure {scores[0]:.3f}, trafilatura {scores[1]:.3f}"
    where = "all pages" if part is None else f"half {part}"
    return Row(
        f"extraction, {label}, {where} ({len(texts)})",
        f"F1 {mine:.3f}",
        asked=f"F1 ≥ {asked:.2f}, at most 0.02 below trafilatura"
        if label == "English"
        else f"F1 ≥ {asked:.2f}",
        floor=f"trafilatura {other:.3f}",
        holds=mine >= asked and (label != "English" or mine >= other - 0.02),
        note=note,
    )


def main() -> None:
    """Prints F1 of each page of a half, the worst first."""
    pages = english() if sys.argv[1] == "en" else chinese()
    names = [name for name in pages if half(name) == int(sys.argv[2])]
    measure = words if sys.argv[1] == "en" else trigrams
    for name, found in zip(names, ours([pages[name][0] for name in names]), strict=True):
        print(f"{f1(measure(pages[name][1]), measure(found)):.3f} {name}")


if __name__ == "__main__":
    main()
