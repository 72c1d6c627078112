"""Which quotes and brackets stand open at a place, and how likely that makes the next ones.

The language model sees two characters back; whether `”` is right is told by the `“` before it, and
by what closes or opens after the run. Takes characters and tokens; gives costs in nats x `NAT`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from lianjin.operators.repair.language_model import NAT

if TYPE_CHECKING:
    from lianjin.operators.repair.phase.tokens import Token


class Costs(NamedTuple):
    """What one kind costs beyond the language model: log odds counted in 7 million characters of
    sixteen genres, rounded towards none; of `“` between those of all and those of fiction and news,
    at a line's end half more, as damage cuts there (two more tuning pages, none lost).

    It opens while it is open; closes while it is open (a gain), or while it is not; the line ends
    while it is open.
    """

    again: int
    close: int
    stray: int
    unclosed: int


COSTS = {
    "“": Costs(3 * NAT, -3 * NAT // 2, 4 * NAT, 9 * NAT // 2),
    "‘": Costs(NAT, -3 * NAT, 2 * NAT, 3 * NAT // 2),
    "《": Costs(4 * NAT, -3 * NAT, 4 * NAT, 5 * NAT // 2),
    "（": Costs(NAT // 2, -2 * NAT, 3 * NAT, 2 * NAT),
    "【": Costs(NAT, -3 * NAT, 3 * NAT, 2 * NAT),
}
LEFT_OPEN = 2
"""So many lines of a page left open are no slips: of 10 million characters of clean text no
document has two."""
STOP_IN_TITLE = 3 * NAT
"""A stop inside a title."""
OPENS = {"“": "“", "‘": "‘", "《": "《", "（": "（", "(": "（", "【": "【"}
CLOSES = {"”": "“", "’": "‘", "》": "《", "）": "（", ")": "（", "】": "【"}
"""Marks and their kind."""

Open = frozenset[str]
"""The kinds that stand open."""
Next = Literal["opens", "closes", "end", "unknown"]
"""What comes next of a kind; unknown where the text between is damaged."""
Ahead = dict[str, Next]
"""What comes next of each kind."""


def left_open(text: str) -> list[int]:
    """Marks at the end of lines whose last `“` is never closed, if a page has `LEFT_OPEN` of them: of
    `。”` a `!` is left that the first byte of the one and the last of the other are gone with."""
    found = [at for at, char in enumerate(text) if char in "!！" and _ends_left_open(text, at)]
    return found if len(found) >= LEFT_OPEN else []


def _ends_left_open(text: str, at: int) -> bool:
    """Whether the mark at `at`, or it and a marker, end a line that leaves a quote open which no
    line after it closes and the next one does not open again, as speech of several lines does."""
    before, rest = text[:at], text[at + 1 :]
    if before[-1:] == "?":
        rest = rest.removeprefix("?")
    if rest and rest[0] != "\n":
        return False
    line = before[before.rfind("\n") + 1 :]
    after_it = next((char for char in rest if char in "“”"), "“")
    is_open = line.rfind("“") > line.rfind("”")
    return is_open and rest.lstrip()[:1] != "“" and after_it == "“"


def after(open: Open, char: str) -> Open:
    """What stands open after `char`; a tag ends it as a line's end does."""
    if char in OPENS:
        return open | {OPENS[char]}
    if char in CLOSES:
        return open - {CLOSES[char]}
    return frozenset() if char == "<" else open


def cost(open: Open, char: str) -> int:
    """What writing `char` costs here beyond what the language model says."""
    if char in OPENS:
        return _turn_cost(open, OPENS[char], "opens")
    if char in CLOSES:
        return _turn_cost(open, CLOSES[char], "closes")
    return STOP_IN_TITLE if "《" in open and char in "。，；！？" else 0


def cost_before(open: Open, ahead: Ahead) -> int:
    """What it costs that the line goes on with `ahead`."""
    return sum(_turn_cost(open, kind, next) for kind, next in ahead.items())


def _turn_cost(open: Open, kind: str, next: Next) -> int:
    costs, is_open = COSTS[kind], kind in open
    if next == "opens":
        return costs.again if is_open else 0
    if next == "closes":
        return costs.close if is_open else costs.stray
    return costs.unclosed if next == "end" and is_open else 0


def ahead_of(tokens: Iterable[Token], is_marker: Callable[[Token], bool]) -> list[Ahead]:
    """What comes next from each token of a line on, the line's end included; unknown behind a
    token that `is_marker`."""
    now = _all("end")
    found = [now]
    for token in reversed(list(tokens)):
        if token.kind == "plain":
            now = _all("unknown") if is_marker(token) else _before(now, token.char)
        found.append(now)
    return found[::-1]


def _before(ahead: Ahead, char: str) -> Ahead:
    if char in OPENS:
        return {**ahead, OPENS[char]: "opens"}
    if char in CLOSES:
        return {**ahead, CLOSES[char]: "closes"}
    return _all("end") if char == "<" else ahead


def _all(next: Next) -> Ahead:
    return dict.fromkeys(COSTS, next)
