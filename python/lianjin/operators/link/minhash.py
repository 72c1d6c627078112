"""Near-duplicates: documents that share most of their character n-grams."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lianjin.operators.link.cluster import Member, greedy
from lianjin.operators.link.normal import jaccard as jaccard_index
from lianjin.operators.link.normal import normal_form
from lianjin.operators.registry import link


@link(version=1, zh="近似去重", en="near-duplicates")
def minhash(
    texts: Sequence[str | None],
    scores: Mapping[str, Sequence[float | None]] | None = None,
    *,
    jaccard: float = 0.8,
    ngram: int = 5,
    keep: str = "longest",
    recall: float = 0.999,
) -> list[Member | None]:
    """For each text the kept one whose Jaccard index with it is `jaccard` or more.

    The index is that of the sets of `ngram`-character runs of the normal forms, verified for
    every dropped text. Texts shorter than `ngram` are dropped only if their normal forms are
    the same. `keep`: "longest", "first", or a score whose greater value is kept (in a
    build, of equals the longest).

    This reference form compares all pairs. The kernel finds candidates by MinHash sketches:
    a pair at the threshold with probability `recall` or more, a closer one more surely.
    """

    def index(a: str, b: str) -> float:
        if normal_form(a) == normal_form(b):
            return 1.0
        return jaccard_index(a, b, ngram) or 0.0

    return greedy(texts, scores, keep, index, jaccard)
