"""Glosses: how many damaged pages are stripped whole, how many true annotations stay, how fast.

Rows come from the held-back documents, phrases and sentences; rules are tuned on the others:

    python -m bench.gloss train     # rows, then each page and annotation that fails
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence

from bench.chain import Pass, up_to
from bench.damage.annotation import annotated_texts
from bench.damage.genres import Split
from bench.damage.gloss import GENRES, Glossed, glossed_pages, grey_pages
from bench.row import Row

GLOSSES = Pass("strip_gloss")
CLEAN = ("news", "laws", "answers", "docs", "fiction")
MOST_CHARS_PER_GENRE = 4_000_000


def rows(megabytes: int) -> Iterator[Row]:
    """A row for each bar, on what was held back, and the speeds."""
    pages = list(glossed_pages("test"))
    yield _stripped(pages, True, 97)
    yield _stripped(pages, False, 95)
    yield _kept("test")
    grey = list(grey_pages("test"))
    n_whole = len(grey) - len(_failed(grey))
    yield Row(
        "pages with two to four glosses stripped",
        f"{n_whole} of {len(grey)}",
        note="too few for proof: people write as many, and theirs must stay",
    )
    clean = [text for genre in CLEAN for text in up_to(genre, MOST_CHARS_PER_GENRE)]
    yield GLOSSES.speed("clean text passed", clean)
    yield GLOSSES.speed("glossed pages", [page.damaged for page in pages])


def _stripped(pages: Sequence[Glossed], toned: bool, asked: int) -> Row:
    some = [page for page in pages if page.toned == toned]
    failed = _failed(some)
    share = 1 - len(failed) / len(some)
    genres = Counter(page.genre for page in failed)
    return Row(
        f"{'toned' if toned else 'toneless'} glosses stripped whole",
        f"{len(some) - len(failed)} of {len(some)} pages of "
        f"{len({page.genre for page in some})} genres, {share:.1%}",
        f"≥ {asked} %, ≥ 10 genres",
        holds=share * 100 >= asked and len({page.genre for page in some}) >= 10,
        note=", ".join(f"{genre} {n} missed" for genre, n in genres.most_common()),
    )


def _failed(pages: Sequence[Glossed]) -> list[Glossed]:
    """The pages that are not stripped whole."""
    mended = GLOSSES.texts([page.damaged for page in pages])
    return [page for page, text in zip(pages, mended, strict=True) if text != page.clean]


def _kept(split: Split) -> Row:
    lost = _lost(split)
    n = sum(1 for _ in annotated_texts(split))
    kinds = Counter(kind for kind, _ in lost)
    return Row(
        "texts with true annotations kept as they are",
        f"{n - len(lost)} of {n}",
        "all",
        holds=not lost,
        note=", ".join(f"{kind} {n} lost" for kind, n in kinds.most_common()),
    )


def _lost(split: Split) -> list[tuple[str, str]]:
    kinds, texts = zip(*annotated_texts(split), strict=True)
    mended = GLOSSES.texts(texts)
    return [(k, t) for k, t, m in zip(kinds, texts, mended, strict=True) if t != m]


def main() -> None:
    """Prints the rows of the split named, and what fails in it."""
    split: Split = "train" if sys.argv[1:] == ["train"] else "test"
    pages = list(glossed_pages(split))
    print(_stripped(pages, True, 97), _stripped(pages, False, 95), _kept(split), sep="\n")
    if split == "train":
        for page in _failed(pages):
            print(f"  {page.genre} {page.n_glosses} glosses: {page.damaged[:200]!r}")
        for kind, text in _lost(split):
            print(f"  {kind}: {text[:200]!r}")
    assert {page.genre for page in pages} <= set(GENRES)


if __name__ == "__main__":
    main()
