"""Scores of lines: pieces between line feeds that hold more than white space, trimmed.

A text without such lines scores 0 in all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from lianjin.operators.registry import score
from lianjin.operators.score import piece

SHORT_LINE_CHARS = 30


def _share_of_lines(text: str, is_such: Callable[[str], bool]) -> float:
    lines = piece.lines(text)
    return piece.share(sum(map(is_such, lines)), len(lines))


@score(
    version=1,
    unit="lines",
    zh="行数",
    en="Lines",
    about="不止含空白的行的个数。",
    kernel=True,
)
def lines(text: str) -> int:
    """Number of lines that hold more than white space."""
    return len(piece.lines(text))


@score(
    version=1,
    unit="chars",
    zh="平均行长",
    en="Mean line length",
    about="每行平均字符数（ChineseWebText 保留 10 以上）。",
    kernel=True,
)
def mean_line_length(text: str) -> float:
    """Characters per line (ChineseWebText keeps from 10)."""
    return piece.share(sum(map(len, piece.lines(text))), len(piece.lines(text)))


@score(
    version=1,
    unit="chars",
    zh="最长行",
    en="Longest line",
    about="最长一行的字符数。",
    kernel=True,
)
def max_line_length(text: str) -> int:
    """Characters of the longest line."""
    return max(map(len, piece.lines(text)), default=0)


@score(
    version=1,
    unit="ratio",
    zh="短行占比",
    en="Short lines",
    about="不足 30 个字符的行所占比例，0 到 1（FineWeb：不超过 0.67，针对英文）。",
    kernel=True,
)
def short_line_ratio(text: str) -> float:
    """Share of lines of fewer than 30 characters, 0 to 1 (FineWeb: at most 0.67, for English)."""
    return _share_of_lines(text, lambda line: len(line) < SHORT_LINE_CHARS)


@score(
    version=1,
    unit="ratio",
    zh="句末标点行占比",
    en="Lines ending in a full stop",
    about=(
        "以 。！？… 或 . ! ? 结尾的行所占比例，其后可有后引号后括号，0 到 1。\n\nFineWeb 保"
        "留 0.12 以上，FineWeb-2 的中文保留 0.106 以上。"
    ),
    kernel=True,
)
def line_end_punctuation_ratio(text: str) -> float:
    """Share of lines that end in 。！？… or . ! ?, closing marks after it allowed, 0 to 1.

    FineWeb keeps above 0.12, FineWeb-2 for Chinese above 0.106.
    """
    ends = (*piece.SENTENCE_END, ".")
    return _share_of_lines(text, lambda line: line.rstrip(piece.CLOSER).endswith(ends))


@score(
    version=1,
    unit="ratio",
    zh="项目符号行占比",
    en="Bullet lines",
    about="以项目符号（• ● ■ · * - ……）开头的行所占比例，0 到 1（Gopher：不超过 0.9）。",
    kernel=True,
)
def bullet_line_ratio(text: str) -> float:
    """Share of lines that begin with a bullet (• ● ■ · * - …), 0 to 1 (Gopher: at most 0.9)."""
    return _share_of_lines(text, lambda line: line[0] in piece.BULLET)


@score(
    version=1,
    unit="ratio",
    zh="省略号行占比",
    en="Lines ending in an ellipsis",
    about="以 …、... 或 。。。 结尾的行所占比例，0 到 1（Gopher：不超过 0.3）。",
    kernel=True,
)
def ellipsis_line_ratio(text: str) -> float:
    """Share of lines that end in …, ... or 。。。, 0 to 1 (Gopher: at most 0.3)."""
    return _share_of_lines(text, lambda line: line.endswith(("…", "...", "。。。")))


@score(
    version=1,
    unit="ratio",
    zh="重复行占比",
    en="Duplicate lines",
    about="与前面某行相同的行所占比例，0 到 1（Gopher：不超过 0.3）。",
    kernel=True,
)
def dup_line_ratio(text: str) -> float:
    """Share of lines that equal an earlier one, 0 to 1 (Gopher: at most 0.3)."""
    return piece.share(len(piece.repeated(piece.lines(text))), len(piece.lines(text)))


@score(
    version=1,
    unit="ratio",
    zh="重复行字符占比",
    en="Characters in duplicate lines",
    about="与前面某行相同的行里的字符占各行字符的比例，0 到 1。\n\nGopher：不超过 0.2。",
    kernel=True,
)
def dup_line_char_ratio(text: str) -> float:
    """Share of the lines' characters that stand in lines equal to an earlier one, 0 to 1.

    Gopher: at most 0.2.
    """
    again = piece.repeated(piece.lines(text))
    return piece.share(sum(map(len, again)), sum(map(len, piece.lines(text))))


@score(
    version=1,
    unit="sentences",
    zh="句数",
    en="Sentences",
    about="句子的个数；句子止于行末、。！？… 或空格前的英文句点。",
    kernel=True,
)
def sentences(text: str) -> int:
    """Number of sentences, ended by the line end, by 。！？… or by a full stop before space."""
    return len(piece.sentences(text))


@score(
    version=1,
    unit="chars",
    zh="平均句长",
    en="Mean sentence length",
    about="每句平均字符数。",
    kernel=True,
)
def mean_sentence_length(text: str) -> float:
    """Characters per sentence."""
    found = piece.sentences(text)
    return piece.share(sum(map(len, found)), len(found))


@score(
    version=1,
    unit="ratio",
    zh="重复句占比",
    en="Duplicate sentences",
    about="与前面某句相同的句子所占比例，0 到 1（MAP-CC：低于 0.30）。",
    kernel=True,
)
def dup_sentence_ratio(text: str) -> float:
    """Share of sentences that equal an earlier one, 0 to 1 (MAP-CC: below 0.30)."""
    found = piece.sentences(text)
    return piece.share(len(piece.repeated(found)), len(found))


@score(
    version=1,
    unit="ratio",
    zh="重复句字符占比",
    en="Characters in duplicate sentences",
    about="与前面某句相同的句子里的字符占各句字符的比例，0 到 1。\n\nMAP-CC：低于 0.20。",
    kernel=True,
)
def dup_sentence_char_ratio(text: str) -> float:
    """Share of the sentences' characters in sentences equal to an earlier one, 0 to 1.

    MAP-CC: below 0.20.
    """
    found = piece.sentences(text)
    return piece.share(sum(map(len, piece.repeated(found))), sum(map(len, found)))
