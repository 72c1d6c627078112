"""Scores of words: single characters of Chinese, runs of letters and digits of English.

`piece.units` says exactly what counts. A text without words scores 0 in all of them.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache

from lianjin.operators.registry import score
from lianjin.operators.score import piece


@cache
def _stop_words() -> frozenset[str]:
    from lianjin._kernel import score_stop_words

    return frozenset(score_stop_words())


_LOWER = {code: code + 0x20 for code in (*range(0x41, 0x5B), *range(0xFF21, 0xFF3B))}


def _stop_words_of(text: str) -> list[str]:
    lower = (word.translate(_LOWER) for word in piece.units(text))
    return [word for word in lower if word in _stop_words()]


@score(
    version=1,
    unit="words",
    zh="词数",
    en="Words",
    about="词的个数：每个汉字算一个，其他文字按连续的字母与数字算一个。",
    kernel=True,
)
def words(text: str) -> int:
    """Number of words: each Chinese character, each run of letters and digits of other scripts."""
    return len(piece.words(text))


@score(
    version=1,
    unit="chars",
    zh="平均词长",
    en="Mean word length",
    about="以拉丁字母开头的词的平均字符数（Gopher 保留 3 到 10）；没有则为 0。",
    kernel=True,
)
def mean_word_length(text: str) -> float:
    """Characters per word that begins with a Latin letter (Gopher keeps 3 to 10); 0 without any."""
    latin = [word for word in piece.words(text) if piece.kind(word[0]) == "latin"]
    return piece.share(sum(map(len, latin)), len(latin))


@score(
    version=1,
    unit="ratio",
    zh="停用词占比",
    en="Stop words",
    about=(
        "停用词（中文两种字形，或英文）占词数的比例，0 到 1。\n\n词表是 `kernel/data/stop_w"
        "ords.txt`。人名与关键词的罗列里很少有停用词。"
    ),
    kernel=True,
)
def stop_word_ratio(text: str) -> float:
    """Share of words that are stop words, Chinese (both scripts) or English, 0 to 1.

    The list is `kernel/data/stop_words.txt`. Lists of names and keywords have few.
    """
    return piece.share(len(_stop_words_of(text)), len(piece.words(text)))


@score(
    version=1,
    unit="words",
    zh="不同停用词数",
    en="Distinct stop words",
    about="出现了多少个不同的停用词（Gopher 与 FineWeb-2 保留 2 个以上）。",
    kernel=True,
)
def distinct_stop_words(text: str) -> int:
    """Number of different stop words that occur (Gopher and FineWeb-2 keep from 2)."""
    return len(set(_stop_words_of(text)))


@score(
    version=1,
    unit="nats",
    zh="一元熵",
    en="Unigram entropy",
    about=(
        "各单元（含标点）分布的熵，以奈特计（MAP-CC 保留 3 以上）。\n\n只重复一个单元的文本"
        "为 0；毫无重复的文本为其长度的对数。"
    ),
    kernel=True,
)
def unigram_entropy(text: str) -> float:
    """Entropy of the distribution of units, punctuation among them, in nats (MAP-CC keeps from 3).

    0 for a text of one unit repeated, the logarithm of its length for one without repeats.
    """
    counts = Counter(piece.units(text)).values()
    n = sum(counts)
    return -sum(count / n * math.log(count / n) for count in counts) + 0.0


@score(
    version=1,
    unit="per word",
    zh="井号与词数之比",
    en="Hash marks per word",
    about="# 的个数与词数之比（Gopher：不超过 0.1）；可以超过 1。",
    kernel=True,
)
def hash_word_ratio(text: str) -> float:
    """Number of # by number of words (Gopher: at most 0.1); it may exceed 1."""
    return piece.share(text.count("#"), len(piece.words(text)))


@score(
    version=1,
    unit="per word",
    zh="省略号与词数之比",
    en="Ellipses per word",
    about="... 与 … 的个数与词数之比（Gopher：不超过 0.1）；可以超过 1。",
    kernel=True,
)
def ellipsis_word_ratio(text: str) -> float:
    """Number of ... and … by number of words (Gopher: at most 0.1); it may exceed 1."""
    return piece.share(text.count("...") + text.count("…"), len(piece.words(text)))


@score(
    version=1,
    unit="per word",
    zh="换行与词数之比",
    en="Line feeds per word",
    about="换行的个数与词数之比（FineWeb：不超过 0.3；FineWeb-2 的中文 0.178）。",
    kernel=True,
)
def newline_word_ratio(text: str) -> float:
    """Number of line feeds by number of words (FineWeb: at most 0.3; FineWeb-2 Chinese 0.178)."""
    return piece.share(text.count("\n"), len(piece.words(text)))
