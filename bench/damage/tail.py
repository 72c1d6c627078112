"""Good bodies with a list of spam links behind, before or inside them.

Takes clean documents of one split and words of our own, combined at random; gives pages
with their clean form. The words are not those of the repair's data alone: names and made-up
characters stand between them.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from bench.damage.genres import Split, documents

GENRES = ("news", "laws", "docs", "docs_traditional", "handbooks", "answers", "textbook", "fiction")
PORN = [
    ["国产", "亚洲", "欧美", "日韩", "日本", "久久", "成人", "午夜", "中文"],
    [
        "精品",
        "无码",
        "人妻",
        "熟女",
        "福利",
        "一区二区",
        "毛片",
        "高清",
        "自拍",
        "伦理",
        "激情",
        "av",
    ],
    ["视频", "在线观看", "免费看", "影院", "大全", "不卡", "电影", "播放", "网站", "下载"],
]
GAMBLING = [
    [
        "澳门",
        "皇冠",
        "真人",
        "金沙",
        "永利",
        "pk10",
        "六合彩",
        "百家乐",
        "时时彩",
        "棋牌",
        "足球",
        "北京赛车",
    ],
    ["平台", "娱乐城", "投注", "开户", "彩票", "官网", "体育", "开奖结果", "游戏", "赌场"],
    [
        "app下载",
        "注册送彩金",
        "登录入口",
        "手机版",
        "最新版",
        "网址",
        "技巧",
        "直播",
        "首页",
        "入口",
    ],
]
RANKING = [
    ["上海", "深圳", "广州", "全国", "专业", "快速", "百度"],
    ["seo优化", "网站建设", "网站优化", "关键词排名", "发票", "外链", "私服", "网络推广"],
    ["公司", "价格", "服务", "多少钱", "平台", "代做"],
]
INNOCENT = [
    "四季歌第二部",
    "香瓜兄弟",
    "隔壁的老王",
    "河声小说网",
    "老子影院",
    "樱花第三季",
    "天龙八部",
    "江南旧梦",
]
GLUES = ("|", " | ", "\n", " ", "| ", "；")
HEADS = ("", "", "主站蜘蛛池模板: ", "友情链接: ")


@dataclass(frozen=True)
class Page:
    """A page with a list: `clean` is the page without it, `place` where the list stands."""

    clean: str
    damaged: str
    listed: str
    place: str


def links(rng: random.Random) -> str:
    """A list of 8 to 60 links as a page carries it."""
    vocabulary = rng.choice((PORN, PORN, GAMBLING, RANKING))
    items = []
    for _ in range(rng.randint(8, 60)):
        item = "".join(rng.choice(words) for words in vocabulary)
        if rng.random() < 0.15:
            item = rng.choice(INNOCENT)
        elif rng.random() < 0.1:
            place = rng.randrange(len(item))
            item = item[:place] + rng.choice("αxX3.-") + item[place:]
        items.append(item)
    glue = rng.choice(GLUES)
    return rng.choice(HEADS) + glue.join(items) + rng.choice(("", glue.strip()))


def pages(split: Split = "test", seed: int = 7, per_genre: int = 40) -> Iterator[Page]:
    """Pages of all genres in a fixed order; three in four lists stand at the end."""
    rng = random.Random(seed)
    for genre in GENRES:
        bodies = (text.strip("\n ") for text in documents(genre, split))
        for body, _ in zip((b for b in bodies if 200 < len(b) < 20_000), range(per_genre)):  # noqa: B905
            listed, lines = links(rng), body.split("\n")
            cut = rng.randrange(1, len(lines)) if len(lines) > 2 else 0
            if rng.random() < 0.75 or not cut:
                yield Page(body, f"{body}\n\n{listed}", listed, "end")
            elif rng.random() < 0.5:
                yield Page(body, f"{listed}\n{body}", listed, "start")
            else:
                inner = "\n".join([*lines[:cut], listed, *lines[cut:]])
                yield Page(body, inner, listed, "inside")
