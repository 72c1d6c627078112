"""`strip_gloss`: pinyin that a page's software put behind its characters is taken out.

People annotate as well, so the whole document decides: software glosses a character at every
occurrence, and glosses common characters that the two scripts write differently; people gloss
the unusual, once, or (in lessons) everything.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from lianjin.core.words import Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair
from lianjin.operators.repair.han import is_common, is_convertible, is_han, traditional_forms
from lianjin.operators.repair.reading import fits, same, usual

RULES = {
    "toned_gloss": Words(
        "a reading with tone marks in brackets behind its character: 質(zhì)量",
        "字后括号里带声调的读音：質(zhì)量",
    ),
    "toneless_gloss": Words(
        "a reading without tones in brackets behind its character: 想(xiang)象",
        "字后括号里不带声调的读音：想(xiang)象",
    ),
}
CONFIDENCE_TONED, CONFIDENCE_TONELESS = 0.99, 0.97
_BRACKETED = re.compile(r"[(（](?= ?[a-z\u00c0-\u027f\u1000-\u1fff])([^()（）]{1,24})[)）]")

Next = Literal["glossed", "han", "other", "line_end"]


@repair(
    version=2,
    zh="去除夹注拼音",
    en="pinyin glosses",
    about=(
        "去掉软件插入的括号注音，人写的注释保留。\n\n损坏要看整篇文档：软件逢字必注，人只给"
        "生僻的注一次。"
    ),
    rules=RULES,
)
def strip_gloss(
    text: str,
    *,
    minimum: Annotated[
        int,
        Field(ge=2),
        Words("the fewest glosses that prove a document damaged", "至少有多少处夹注才证明文档受损"),
    ] = 5,
) -> list[Edit]:
    """The bracketed readings that software inserted; annotations that people wrote stay.

    Damage shows by the whole document: software glosses a character at every occurrence, people
    gloss the unusual, once.
    """
    glosses = _glosses(text)
    if len(glosses) < minimum:
        return []
    kinds = _kinds(text, glosses)
    if not _is_damaged(text, glosses, kinds, minimum):
        return []
    blanks = _blanks(glosses)
    return [
        _edit(text, gloss, blanks)
        for gloss in glosses
        if kinds[gloss.char].is_typical or kinds[gloss.char].is_consistent
    ]


@dataclass
class _Gloss:
    """A gloss behind the character whose reading it gives; `start` is behind the character."""

    char: str
    start: int
    end: int
    letters: str
    next: Next
    is_blank_next: bool

    @property
    def is_toned(self) -> bool:
        return not self.letters.isascii()

    @property
    def is_usual(self) -> bool:
        """Whether it is the usual reading of the character."""
        known = usual(self.char)
        return known is not None and same(known, self.letters)


def _glosses(text: str) -> list[_Gloss]:
    """The glosses in order; a second one may follow the first at once."""
    found: list[_Gloss] = []
    for match in _BRACKETED.finditer(text):
        opening, letters = match.start(), match[1].removeprefix(" ").removesuffix(" ")
        start = opening - (text[opening - 1 : opening] == " ")
        char = text[start - 1 : start] if start else ""
        # Blanks between two glosses go with the second, or the next pass would find it.
        is_second = bool(found) and found[-1].end == len(text[:opening].rstrip(" "))
        if is_second:
            start, char = found[-1].end, found[-1].char
        if char == "" or not is_han(char) or not _fits(char, letters):
            continue
        if is_second:
            found[-1].is_blank_next = False
        found.append(_Gloss(char, start, match.end(), letters, *_following(text, match.end())))
    for previous, gloss in itertools.pairwise(found):
        if len(text[previous.end : gloss.start].removeprefix(" ")) == 1:
            previous.next = "glossed"
    return found


def _fits(char: str, letters: str) -> bool:
    """Whether it is a reading of the character or of one that it is the simplified form of.

    Glosses are older than a conversion: 乾(qián)燥 is found as 干(qián)燥.
    """
    return any(fits(form, letters) for form in (char, *traditional_forms(char)))


def _following(text: str, end: int) -> tuple[Next, bool]:
    """What follows past one blank, and whether there is one."""
    is_blank = text[end : end + 1] == " "
    char = text[end + is_blank : end + is_blank + 1]
    if char in ("", "\n", "\r"):
        return "line_end", is_blank
    return ("han" if is_han(char) else "other"), is_blank


@dataclass
class _Kind:
    """What the document does with one glossed character.

    `agreeing`: glosses that say what its first one says; `is_typical`: a common character that
    the two scripts write differently.
    """

    seen: int
    glossed: int
    agreeing: int
    is_typical: bool

    @property
    def is_consistent(self) -> bool:
        """Half is enough: where a mended run lost its glosses, the document's proof stands."""
        return self.glossed * 2 >= self.seen


