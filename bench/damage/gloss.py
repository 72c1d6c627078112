"""Pages with software's pinyin glosses; `annotation.py` makes those that people wrote.

Takes clean text of many genres; gives (glossed, clean) pairs.
A page's style is drawn once: which characters are glossed (all that the scripts write differently,
or a share of their types), toned or not, which brackets, blanks, on which script.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import opencc
from pypinyin import Style, lazy_pinyin

from bench.damage.genres import Split, documents

GENRES = [
    *("news", "laws", "docs", "docs_traditional", "handbooks", "answers", "medical_questions"),
    *("textbook", "fiction", "headlines", "comments", "exam_questions", "literary_prose"),
    "web_traditional",
]
BRACKETS = (("(", ")"), ("(", ")"), ("(", ")"), ("（", "）"), ("(", ") "), (" (", ")"))
START, END = "\ue000", "\ue001"
"""Around a gloss while a page is made."""
TO_TRADITIONAL = opencc.OpenCC("s2t")
TO_SIMPLIFIED = opencc.OpenCC("t2s")


@dataclass(frozen=True)
class Glossed:
    """A damaged page, what it was, and whether its glosses carry tones."""

    genre: str
    damaged: str
    clean: str
    toned: bool
    n_glosses: int


def is_changing(character: str) -> bool:
    """Whether the traditional character is written otherwise in simplified text."""
    return character >= "㐀" and TO_SIMPLIFIED.convert(character) != character


def gloss_page(text: str, genre: str, rng: random.Random) -> Glossed:
    """The page in traditional script with glosses; sometimes made simplified afterwards."""
    clean = TO_TRADITIONAL.convert(text)
    changing = sorted({c for c in clean if is_changing(c)})
    share = rng.choice((1.0, 0.8, 0.5, 0.25))
    chosen = set(rng.sample(changing, round(len(changing) * share)))
    toned = rng.random() < 0.6
    opening, closing = rng.choice(BRACKETS)
    readings = lazy_pinyin(list(clean), style=Style.TONE if toned else Style.NORMAL)
    pieces, n_glosses = [], 0
    for character, reading in zip(clean, readings, strict=True):
        pieces.append(character)
        if character in chosen:
            pieces.append(START + opening + reading + closing + END)
            n_glosses += 1
    marked = "".join(pieces)
    if rng.random() < 0.25:
        # A gloss parts the phrases that OpenCC looks for: 乾(qián)隆 becomes 干(qián)隆, and
        # taking the gloss out cannot bring 乾 back. So the truth is what stands between them.
        marked = TO_SIMPLIFIED.convert(marked)
    clean = re.sub(f"{START}[^{END}]*{END}", "", marked)
    return Glossed(genre, re.sub(f"[{START}{END}]", "", marked), clean, toned, n_glosses)


def glossed_pages(split: Split, per_genre: int = 60, seed: int = 7) -> Iterator[Glossed]:
    """Pages of 200 to 3,000 characters with five glosses or more, the same for the same seed."""
    for genre, rng in _drawn(split, seed):
        pages = (
            gloss_page(text[: rng.randint(200, 3000)].strip(), genre, rng)
            for text in documents(genre, split)
        )
        fit = (page for page in pages if len(page.clean) >= 150 and _is_fit(page, 5))
        yield from islice(fit, per_genre)


def grey_pages(split: Split, per_genre: int = 20, seed: int = 7) -> Iterator[Glossed]:
    """Beginnings of pages, 20 to 200 characters, with two to four glosses: too few for proof."""
    for genre, rng in _drawn(split, seed):
        pages = (
            gloss_page(text[: rng.randint(20, 200)].strip(), genre, rng)
            for text in documents(genre, split)
        )
        fit = (page for page in pages if page.n_glosses <= 4 and _is_fit(page, 2))
        yield from islice(fit, per_genre)


def _drawn(split: Split, seed: int) -> Iterator[tuple[str, random.Random]]:
    for genre in GENRES:
        yield genre, random.Random(f"{seed}/{genre}/{split}")


def _is_fit(page: Glossed, fewest: int) -> bool:
    return "(" not in page.clean and page.n_glosses >= fewest
