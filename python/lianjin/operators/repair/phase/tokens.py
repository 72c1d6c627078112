"""A line as the search sees it: characters with their two bytes, marks, markers and glosses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from lianjin.operators.repair import language_model, reading
from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.language_model import NAT, Context, knows, step
from lianjin.operators.repair.phase import brackets

MISFIT = 5 * NAT
"""What a gloss costs that does not fit the character before it."""
STRANGE, ODD = 5 * NAT, 2 * NAT
"""What U+FFFD and private use cost beyond the model; what characters cost that it never met."""
MARKS = {
    **dict.fromkeys("!！", (0xA3, 0xA1)),
    **dict.fromkeys("?？", (0xA3, 0xBF)),
    **dict.fromkeys(":：", (0xA3, 0xBA)),
    **dict.fromkeys(";；", (0xA3, 0xBB)),
    **dict.fromkeys(",，", (0xA3, 0xAC)),
    **dict.fromkeys(".。", (0xA1, 0xA3)),
}
"""The two bytes of a full-width mark, also where it became ASCII."""
CUTTING = "!！?？:：;；"
"""Marks that sites replace."""


@dataclass(frozen=True)
class Token:
    """One character, or one gloss.

    `kind` "gloss" has both brackets, `(shù)`; the opening one of a "tail" was swallowed, `shù)`.
    """

    start: int
    end: int
    char: str
    kind: Literal["plain", "gloss", "tail"] = "plain"

    @property
    def pair(self) -> tuple[int, int] | None:
        """The two bytes of the (first) character in GBK."""
        return gbk.pair_of(self.char)

    @property
    def trail(self) -> int | None:
        """The byte of an ASCII character that could be the second of a pair."""
        return ord(self.char) if self.kind == "plain" and "@" <= self.char <= "~" else None

    @property
    def mark(self) -> tuple[int, int] | None:
        """The two bytes of the full-width mark that it is, or was before it became ASCII."""
        return MARKS.get(self.char) if self.kind == "plain" else None


class Place(NamedTuple):
    """A place in a line: where the language model stands, the last character, what stands open."""

    context: Context
    last: str
    open: brackets.Open = frozenset()


def id_of(char: str) -> int:
    """The token of the language model; a tag ends a line as a line's end does."""
    return language_model.token("\n" if char == "<" else char)


def tokens(line: str, glossed: bool) -> list[Token]:
    """The tokens of a line; glosses are tokens of their own where the page has glosses."""
    found: list[Token] = []
    at = 0
    while at < len(line):
        token = Token(at, at + 1, line[at])
        after_query = found and found[-1].kind == "plain" and found[-1].char == "?"
        if glossed and line[at] == "(":
            size = gloss_size(line[at + 1 :])
            token = Token(at, at + 1 + size, "(", "gloss") if size else token
        elif glossed and after_query:
            size = gloss_size(line[at:])
            token = Token(at, at + size, line[at], "tail") if size else token
        found.append(token)
        at = token.end
    return found


def gloss_size(text: str) -> int | None:
    """Length of `shù)` at the start of `text`, if a syllable and a bracket stand there."""
    end = text[:8].find(")")
    return end + 1 if end > 0 and reading.is_syllable(text[:end]) else None


def reading_of(line: str, token: Token) -> str:
    """The reading a gloss token gives."""
    return line[token.start : token.end].lstrip("(").rstrip(")")


def read(line: str, place: Place, token: Token) -> tuple[int, Place]:
    """What it costs to read the token as it stands, and the place after it."""
    if token.kind != "plain":
        fits = token.kind == "gloss" and reading.fits(place.last, reading_of(line, token))
        return (0 if fits else MISFIT), place
    cost, context = step(place.context, id_of(token.char))
    if token.char == "\ufffd" or gbk.is_private(token.char):
        cost += STRANGE
    elif token.pair is not None and not knows(token.char):
        cost += ODD
    return cost, Place(context, token.char, brackets.after(place.open, token.char))
