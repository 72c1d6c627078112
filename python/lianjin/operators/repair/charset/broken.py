"""UTF-8 that was read as GBK with some bytes lost: what is left says most characters.

A decoder loses a byte only where it and the next one are no pair of GBK, which leaves a few of
sixty-four.
"""

from __future__ import annotations

from collections.abc import Sequence

from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.charset.writer import table_of
from lianjin.operators.repair.language_model import (
    NAT,
    Context,
    knows,
    line_start,
    step,
    token,
    unigram,
)

CLEAR, COMMON = 2 * NAT, 9 * NAT
"""A guess must cost so much less than the next one, and no more than this out of context."""
BROKEN = 16
"""A line with so many more broken characters than whole ones is not looked at to its end."""
LOST, QUESTION = 0x100, 0x101
"""The decoder gave up here; it gave up here, or the writer asked."""
UNREAD = "\ufffd"
LEADS = range(0xE3, 0xF0)
"""First bytes of the characters that are guessed."""
Pattern = tuple[int | None, int | None, int | None]
"""Three bytes of which one is lost."""


def utf8_read_as_gbk(line: str, least_whole: int) -> str | None:
    """The line as it was meant, U+FFFD where too much is lost; none if it is not such a line.

    To each broken character there have to be more than `least_whole` whole ones.
    """
    data = _known_bytes(line)
    if data is None or not _may_be_read(data, least_whole):
        return None
    text = ""
    at = whole = broken = 0
    while at < len(data):
        found, used = _decode(data[at : at + 4])
        if isinstance(found, str):
            char = found
        else:
            after = data[at + used : at + used + 4]
            following = _whole_char(after) if after else "\n"
            char = _guess(_context_of(text), found, data[at : at + 4], following) or UNREAD
        broken += found == UNREAD or not isinstance(found, str)
        whole += not char.isascii() and char != UNREAD
        if not (char == UNREAD and text.endswith(UNREAD)):
            text += char
        at += used
    return text if whole >= 4 and broken * least_whole < whole else None


def _may_be_read(data: list[int], least_whole: int) -> bool:
    """Whether enough is whole if every guess is right."""
    at = whole = broken = 0
    while at < len(data):
        found, used = _decode(data[at : at + 4])
        whole += not isinstance(found, str) or (found != UNREAD and not found.isascii())
        broken += not isinstance(found, str) or found == UNREAD
        if broken >= whole + BROKEN:
            return False
        at += used
    return whole >= 4 and broken * least_whole < whole


def _known_bytes(line: str) -> list[int] | None:
    """The line's bytes in GBK, with LOST and QUESTION; none if there is neither."""
    if UNREAD not in line and "?" not in line:
        return None
    table = table_of("gbk") | {UNREAD: LOST, "?": QUESTION, "€": 0x80}
    found: list[int] = []
    for char in line:
        code = table.get(char, ord(char) if char.isascii() else None)
        if code is None:
            return None
        found += [code] if code <= QUESTION else [*code.to_bytes(2, "big")]
    return found


def _decode(rest: Sequence[int]) -> tuple[str | Pattern, int]:
    """What the next bytes are, a character or a pattern of one, and how many of them."""
    whole = _whole_char(rest)
    if whole:
        return whole, len(whole.encode())
    first, second, third = [*rest, 0, 0, 0][:3]
    tails = [byte if 0x80 <= byte <= 0xBF else None for byte in (first, second, third)]
    if 0xE0 <= first <= 0xEF:
        if tails[1] is not None and third >= LOST:
            return (first, second, None), 3
        if second >= LOST:
            return ((first, None, third), 3) if tails[2] is not None else (UNREAD, 2)
    if first >= LOST and tails[1] is not None and tails[2] is not None:
        return (None, second, third), 3
    if tails[0] is not None and tails[1] is not None:
        return (None, first, second), 2
    return "?" if first == QUESTION else UNREAD, 1


def _whole_char(rest: Sequence[int]) -> str:
    """The character that the next bytes are, all of them known; empty if they are none."""
    first = rest[0]
    if first < 0x80:
        return chr(first)
    if not 0xC2 <= first <= 0xF4:
        return ""
    size = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    known = [byte for byte in rest[:size] if byte < LOST]
    return _char(known) if len(known) == size else ""


def _char(data: list[int]) -> str:
    """The character of whole bytes; empty if they are none."""
    try:
        return bytes(data).decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _context_of(text: str) -> Context:
    """The context after the last two characters of a text."""
    context = line_start()
    for char in text[-2:]:
        context = step(context, token(char))[1]
    return context


def _may_be_lost(pattern: Pattern, rest: Sequence[int], value: int) -> bool:
    """Whether a decoder gives up at this byte, in view of what comes after it."""
    if pattern[1] is None and pattern[2] is not None:
        return gbk.char_of(value, pattern[2]) is None
    if pattern[2] is None and len(rest) > 3 and rest[3] < LOST:
        if 0x80 <= rest[3] <= 0xBF:  # the next character's first byte was lost with it
            return any(gbk.char_of(value, lead) is None for lead in LEADS)
        return gbk.char_of(value, rest[3]) is None
    return True


def _guess(context: Context, pattern: Pattern, rest: Sequence[int], following: str) -> str | None:
    """The cheapest character of the pattern that is common, if it is so by far."""
    values = LEADS if pattern[0] is None else range(0x80, 0xC0)
    lost = [value for value in values if _may_be_lost(pattern, rest, value)]
    chars = [_char([value if byte is None else byte for byte in pattern]) for value in lost]
    common = [c for c in chars if c and knows(c) and unigram(c) <= COMMON]
    costs = sorted((_cost(context, char + following), char) for char in common)
    if not costs or (len(costs) > 1 and costs[1][0] - costs[0][0] <= CLEAR):
        return None
    return costs[0][1]


def _cost(context: Context, text: str) -> int:
    total = 0
    for char in text:
        cost, context = step(context, token(char))
        total += cost
    return total
