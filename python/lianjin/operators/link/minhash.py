"""Near-duplicates: documents that share most of their character n-grams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import Field

from lianjin.core.words import Words
from lianjin.operators.link.cluster import Keep, Member, greedy
from lianjin.operators.link.normal import jaccard as jaccard_index
from lianjin.operators.link.normal import normal_form
from lianjin.operators.registry import link


@link(
    version=1,
    zh="近似去重",
    en="near-duplicates",
    about=(
        "对每条文本，给出予以保留、且与之 Jaccard 相似度不低于 `jaccard` 的那一条。\n\n相似"
        "度按规范形中所有 `ngram` 字片段的集合计算，每条被剔除的文本都经过核实。短于 `ngram"
        "` 的文本，只有规范形相同才剔除。\n\n参考实现比较所有文本对。内核用 MinHash 概要找候"
        "选：恰在阈值上的一对以不低于 `recall` 的概率找到，越相似越不会漏。"
    ),
)
def minhash(
    texts: Sequence[str | None],
    scores: Mapping[str, Sequence[float | None]] | None = None,
    *,
    jaccard: Annotated[
        float,
        Field(ge=0.1, le=1),
        Words(
            "the least Jaccard index at which a document repeats another",
            "Jaccard 相似度达到多少算重复",
        ),
    ] = 0.8,
    ngram: Annotated[
        int,
        Field(ge=1, le=64),
        Words(
            "characters of a run; documents are compared by the sets of their runs",
            "片段的字数；文档按片段的集合比较",
        ),
    ] = 5,
    keep: Keep = "longest",
    recall: Annotated[
        float,
        Field(gt=0, lt=1),
        Words("the probability of finding a pair at the threshold", "恰在阈值上的一对被找到的概率"),
    ] = 0.999,
) -> list[Member | None]:
    """For each text the kept one whose Jaccard index with it is `jaccard` or more.

    The index is that of the sets of `ngram`-character runs of the normal forms, verified for
    every dropped text. Texts shorter than `ngram` are dropped only if their normal forms are
    the same.

    This reference form compares all pairs. The kernel finds candidates by MinHash sketches:
    a pair at the threshold with probability `recall` or more, a closer one more surely.
    """

    def index(a: str, b: str) -> float:
        if normal_form(a) == normal_form(b):
            return 1.0
        return jaccard_index(a, b, ngram) or 0.0

    return greedy(texts, scores, keep, index, jaccard)
