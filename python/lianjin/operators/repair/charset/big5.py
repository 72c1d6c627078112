"""Big5 both ways, by the Encoding Standard of the web: Python's codec and what that lacks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

# Before this pair lie the characters of Hong Kong's supplement: written only if nowhere else.
_FIRST_WRITTEN = 0xA140
# Of two pairs writers use the first, but of these characters the last.
_LAST_WRITTEN = "═╞╡╪十卅"


@cache
def _chars() -> dict[int, str]:
    """The text of each pair: one character, or in four cases a letter and its accent."""
    found = {}
    for pair in range(0x8140, 0xFEFF):
        try:
            found[pair] = pair.to_bytes(2, "big").decode("big5hkscs")
        except UnicodeDecodeError:
            continue
    for line in Path(__file__).with_name("big5.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            first, chars = line.split(" ")
            found.update(zip(_pairs_from(int(first, 16)), chars, strict=False))
    return found


def _pairs_from(first: int) -> list[int]:
    """The pair and those behind it with the same lead byte."""
    trails = [*range(0x40, 0x7F), *range(0xA1, 0xFF)]
    return [first & 0xFF00 | trail for trail in trails if trail >= first & 0xFF]


@cache
def _pairs() -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    chars = sorted(_chars().items(), key=lambda entry: (entry[0] < _FIRST_WRITTEN, entry))
    for pair, char in chars:
        is_last = char in _LAST_WRITTEN and pair >= _FIRST_WRITTEN
        if is_last or (char not in found and len(char) == 1):
            found[char] = pair.to_bytes(2, "big")
    return found


def write(text: str) -> bytes | None:
    """The bytes of a text; none if Big5 lacks one of its characters."""
    pieces = [char.encode() if char.isascii() else _pairs().get(char) for char in text]
    whole = [piece for piece in pieces if piece is not None]
    return b"".join(whole) if len(whole) == len(pieces) else None


def read(data: bytes) -> str | None:
    """The text of bytes; none if they are no Big5."""
    chars, at = [], 0
    while at < len(data):
        if data[at] < 0x80:
            chars.append(chr(data[at]))
            at += 1
            continue
        char = _chars().get(int.from_bytes(data[at : at + 2], "big"))
        if char is None:
            return None
        chars.append(char)
        at += 2
    return "".join(chars)
