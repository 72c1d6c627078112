"""What a page says about itself: its script, its words, its glosses."""

from __future__ import annotations

from copy import copy

from lianjin.operators.repair import han, reading
from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.language_model import NAT, knows, line_start, step, token
from lianjin.operators.repair.phase import brackets
from lianjin.operators.repair.phase.decoder import Decoder
from lianjin.operators.repair.phase.tokens import Place, gloss_size, id_of, tokens

UNKNOWN, OTHER_SCRIPT, UNSEEN = 8 * NAT, 4 * NAT, NAT // 2
"""Characters the model never met; of the other script; of one script and not on the page."""
WIDE = 5 * NAT
"""A full-width letter or digit, which the model knows only as one of its class; twice so much for
one that the page has nowhere else."""
STOPS, SECOND_STOP = frozenset("。，、；："), 3 * NAT
"""Stops; what another one costs right after one of them."""
SEEN_THREE, SEEN_TWO = 3 * NAT // 2, 4 * NAT
"""Three, or two, characters that the page has elsewhere cost no more than this."""
CUT = 6 * NAT
"""A mark that is cut bytewise wherever it stands is not left inside a run."""
OPENER = 2 * NAT
"""A character that another run of the page opened with costs so much less."""
WIDE_MARKS = {"，": ",", "：": ":", "；": ";", "（": "(", "）": ")"}
PROOF = 5
"""So many glosses that fit their characters prove that the page was glossed."""


class Page:
    """Facts about a page, gathered once before its lines are searched; none at first."""

    def __init__(
        self, glossed: bool = False, is_traditional: bool = False, is_simplified: bool = False
    ) -> None:
        self.glossed, self.is_traditional = glossed, is_traditional
        self.is_simplified = is_simplified
        self.decoder = Decoder.UNKNOWN
        self.cut = {"！", "？"}
        self.openers: set[str] = set()
        self.characters: set[str] = set()
        self.twos: set[tuple[int, int]] = set()
        self.threes: set[tuple[int, int, int]] = set()

    @classmethod
    def of(cls, text: str, glossed: bool) -> Page:
        """The facts about `text`."""
        n_traditional = sum(map(han.is_traditional_only, text))
        n_simplified = sum(map(han.is_simplified_only, text))
        page = cls(glossed, n_traditional > 4 * n_simplified, n_simplified > 4 * n_traditional)
        page.cut.update(c for c, ascii in WIDE_MARKS.items() if c not in text and ascii in text)
        for line in text.split("\n"):
            page.read(line)
        return page

    def decoded_by(self, decoder: Decoder) -> Page:
        """The same page under the assumption that `decoder` read it."""
        page = copy(self)
        page.decoder = decoder
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

    def confirm(self, mark: tuple[int, int], first: str) -> None:
        """Learns that this full-width mark was cut bytewise, and across which character first."""
        self.cut.update(filter(None, [gbk.char_of(*mark)]))
        self.openers.update(first)

    def opener_cost(self, char: str) -> int:
        """What a run costs that opens with `char`: words recur."""
        return -OPENER if char in self.openers else 0

    def cut_cost(self, char: str) -> int:
        """What a character costs inside a run beyond its own cost, as it would have been cut."""
        return CUT if char in self.cut else 0

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
        cost += brackets.cost(place.open, char)
        if char in STOPS and place.last in STOPS and char != place.last:
            cost += SECOND_STOP
        return cost, Place(context, char, brackets.after(place.open, char))


def _is_wide(char: str) -> bool:
    return (
        "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ" or char in "．\u3000"
    )


def is_glossed(text: str) -> bool:
    """Whether at least five glosses stand after characters that read so."""
    return sum(_gloss_fits(text, at) is True for at in range(len(text))) >= PROOF


def has_stray_gloss(text: str) -> bool:
    """Whether a gloss stands where no character reads so, or lost its bracket to a decoder: the
    trace of a gloss that was inserted across two characters. A dictionary's glosses all fit."""
    return any(
        _gloss_fits(text, at) is False
        or (char == "?" and gloss_size(text[at + 1 : at + 9]) is not None)
        for at, char in enumerate(text)
    )


def _gloss_fits(text: str, at: int) -> bool | None:
    """Whether the gloss whose bracket stands at `at` gives the reading of the character before it;
    None if it is no gloss."""
    size = gloss_size(text[at + 1 : at + 9]) if text[at] == "(" else None
    if size is None:
        return None
    before = text[at - 1 : at] if at else ""
    return bool(before) and not before.isascii() and reading.fits(before, text[at + 1 : at + size])
