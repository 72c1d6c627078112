"""UTF-8 that was read as GBK with some bytes lost: what is left says most characters."""

from __future__ import annotations

from collections.abc import Sequence

from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.language_model import NAT, Context, line_start, step, token

CLEAR = 2 * NAT
"""A guess must cost so much less than the next one."""
LOST = "\ufffd"


def utf8_read_as_gbk(line: str) -> str | None:
    """The line as it was meant, U+FFFD where too much is lost; none if it is not such a line."""
    data = _known_bytes(line)
    if data is None:
        return None
    text, context = "", line_start()
    at = whole = broken = 0
    while at < len(data):
        candidates, used, is_whole = _decode(data[at : at + _length(data[at])])
        char = candidates if is_whole else _guess(context, candidates) or LOST
        broken += not is_whole
        whole += not char.isascii() and char != LOST
        if not (char == LOST and text.endswith(LOST)):
            text += char
        context = step(context, token(char))[1]
        at += used
    return text if whole >= 4 and broken * 2 < whole else None


def _known_bytes(line: str) -> list[int | None] | None:
    """The line's bytes in GBK, None for one that the decoder gave up; none at all if it is not."""
    found: list[int | None] = []
    for char in line:
        data = None if char in "?\ufffd" else gbk.bytes_of(char)
        if data is None and char not in "?\ufffd":
            return None
        found += [None] if data is None else data
    return found if None in found else None


def _length(first: int | None) -> int:
    """How many bytes a character has that begins with this one."""
    if first is None or not 0xC2 <= first <= 0xF4:
        return 1
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4


def _decode(sequence: Sequence[int | None]) -> tuple[str, int, bool]:
    """(the characters it may be, how many bytes it takes, whether nothing is lost)."""
    known = [byte for byte in sequence if byte is not None]
    if len(known) == len(sequence):
        char = _char(known)
        return (char, len(known), True) if char else ("", 1, False)
    if sequence[0] is None:
        return "?", 1, False
    # A lost pair at the end of the sequence: the last byte, and the next one's first or none.
    if len(sequence) == 3 and len(known) == 2 and sequence[2] is None:
        return "".join(_char([*known, third]) for third in range(0x80, 0xC0)), 3, False
    return "", 1, False


def _char(data: list[int]) -> str:
    """The character of whole bytes; empty if they are none."""
    try:
        return bytes(data).decode("utf-8")
    except UnicodeDecodeError:
        return ""


def _guess(context: Context, candidates: str) -> str | None:
    """The cheapest candidate, if it is so by far."""
    costs = sorted((step(context, token(char))[0], char) for char in candidates)
    if len(costs) > 1 and costs[1][0] - costs[0][0] <= CLEAR:
        return None
    return costs[0][1] if costs else None
