"""The measure of documentation: how many aspects of the 说明文档 are there."""

from __future__ import annotations

from collections.abc import Sequence

from lianjin.core.errors import StandardError
from lianjin.core.words import Words, nearest
from lianjin.evaluate.documentation import ASPECTS
from lianjin.evaluate.documentation import aspects as document
from lianjin.evaluate.measure import Measured, measure
from lianjin.evaluate.subject import Subject


@measure(
    version=1,
    unit="cell",
    zh="方面齐备",
    en="Documented",
    about=(
        "说明文档中写到的方面占应有方面的比例。0：一个也没有；1：都有；标准没有列出方面则无定义。\n\n"
        "只看有没有写，不判断写得好不好：那要由人来看。"
    ),
    causes={"absent": Words("nobody told it", "无人说明")},
)
def documented(subject: Subject, *, aspects: Sequence[str] = ()) -> Measured:
    """Share of the aspects that the documentation says something of.

    0: none; 1: all; undefined if the standard lists none. Whether it is there, not whether it is good:
    that is for people to judge.
    """
    if unknown := [name for name in aspects if name not in ASPECTS]:
        raise StandardError(
            "unknown-aspect",
            Words(f"no aspect is called {unknown[0]!r}", f"没有名为 {unknown[0]!r} 的方面")
            + nearest(unknown[0], ASPECTS),
        )
    found = document(subject)
    lacking = [name for name in aspects if not found[name].is_present]
    return Measured(
        len(aspects) - len(lacking), len(aspects), tuple((name, ("absent",)) for name in lacking),
        len(lacking), {"absent": len(lacking)} if lacking else {}, evidence="documentation.md",
    )  # fmt: skip
