"""How much of simulated damage the repairs mend, on text the language model never saw.

    python -m bench.repair [--pages 40] [--split tuning] [--seed 1] [--show 5] [--glossed]

Prints the share of damaged characters restored by bytes left, of pages exactly right,
and the character error rate after, each with counts; `rows` gives the bars of the test split.
"""

from __future__ import annotations

import argparse
import difflib
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa
from lianjin import _kernel

from bench.damage.genres import Split, documents
from bench.damage.phase import Damaged, Style, damage, draw_style, encodable
from bench.row import Row

GENRES = (
    "news", "laws", "docs", "handbooks", "answers", "medical_dialogues", "reviews", "headlines",
    "comments", "exam_questions", "law_questions", "literary_prose", "textbook", "fiction",
    "knowledge_questions", "translated_answers", "medical_questions", "sayings", "poems",
)  # fmt: skip

DRAWS = range(1, 9)
"""Pages and damage of the measured rows are drawn anew so often."""


@dataclass
class Tally:
    """Characters and pages counted so far."""

    damaged: Counter[int] = field(default_factory=Counter)
    restored: Counter[int] = field(default_factory=Counter)
    pages: int = 0
    exact: int = 0
    traced: int = 0
    """Pages of which every damaged character has a byte left."""
    traced_exact: int = 0
    errors_after: int = 0
    characters: int = 0
    genres: set[str] = field(default_factory=set)


def pages(genre: str, split: Split, n: int, rng: random.Random) -> Iterator[str]:
    """Up to `n` pages of 300 to 1500 characters, drawn from the genre's documents."""
    texts = list(documents(genre, split))
    rng.shuffle(texts)
    given = 0
    for text in texts:
        lines = [line for line in text.split("\n") if line.strip()]
        size = rng.randint(300, 1500)
        start = rng.randrange(max(1, len(lines)))
        page = ""
        for line in lines[start:]:
            if len(page) > size:
                break
            page += line[:2000] + "\n"
        if len(page) >= 120:
            yield page.rstrip("\n")
            given += 1
            if given == n:
                return


def make_glosses(text: str) -> dict[str, str]:
    """A reading for each traditional character of a page, as a glossing site writes it."""
    from pypinyin import Style as Pinyin
    from pypinyin import lazy_pinyin

    found = {}
    for c in sorted(set(text + "謹關於數據質電機轉強語進這個")):
        if traditional_to_simplified(c) != c:
            found[c] = lazy_pinyin(c, style=Pinyin.TONE)[0]
    return found


_converters: dict[str, object] = {}


def convert(text: str, how: str) -> str:
    """The text through OpenCC."""
    from opencc import OpenCC

    if how not in _converters:
        _converters[how] = OpenCC(how)
    return _converters[how].convert(text)  # type: ignore[attr-defined, no-any-return]


def traditional_to_simplified(c: str) -> str:
    return convert(c, "t2s")


def sample(split: Split, n: int, seed: int, glossed: bool) -> Iterator[tuple[str, Style, Damaged]]:
    """(genre, style, damage) of pages with at least one site."""
    rng = random.Random(seed)
    for genre in GENRES:
        given = 0
        for page in pages(genre, split, 6 * n, rng):
            text = page
            if glossed or rng.random() < 0.3:
                text = convert(text, "s2t")
            glosses = make_glosses(encodable(text)) if glossed else {}
            style = draw_style(rng, glosses)
            damaged = damage(text, style)
            if damaged.n_sites:
                yield genre, style, damaged
                given += 1
                if given >= n:
                    break


