"""Scores of characters: how many, and of what kind. Empty text scores 0 in all of them."""

from __future__ import annotations

import re

from lianjin.operators.registry import score
from lianjin.operators.score import piece

HAN = ("han", "han_simplified", "han_traditional")
LETTERS = ("latin", "letter", "lone", *HAN, "kana")
PUNCTUATION = ("punctuation", "sentence_end", "period", "closer")


@score(
    version=1,
    unit="chars",
    zh="字符数",
    en="Characters",
    about="码点的个数，空白也算在内。",
    kernel=True,
)
def chars(text: str) -> int:
    """Number of code points, white space included."""
    return len(text)


@score(
    version=1,
    unit="ratio",
    zh="汉字占比",
    en="Han characters",
    about=(
        "汉字占全部字符的比例，0 到 1。\n\n含统一汉字、兼容汉字和〇；不含假名、々与部首。Ch"
        "ineseWebText 保留 0.30 以上的文本。"
    ),
    kernel=True,
)
def han_ratio(text: str) -> float:
    """Share of Han characters among all characters, 0 to 1.

    Unified and compatibility ideographs and 〇; not kana, 々 or radicals. ChineseWebText keeps
    texts from 0.30.
    """
    return piece.share_of_kinds(text, HAN)


@score(
    version=1,
    unit="ratio",
    zh="拉丁字母占比",
    en="Latin letters",
    about="拉丁字母（含全角）占全部字符的比例，0 到 1。",
    kernel=True,
)
def latin_ratio(text: str) -> float:
    """Share of Latin letters, full width included, among all characters, 0 to 1."""
    return piece.share_of_kinds(text, ["latin"])


@score(
    version=1,
    unit="ratio",
    zh="文字占比",
    en="Letters",
    about=(
        "各种文字的字母（含汉字）占全部字符的比例，0 到 1。\n\n1 减去它，就是 Gopher、FineW"
        "eb 所说的非字母字符占比。"
    ),
    kernel=True,
)
def letter_ratio(text: str) -> float:
    """Share of letters of whatever script, Han among them, among all characters, 0 to 1.

    One less this is the share of characters that are not alphabetic (Gopher, FineWeb).
    """
    return piece.share_of_kinds(text, LETTERS)


@score(
    version=1,
    unit="ratio",
    zh="数字占比",
    en="Digits",
    about="十进制数字（半角、全角、阿拉伯文）占全部字符的比例，0 到 1。",
    kernel=True,
)
def digit_ratio(text: str) -> float:
    """Share of decimal digits (ASCII, full width, Arabic) among all characters, 0 to 1."""
    return piece.share_of_kinds(text, ["digit"])


@score(
    version=1,
    unit="ratio",
    zh="标点占比",
    en="Punctuation",
    about="中外标点占全部字符的比例，0 到 1。",
    kernel=True,
)
def punctuation_ratio(text: str) -> float:
    """Share of punctuation marks, Chinese and other, among all characters, 0 to 1."""
    return piece.share_of_kinds(text, PUNCTUATION)


@score(
    version=1,
    unit="ratio",
    zh="符号占比",
    en="Symbols",
    about="符号（货币、数学、箭头、表情）占全部字符的比例，0 到 1。",
    kernel=True,
)
def symbol_ratio(text: str) -> float:
    """Share of symbols (currency, mathematics, arrows, emoji) among all characters, 0 to 1."""
    return piece.share_of_kinds(text, ["symbol"])


@score(
    version=1,
    unit="ratio",
    zh="空白占比",
    en="White space",
    about="空白（含换行）占全部字符的比例，0 到 1。",
    kernel=True,
)
def whitespace_ratio(text: str) -> float:
    """Share of white space, line feeds included, among all characters, 0 to 1."""
    return piece.share_of_kinds(text, ["newline", "space"])


@score(
    version=1,
    unit="ratio",
    zh="花括号占比",
    en="Curly brackets",
    about="花括号占全部字符的比例，0 到 1：网页里残留的代码（C4、Dingo）。",
    kernel=True,
)
def curly_bracket_ratio(text: str) -> float:
    """Share of { and } among all characters, 0 to 1: code left in a page (C4, Dingo)."""
    return piece.share(text.count("{") + text.count("}"), len(text))


@score(
    version=1,
    unit="ratio",
    zh="不同字符占比",
    en="Distinct characters",
    about=(
        "不同字符数与字符数之比，不计空白，0 到 1（MAP-CC 保留 0.1 以上）。\n\n文本越长，新"
        "字越少，它就越低。"
    ),
    kernel=True,
)
def unique_char_ratio(text: str) -> float:
    """Distinct characters by characters, white space left out, 0 to 1 (MAP-CC keeps above 0.1).

    It falls with length: a long text has few new characters.
    """
    inked = [c for c in text if c not in piece.WHITE_SPACE]
    return piece.share(len(set(inked)), len(inked))


