"""What a line is: a named kind of boilerplate, a short line that may be anything, or body."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lianjin.operators.repair.boilerplate.rules import Rule, rules
from lianjin.operators.repair.cut import BLANKS, key, size_bytes

LONGEST_BYTES, NEUTRAL, LEAD, DISCLAIMER = 2400, 50, 36, 6
PLACES = [
    "当前位置",
    "您的位置",
    "您当前的位置",
    "你的位置",
    "您现在的位置",
    "您所在的位置",
    "现在位置",
    "所在位置",
    "当前所在位置",
]
LEAVES = ["正文", "内容", "详情", "内容页", "文章", "文章正文", "浏览文章", "查看文章", "详细内容"]
SEPARATORS = re.escape(BLANKS + "|｜丨·•()（）[]【】┆│")
DATES = ("0-0", "0/0", "0:0", "0年", "0月")


@dataclass(frozen=True)
class Kind:
    """A rule's name, zone and strength; or `neutral` or `body` with neither."""

    rule: str
    zone: str = ""
    strength: str = ""


NEUTRAL_LINE, BODY = Kind("neutral"), Kind("body")


@lru_cache(maxsize=4096)
def classify(line: str) -> Kind:
    """The kind of a trimmed line."""
    if size_bytes(line) > LONGEST_BYTES:
        return BODY
    folded = key(line)
    bare = folded.lstrip("([<「").rstrip(")]>」")
    kind = _whole_line(folded, len(folded)) or _whole_line(bare, len(folded))
    if kind:
        return kind
    if _is_breadcrumb(line):
        return Kind("breadcrumb", "both", "strong")
    if len(folded) <= 160 and (kind := _composed(line)):
        return kind
    if len(folded) > NEUTRAL or "。" in folded or folded.endswith((";", ",")):
        return BODY
    return NEUTRAL_LINE


def _whole_line(folded: str, length: int) -> Kind | None:
    """The first rule of the file that fits the whole line."""
    for rule in rules():
        if length <= rule.limit and _fits(rule, folded):
            return Kind(rule.name, rule.zone, rule.strength)
    return None


def _fits(rule: Rule, folded: str) -> bool:
    phrases = [pattern.phrase for pattern in rule.patterns]
    if rule.form == "exact":
        # `分享到:` and `推荐阅读>>` are `分享到` and `推荐阅读`.
        size = max(1, size_bytes(folded.rstrip(":>»+|-.。/")))
        return any(folded.startswith(p) and size_bytes(p) == size for p in phrases)
    if rule.form == "prefix":
        return folded.startswith(tuple(phrases))
    if rule.form == "contains":
        lead = folded.partition("。")[0][:LEAD] if not _is_article(folded) else None
        return lead is not None and any(0 <= folded.find(phrase) <= len(lead) for phrase in phrases)
    if rule.form == "score" and not _is_article(folded):
        found = (
            pattern.weight
            for pattern in rule.patterns
            if (folded.startswith(pattern.phrase) if pattern.anchored else pattern.phrase in folded)
        )
        return sum(found) >= DISCLAIMER
    return False


def _is_article(folded: str) -> bool:
    """Whether this is an article of a law, a numbered paragraph, or a comment in code."""
    return folded.startswith((*"第#*/'%@{\\.", "0.", "0、"))


def _is_breadcrumb(line: str) -> bool:
    """`首页 > 资讯 > 国际 > 正文`, `当前位置:首页 » 新闻`, `Home > News`."""
    if len(line) > 120:
        return False
    parts = [part for part in map(key, re.split("[>›»＞→]", line)) if part]
    if not parts:
        return False
    if parts[0].startswith(tuple(PLACES)):
        return len(parts) >= 2 or "首页" in parts[0]
    if len(parts) < 2 or line.startswith((">", "＞", "→")):
        return False
    home = parts[0].endswith(("首页", "主页")) or parts[0] == "home"
    return all(len(part) <= 16 for part in parts[:-1]) and (home or parts[-1] in LEAVES)


