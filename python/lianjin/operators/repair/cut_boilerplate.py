"""Takes out what a site puts around a text: menus, breadcrumbs, editors, counters, disclaimers.

Takes a text with or without an HTML past; gives deletions; records the rule of each.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lianjin.core.words import Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair
from lianjin.operators.repair.boilerplate.line import BODY, NEUTRAL_LINE, classify
from lianjin.operators.repair.cut import BLANKS, SPACES, Cut, key, size_bytes, to_fixpoint
from lianjin.operators.repair.cut_spam_tail import tail_start

HEAD_GAP, TAIL_GAP, LIST_GAP = 3, 5, 30
LEAST_BODY, SUFFIX, LONGEST_INNER_BYTES = 30, 60, 200
NEEDLES = [
    "仅供参考",
    "僅供參考",
    "责任编辑",
    "責任編輯",
    "图片来",
    "圖片來",
    "图片均来",
    "图源",
    "责编",
    "責編",
    "图文无关",
    "圖文無關",
]

RULES = {
    "breadcrumb": Words(
        "the path to the page: 首页 > 新闻 > 正文",
        "当前位置：首页 > 新闻 > 正文",
    ),
    "menu_line": Words(
        "a site's menu",
        "网站菜单",
    ),
    "button_line": Words(
        "buttons: print, share, type size",
        "按钮：打印、分享、字号",
    ),
    "counter_line": Words(
        "how often the page was read or discussed",
        "阅读数、评论数",
    ),
    "metadata_line": Words(
        "date, source and counters of the page in one line",
        "一行里的日期、出处与计数",
    ),
    "title_repeated": Words(
        "the title once more, below the breadcrumb or the buttons",
        "面包屑或按钮之下再次出现的标题",
    ),
    "editor_line": Words(
        "责任编辑 and other staff",
        "责任编辑等署名",
    ),
    "photo_disclaimer": Words(
        "资料图片仅供参考, 图片来源网络",
        "资料图片仅供参考、图片来源网络",
    ),
    "icp_line": Words(
        "registrations and licences of the site",
        "备案号与许可证号",
    ),
    "copyright_line": Words(
        "whose the site is",
        "版权归属",
    ),
    "reprint_line": Words(
        "who may reprint",
        "转载须知",
    ),
    "disclaimer": Words(
        "what the site does not answer for",
        "免责声明",
    ),
    "source_address": Words(
        "address of the page",
        "本页网址",
    ),
    "source_line": Words(
        "本文来自…, 点击阅读原文",
        "本文来自……、点击阅读原文",
    ),
    "keywords_line": Words(
        "keywords and tags",
        "关键词与标签",
    ),
    "pager_line": Words(
        "上一篇, 下一篇",
        "上一篇、下一篇",
    ),
    "related_section": Words(
        "heading of a list of other pages",
        "其他文章列表的标题",
    ),
    "related_list": Words(
        "the list below such a heading",
        "这种标题之下的列表",
    ),
    "share_line": Words(
        "share, scan, follow",
        "分享、扫码、关注",
    ),
    "print_line": Words(
        "print, close, back to top",
        "打印、关闭、返回顶部",
    ),
    "contact_line": Words(
        "telephone, address, QQ of the site",
        "网站的电话、地址、QQ",
    ),
    "site_footer": Words(
        "about us, site map",
        "关于我们、网站地图",
    ),
}


@repair(
    version=1,
    zh="切除样板文字",
    en="Cut the frame of a page",
    about=(
        "去掉网站加在正文四周的样板文字：菜单、编辑署名、计数、免责声明。\n\n按规则和位置逐"
        "行判断。规则只在首尾生效：从外向内走，只遇到短行的地方；正文段落之间，只有不可能是"
        "正文的少数几条（如“资料图片仅供参考”）才生效。整篇都是样板文字的文本保持原样。"
    ),
    rules=RULES,
)
def cut_boilerplate(text: str) -> list[Edit]:
    """The text without what its site put around it: menus, editors, counters, disclaimers.

    Lines are judged by rules and by place. A rule acts in the head or in the tail, where a walk
    from the outside has met nothing but short lines; between paragraphs only the few act that
    cannot be body, such as 资料图片仅供参考. A text that is all frame stays as it is.
    """
    return to_fixpoint(text, find)


@dataclass(frozen=True)
class Line:
    """A line that is cut, before the white space around it is shared out."""

    rule: str
    start: int
    end: int
    confidence: float


def find(text: str) -> list[Cut]:
    """What goes in one round."""
    head, stop = _head(text)
    tail = _tail(text, stop)
    inner = _anywhere(text, stop, tail[0].start if tail else len(text))
    if lines := [*head, *inner, *tail]:
        return _guarded(text, _with_blanks(text, lines))
    suffix = _suffix(text)
    return _guarded(text, [suffix]) if suffix else []


def _guarded(text: str, cuts: list[Cut]) -> list[Cut]:
    """The cuts, unless they leave next to nothing."""
    gone = {place for cut in cuts for place in range(cut.start, cut.end)}
    left = sum(c not in SPACES and place not in gone for place, c in enumerate(text))
    return cuts if left >= LEAST_BODY else []


def _lines(text: str) -> list[tuple[int, int, str]]:
    """Start, end and trimmed text of each line that is not blank."""
    lines, at = [], 0
    for line in text.split("\n"):
        if trimmed := line.strip(BLANKS):
            lines.append((at, at + len(line), trimmed))
        at += len(line) + 1
    return lines


def _head(text: str) -> tuple[list[Line], int]:
    """The lines of the head that go, and where the last strong one ends."""
    found: list[Line] = []
    weak: list[Line] = []
    titles: list[tuple[int, str]] = []
    gap = stop = 0
    for start, end, line in _lines(text):
        kind = classify(line)
        if kind.zone != "tail" and kind.strength == "strong":
            found.append(Line(kind.rule, start, end, 0.95))
            gap, stop = 0, end
        elif kind.zone != "tail" and kind.strength == "weak":
            weak.append(Line(kind.rule, start, end, 0.8))
        elif kind == BODY:
            break
        elif _is_repeated(line, start, titles, found):
            found.append(Line("title_repeated", start, end, 0.9))
            break
        else:
            titles.append((start, line))
            gap += 1
        if gap > HEAD_GAP:
            break
    if found:
        found += [line for line in weak if line.start < stop]
        found.sort(key=lambda line: line.start)
    return found, stop


def _is_repeated(line: str, start: int, titles: list[tuple[int, str]], found: list[Line]) -> bool:
    """Whether a title comes again below boilerplate that parted the two."""
    return len(line) >= 6 and any(
        title == line and any(at < cut.start < start for cut in found) for at, title in titles
    )


@dataclass
class _Walk:
    """The walk up from the end: what goes, and what waits for proof from above."""

    found: list[Line] = field(default_factory=list)
    weak: list[Line] = field(default_factory=list)
    passed: list[Line] = field(default_factory=list)
    strong: bool = False

    def step(self, start: int, end: int, line: str) -> bool:
        """Takes one line in; False ends the walk."""
        kind = classify(line)
        if kind.strength == "strong":
            self.strong = True
            if len(self.passed) > TAIL_GAP:
                return False
            self.found += [*self.weak, Line(kind.rule, start, end, 0.95)]
            self.weak, self.passed = [], []
        elif kind.strength == "section":
            self.strong = True
            self.found += [*self.weak, *self.passed, Line(kind.rule, start, end, 0.9)]
            self.weak, self.passed = [], []
        elif kind.strength == "weak":
            self.weak.append(Line(kind.rule, start, end, 0.8))
        elif kind == NEUTRAL_LINE and not any(mark in line for mark in '《“"'):
            self.passed.append(Line("related_list", start, end, 0.7))
        else:
            return False
        return len(self.passed) <= LIST_GAP


def _tail(text: str, floor: int) -> list[Line]:
    """The lines of the tail that go, none before `floor`."""
    walk = _Walk()
    ceiling = max(tail_start(text), floor)
    for start, end, line in reversed(_lines(text[floor:ceiling])):
        if not walk.step(floor + start, floor + end, line):
            break
    found = walk.found
    top = found[-1].start if found else len(text)
    if walk.strong:
        found += [line for line in walk.weak if line.start > top]
    return sorted(found, key=lambda line: line.start)


def _anywhere(text: str, floor: int, ceiling: int) -> list[Line]:
    """Whole lines between head and tail that are cut wherever they stand."""
    found = []
    for start, end, line in _lines(text):
        inside = floor <= start and end <= ceiling and size_bytes(line) <= LONGEST_INNER_BYTES
        if inside and any(needle in text[start:end] for needle in NEEDLES):
            kind = classify(line)
            if kind.zone == "anywhere":
                found.append(Line(kind.rule, start, end, 0.9))
    return found


def _suffix(text: str) -> Cut | None:
    """A bracketed note or a short sentence behind the last sentence of the text."""
    body = text.rstrip(SPACES)
    best = None
    first = len(body)
    for length, place in enumerate(range(len(body) - 1, -1, -1)):
        mark = body[place]
        if length > SUFFIX or mark == "\n":
            break
        start = place if mark in "(（[【" else place + 1
        if mark in "(（[【。！？”」\u3000)）】" and start < first:
            first = start
            part = body[start:].strip(BLANKS)
            kind = classify(part)
            if kind.strength == "strong" and len(key(part)) >= 4:
                best = kind.rule, start
    if best is None:
        return None
    rule, start = best
    before = body[:start]
    if not before.rpartition("\n")[2].strip(BLANKS):
        return None
    return Cut(rule, len(before.rstrip(BLANKS)), len(body), 0.9)


def _with_blanks(text: str, lines: list[Line]) -> list[Cut]:
    """The cuts with the blank lines that go with them."""
    cuts: list[Cut] = []
    for i, line in enumerate(lines):
        rest = text[line.end :]
        blank = rest[: len(rest) - len(rest.lstrip(SPACES))]
        start, end = line.start, line.end + blank.rfind("\n") + 1
        if blank == rest:
            end = len(text) - text.endswith("\n")
        if i + 1 < len(lines):
            end = min(end, lines[i + 1].start)
        done = cuts[-1].end if cuts else 0
        joined = bool(cuts) and done == start
        if not joined and _reaches_end(text, lines[i:]):
            start = max(len(text[:start].rstrip(SPACES)), done)
        if start < end:
            cuts.append(Cut(line.rule, start, end, line.confidence))
    return cuts


def _reaches_end(text: str, lines: list[Line]) -> bool:
    """Whether nothing but these lines and white space stands from the first of them on."""
    ends = [*(line.start for line in lines[1:]), len(text)]
    return all(
        not text[line.end : end].strip(SPACES) for line, end in zip(lines, ends, strict=True)
    )
