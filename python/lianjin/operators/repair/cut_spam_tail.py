"""Takes out lists of links to pornography, gambling and bought ranking around a text.

Takes a text; gives deletions of lists, never of prose; records each as `spam_list`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from lianjin._kernel import spam_terms
from lianjin.core.words import Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair
from lianjin.operators.repair.cut import BLANKS, SPACES, Cut, key, size_bytes, to_fixpoint

SPAM_ITEM, LONGEST_ITEM, LEAST_ITEMS, LEAST_SUM = 3, 48, 6, 10
SPAM, LEANING, OTHER = 2, 0, -1
LEAST_BODY = 30
GATE, TAIL_BYTES = 3, 8192
BARS = "|｜丨│┃┆;；"

SEEDS = [
    "无码",
    "無碼",
    "毛片",
    "人妻",
    "熟女",
    "少妇",
    "少婦",
    "国产精",
    "國產精",
    "亚洲精",
    "亞洲精",
    "久久",
    "午夜福",
    "午夜影",
    "成人",
    "欧美性",
    "歐美性",
    "欧美日",
    "歐美日",
    "一区二",
    "一區二",
    "在线观",
    "在線觀",
    "免费观",
    "免費觀",
    "婷婷",
    "狠狠",
    "天天",
    "色情",
    "娱乐城",
    "娛樂城",
    "博彩",
    "百家乐",
    "百家樂",
    "六合彩",
    "时时彩",
    "彩票",
    "棋牌",
    "投注",
    "葡京",
    "体育官",
    "入口",
    "网站优",
    "网站建",
    "蜘蛛池",
    "casino",
    "porn",
    "sex",
    "外链",
    "发票",
    "私服",
    "seo",
    "关键词排",
]
"""A list long enough to be cut holds several of these; all other text stops at the gate."""

_SEED = re.compile("|".join(map(re.escape, SEEDS)))


RULES = {
    "spam_list": Words(
        "a run of short items most of which advertise pornography or gambling",
        "一串短项，多数是色情或赌博广告",
    ),
}


@repair(
    version=2,
    zh="切除垃圾链接列表",
    en="Cut lists of spam links",
    about=(
        "去掉色情、赌博与买卖排名的链接列表。\n\n列表指一串短项，以竖线、换行或空格隔开。带"
        "权重的词表判断哪些项在做广告，由密度与形状定夺。成文的句子绝不切，所以谈论赌博的文"
        "章保持完整；通篇只有这种列表的文本也保持原样。"
    ),
    rules=RULES,
)
def cut_spam_tail(text: str) -> list[Edit]:
    """The text without lists of links to pornography, gambling and bought ranking.

    A list is a run of short items, between bars, one to a line or between blanks. Terms with
    weights say which items advertise; density and shape decide. Prose is never cut, so an
    article about gambling stays whole, and so does a text that is nothing but such a list.
    """
    return to_fixpoint(text, lambda text: find(text) if passes_gate(text) else [])


def passes_gate(text: str) -> bool:
    """Whether enough seeds occur for a list to be possible."""
    return sum(1 for _, _ in zip(_SEED.finditer(text), range(GATE), strict=False)) == GATE


def distinct_terms(text: str) -> list[str]:
    """The terms of the greatest weight that a text holds, folded, each as often as the list does."""
    folded = key(text)
    return [term for weight, term in _terms() if weight == SPAM_ITEM and term in folded]


def tail_start(text: str) -> int:
    """Where a list at the very end of the text begins; the text's length if there is none."""
    tail = text.encode("utf-8", "surrogatepass")[-TAIL_BYTES:]
    if not passes_gate(tail.decode("utf-8", "ignore")):
        return len(text)
    cuts = find(text)
    reaches_end = cuts and cuts[-1].end >= len(text.rstrip(SPACES))
    return cuts[-1].start if reaches_end else len(text)


@dataclass(frozen=True)
class Item:
    """A piece of a list, or of prose (`value` None)."""

    start: int
    end: int
    line: int
    size_bytes: int
    value: int | None


def find(text: str) -> list[Cut]:
    """The lists of a text, one round, without the gate."""
    items = _items(text)
    cuts = []
    first = 0
    while first < len(items):
        after = first
        while after < len(items) and items[after].value is not None:
            after += 1
        span = _densest(items[first:after]) if after - first >= LEAST_ITEMS else None
        if span:
            start, end = _whole_lines(items, first, first + span[0], first + span[1], after)
            cuts.append(_trimmed(text, items[start].start, items[end].end))
        first = after + 1
    gone = sum(_filled(text[cut.start : cut.end]) for cut in cuts)
    return cuts if _filled(text) - gone >= LEAST_BODY else []