def matched(truth: str, text: str) -> tuple[set[int], int]:
    """Indices of `truth` that `text` has in place, and the number of differing characters."""
    found: set[int] = set()
    errors = 0
    matcher = difflib.SequenceMatcher(None, truth, text, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            found.update(range(i, j))
        else:
            errors += max(j - i, m - k)
    return found, errors


def by_line(truth: str, text: str) -> tuple[set[int], int]:
    """`matched`, line by line where the lines agree in number."""
    a, b = truth.split("\n"), text.split("\n")
    if len(a) != len(b):
        return matched(truth, text)
    found: set[int] = set()
    errors = at = 0
    for left, right in zip(a, b, strict=True):
        if left == right:
            found.update(range(at, at + len(left) + 1))
        else:
            indices, n = matched(left, right)
            found.update(at + i for i in indices)
            errors += n
        at += len(left) + 1
    return found, errors


def judge(tally: Tally, damaged: Damaged, text: str) -> bool:
    """Adds a page to the tally; whether it is exactly right."""
    found, errors = by_line(damaged.truth, text)
    for i, left in damaged.left.items():
        tally.damaged[left] += 1
        tally.restored[left] += i in found
    tally.pages += 1
    tally.exact += text == damaged.truth
    if 0 not in damaged.left.values():
        tally.traced += 1
        tally.traced_exact += text == damaged.truth
    tally.errors_after += errors
    tally.characters += len(damaged.truth)
    return text == damaged.truth


def rows(megabytes: int) -> Iterator[Row]:
    """Each bar on held-back pages, with counts; the second half is about glossed pages.

    The pages are the same whatever the size of the corpus; none was looked at for tuning.
    """
    del megabytes
    plain, glossed = (_measured(glossed) for glossed in (False, True))
    where = f"{plain.pages} held-back pages of {len(plain.genres)} genres"
    for name, left, bar in (("both bytes", 2, 0.98), ("one byte", 1, 0.85)):
        part, whole = plain.restored[left], plain.damaged[left]
        yield _share(f"phase shift: characters with {name} left", part, whole, bar, where)
    part, whole = plain.restored.total(), plain.damaged.total()
    yield _share("phase shift: all damaged characters", part, whole, 0.9, where)
    yield _share("phase shift: pages exactly right", plain.exact, plain.pages, 0.65, where)
    yield _share(
        "phase shift: pages exactly right, of those without a character that lost both bytes",
        plain.traced_exact,
        plain.traced,
        None,
        "without a gloss nothing but what stands around it tells such a character",
    )
    rate = glossed.errors_after / max(1, glossed.characters)
    yield Row(
        "phase shift and glosses: character error rate",
        f"{rate:.4f} ({glossed.errors_after:,} of {glossed.characters:,})",
        "≤ .004",
        holds=rate <= 0.004,
        note=f"{glossed.pages} held-back pages; {glossed.exact} exactly right",
    )


def _measured(glossed: bool) -> Tally:
    """All draws as one: in a single one a page of two hundred damaged characters that stays as it
    is takes four points from a row, or none does."""
    tally = Tally()
    for seed in DRAWS:
        cases = list(sample("test", 40, seed, glossed))
        for (genre, _, damaged), text in zip(cases, mend(cases, glossed), strict=True):
            judge(tally, damaged, text)
            tally.genres.add(genre)
    return tally


def _share(job: str, part: int, whole: int, bar: float | None, note: str) -> Row:
    share = part / max(1, whole)
    measured = f"{share:.2%} ({part:,} of {whole:,})"
    if bar is None:
        return Row(job, measured, note=note)
    return Row(job, measured, f"≥ {bar:.0%}", holds=share >= bar, note=note)


def mend(cases: list[tuple[str, Style, Damaged]], glossed: bool) -> list[str]:
    """The damaged texts after `phase_shift`, and after `strip_gloss` where they have glosses."""
    steps = [("phase_shift", "{}")] + ([("strip_gloss", "{}")] if glossed else [])
    texts, _ = _kernel.Chain(steps).run(pa.array([damaged.text for _, _, damaged in cases]))
    return list(texts.to_pylist())


def report(name: str, tally: Tally) -> None:
    def share(part: int, whole: int) -> str:
        return f"{part / max(1, whole):7.2%} of {whole:6,}"

    print(
        f"{name:22} full {share(tally.restored[2], tally.damaged[2])}"
        f"  half {share(tally.restored[1], tally.damaged[1])}"
        f"  lost {share(tally.restored[0], tally.damaged[0])}"
        f"  all {share(tally.restored.total(), tally.damaged.total())}"
        f"  pages {share(tally.exact, tally.pages)}"
        f"  errors {tally.errors_after / max(1, tally.characters):.5f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=40, help="pages of each genre")
    parser.add_argument("--split", choices=["train", "test", "tuning"], default="test")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=0, help="print so many wrong lines")
    parser.add_argument("--glossed", action="store_true")
    options = parser.parse_args()

    steps = [("phase_shift", "{}")] + ([("strip_gloss", "{}")] if options.glossed else [])
    chain = _kernel.Chain(steps)
    cases = list(sample(options.split, options.pages, options.seed, options.glossed))
    begin = time.process_time()
    texts, _ = chain.run(pa.array([damaged.text for _, _, damaged in cases]))
    seconds = time.process_time() - begin
    again, _ = chain.run(texts)
    total = Tally()
    by: dict[str, Tally] = {}
    shown = 0
    for (genre, style, damaged), text in zip(cases, texts.to_pylist(), strict=True):
        judge(by.setdefault(genre, Tally()), damaged, text)
        judge(by.setdefault(style.decoder, Tally()), damaged, text)
        judge(by.setdefault(style.marks, Tally()), damaged, text)
        if not judge(total, damaged, text) and shown < options.show:
            for a, b, c in zip(
                damaged.text.split("\n"), damaged.truth.split("\n"), text.split("\n"), strict=False
            ):
                if b != c and shown < options.show:
                    shown += 1
                    show(genre, style, a, b, c)
    for name, tally in by.items():
        report(name, tally)
    report("all", total)
    size = sum(len(d.text.encode()) for _, _, d in cases)
    changed = sum(a != b for a, b in zip(texts.to_pylist(), again.to_pylist(), strict=True))
    print(
        f"{seconds:.1f} s, {size / 1e6 / seconds:.2f} MB/s of damaged pages; a second run changed {changed} pages"
    )


def show(genre: str, style: Style, damaged: str, truth: str, text: str) -> None:
    """Prints where a mended line differs from the truth."""
    print(f"-- {genre} {style.decoder} {style.marks} ascii={style.ascii_marks}")
    matcher = difflib.SequenceMatcher(None, truth, text, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind != "equal":
            print(
                "   truth", truth[max(0, i - 12) : j + 8], "| mended", text[max(0, k - 12) : m + 8]
            )
    other = difflib.SequenceMatcher(None, truth, damaged, autojunk=False)
    for kind, i, j, k, m in other.get_opcodes():
        if kind != "equal":
            print("      damage", truth[i:j], "->", damaged[max(0, k - 6) : m + 6])


if __name__ == "__main__":
    main()
