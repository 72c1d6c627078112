"""Scores of repeated n-grams, after Gopher (arXiv 2112.11446, table A1), on units.

A unit is a character of Chinese or a word of English (`piece.units`), so thresholds drawn up for
segmented Chinese words do not carry over as they stand. Shares are of the characters in units;
white space is in none. A text without units scores 0 in all of them.
"""

from __future__ import annotations

from collections import Counter

from lianjin.operators.registry import score
from lianjin.operators.score import piece


def _ngrams(units: list[str], order: int) -> list[tuple[str, ...]]:
    return [tuple(units[i : i + order]) for i in range(len(units) - order + 1)]


def _top(text: str, order: int) -> float:
    """Occurrences times characters of the most frequent n-gram by all characters, 0 to 1.

    Overlapping occurrences each count in full, as in DataTrove, but no more than the text. The
    longest of equally frequent n-grams counts; 0 if every n-gram occurs once.
    """
    units = piece.units(text)
    counts = Counter(_ngrams(units, order))
    most = max(((count, len("".join(ngram))) for ngram, count in counts.items()), default=(0, 0))
    return min(1.0, piece.share(most[0] * most[1], len("".join(units)))) if most[0] > 1 else 0.0


def _repeated(text: str, order: int) -> float:
    """Share of characters inside an n-gram that occurred earlier, each counted once, 0 to 1.

    The first occurrence does not count, and an n-gram may begin inside its earlier occurrence.
    DataTrove goes on after the end of each repeat and so finds up to n - 1 units fewer in one.
    """
    units = piece.units(text)
    seen: set[tuple[str, ...]] = set()
    inside = [False] * len(units)
    for i, ngram in enumerate(_ngrams(units, order)):
        if ngram in seen:
            inside[i : i + order] = [True] * order
        seen.add(ngram)
    characters = sum(len(unit) for unit, is_inside in zip(units, inside, strict=True) if is_inside)
    return piece.share(characters, len("".join(units)))


@score(
    version=1,
    unit="ratio",
    zh="最常见二元组占比",
    en="Most frequent 2-gram",
    about=(
        "最常见的 2 元组若有重复，它所占的字符比例，0 到 1。\n\nGopher：不超过 0.20；FineWe"
        "b-2 的中文：0.256（按分词计）。"
    ),
    kernel=True,
)
def top_ngram_2(text: str) -> float:
    """Share of the characters taken by the most frequent 2-gram if it repeats, 0 to 1.

    Gopher: at most 0.20; FineWeb-2 for Chinese: 0.256 (of segmented words).
    """
    return _top(text, 2)


@score(
    version=1,
    unit="ratio",
    zh="最常见三元组占比",
    en="Most frequent 3-gram",
    about=(
        "最常见的 3 元组若有重复，它所占的字符比例，0 到 1。\n\nGopher：不超过 0.18；FineWe"
        "b-2 的中文：0.201（按分词计）。"
    ),
    kernel=True,
)
def top_ngram_3(text: str) -> float:
    """Share of the characters taken by the most frequent 3-gram if it repeats, 0 to 1.

    Gopher: at most 0.18; FineWeb-2 for Chinese: 0.201 (of segmented words).
    """
    return _top(text, 3)


@score(
    version=1,
    unit="ratio",
    zh="最常见四元组占比",
    en="Most frequent 4-gram",
    about=(
        "最常见的 4 元组若有重复，它所占的字符比例，0 到 1。\n\nGopher：不超过 0.16；FineWe"
        "b-2 的中文：0.171（按分词计）。"
    ),
    kernel=True,
)
def top_ngram_4(text: str) -> float:
    """Share of the characters taken by the most frequent 4-gram if it repeats, 0 to 1.

    Gopher: at most 0.16; FineWeb-2 for Chinese: 0.171 (of segmented words).
    """
    return _top(text, 4)


@score(
    version=1,
    unit="ratio",
    zh="重复五元组占比",
    en="Repeated 5-grams",
    about=(
        "落在此前出现过的 5 元组里的字符比例，每个字符只数一次，0 到 1。\n\nGopher：不超过 "
        "0.15；FineWeb-2 的中文：0.198（按分词计）。"
    ),
    kernel=True,
)
def dup_ngram_5(text: str) -> float:
    """Share of the characters inside 5-grams that occurred earlier, each counted once, 0 to 1.

    Gopher: at most 0.15; FineWeb-2 for Chinese: 0.198 (of segmented words).
    """
    return _repeated(text, 5)


@score(
    version=1,
    unit="ratio",
    zh="重复六元组占比",
    en="Repeated 6-grams",
    about=(
        "落在此前出现过的 6 元组里的字符比例，每个字符只数一次，0 到 1。\n\nGopher：不超过 "
        "0.14；FineWeb-2 的中文：0.182（按分词计）。"
    ),
    kernel=True,
)
def dup_ngram_6(text: str) -> float:
    """Share of the characters inside 6-grams that occurred earlier, each counted once, 0 to 1.

    Gopher: at most 0.14; FineWeb-2 for Chinese: 0.182 (of segmented words).
    """
    return _repeated(text, 6)


@score(
    version=1,
    unit="ratio",
    zh="重复七元组占比",
    en="Repeated 7-grams",
    about=(
        "落在此前出现过的 7 元组里的字符比例，每个字符只数一次，0 到 1。\n\nGopher：不超过 "
        "0.13；FineWeb-2 的中文：0.167（按分词计）。"
    ),
    kernel=True,
)
def dup_ngram_7(text: str) -> float:
    """Share of the characters inside 7-grams that occurred earlier, each counted once, 0 to 1.

    Gopher: at most 0.13; FineWeb-2 for Chinese: 0.167 (of segmented words).
    """
    return _repeated(text, 7)


@score(
    version=1,
    unit="ratio",
    zh="重复八元组占比",
    en="Repeated 8-grams",
    about=(
        "落在此前出现过的 8 元组里的字符比例，每个字符只数一次，0 到 1。\n\nGopher：不超过 "
        "0.12；FineWeb-2 的中文：0.154（按分词计）。"
    ),
    kernel=True,
)
def dup_ngram_8(text: str) -> float:
    """Share of the characters inside 8-grams that occurred earlier, each counted once, 0 to 1.

    Gopher: at most 0.12; FineWeb-2 for Chinese: 0.154 (of segmented words).
    """
    return _repeated(text, 8)


@score(
    version=1,
    unit="ratio",
    zh="重复九元组占比",
    en="Repeated 9-grams",
    about=(
        "落在此前出现过的 9 元组里的字符比例，每个字符只数一次，0 到 1。\n\nGopher：不超过 "
        "0.11；FineWeb-2 的中文：0.140（按分词计）。"
    ),
    kernel=True,
)
def dup_ngram_9(text: str) -> float:
    """Share of the characters inside 9-grams that occurred earlier, each counted once, 0 to 1.

    Gopher: at most 0.11; FineWeb-2 for Chinese: 0.140 (of segmented words).
    """
    return _repeated(text, 9)


@score(
    version=1,
    unit="ratio",
    zh="重复十元组占比",
    en="Repeated 10-grams",
    about=(
        "落在此前出现过的 10 元组里的字符比例，每个字符只数一次，0 到 1。\n\nGopher：不超过"
        " 0.10；FineWeb-2 的中文：0.127（按分词计）。"
    ),
    kernel=True,
)
def dup_ngram_10(text: str) -> float:
    """Share of the characters inside 10-grams that occurred earlier, each counted once, 0 to 1.

    Gopher: at most 0.10; FineWeb-2 for Chinese: 0.127 (of segmented words).
    """
    return _repeated(text, 10)
