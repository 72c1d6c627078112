"""Charsets both ways: the bytes that a text was in the charset it was read in, and read again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from lianjin.operators.repair.charset import big5, gbk

GBK_VARIANTS = {"€": 0xA2E3, "・": 0xA1A4}
"""Characters that other decoders show for a pair of GBK."""
JAPANESE_VARIANTS = dict(
    zip("〜‖−¢£¬", (0xA1C1, 0xA1C2, 0xA1DD, 0xA1F1, 0xA1F2, 0xA2CC), strict=True)
)
"""The same for decoders of Japanese, by EUC-JP."""
BIG5_VARIANTS = dict(
    zip(
        "•､‾∼♁☉＼¥¢£",
        (0xA145, 0xA14E, 0xA1C2, 0xA1E3, 0xA1F2, 0xA1F3, 0xA242, 0xA244, 0xA246, 0xA247),
        strict=True,
    )
)
"""Characters that older decoders of Big5 show where browsers show others."""
BIG5_SLASHES = str.maketrans("∕﹨", "／＼")
"""The slashes are full-width, whoever wrote them: the signs of mathematics stand in no prose."""
SHIFT = b"\x8f"
"""The byte of EUC-JP before a pair of its supplement, JIS X 0212, which the tables hold as a pair
whose second byte is ASCII."""
WINDOWS_BYTES = {"\x80": 0x80, "\xa0": 0xA0, "\uf8f0": 0xA0, "\uf8f1": 0xFD, "\uf8f2": 0xFE}
"""What Windows shows for bytes that are none in Shift_JIS."""


def write(text: str, charset: str, wrote: str) -> bytes | None:
    """The bytes of a text in a charset; none if it lacks a character.

    `wrote` is the charset they are to be read in: `€` is two codes of GBK, and in UTF-8 A2 E3
    ends one character and begins the next.
    """
    table, data = table_of(charset), bytearray()
    for i, char in enumerate(text):
        code = ord(char) if char.isascii() else table.get(char)
        if code is None:
            return None
        if charset == "euc_jp" and code > 0xFF and code & 0x80 == 0:
            data += SHIFT
            code |= 0x80
        if char == "€" and (charset, wrote) == ("gbk", "utf-8"):
            code = _euro(data, table.get(text[i + 1 : i + 2], 0))
        data += code.to_bytes(1 if code < 0x100 else 2, "big")
    return bytes(data)


def read(data: bytes, charset: str) -> str | None:
    """The text of bytes in UTF-8, GBK or Big5; none if they are none."""
    if charset == "gbk":
        return gbk.read(data)
    if charset == "big5":
        text = big5.read(data)
        return None if text is None else text.translate(BIG5_SLASHES)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _euro(before: bytearray, following: int) -> int:
    needs_one = (
        len(before) >= 2 and 0xE0 <= before[-2] <= 0xEF and 0x80 <= before[-1] <= 0xBF
    ) or (len(before) >= 1 and 0xC2 <= before[-1] <= 0xDF)
    return 0xA2E3 if needs_one and 0x81 <= following >> 8 <= 0xBF else 0x80


@cache
def table_of(charset: str) -> dict[str, int]:
    """The pair, or the byte, of each character beyond ASCII."""
    builders: dict[str, Callable[[], dict[str, int]]] = {
        "gbk": _gbk,
        "big5": _big5,
        "latin": _latin,
        "shift_jis": _shift_jis,
        "euc_jp": _euc_jp,
        "euc_kr": lambda: _decoded("cp949", range(0x8141, 0xFEFF)),
    }
    return builders[charset]()


def _gbk() -> dict[str, int]:
    table = {}
    for code in range(0x80, 0x10000):
        pair = gbk.pair_of(chr(code))
        if pair is not None:
            table[chr(code)] = pair[0] << 8 | pair[1]
    return table | GBK_VARIANTS


def _big5() -> dict[str, int]:
    written = {char: big5.write(char) for char in map(chr, range(0x80, 0x30000))}
    table = {char: int.from_bytes(data, "big") for char, data in written.items() if data}
    return BIG5_VARIANTS | table


def _latin() -> dict[str, int]:
    table = {chr(code): code for code in range(0x80, 0x100)}
    for byte in range(0x80, 0xA0):
        table[bytes([byte]).decode("cp1252", "ignore") or chr(byte)] = byte
    return table


def _shift_jis() -> dict[str, int]:
    table = _decoded("cp932", range(0x8140, 0xFCFD))
    for char, pair in JAPANESE_VARIANTS.items():
        table[char] = _shifted(pair)
    table |= {chr(0xFF61 + byte - 0xA1): byte for byte in range(0xA1, 0xE0)}
    return table | WINDOWS_BYTES


def _shifted(pair: int) -> int:
    """A pair of EUC-JP in Shift_JIS."""
    row, cell = (pair >> 8) - 0xA0, (pair & 0xFF) - 0xA0
    trail = cell + 0x3F + (cell > 63) if row % 2 else cell + 0x9E
    return (row + 1) // 2 + (0x80 if row <= 62 else 0xC0) << 8 | trail


def _euc_jp() -> dict[str, int]:
    table: dict[str, int] = {}
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            char = _char(_shifted(row << 8 | cell), "cp932")
            if char:
                table.setdefault(char, row << 8 | cell)
    table |= JAPANESE_VARIANTS | {chr(0xFEC0 + byte): 0x8E00 | byte for byte in range(0xA1, 0xE0)}
    for row in range(0xA1, 0xFF):
        for cell in range(0xA1, 0xFF):
            char = (SHIFT + bytes([row, cell])).decode("euc_jp", "ignore")
            if len(char) == 1 and char >= "\x80":
                table.setdefault(char, row << 8 | cell & 0x7F)
    return table


def _decoded(codec: str, pairs: range) -> dict[str, int]:
    """The first pair of each character of a codec."""
    table: dict[str, int] = {}
    for pair in pairs:
        char = _char(pair, codec)
        if char:
            table.setdefault(char, pair)
    return table


def _char(pair: int, codec: str) -> str:
    """The one character beyond ASCII that two bytes are; empty if they are not."""
    try:
        text = pair.to_bytes(2, "big").decode(codec)
    except UnicodeDecodeError:
        return ""
    return text if len(text) == 1 and not text.isascii() else ""
