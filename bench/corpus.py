"""A corpus of real text with planted repeats and damage, and the truth beside it.

Takes the real sets under `.data`; gives `corpus-N.jsonl` (id, text, url, genre) and
`truth-N.jsonl` (id, kind, parent, jaccard, has_navigation), N megabytes of UTF-8 text, the same
bytes for the same seed. Of all documents 10 % repeat another one exactly; 15 % nearly (60 %
character edits of 1 to 10 %, 25 % shuffled sentences, 15 % truncated); 5 % are spam; 3 % garbled;
30 % of the originals carry lines of navigation, which their repeats carry too.

`jaccard` is the exact index of the 5-character runs of the normal forms of repeat and parent.
No parent has two near repeats, so that each planted pair is a cluster of its own.

    python -m bench.corpus --megabytes 30
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from lianjin.operators.link.normal import jaccard

from bench.damage.genres import ROOT, documents

FOLDER = ROOT / "target" / "bench"
GENRES = (
    "news",
    "laws",
    "docs",
    "answers",
    "translated_answers",
    "medical_dialogues",
    "medical_questions",
    "law_questions",
    "exam_questions",
    "textbook",
    "reviews",
)
SHARES = {"exact": 0.10, "edits": 0.09, "shuffle": 0.0375, "cut": 0.0225, "spam": 0.05}
GARBLED, NAVIGATION = 0.03, 0.30
SENTENCE_END = re.compile(r"(?<=[。！？；\n])")
MENU = (
    "首页 新闻 财经 体育 娱乐 科技 汽车 房产 教育 健康 旅游 视频 图片 论坛 "
    "博客 专题 招聘 关于我们 联系我们 网站地图 广告服务 版权声明 设为首页 "
    "加入收藏 登录 注册 搜索 返回顶部"
)
SPAM = (
    "代开发票 办理证件 刷单兼职 日结工资 加微信 免费领取 限时优惠 点击进入 "
    "官方网址 最新网址 贷款秒批 无需抵押 低价批发 厂家直销 正品保证 货到付款 "
    "信用卡套现 祖传秘方 包治百病 快速排名"
)


@dataclass(frozen=True)
class Planted:
    """A document of the corpus and what is true of it."""

    text: str
    genre: str
    kind: str
    parent: int | None = None
    jaccard: float | None = None
    has_navigation: bool = False


def build(megabytes: int, seed: int = 1, folder: Path = FOLDER) -> tuple[Path, Path]:
    """(corpus, truth) of that size; made only where they are not there yet."""
    corpus, truth = folder / f"corpus-{megabytes}.jsonl", folder / f"truth-{megabytes}.jsonl"
    if not (corpus.exists() and truth.exists()):
        folder.mkdir(parents=True, exist_ok=True)
        _write(_plant(megabytes * 1_000_000, random.Random(seed)), corpus, truth, seed)
    return corpus, truth


def _write(planted: list[Planted], corpus: Path, truth: Path, seed: int) -> None:
    order = list(range(len(planted)))
    random.Random(seed).shuffle(order)
    with corpus.open("w", encoding="utf-8") as texts, truth.open("w", encoding="utf-8") as facts:
        for i in order:
            document = asdict(planted[i])
            text, genre, parent = (document.pop(name) for name in ("text", "genre", "parent"))
            url = f"https://www.example.com/{genre}/{i}.html"
            record = {"id": f"d{i:07}", "text": text, "url": url, "genre": genre}
            texts.write(json.dumps(record, ensure_ascii=False) + "\n")
            fact = {"id": f"d{i:07}", "parent": None if parent is None else f"d{parent:07}"}
            facts.write(json.dumps(fact | document) + "\n")


def _plant(size_bytes: int, rng: random.Random) -> list[Planted]:
    originals = _originals(int(size_bytes * (1 - sum(SHARES.values()))), rng)
    n = int(len(originals) / (1 - sum(SHARES.values())))
    planted = [_with_navigation(document, rng) for document in originals]
    parents = rng.sample(range(len(planted)), int(n * (1 - SHARES["spam"])) - len(planted))
    for kind in ("exact", "edits", "shuffle", "cut"):
        for _ in range(int(n * SHARES[kind])):
            parent = parents.pop() if parents else rng.randrange(len(originals))
            planted.append(_repeat(planted[parent], parent, kind, rng))
    planted += [Planted(_spam(rng), "spam", "spam") for _ in range(int(n * SHARES["spam"]))]
    is_used = {document.parent for document in planted}
    free = [i for i in range(len(originals)) if i not in is_used]
    for i in rng.sample(free, int(n * GARBLED)):
        planted[i] = replace(planted[i], text=_garbled(planted[i].text, rng), kind="garbled")
    return planted


def _originals(size_bytes: int, rng: random.Random) -> list[Planted]:
    """Documents of 300 to 3,000 characters that share little with each other.

    First consecutive paragraphs of one source; when the sets are used up, pieces of up to 120
    characters from all over, so that a piece used twice makes at most a third of a document.
    """
    pool = list(_paragraphs())
    rng.shuffle(pool)
    found, total = [], 0
    for genre, pieces in _rounds(pool, rng):
        text, goal = "", 0
        for piece in pieces:
            goal = goal or round(300 * 10 ** rng.random())
            text = f"{text}\n{piece}" if text else piece
            if len(text) >= goal:
                found.append(Planted(text[:3_000], genre, "original"))
                total += len(found[-1].text.encode())
                text, goal = "", 0
                if total >= size_bytes:
                    return found
    raise AssertionError("the rounds never end")


def _rounds(
    pool: list[tuple[str, list[str]]], rng: random.Random
) -> Iterator[tuple[str, list[str]]]:
    yield from pool
    short = [
        piece
        for _, paragraphs in pool
        for paragraph in paragraphs
        for piece in _pieces(paragraph, 120)
        if len(piece) >= 15
    ]
    while True:
        rng.shuffle(short)
        yield "mixed", short


def _paragraphs() -> Iterator[tuple[str, list[str]]]:
    """(genre, paragraphs) of each source document, without paragraphs that came before.

    An article of a law comes in many versions; its number does not make it another one.
    """
    seen: set[int] = set()
    for genre in GENRES:
        for document in documents(genre):
            fresh = []
            for paragraph in filter(None, map(str.strip, document.split("\n"))):
                key = hash(
                    re.sub(r"^第[零一二三四五六七八九十百千]+条\s*|[^\w]+", "", paragraph)[:60]
                )
                if len(paragraph) >= 15 and key not in seen:
                    seen.add(key)
                    fresh += _pieces(paragraph, 600)
            if fresh:
                yield genre, fresh


def _pieces(paragraph: str, most: int) -> list[str]:
    """The paragraph cut at ends of sentences into runs of up to about `most` characters."""
    pieces, current = [], ""
    for sentence in SENTENCE_END.split(paragraph):
        if current and len(current) + len(sentence) > most:
            pieces.append(current)
            current = ""
        current += sentence
    return [*pieces, current] if current else pieces


def _with_navigation(document: Planted, rng: random.Random) -> Planted:
    if rng.random() >= NAVIGATION:
        return document
    head = " | ".join(rng.sample(MENU.split(), rng.randint(4, 10)))
    trail = "当前位置：首页 > " + " > ".join(rng.sample(MENU.split()[1:17], 2))
    tail = rng.choice(
        ["上一篇 下一篇", "分享到： 微博 微信 QQ空间", "打印本页 关闭窗口", "返回顶部"]
    )
    return replace(document, text=f"{head}\n{trail}\n{document.text}\n{tail}", has_navigation=True)


def _repeat(original: Planted, parent: int, kind: str, rng: random.Random) -> Planted:
    text = original.text
    if kind == "edits":
        text = _edited(text, rng.uniform(0.01, 0.10), rng)
    elif kind == "shuffle":
        sentences = SENTENCE_END.split(text)
        rng.shuffle(sentences)
        text = "".join(sentences)
    elif kind == "cut":
        text = text[: int(len(text) * rng.uniform(0.5, 0.95))]
    index = jaccard(original.text, text)
    return replace(original, text=text, kind=kind, parent=parent, jaccard=index)


def _edited(text: str, share: float, rng: random.Random) -> str:
    """The text with that share of its characters replaced, removed or doubled by another."""
    characters = list(text)
    for at in rng.sample(range(len(text)), max(1, int(len(text) * share))):
        other = rng.choice(text)
        characters[at] = rng.choice([other, "", characters[at] + other])
    return "".join(characters)


def _spam(rng: random.Random) -> str:
    phrases = SPAM.split()
    words = [rng.choice(phrases) + rng.choice(["", "！", f"{rng.randrange(10**8):08}", "→"])]
    while sum(map(len, words)) < 600:
        words.append(
            rng.choice(phrases) + rng.choice(["", "，", "！", f" {rng.randrange(10**5)} "])
        )
    return "".join(words[: rng.randint(60, len(words))])


def _garbled(text: str, rng: random.Random) -> str:
    """Half of the time UTF-8 read as GBK, else GBK read as Latin-1."""
    if rng.random() < 0.5:
        return text.encode().decode("gbk", "replace")
    return text.encode("gbk", "replace").decode("latin-1")


def main() -> None:
    """Writes the corpus and its truth, and says where."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for path in build(options.megabytes, options.seed):
        print(path.relative_to(ROOT), f"{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
