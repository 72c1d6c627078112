"""Clusters of documents that repeat each other: for each document the one kept for it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import pyarrow as pa

from lianjin import _kernel
from lianjin.core.errors import UsageError
from lianjin.core.words import Words
from lianjin.operators.link.normal import normal_form

Keep = Annotated[
    str,
    Words(
        'which of a cluster is kept: "longest" (of equal ones the first), "first", or a score whose '
        "greater value is kept (in a build, of equals the longest)",
        '每簇保留哪一篇："longest"（等长取先出现的）、"first"，或取值更大者优先的指标（构建时相同取最长的）',
    ),
]


@dataclass(frozen=True)
class Member:
    """Where a document belongs: the row that is kept (a kept row names itself), and the index."""

    kept: int
    jaccard: float


def clusters(
    texts: Any,
    scores: Mapping[str, Any] | None = None,
    *,
    jaccard: float = 0.8,
    ngram: int = 5,
    keep: str = "longest",
    recall: float = 0.999,
) -> pa.Table:
    """The kept row (`kept`, uint32) and the Jaccard index with it (`jaccard`) of each text.

    `texts` is a string column; null rows are null. `keep`: "longest" (normal form), "first", or
    the name of one of `scores` (columns of numbers; the greater is kept). Ties keep the earlier.
    Every dropped text has an exact index of `jaccard` or more with the one kept for it; a pair
    at the threshold is found with probability `recall` or more, a closer one more surely.

    >>> texts = pa.array(["甲乙丙丁戊己", "完全不同的句子", "甲乙丙丁戊己 "])
    >>> clusters(texts)["kept"].to_pylist()
    [0, 1, 0]
    """
    column = _one(texts, pa.large_string())
    preference = _preference(keep, scores or {}, len(column))
    kept, index = _kernel.Link(jaccard, ngram, recall).clusters(column, preference)
    return pa.table({"kept": kept, "jaccard": index})


def greedy(
    texts: Sequence[str | None],
    scores: Mapping[str, Sequence[float | None]] | None,
    keep: str,
    index: Callable[[str, str], float],
    least: float,
) -> list[Member | None]:
    """The clusters by definition, pair by pair: the reference form of every link.

    In order of preference each text not yet taken is kept and takes all free ones whose `index`
    with it is `least` or more.
    """
    present = [row for row, text in enumerate(texts) if text is not None]
    if keep == "longest":
        preference = [-math.inf if text is None else len(normal_form(text)) for text in texts]
    elif keep == "first":
        preference = [0.0] * len(texts)
    else:
        found = _score(keep, scores or {})
        preference = [-math.inf if p is None or math.isnan(p) else p for p in found]
    order = sorted(present, key=lambda row: (-preference[row], row))
    members: list[Member | None] = [None] * len(texts)
    for i, kept in enumerate(order):
        if members[kept] is not None:
            continue
        members[kept] = Member(kept, 1.0)
        for other in order[i + 1 :]:
            if members[other] is None:
                value = index(texts[kept] or "", texts[other] or "")
                if value >= least:
                    members[other] = Member(kept, value)
    return members


def _preference(keep: str, scores: Mapping[str, Any], n: int) -> pa.Array | None:
    """What the kernel sorts by: None for the longest."""
    if keep == "longest":
        return None
    if keep == "first":
        return pa.nulls(n, pa.float64())
    return _one(_score(keep, scores), pa.float64())


def _score(keep: str, scores: Mapping[str, Any]) -> Any:
    if keep not in scores:
        raise UsageError(
            "unknown-preference",
            Words(
                f"keep is {keep!r}; expected 'longest', 'first' or one of the scores {sorted(scores)}",
                f"keep 为 {keep!r}；应为 'longest'、'first' 或指标 {sorted(scores)} 之一",
            ),
            hint=Words("pass the score's column in `scores`", "请在 `scores` 中给出该指标的列"),
        )
    return scores[keep]


def _one(column: Any, dtype: pa.DataType) -> pa.Array:
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    if not isinstance(column, pa.Array):
        return pa.array(column, dtype)
    return column if column.type in (dtype, pa.string()) else column.cast(dtype)
