"""Exact duplicates: documents whose normal form is the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lianjin.operators.link.cluster import Keep, Member, greedy
from lianjin.operators.link.normal import normal_form
from lianjin.operators.registry import link


@link(
    version=1,
    zh="精确去重",
    en="exact duplicates",
    about=(
        "对每条文本，给出规范形相同、予以保留的那一条；相似度总是 1。\n\n只在空白、隐形字符"
        "、全半角、大小写或标点异体上有别的文本视为相同，见 `normal_form`。"
    ),
)
def exact(
    texts: Sequence[str | None],
    scores: Mapping[str, Sequence[float | None]] | None = None,
    *,
    keep: Keep = "longest",
) -> list[Member | None]:
    """For each text the kept one with the same normal form; the index is always 1.

    Texts that differ only in white space, invisible characters, width, case or variants of a
    punctuation mark are the same; see `normal_form`. `keep`: "longest" (of equal forms: the
    first), "first", or a score whose greater value is kept.
    """
    return greedy(texts, scores, keep, lambda a, b: float(normal_form(a) == normal_form(b)), 1.0)
