"""Scores of what web pages leave in a text: addresses and fillers. Empty text scores 0."""

from __future__ import annotations

import re

from lianjin.operators.registry import score
from lianjin.operators.repair import cut_spam_tail
from lianjin.operators.score import piece

_URL = re.compile(r"""(?:https?://|www\.)[!#-;=?-\[\]_a-z~]*""")


@score(
    version=1,
    unit="ratio",
    zh="网址占比",
    en="URLs",
    about=(
        "网址里的字符占比，0 到 1。\n\n网址以 http://、https:// 或 www. 开头，到第一个非 AS"
        "CII 字符或网址中不会有的字符（空白、引号、尖括号、花括号、\\ ^ ` |）为止。"
    ),
    kernel=True,
)
def url_ratio(text: str) -> float:
    """Share of characters inside URLs, 0 to 1.

    A URL begins with http://, https:// or www. and ends before the first character that is not
    ASCII or that no URL has (white space, quotation marks, angle and curly brackets, \\ ^ ` |).
    """
    return piece.share(sum(map(len, _URL.findall(text))), len(text))


@score(
    version=1,
    unit="mentions",
    zh="javascript 字样",
    en="Mentions of javascript",
    about="出现 javascript（不分大小写）的次数：“请启用 JavaScript”（C4）。",
    kernel=True,
)
def javascript_mentions(text: str) -> int:
    """How often the text says javascript, in any case: "please enable JavaScript" (C4)."""
    return len(re.findall("javascript", text, re.IGNORECASE | re.ASCII))


@score(
    version=1,
    unit="flag",
    zh="占位文字",
    en="Lorem ipsum",
    about="含有 lorem ipsum 或 Lorem ipsum 则为 1，否则为 0（C4）。",
    kernel=True,
)
def lorem_ipsum(text: str) -> int:
    """1 if the text holds "lorem ipsum" or "Lorem ipsum", else 0 (C4)."""
    return int(re.search("[Ll]orem ipsum", text) is not None)


@score(
    version=1,
    unit="count",
    zh="不同的垃圾词",
    en="Distinct spam terms",
    about=(
        "文本中有多少个不同的色情、赌博词，只数广告之外几乎不出现的（`cut_spam_tail` 词表中权重为 3 的）；"
        "其种子词出现不到三次则为 0。法规或报道谈及赌博时不超过 5，广告页更多。"
    ),
    kernel=True,
)
def distinct_spam_terms(text: str) -> int:
    """How many different terms of pornography and gambling the text holds, of those that hardly occur
    outside advertising (the list of `cut_spam_tail`, weight 3); 0 if its seeds occur less than
    three times. A statute or a report on gambling holds up to 5, a page that advertises more.
    """
    return len(cut_spam_tail.distinct_terms(text)) if cut_spam_tail.passes_gate(text) else 0
