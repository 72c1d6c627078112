"""What a page says about itself: its script, its words, its glosses."""

from __future__ import annotations

from lianjin.operators.repair import han, reading
from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.language_model import NAT, knows, line_start, step, token
from lianjin.operators.repair.phase.tokens import Place, gloss_size, id_of, tokens

UNKNOWN, OTHER_SCRIPT, UNSEEN = 8 * NAT, 4 * NAT, NAT // 2
"""Characters the model never met; of the other script; of one script and not on the page."""
WIDE = 5 * NAT
"""A full-width letter or digit, which the model knows only as one of its class; twice so much for
one that the page has nowhere else."""
DOUBLED = 4 * NAT
"""A second full stop after the first: the other half of `。”` is far likelier."""
SEEN_THREE, SEEN_TWO = 3 * NAT // 2, 4 * NAT
"""Three, or two, characters that the page has elsewhere cost no more than this."""
PROOF = 5
"""So many glosses that fit their characters prove that the page was glossed."""


class Page:
    """Facts about a page, gathered once before its lines are searched; none at first."""

    def __init__(
        self, glossed: bool = False, is_traditional: bool = False, is_simplified: bool = False
    ) -> None:
        self.glossed, self.is_traditional = glossed, is_traditional
        self.is_simplified = is_simplified
        self.characters: set[str] = set()
        self.twos: set[tuple[int, int]] = set()
        self.threes: set[tuple[int, int, int]] = set()

    @classmethod
    def of(cls, text: str, glossed: bool) -> Page:
        """The facts about `text`."""
        n_traditional = sum(map(han.is_traditional_only, text))
        n_simplified = sum(map(han.is_simplified_only, text))
        page = cls(glossed, n_traditional > 4 * n_simplified, n_simplified > 4 * n_traditional)
        for line in text.split("\n"):
            page.read(line)
        return page

    def read(self, line: str) -> None:
        """Learns the words of a line."""
        context = line_start()
        for found in tokens(line, self.glossed):
            if found.kind == "plain":
                self.characters.add(found.char)
                id = token(found.char)
                self.twos.add((context.last, id))
                self.threes.add((context.before, context.last, id))
                context = step(context, id)[1]

    def write(self, place: Place, char: str) -> tuple[int, Place]:
        """What writing `char` costs, and the place after it."""
        id = id_of(char)
        cost, context = step(place.context, id)
        before, last, _ = place.context
        if (before, last, id) in self.threes:
            cost = min(cost, SEEN_THREE)
        elif (last, id) in self.twos:
            cost = min(cost, SEEN_TWO)
        if not knows(char) or gbk.is_private(char):
            cost += UNKNOWN
        if _is_wide(char):
            cost += WIDE if char in self.characters else 2 * WIDE
        if (self.is_traditional and han.is_simplified_only(char)) or (
            self.is_simplified and han.is_traditional_only(char)
        ):
            cost += OTHER_SCRIPT
        elif han.is_han(char) and char not in self.characters and han.to_simplified(char) != char:
            cost += UNSEEN
        if char == "。" and place.last == char:
            cost += DOUBLED
        return cost, Place(context, char)


def _is_wide(char: str) -> bool:
    return "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ" or char == "．"


def is_glossed(text: str) -> bool:
    """Whether at least five glosses stand after characters that read so."""
    n = 0
    for at, char in enumerate(text):
        if char == "(" and at > 0 and not text[at - 1].isascii():
            size = gloss_size(text[at + 1 : at + 9])
            n += size is not None and reading.fits(text[at - 1], text[at + 1 : at + size])
    return n >= PROOF
