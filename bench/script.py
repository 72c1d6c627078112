"""Script: where conversion differs from OpenCC, what it does to clean and mixed text, how fast.

Documents come from the held-back split of `bench.damage.genres`. Differences from OpenCC are
counted, not judged: a page with few characters of the other script keeps what both scripts have.

    python -m bench.script      # the rows
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import opencc
from lianjin.operators.repair.han import traditional_forms

from bench.chain import Pass, up_to
from bench.row import Row

TO_SIMPLIFIED, TO_TRADITIONAL = Pass("script"), Pass("script", to="traditional")
T2S, S2T = opencc.OpenCC("t2s"), opencc.OpenCC("s2t")
GENRES = ("news", "laws", "answers", "docs", "fiction", "comments", "exam_questions", "textbook")
GENRES_TRADITIONAL = ("docs_traditional", "web_traditional")
MOST_CHARS_PER_GENRE = 1_000_000
MIXED_SHARE = 0.1
"""Share of a page's characters that a bad conversion wrote in a traditional form, at random."""


def rows(megabytes: int) -> Iterator[Row]:
    """Differences from OpenCC, second passes, clean and mixed text, speeds."""
    simplified = [text for genre in GENRES for text in up_to(genre, MOST_CHARS_PER_GENRE)]
    traditional = [S2T.convert(text) for text in simplified]
    traditional += [
        text for genre in GENRES_TRADITIONAL for text in up_to(genre, MOST_CHARS_PER_GENRE)
    ]
    yield _beside_opencc("traditional pages made simplified", TO_SIMPLIFIED, T2S, traditional)
    yield _beside_opencc("simplified pages made traditional", TO_TRADITIONAL, S2T, simplified)
    yield _unchanged("simplified pages, to simplified", TO_SIMPLIFIED, simplified)
    yield _unchanged("traditional pages, to traditional", TO_TRADITIONAL, traditional)
    clean = [text for text in simplified if TO_SIMPLIFIED.texts([text]) == [text]]
    mixed = [_mixed(text) for text in clean]
    yield _restored(clean, mixed)
    yield TO_SIMPLIFIED.speed("simplified text passed, to simplified", clean)
    yield TO_SIMPLIFIED.speed("traditional text made simplified", traditional)
    yield TO_SIMPLIFIED.speed("mixed text made simplified", mixed)
    yield TO_TRADITIONAL.speed("simplified text made traditional", simplified)


def _mixed(text: str) -> str:
    """The text as a conversion by single characters leaves it: 面 as 麵, 后 as 後, some only."""
    rng = random.Random(text[:40])
    return "".join(
        rng.choice(forms) if (forms := traditional_forms(c)) and rng.random() < MIXED_SHARE else c
        for c in text
    )


def _beside_opencc(job: str, ours: Pass, peer: opencc.OpenCC, texts: Sequence[str]) -> Row:
    once = ours.texts(texts)
    n_again = sum(a != b for a, b in zip(once, ours.texts(once), strict=True))
    theirs = [peer.convert(text) for text in texts]
    n_other = sum(a != b for a, b in zip(once, theirs, strict=True))
    n_peer_again = sum(peer.convert(text) != text for text in theirs)
    return Row(
        job,
        f"{n_again} of {len(texts)} change again",
        "0 change again",
        holds=n_again == 0,
        note=f"{n_other} differ from OpenCC 1.4; of OpenCC's, {n_peer_again} change again",
    )


def _unchanged(job: str, ours: Pass, texts: Sequence[str]) -> Row:
    mended = ours.texts(texts)
    n_pages = sum(a != b for a, b in zip(texts, mended, strict=True))
    n_chars = sum(_differing(a, b) for a, b in zip(texts, mended, strict=True))
    total = sum(map(len, texts)) / 1e6
    return Row(
        job,
        f"{n_chars} characters in {n_pages} of {len(texts)} pages change, of {total:.1f} million",
        note="characters of the other script that stand in the pages",
    )


def _differing(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _restored(truths: Sequence[str], mixed: Sequence[str]) -> Row:
    mended = TO_SIMPLIFIED.texts(mixed)
    n_mixed = sum(_differing(a, b) for a, b in zip(truths, mixed, strict=True))
    n_left = sum(_differing(a, b) for a, b in zip(truths, mended, strict=True))
    return Row(
        "mixed text: over-converted characters made simplified again",
        f"{n_mixed - n_left} of {n_mixed}, {1 - n_left / max(1, n_mixed):.2%}",
    )


def main() -> None:
    """Prints the rows."""
    for row in rows(0):
        print(row)


if __name__ == "__main__":
    main()
