"""How a character may be read, and which characters are read so."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, lru_cache
from typing import NamedTuple

from lianjin._kernel import reading_table


class Syllable(NamedTuple):
    """A gloss taken apart: letters without tone, and the tone 1 to 5; 0 if not said."""

    plain: str
    tone: int


_NEUTRAL = 5
_MARKED = {
    "a": "āáǎà",
    "e": "ēéěè",
    "i": "īíǐì",
    "o": "ōóǒò",
    "u": "ūúǔù",
    "ü": "ǖǘǚǜ",
    "n": " ńňǹ",
    "m": " ḿ",
    "ê": " ế ề",
    "": "\u0304\u0301\u030c\u0300",
}
_LETTERS = {char: (char, 0) for char in "abcdefghijklmnopqrstuvwxyzüê"} | {
    marked: (letter, tone)
    for letter, row in _MARKED.items()
    for tone, marked in enumerate(row, 1)
    if marked != " "
}
_LETTERS |= {"ɑ": ("a", 0), "ɡ": ("g", 0), "v": ("ü", 0), ":": (":", 0), "\u0308": (":", 0)}
_LETTERS |= {str(tone): ("", tone) for tone in range(1, 6)} | {"\u0306": ("", 3)}
# Breves are a common misspelling of the third tone.
_LETTERS |= {marked: (letter, 3) for marked, letter in zip("ăĕĭŏŭ", "aeiou", strict=True)}


@lru_cache(1 << 16)
def syllable(gloss: str) -> Syllable | None:
    """The gloss taken apart; none if it is no syllable of pinyin in lower case.

    >>> syllable("lu:4")
    Syllable(plain='lü', tone=4)
    """
    plain, tone = "", 0
    for char in gloss:
        if char not in _LETTERS:
            return None
        letter, its_tone = _LETTERS[char]
        if its_tone and tone:
            return None
        tone = tone or its_tone
        if letter == ":":  # a diaeresis or a colon behind u: ü spelt in two
            if not plain.endswith("u"):
                return None
            plain = plain[:-1] + "ü"
        elif letter:
            plain += letter
        elif not plain:
            return None
    return Syllable(plain, tone) if 0 < len(plain.encode()) <= 8 else None


@cache
def _characters() -> dict[str, dict[int, set[str]]]:
    """The characters by letters, then by tone."""
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for line in reading_table().splitlines():
        columns = line.split("\t")
        if len(columns) >= 3 and (known := syllable(columns[0])):
            found[known.plain][known.tone or _NEUTRAL].update(columns[1], columns[2])
    return dict(found)


@cache
def _usual() -> dict[str, str]:
    """The usual reading by character."""
    found: dict[str, str] = {}
    for line in reading_table().splitlines():
        written, first, *_ = line.split("\t")
        for char in first:
            found.setdefault(char, written)
    return found


def usual(char: str) -> str | None:
    """The usual reading of the character with its tone mark; none if unknown.

    >>> usual("行")
    'xíng'
    """
    return _usual().get(char)


def same(one: str, other: str) -> bool:
    """Whether two glosses say the same syllable; a tone left out of one agrees with any."""
    first, second = syllable(one), syllable(other)
    if first is None or second is None or first.plain != second.plain:
        return False
    return 0 in (first.tone, second.tone) or first.tone == second.tone


def _read_as(sought: Syllable) -> set[str]:
    by_tone = _characters().get(sought.plain, {})
    return set().union(*by_tone.values()) if not sought.tone else by_tone.get(sought.tone, set())


def characters(gloss: str) -> set[str]:
    """The characters read so; without a tone, in any."""
    sought = syllable(gloss)
    return set() if sought is None else _read_as(sought)


def _without_erhua(sought: Syllable) -> Syllable | None:
    rest = sought.plain.removesuffix("r")
    return Syllable(rest, sought.tone) if rest not in ("", sought.plain) else None


@lru_cache(1 << 16)
def fits(char: str, gloss: str) -> bool:
    """Whether the gloss is a reading of the character; a final `r` beside it is erhua.

    >>> fits("質", "zhì"), fits("花", "huār"), fits("質", "zhāng")
    (True, True, False)
    """
    sought = syllable(gloss)
    if sought is None:
        return False
    if char in ("儿", "兒") and sought.plain == "r":
        return True
    short = _without_erhua(sought)
    return char in _read_as(sought) or (short is not None and char in _read_as(short))


def is_syllable(gloss: str) -> bool:
    """Whether some character is read so; tells a syllable from a Latin word."""
    sought = syllable(gloss)
    if sought is None:
        return False
    short = _without_erhua(sought)
    known = _characters()
    return sought.plain in known or (short is not None and short.plain in known)