@score(
    version=1,
    unit="chars",
    zh="替换字符数",
    en="Replacement characters",
    about="U+FFFD 的个数：此前的读取程序解不出的字节。",
    kernel=True,
)
def replacement_chars(text: str) -> int:
    """Number of U+FFFD: bytes that an earlier reader could not decode."""
    return text.count("\ufffd")


@score(
    version=1,
    unit="ratio",
    zh="替换字符占比",
    en="Share of replacement characters",
    about="U+FFFD 占全部字符的比例，0 到 1：读不回来的部分。",
    kernel=True,
)
def replacement_ratio(text: str) -> float:
    """Share of U+FFFD among all characters, 0 to 1: what was lost of the text."""
    return piece.share(text.count("\ufffd"), len(text))


@score(
    version=1,
    unit="chars",
    zh="私用区字符数",
    en="Private use characters",
    about="私用区字符的个数：字形在别处的字体里。",
    kernel=True,
)
def private_use_chars(text: str) -> int:
    """Number of private use characters: glyphs of a font that is not here."""
    return sum(piece.kind(character) == "private_use" for character in text)


@score(
    version=1,
    unit="chars",
    zh="控制字符数",
    en="Control characters",
    about="不属于空白的控制字符（C0、DEL、C1）的个数。",
    kernel=True,
)
def control_chars(text: str) -> int:
    """Number of control characters (C0, DEL, C1) that are not white space."""
    return sum(piece.kind(character) == "control" for character in text)


@score(
    version=1,
    unit="chars",
    zh="最长无标点段",
    en="Longest run without punctuation",
    about="没有标点与换行的最长一段有多少字符：成串的关键词。",
    kernel=True,
)
def max_unpunctuated_length(text: str) -> int:
    """Characters of the longest run without punctuation or line feed: keywords in a row."""
    marked = ("\n" if piece.kind(c) in (*PUNCTUATION, "newline") else c for c in text)
    return max(map(len, "".join(marked).split("\n")))


@score(
    version=1,
    unit="ratio",
    zh="方头括号内占比",
    en="Text in 【】",
    about="同一行的【】之内（含括号）的字符占比，0 到 1。\n\nMAP-CC：不超过 0.10。",
    kernel=True,
)
def lenticular_ratio(text: str) -> float:
    """Share of characters inside 【】 of one line, brackets included, 0 to 1.

    MAP-CC: at most 0.10.
    """
    found = re.findall(r"【[^【】\n]*】", text)
    return piece.share(sum(map(len, found)), len(text))


@score(
    version=1,
    unit="ratio",
    zh="圆括号内占比",
    en="Text in parentheses",
    about="同一行的（）或 () 之内（含括号）的字符占比，0 到 1。\n\n只算最内层的一对。",
    kernel=True,
)
def parenthesis_ratio(text: str) -> float:
    """Share of characters inside （） or () of one line, brackets included, 0 to 1.

    Innermost pairs only.
    """
    found = re.findall(r"[(（][^()（）\n]*[)）]", text)
    return piece.share(sum(map(len, found)), len(text))


def _script_only(text: str) -> tuple[int, int]:
    """Distinct characters of simplified text only, and of traditional text only."""
    kinds = [piece.kind(character) for character in set(text)]
    return kinds.count("han_simplified"), kinds.count("han_traditional")


@score(
    version=1,
    unit="ratio",
    zh="繁简混用",
    en="Mixed scripts",
    about=(
        "只属一种字形的不同字符中，较少一种所占的比例，0 到 0.5。\n\n数的是书（只用于简体）"
        "和書（只用于繁体），不数两者都有的后、干。0：只有一种字形，或没有这类字。依据 Open"
        "CC 的表。"
    ),
    kernel=True,
)
def variant_mix(text: str) -> float:
    """Share of the rarer script among distinct characters of one script only, 0 to 0.5.

    Counts 书 (simplified text only) and 書 (traditional text only), not 后 or 干, which both have.
    0: one script, or no such character. OpenCC's tables.
    """
    both = _script_only(text)
    return piece.share(min(both), sum(both))


@score(
    version=1,
    unit="ratio",
    zh="繁体占比",
    en="Traditional script",
    about="只属一种字形的不同字符中，繁体所占的比例，0 到 1；没有这类字则为 0。",
    kernel=True,
)
def traditional_ratio(text: str) -> float:
    """Share of traditional-only among distinct characters of one script only, 0 to 1; 0 if none."""
    both = _script_only(text)
    return piece.share(both[1], sum(both))
