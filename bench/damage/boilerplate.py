"""Good bodies with a site's frame around them: head lines and tail lines put together at random.

Takes clean documents of one split and frames of our own; gives pages with their clean form.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.damage.genres import Split, documents

GENRES = ("news", "laws", "docs", "docs_traditional", "handbooks", "answers", "textbook", "fiction")
HEADS = [
    "首页 > 新闻 > 国内 > 正文",
    "當前位置：首頁 » 資訊 » 正文",
    "您现在的位置：网站首页 >> 要闻 >> 正文",
    "2023-04-0{n} 0{n}:15 来源：河声日报 点击：1{n}2次",
    "发布时间：2023-04-0{n} 浏览次数：{n}7",
    "字号：大 中 小 打印",
    "分享到：微信 微博 QQ空间",
    "首页 新闻 体育 娱乐 财经 汽车 房产",
]
TAILS = [
    "（责任编辑：林{n}森）",
    "[責任編輯：林森]",
    "【编辑:林森】",
    "关键词：",
    "分享到：",
    "打印本页 关闭窗口",
    "上一篇：春天的第{n}场雪\n下一篇：夏天的荷",
    "相关阅读\n春天的第{n}场雪\n夏天的荷\n秋天的月",
    "为您推荐\n已显示全部内容",
    "点击阅读原文",
    "本文来自“河声在线”，版权归原网站所有。",
    "本文地址：https://example.com/read-{n}.html",
    "免责声明：本文仅代表作者个人观点，与本站无关，请读者仅作参考，并自行核实相关内容。",
    "本網站部分內容轉載自其他媒體，轉載目的在於傳遞更多信息，並不代表贊同其觀點，如有侵權請聯繫我們刪除。",
    "凡注明“来源：河声网”的作品，未经书面授权不得转载、摘编，违者本网将追究法律责任。",
    "京ICP备0{n}12345号-1 京公网安备 1101020200{n}号",
    "Copyright © 2009-2023 Hesheng. All Rights Reserved.",
    "版权所有 河声网 未经同意不得复制或镜像",
    "QQ：1234{n}567 邮箱：1234{n}567@qq.com",
    "关于我们 | 广告服务 | 联系我们 | 网站地图 | 法律声明",
    "扫一扫在手机打开当前页",
    "返回顶部",
]


@dataclass(frozen=True)
class Page:
    """A page with its frame: `clean` is the body alone."""

    clean: str
    damaged: str
    frame: tuple[str, ...]


def pages(split: Split = "test", seed: int = 7, per_genre: int = 40) -> Iterator[Page]:
    """Pages of all genres in a fixed order, each with up to three head and six tail lines."""
    rng = random.Random(seed)
    for genre in GENRES:
        bodies = (text.strip("\n ") for text in documents(genre, split))
        for body, _ in zip((b for b in bodies if 200 < len(b) < 20_000), range(per_genre)):  # noqa: B905
            head = rng.sample(HEADS, rng.randint(0, 3))
            tail = rng.sample(TAILS, rng.randint(1, 6))
            frame = [line.format(n=rng.randint(1, 9)) for line in (*head, *tail)]
            gap = rng.choice(("\n", "\n\n"))
            lines = [*frame[: len(head)], body, *frame[len(head) :]]
            yield Page(body, gap.join(lines), tuple(frame))
