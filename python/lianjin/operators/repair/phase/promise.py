"""What characters cost in a line, and what a run out of step promises there."""

from __future__ import annotations

from functools import cache

from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.han import is_han
from lianjin.operators.repair.language_model import (
    NAT,
    Context,
    after,
    knows,
    line_start,
    step,
    token,
    unigram,
)
from lianjin.operators.repair.phase.tokens import MARKS

COMMON = 1500
"""The characters that follow a mark in clean text are mostly among so many."""
RARE = 7 * NAT
"""Of two common characters the second costs less than this in clean text."""
STRANGE = 8 * NAT
"""What characters of a garbled page cost on the average."""
GARBLED = 9 * NAT
"""What characters of a garbled line cost on the average; those of a classical text up to as much."""
BETTER = 4 * NAT
"""Read one byte later, the characters after the mark must be so much likelier."""
UNPRECEDED, TELLING, BEFORE = 11 * NAT, 4, 12
"""And so much where fewer than `TELLING` of the `BEFORE` characters before it are Chinese, or rare."""
REACH, HEAD_OF_RUN = 16, 4
"""So many characters of a run tell what it promises, if the first few promise `BETTER`."""
ODD, STRAY = 4 * NAT, 8 * NAT
"""What a character costs beyond what the model says that it has never met."""
Sum = tuple[int, Context]
"""A cost so far, and where the language model stands."""


def promise(now: Sum, shifted: Sum, second: int, rest: str) -> int:
    """What `rest` gains at most by being read one byte later, from `second` on.

    Follows the characters that are read for sure, `REACH` at most; nothing is guessed. A marker
    among the first `HEAD_OF_RUN`, behind characters that are no text, promises `UNPRECEDED`.
    """
    pending, best = second, 0
    for n, char in enumerate(rest[:REACH], 1):
        pair = gbk.pair_of(char)
        if pair is None and not "@" <= char <= "~":
            is_marker = n <= HEAD_OF_RUN and char in "?\ufffd" and now[0] > STRANGE
            return UNPRECEDED if is_marker else best
        first, then = pair or (ord(char), ord(char))
        read = gbk.char_of(pending, first)
        if read is None:
            return best
        now = add(now, char)
        if n == 1 and read in MARKS and char not in MARKS:
            # No mark stands behind a full stop: what was cut before it was a character.
            shifted = 0, after(token(read))
        else:
            shifted = add(shifted, read, STRAY)
        best = max(best, now[0] - shifted[0])
        pending = then
        if pending < 0x80 or best > UNPRECEDED or (n >= HEAD_OF_RUN and best <= BETTER):
            return best
    return best


def needed(text: str) -> int | None:
    """What a run has to promise after `text`, the line it stands in up to there.

    More behind rare characters, as lists and classical texts have; None behind what is no text, or a
    character that GBK does not have.
    """
    last = last_of_line(text)
    if any(is_han(char) and gbk.pair_of(char) is None for char in last):
        return None
    costs = costs_of_han(last)
    if len(costs) < TELLING:
        return UNPRECEDED
    if sum(costs) > len(costs) * GARBLED:
        return None
    return UNPRECEDED if sum(costs) > len(costs) * STRANGE else BETTER


def costs_of_han(text: str) -> list[int]:
    """What the Chinese characters cost among characters from a line's start."""
    place, costs = line_start(), []
    for char in text:
        cost, place = add((0, place), char)
        if is_han(char):
            costs.append(cost)
    return costs


def last_of_line(text: str) -> str:
    """The last `BEFORE` characters of the line that `text` ends in."""
    return text[text.rfind("\n") + 1 :][-BEFORE:]


def add(total: Sum, char: str, odd: int = ODD) -> Sum:
    """The cost so far and the place, after `char`; `odd` more if the model has never met it."""
    cost, context = step(total[1], token(char))
    is_odd = gbk.pair_of(char) is not None and not knows(char)
    return total[0] + cost + (odd if is_odd else 0), context


def is_rare(two: str) -> bool:
    """Whether the second of two characters seldom follows the first."""
    if len(two) < 2:
        return False
    return step(after(token(two[0])), token(two[1]))[0] > RARE


def is_common(char: str) -> bool:
    """Whether it is ASCII or among the commonest characters."""
    return " " <= char <= "~" or char in _common()


def _is_wide(char: str) -> bool:
    """Whether it is a full-width letter or digit: the model has one token for all of them."""
    return "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ"


@cache
def _common() -> frozenset[str]:
    """The commonest characters beyond ASCII."""
    chars = [chr(code) for code in range(0x80, 0x10000) if not 0xD800 <= code < 0xE000]
    known = sorted((unigram(c), c) for c in chars if knows(c) and not _is_wide(c))
    return frozenset(char for _, char in known[:COMMON])


def is_usual(rest: str) -> bool:
    """Whether `rest` begins as clean text does behind a mark."""
    if rest[:1] in {"", "\n"}:
        return True
    return all(map(is_common, rest[:2])) and not is_rare(rest[:2])


@cache
def full_stop() -> Sum:
    """Where a sentence has ended."""
    return 0, step(line_start(), token("。"))[1]