def _filled(text: str) -> int:
    return sum(character not in SPACES for character in text)


def _densest(run: list[Item]) -> tuple[int, int] | None:
    """First and last item of the run's part with the greatest sum, if that is a list."""
    best, best_sum = None, LEAST_SUM - 1
    start = total = 0
    for i, item in enumerate(run):
        if total <= 0:
            start, total = i, 0
        total += item.value or 0
        if total > best_sum and item.value == SPAM:
            best, best_sum = (start, i), total
    if best is None:
        return None
    spam = sum(item.value == SPAM for item in run[best[0] : best[1] + 1])
    return best if spam >= LEAST_ITEMS and spam * 2 > best[1] - best[0] else None


def _whole_lines(
    items: list[Item], first: int, start: int, end: int, after: int
) -> tuple[int, int]:
    """The list grown to whole lines where most of a line is in it, and over a short rest."""
    inside = end - start + 1
    before = start
    while before > first and items[before - 1].line == items[start].line:
        before -= 1
    if start - before <= inside // 2:
        start = before
    behind = end
    while behind + 1 < after and items[behind + 1].line == items[end].line:
        behind += 1
    if behind - end <= inside // 2:
        end = behind
    few = after == len(items) and after - 1 - end <= inside // 4
    if few and _is_alike(items, start, end, after):
        end = after - 1
    return start, end


def _is_alike(items: list[Item], start: int, end: int, after: int) -> bool:
    """Whether what follows a list one to a line is so as well, and no longer than its items.

    So the last innocent titles of a list go with it, and the last lines of a body stay.
    """
    longest = max(item.size_bytes for item in items[start : end + 1])
    is_alone = end == 0 or items[end - 1].line < items[end].line
    return is_alone and all(item.size_bytes <= longest for item in items[end + 1 : after])


def _items(text: str) -> list[Item]:
    items = []
    at = 0
    for number, line in enumerate(text.split("\n")):
        for start, end in _parts(line):
            part = line[start:end]
            if part.strip(BLANKS):
                items.append(Item(at + start, at + end, number, size_bytes(part), _value(part)))
        at += len(line) + 1
    return items


def _parts(line: str) -> list[tuple[int, int]]:
    """Where the items of a line start and end."""
    if sum(line.count(bar) for bar in BARS) >= 3:
        separators = BARS
    elif len([word for word in re.split(f"[{BLANKS}]", line) if word]) >= 6 and not re.search(
        "[。！？]", line
    ):
        separators = BLANKS
    else:
        return [(0, len(line))]
    ends = [i for i, character in enumerate(line) if character in separators]
    return list(zip([0, *(end + 1 for end in ends)], [*ends, len(line)], strict=True))


@cache
def _terms() -> tuple[tuple[int, str], ...]:
    terms = []
    for line in spam_terms().splitlines():
        if not line.startswith("#"):
            weight, *words = line.split(" ")
            terms += [(int(weight), key(word)) for word in words]
    return tuple(terms)


def _value(part: str) -> int | None:
    """What an item says for a list; None for prose."""
    if size_bytes(part) > 4 * LONGEST_ITEM + 64 or re.search("[。，、]", part):
        return None
    folded = key(part)
    if len(folded) > LONGEST_ITEM or folded.count(",") > 1:
        return None
    weight = sum(w * len(re.findall(f"(?={re.escape(term)})", folded)) for w, term in _terms())
    return SPAM if weight >= SPAM_ITEM else OTHER if weight == 0 else LEANING


def _trimmed(text: str, start: int, end: int) -> Cut:
    """The cut without the blanks of what stays, with the bars that belong to the list."""
    before, rest = text[:start], text[end:]
    end = len(text) - len(rest.lstrip(BARS + BLANKS))
    tail = text[end:]
    if not tail.strip(SPACES):
        start = len(before.rstrip(SPACES))
        end = len(text) - text.endswith("\n")
    elif not before or before.endswith("\n"):
        blank = tail[: len(tail) - len(tail.lstrip(SPACES))]
        # A blank line below the list stays where none stands above it.
        above = before.rstrip(BLANKS)[:-1].rstrip(BLANKS)
        is_parted = above == "" or above.endswith("\n")
        end += (blank.rfind("\n") if is_parted else blank.find("\n")) + 1
    return Cut("spam_list", start, end, 0.95)