def _kinds(text: str, glosses: Sequence[_Gloss]) -> dict[str, _Kind]:
    """The glossed characters; a second gloss behind the same character is no second occurrence."""
    seen = Counter(text)
    kinds: dict[str, _Kind] = {}
    firsts: dict[str, str] = {}
    last_end = -1
    for gloss in glosses:
        char = gloss.char
        is_typical = is_convertible(char) and is_common(char)
        kind = kinds.setdefault(char, _Kind(seen[char], 0, 0, is_typical))
        kind.glossed += gloss.start != last_end
        kind.agreeing += same(firsts.setdefault(char, gloss.letters), gloss.letters)
        last_end = gloss.end
    return kinds


def _is_damaged(
    text: str, glosses: Sequence[_Gloss], kinds: dict[str, _Kind], minimum: int
) -> bool:
    """Whether the glosses are a software's, by the counts of the whole document."""
    consistent = [kind for kind in kinds.values() if kind.is_consistent]
    n_glossed = sum(kind.glossed for kind in consistent)
    n_seen = sum(kind.seen for kind in kinds.values())
    n_all = sum(kind.glossed for kind in kinds.values())
    n_usual = sum(gloss.is_usual for gloss in glosses)
    n_agreeing = sum(kind.agreeing for kind in kinds.values())
    n_several = sum(kind.agreeing < kind.glossed for kind in kinds.values())
    n_repeated = sum(kind.glossed > 1 for kind in kinds.values())
    n_han = sum(map(is_han, text))
    if (
        n_glossed < minimum
        or len(consistent) < 3
        or n_all * 10 < n_seen * 7
        or n_usual * 2 < n_all
        # A list of characters with several readings.
        or n_agreeing * 20 < len(glosses) * 17
        or n_several * 5 > n_repeated
        or n_all * 5 > n_han * 3
        or _is_list(text, glosses)
    ):
        return False
    n_repeats = sum(kind.glossed - 1 for kind in consistent)
    n_typical = sum(kind.glossed for kind in consistent if kind.is_typical)
    # Nobody picks so many characters, just those that are written differently, each always.
    if n_all == n_seen and all(map(is_convertible, kinds)):
        fewest = 5 if n_typical * 20 >= n_all * 19 else 10
        if len(kinds) >= fewest:
            return True
    if n_typical * 5 < n_glossed * 4:
        # Characters of both scripts glossed alike: a lesson glosses runs, a reader the rare.
        n_adjacent = sum(gloss.next == "glossed" for gloss in glosses)
        return (
            n_glossed >= 2 * minimum
            and n_all * 10 >= n_seen * 9
            and n_all * 2 < n_han
            and n_adjacent * 2 < n_all
            and n_repeats * 2 >= n_glossed
        )
    return n_repeats * 6 >= n_glossed


def _is_list(text: str, glosses: Sequence[_Gloss]) -> bool:
    """Whether these are words with one gloss each: four in five runs of Chinese have just one."""
    counts, is_open, done = [0], False, 0
    for gloss in [*glosses, None]:
        for char in text[done : gloss.start if gloss else None]:
            if is_han(char) and not is_open:
                counts.append(0)
            is_open = is_han(char)
        if gloss:
            counts[-1] += 1
            done = gloss.end + gloss.is_blank_next
    return counts.count(1) * 5 >= (len(counts) - 1) * 4


def _blanks(glosses: Sequence[_Gloss]) -> set[Next]:
    """Before what the blank behind a gloss came with it: where nearly always one stands."""

    def always(following: Next) -> bool:
        blanks = [gloss.is_blank_next for gloss in glosses if gloss.next == following]
        return sum(blanks) > 0 and sum(blanks) * 10 >= len(blanks) * 9

    found: set[Next] = {following for following in ("glossed", "han") if always(following)}
    if "han" in found and always("other"):
        found.add("other")
    return found | {"line_end"} if found else found


def _edit(text: str, gloss: _Gloss, blanks: set[Next]) -> Edit:
    rule, confidence = (
        ("toned_gloss", CONFIDENCE_TONED)
        if gloss.is_toned
        else ("toneless_gloss", CONFIDENCE_TONELESS)
    )
    end = gloss.end + (gloss.is_blank_next and gloss.next in blanks)
    return Edit(rule, gloss.start, end, text[gloss.start : end], "", confidence)
