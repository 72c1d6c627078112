"""Pieces of a text that scores count: kinds of characters, lines, sentences, units.

Takes a text; gives its pieces as lists, the slow and clear way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import groupby, pairwise

WHITE_SPACE = "".join(map(chr, (*range(0x09, 0x0E), *range(0x2000, 0x200B)))) + "".join(
    chr(code) for code in (0x20, 0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)
)
"""The characters that Unicode calls White_Space."""

SENTENCE_END = "!?؟۔‼‽…⁇⁈⁉。！．？｡"
CLOSER = "\"')]»’”》」』】〉）"
BULLET = "•‣▪▫◦●○◆◇■□★☆※▶►·・*-+–"

_SENTENCE = re.compile(
    rf"[{SENTENCE_END}][{SENTENCE_END}{re.escape(CLOSER)}]*|\.(?=[{WHITE_SPACE}]|\Z)"
)
_WORD_KINDS = {"digit", "latin", "letter"}
_NAMED_KINDS = _WORD_KINDS | {"lone", "han", "han_simplified", "han_traditional", "kana"}


@cache
def _kinds() -> tuple[bytes, list[str]]:
    from lianjin._kernel import character_kinds

    return character_kinds()


def kind(character: str) -> str:
    """What the scores take a character for: latin, han, punctuation…

    The table is `kernel/data/kinds.tsv`: fixed, whatever Unicode version the interpreter has.

    >>> [kind(character) for character in "a1。书"]
    ['latin', 'digit', 'sentence_end', 'han_simplified']
    """
    table, names = _kinds()
    return names[table[ord(character)]]


def share_of_kinds(text: str, kinds: Sequence[str]) -> float:
    """Share of the characters that are of one of these kinds, 0 to 1; empty text has 0."""
    return sum(kind(character) in kinds for character in text) / max(1, len(text))


def lines(text: str) -> list[str]:
    """The lines between line feeds, without the white space around them; empty ones left out."""
    stripped = (line.strip(WHITE_SPACE) for line in text.split("\n"))
    return [line for line in stripped if line]


def sentences(text: str) -> list[str]:
    """The sentences, without the white space around them.

    One ends with its line, after a full stop before white space or the line's end, and after
    。！？… and their like with the closing marks that follow.

    >>> sentences("他说：“好！”走了。3.5 is fine. Yes")
    ['他说：“好！”', '走了。', '3.5 is fine.', 'Yes']
    """
    found = []
    for line in lines(text):
        cuts = [0, *(match.end() for match in _SENTENCE.finditer(line)), len(line)]
        pieces = (line[a:b].strip(WHITE_SPACE) for a, b in pairwise(cuts))
        found += [piece for piece in pieces if piece]
    return found


def units(text: str) -> list[str]:
    """What n-grams, entropy and stop words count: characters of Chinese, words of English.

    A unit is a run of letters and digits of scripts that part their words, or any other single
    character but white space.

    >>> units("用 Rust2 写，快。")
    ['用', 'Rust2', '写', '，', '快', '。']
    """
    found: list[str] = []
    for is_word, run in groupby(text, lambda character: kind(character) in _WORD_KINDS):
        characters = "".join(run)
        found += [characters] if is_word else [c for c in characters if c not in WHITE_SPACE]
    return found


def words(text: str) -> list[str]:
    """The units that are letters or digits."""
    return [unit for unit in units(text) if kind(unit[0]) in _NAMED_KINDS]


def repeated(pieces: Sequence[str]) -> list[str]:
    """The pieces that equal an earlier one.

    >>> repeated(["a", "b", "a", "a"])
    ['a', 'a']
    """
    seen: set[str] = set()
    return [piece for piece in pieces if piece in seen or seen.add(piece)]  # type: ignore[func-returns-value]


def share(part: float, whole: float) -> float:
    """part / whole, and 0 where there is no whole."""
    return part / whole if whole else 0.0