def _composed(line: str) -> Kind | None:
    """A line of which every item is explained: a menu, a date with source and counters, buttons."""
    items = [item for item in map(key, re.split(f"[{SEPARATORS}]", line)) if item]
    if 2 <= len(items) <= 60:
        if kind := _explained(items):
            return kind
    elif len(items) == 1 and _glued_labels(items[0]) >= 2:
        return Kind("metadata_line", "both", "strong")
    menu = [item for item in map(key, re.split(f"[{SEPARATORS}\\-/>—、]", line)) if item]
    known = sum(_item(item)[0] in ("menu", "button", "counter") for item in menu)
    if known >= 4 and known * 4 >= len(menu) * 3:
        return Kind("menu_line", "both", "strong")
    return None


@dataclass
class _Evidence:
    """What the items of a line have shown so far."""

    strong: int = 0
    small: int = 0
    weak: int = 0
    timed: int = 0
    authors: int = 0
    dates: int = 0
    open_values: int = 0
    first: str = ""

    def add(self, item: str) -> bool:
        """Takes one item in; False if nothing explains it."""
        what, full = _item(item)
        if what in ("button", "counter"):
            if len(item) == 1:
                self.small += 1
                return True
            self.first = self.first if self.strong else what
            self.strong, self.open_values = self.strong + 1, 0
        elif what == "strong":
            self.strong, self.open_values = self.strong + 1, 0 if full else 2
        elif what == "weak":
            self.weak, self.open_values = self.weak + 1, 1 if full else 2
        elif what == "menu" and self.open_values == 0:
            return False
        elif what == "time":
            self.timed, self.open_values = 1, 1 if full else 2
        elif what == "author":
            self.authors, self.open_values = self.authors + 1, 1 if full else 2
        elif what == "date":
            self.dates += 1
        elif what != "number":
            if self.open_values == 0 or len(item) > 16:
                return False
            self.open_values -= 1
        return True

    def is_enough(self) -> bool:
        """Whether the items together prove a line of a page's frame."""
        beside = self.weak + self.dates + self.small + self.timed + self.authors
        return (
            self.strong >= 2
            or self.small >= 3
            or (self.strong == 1 and beside >= 1)
            or self.weak + self.timed + min(1, self.authors) >= 2
            or (self.weak == 1 and self.dates >= 1)
        )


def _explained(items: list[str]) -> Kind | None:
    evidence = _Evidence()
    if not all(evidence.add(item) for item in items) or not evidence.is_enough():
        return None
    if evidence.weak + evidence.dates + evidence.timed + evidence.authors:
        return Kind("metadata_line", "both", "strong")
    counts = evidence.first == "counter"
    return Kind("counter_line" if counts else "button_line", "both", "strong")


def _item(item: str) -> tuple[str, bool]:
    """What an item is ("" if unknown), and whether it holds its own value."""
    if all(character in "0-:/.,年月日时分秒" for character in item):
        return ("date" if any(part in item for part in DATES) else "number"), True
    for rule in rules():
        phrases = [pattern.phrase for pattern in rule.patterns]
        if rule.form in ("button", "menu") and item in phrases:
            return (rule.name if rule.form == "button" else "menu"), True
        if rule.form == "label" and len(item) <= rule.limit:
            starts = [len(phrase) for phrase in phrases if item.startswith(phrase)]
            if starts:
                named = {"time_label": "time", "author_label": "author"}
                return named.get(rule.name, rule.strength), len(item) > min(starts)
    return "", False


def _glued_labels(item: str) -> int:
    """How many labels stand in one item that has no separators: `qq:0邮箱:0@qq.com`."""
    if len(item) > 60:
        return 0
    ends, starts = set(), False
    for rule in rules():
        for pattern in rule.patterns if rule.form == "label" else ():
            for match in re.finditer(f"(?={re.escape(pattern.phrase)})", item):
                ends.add(match.start() + len(pattern.phrase))
                starts |= match.start() == 0
    return len(ends) if starts else 0
