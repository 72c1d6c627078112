"""Pages with software's pinyin glosses, and pages with true annotations.

Takes clean text of many genres; gives (glossed, clean) pairs and texts that must stay as they are.
A page's style is drawn once: which characters are glossed (all that the scripts write differently,
or a share of their types), toned or not, which brackets, blanks, on which script.

    python -m bench.damage.gloss        # rows: style, documents, fully stripped
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

import opencc
from pypinyin import Style, lazy_pinyin
from pypinyin.phrases_dict import phrases_dict

from bench.damage.genres import Split, documents

GENRES = [
    *("news", "laws", "docs", "docs_traditional", "handbooks", "answers", "medical_questions"),
    *("textbook", "fiction", "headlines", "comments", "exam_questions", "literary_prose"),
    "web_traditional",
]
BRACKETS = (("(", ")"), ("(", ")"), ("(", ")"), ("（", "）"), ("(", ") "), (" (", ")"))
NAMES = list(
    zip("李张刘陈赵孙马韩", ("Li", "Zhang", "Liu", "Chen", "Zhao", "Sun", "Ma", "Han"), strict=True)
)
QUANTITIES = [
    *(("数值", "n"), ("变量", "x"), ("质量", "m"), ("体积", "v"), ("电压", "u"), ("长度", "l")),
    *(("宽度", "w"), ("高度", "h"), ("力", "f"), ("面积", "s"), ("角度", "a"), ("误差", "e")),
]
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
    share = rng.choice((1.0, 0.8, 0.5))
    chosen = set(rng.sample(changing, round(len(changing) * share)))
    toned = rng.random() < 0.6
    opening, closing = rng.choice(BRACKETS)
    readings = lazy_pinyin(list(clean), style=Style.TONE if toned else Style.NORMAL)
    pieces, n_glosses = [], 0
    for character, reading in zip(clean, readings, strict=True):
        pieces.append(character)
        if character in chosen:
            pieces.append(opening + reading + closing)
            n_glosses += 1
    damaged = "".join(pieces)
    if rng.random() < 0.25:
        clean, damaged = TO_SIMPLIFIED.convert(clean), TO_SIMPLIFIED.convert(damaged)
    return Glossed(genre, damaged, clean, toned, n_glosses)


def glossed_pages(split: Split, per_genre: int = 60, seed: int = 7) -> Iterator[Glossed]:
    """Pages of 200 to 3,000 characters with five glosses or more, the same for the same seed."""
    for genre in GENRES:
        rng = random.Random(f"{seed}/{genre}/{split}")
        found = 0
        for text in documents(genre, split):
            page = gloss_page(text[: rng.randint(200, 3000)].strip(), genre, rng)
            if len(page.clean) >= 150 and "(" not in page.clean and page.n_glosses >= 5:
                found += 1
                yield page
            if found == per_genre:
                break


def annotated_texts(seed: int = 7, n: int = 1200) -> Iterator[tuple[str, str]]:
    """(kind, text) whose annotations were written by people and must stay."""
    rng = random.Random(seed)
    phrases = sorted(p for p in phrases_dict if len(p) in (2, 4))
    sentences = _sentences()
    kinds = (_dictionary, _lesson, _rare_words, _polyphones, _names, _formulas, _vocabulary)
    for i in range(n):
        make = kinds[i % len(kinds)]
        text = make(rng, phrases, sentences)
        yield make.__name__[1:], TO_TRADITIONAL.convert(text) if rng.random() < 0.5 else text


def _sentences() -> list[str]:
    found = []
    for genre in ("textbook", "classical", "literary_prose", "news", "poems"):
        for text, _ in zip(documents(genre, "test"), range(60), strict=False):
            found += [
                s + "。" for s in text[:4000].split("。") if 8 <= len(s) <= 60 and "(" not in s
            ]
    return found


def _toned(character: str) -> str:
    return lazy_pinyin(character, style=Style.TONE)[0]


def _reading(rng: random.Random, character: str) -> str:
    toned = _toned(character)
    plain = "".join(c for c in unicodedata.normalize("NFD", toned) if c.isalpha())
    return toned if rng.random() < 0.8 else plain


def _glossed(character: str) -> str:
    return f"{character}({_toned(character)})" if "㐀" <= character <= "鿿" else character


def _dictionary(rng: random.Random, phrases: list[str], sentences: list[str]) -> str:
    """Entries: a head word glossed, then explained in words that use it."""
    lines = []
    for phrase in rng.sample(phrases, rng.randint(6, 20)):
        head = phrase[0]
        others = [p for p in phrases if head in p][:3]
        lines.append(f"{_glossed(head)} {phrase}:{'、'.join(others)}。{rng.choice(sentences)}")
    return "\n".join(lines)


def _lesson(rng: random.Random, phrases: list[str], sentences: list[str]) -> str:
    """Sentences with every character glossed, some followed by a plain translation."""
    return "\n".join(
        "".join(map(_glossed, sentence)) for sentence in rng.sample(sentences, rng.randint(2, 6))
    )


def _rare_words(rng: random.Random, phrases: list[str], sentences: list[str]) -> str:
    """Prose that glosses a few unusual characters where they come first."""
    text = "".join(rng.sample(sentences, 15))
    common = set("".join(rng.sample(sentences, 200)))
    seen: set[str] = set()
    pieces = []
    for character in text:
        rare = "㐀" <= character <= "鿿" and character not in common and character not in seen
        pieces.append(_glossed(character) if rare else character)
        seen.add(character)
    return "".join(pieces)


def _polyphones(rng: random.Random, phrases: list[str], sentences: list[str]) -> str:
    """Lists of characters with several readings, each in words."""
    lines = []
    for character in rng.sample("长数乐重还行发当觉得着都为传处调应种转校藏降论", 8):
        words = [p for p in phrases if character in p and len(p) == 2]
        for word in rng.sample(words, min(4, len(words))):
            at = word.index(character)
            reading = phrases_dict[word][at][0]
            lines.append(word.replace(character, f"{character}({reading})"))
    return "、".join(lines) + "。" + rng.choice(sentences)


def _names(rng: random.Random, phrases: list[str], sentences: list[str]) -> str:
    """Family names with their Latin form, and words with their English."""
    picked = rng.sample(NAMES, 8)
    return rng.choice(sentences) + "、".join(f"{name}({latin})" for name, latin in picked)


def _formulas(rng: random.Random, phrases: list[str], sentences: list[str]) -> str:
    """Quantities with their variables, some of which look like syllables."""
    picked = rng.sample(QUANTITIES, 9)
    return "".join(f"设{name}({variable})," for name, variable in picked) + rng.choice(sentences)


def _vocabulary(rng: random.Random, phrases: list[str], sentences: list[str]) -> str:
    """New words of a lesson, one character of each glossed, then the text without glosses."""
    words = rng.sample(phrases, rng.randint(6, 16))
    heads = [word.replace(word[-1], _glossed(word[-1]), 1) for word in words]
    return "生字:" + " ".join(heads) + "\n" + "".join(rng.sample(sentences, 8))
