"""What the cutting repairs share: folded text, deletions and their fixed point.

Takes texts and functions that find what to cut; gives edits; records which rule cut what.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lianjin._kernel import simplified
from lianjin.operators.edit import Edit

BLANKS = "\t\x0b\x0c\r \xa0\u2002\u2003\u2009\u200b\u3000\ufeff"
"""White space inside a line, as pages use it."""

SPACES = BLANKS + "\n"

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_MARKS = str.maketrans("【〔〖】〕〗丨│┃┆", "[[[]]]||||")
_GONE = dict.fromkeys(map(ord, SPACES))
_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}


@dataclass(frozen=True)
class Cut:
    """A stretch to take out: code points `start` to `end`."""

    rule: str
    start: int
    end: int
    confidence: float


def key(text: str) -> str:
    """The text folded: simplified, narrow, lower case, no white space, a run of digits is 0.

    >>> key("ICP 備 ２０22 號")
    'icp备0号'
    """
    narrow = text.translate(_GONE).translate(_WIDE).translate(_MARKS)
    return simplified(re.sub("[0-9]+", "0", narrow.translate(_LOWER)))


def size_bytes(text: str) -> int:
    """Length in UTF-8, in which the kernel's limits count; a lone surrogate counts as three."""
    return len(text.encode("utf-8", "surrogatepass"))


def to_fixpoint(text: str, find: Callable[[str], Sequence[Cut]]) -> list[Edit]:
    """The cuts of `find`, repeated on what it leaves until it finds nothing, as edits of `text`."""
    kept = list(range(len(text)))
    edits: list[Edit] = []
    while cuts := find("".join(text[i] for i in kept)):
        gone: set[int] = set()
        for cut in cuts:
            places = kept[cut.start : cut.end]
            gone.update(places)
            edits += _runs(text, places, cut)
        kept = [place for place in kept if place not in gone]
    return sorted(edits, key=lambda edit: edit.start)


def _runs(text: str, places: Sequence[int], cut: Cut) -> list[Edit]:
    """The places as edits, one for each unbroken run."""
    edits = []
    first = 0
    for i in range(1, len(places) + 1):
        if i == len(places) or places[i] != places[i - 1] + 1:
            start, end = places[first], places[i - 1] + 1
            edits.append(Edit(cut.rule, start, end, text[start:end], "", cut.confidence))
            first = i
    return edits
