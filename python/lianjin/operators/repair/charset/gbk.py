"""The two-byte characters of GBK, both ways, by the Encoding Standard of the web."""

from __future__ import annotations

from functools import cache

LEADS = range(0x81, 0xFF)
TRAILS = range(0x40, 0xFF)

# Pairs that the standard's GB18030-2022 gives a character; Python's codec has private-use ones.
_LATER = {
    0xA3A0: "　",
    0xA6D9: "︐︒︑︓︔︕︖",
    0xA6EC: "︗︘",
    0xA6F3: "︙",
    0xA8BC: "ḿ",
    0xFE59: "龴",
    0xFE61: "龵",
    0xFE66: "龶龷",
    0xFE6D: "龸",
    0xFE7E: "龹",
    0xFE90: "龺",
    0xFEA0: "龻",
}


@cache
def _chars() -> dict[int, str]:
    """The character of each pair, private-use ones included."""
    found = dict(_earlier_chars())
    for first, chars in _LATER.items():
        found.update(enumerate(chars, first))
    return found


@cache
def _earlier_chars() -> dict[int, str]:
    """The same before GB18030-2022, as Python's codec and many others have it."""
    found = {}
    for pair in range(0x8140, 0xFEFF):
        try:
            char = pair.to_bytes(2, "big").decode("gb18030")
        except UnicodeDecodeError:
            continue
        if len(char) == 1:
            found[pair] = char
    return found


@cache
def _pairs() -> dict[str, tuple[int, int]]:
    """The pair of each character, also of one that only earlier decoders give; the first one where two
    are the same character."""
    every = [*_earlier_chars().items(), *_chars().items()]
    return {char: divmod(pair, 256) for pair, char in sorted(every, reverse=True)}


def is_private(char: str) -> bool:
    """Whether a character is in the private-use area, where decoders put user-defined pairs."""
    return "\ue000" <= char <= "\uf8ff"


def char_of(lead: int, trail: int) -> str | None:
    """The character of a pair; user-defined pairs give none."""
    char = _chars().get(lead << 8 | trail)
    return None if char is None or is_private(char) else char


def is_invalid(lead: int, trail: int) -> bool:
    """Whether a decoder that meets these two bytes may have to give up.

    FE50 to FEA0 are characters of GB18030; GBK has none there.
    """
    return (lead == 0xFE and 0x50 <= trail <= 0xA0) or char_of(lead, trail) is None


def pair_of(char: str) -> tuple[int, int] | None:
    """The pair of a character, also of one that only earlier decoders show; none for ASCII and what GBK
    lacks.

    >>> pair_of("。")
    (161, 163)
    """
    return _pairs().get(char)


def bytes_of(char: str) -> bytes | None:
    """A character's bytes, user-defined pairs included; `€` is the single byte 80."""
    if char.isascii():
        return char.encode()
    pair = (0x80,) if char == "€" else pair_of(char)
    return None if pair is None else bytes(pair)


def write(text: str) -> bytes | None:
    """The bytes of a text; none if GBK lacks one of its characters."""
    pieces = [bytes_of(char) for char in text]
    whole = [piece for piece in pieces if piece is not None]
    return b"".join(whole) if len(whole) == len(pieces) else None


def read(data: bytes) -> str | None:
    """The text of bytes; none if they are no GBK or hold user-defined pairs."""
    chars, at = [], 0
    while at < len(data):
        if data[at] < 0x80:
            chars.append(chr(data[at]))
            at += 1
            continue
        char = char_of(data[at], data[at + 1]) if at + 1 < len(data) else None
        if char is None:
            return None
        chars.append(char)
        at += 2
    return "".join(chars)
