"""`invisible`: characters that nobody sees are taken out, those that do work stay."""

from __future__ import annotations

import re
import unicodedata

from lianjin.core.words import Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair
from lianjin.operators.repair.han import is_han
from lianjin.operators.repair.settle import settle

RULES = {
    "byte_order_mark": Words(
        "U+FEFF within text",
        "文中的 U+FEFF",
    ),
    "soft_hyphen": Words(
        "U+00AD",
        "软连字符 U+00AD",
    ),
    "control": Words(
        "control characters and terminal sequences; odd line breaks become a line feed",
        "控制字符与终端序列；异常的换行符改为换行",
    ),
    "zero_width": Words(
        "zero-width spaces, joiners and tags, where no script and no emoji needs them",
        "文字与表情都用不着的零宽空格、连接符与标签字符",
    ),
    "bidi": Words(
        "direction marks in lines without right-to-left letters",
        "没有从右向左文字的行里的方向标记",
    ),
    "odd_space": Words(
        "no-break and fixed-width spaces beside Chinese become a space",
        "中文旁的不换行空格与定宽空格改为普通空格",
    ),
    "private_use": Words(
        "private-use characters: the standard form if one is known, else taken out",
        "私用区字符：有标准写法的换成标准写法，否则去掉",
    ),
}


FORMERLY_PRIVATE = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱"
    "䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
"""U+E815 to U+E864 as Unicode writes them today: bytes FE 50 to FE A0 of GBK."""
FORMERLY_PRIVATE_MARKS = "︐︒︑︓︔︕︖︗︘︙"
"""U+E78D to U+E796: vertical punctuation."""
_SPACES = re.compile("[ \xa0\u2000-\u200a\u202f\u205f\u1680\u3164]")
_TAGS = re.compile("[\U000e0000-\U000e007f]")
_RIGHT_TO_LEFT = re.compile(
    "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_BREAKS_WORDS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Scripts that write words together and mark a possible break with U+200B."""
_JOINS = re.compile(
    "[\u0590-\u10ff\u1780-\u18af\u1a00-\u1cff\ua800-\uabff\ufb1d-\ufdff\ufe70-\ufefc"
    "\U00011000-\U00011fff\U0001f000-\U0001faff\u2600-\u27bf\u2190-\u21ff\u2b00-\u2bff"
    "\ufe0e\ufe0f]"
)
"""Letters and emoji that joiners change the look of."""


@repair(
    version=1,
    zh="清除隐形字符",
    en="invisible characters",
    about=(
        "去掉零宽字符、控制字符与私用区字符。\n\n有用的地方保留：表情与某些文字里的连接符、"
        "含从右向左文字的行里的方向标记、拉丁词之间的不换行空格、旗帜表情的标签字符。"
    ),
    rules=RULES,
)
def invisible(text: str) -> list[Edit]:
    """Zero-width, control and private-use characters out of the text.

    They stay where they do work: joiners in emoji and in scripts that need them, direction marks
    in lines with right-to-left letters, no-break spaces between Latin words, tags of a flag.
    """
    return settle(text, _find)


def _find(text: str) -> list[Edit]:
    edits: list[Edit] = []
    done = 0
    for at in range(len(text)):
        found = _decide(text, at) if at >= done else None
        if found is None:
            continue
        rule, done, after = found
        start = at
        if edits and edits[-1].end == at and edits[-1].rule == rule:
            last = edits.pop()
            start, after = last.start, last.after + after
        edits.append(Edit(rule, start, done, text[start:done], after))
    return edits


def _decide(text: str, at: int) -> tuple[str, int, str] | None:
    """(rule, end, what stands there afterwards) of the character at `at`; None if it stays."""
    char, end = text[at], at + 1
    if char in "\n\t\r":
        return None
    if char == "\ufeff":
        return "byte_order_mark", end, ""
    if char == "\xad":
        return "soft_hyphen", end, ""
    if char == "\x1b":
        sequence = re.compile(r"\x1b\[[\x20-\x3f]*[\x40-\x7e]").match(text, at)
        return "control", sequence.end() if sequence else end, ""
    if char in "\v\f\x85\u2028\u2029":
        return "control", end, _line_break(text, at)
    if unicodedata.category(char) == "Cc" or char in "\ufff9\ufffa\ufffb\ufffc\ufffe\uffff":
        return "control", end, ""
    if _is_idle(text, at):
        return "zero_width", end, ""
    if re.match("[\u200e\u200f\u202a-\u202e\u2066-\u206f\u061c]", char):
        return None if _RIGHT_TO_LEFT.search(_line(text, at)) else ("bidi", end, "")
    if char != " " and _SPACES.match(char):
        return ("odd_space", end, " ") if _is_odd_space(text, at) else None
    if "\ue000" <= char <= "\uf8ff":
        return "private_use", end, _standard_form(char)
    return None


def _is_idle(text: str, at: int) -> bool:
    """Whether a character without width stands here that no script and no emoji needs."""
    char = text[at]
    if char == "\u200b":
        return not _near(text, at, _BREAKS_WORDS)
    if char in "\u200c\u200d":
        return not _near(text, at, _JOINS)
    if _TAGS.match(char):
        others = [c for c in text[max(0, at - 16) : at] if not _TAGS.match(c)]
        return others[-1:] != ["\U0001f3f4"]
    return char in "\u2060\u2061\u2062\u2063\u2064\u034f\u180e"


def _near(text: str, at: int, claim: re.Pattern[str]) -> bool:
    """Whether both neighbours satisfy the claim."""
    left, right = text[max(0, at - 1) : at], text[at + 1 : at + 2]
    return claim.match(left) is not None and claim.match(right) is not None


def _line_break(text: str, at: int) -> str:
    """A line break, unless one stands beside it already or the text ends there."""
    beside = (text[max(0, at - 1) : at], text[at + 1 : at + 2])
    is_needless = any(c == "" or unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in beside)
    return "" if is_needless else "\n"


def _line(text: str, at: int) -> str:
    return text[:at].rpartition("\n")[2] + text[at:].partition("\n")[0]


def _is_odd_space(text: str, at: int) -> bool:
    """Whether Chinese text or a line's edge is beside the space; between Latin words it stays."""
    left = [c for c in text[max(0, at - 8) : at] if not _SPACES.match(c)]
    right = [c for c in text[at : at + 8] if not _SPACES.match(c)]
    if not left or not right:
        return True
    return any(c in "\n\r" or _is_chinese(c) for c in (left[-1], right[0]))


def _is_chinese(char: str) -> bool:
    return is_han(char) or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff65"


def _standard_form(char: str) -> str:
    """What GBK and early GB 18030 kept in private use, as Unicode writes it; empty for all else."""
    code = ord(char)
    if 0xE815 <= code <= 0xE864:
        return FORMERLY_PRIVATE[code - 0xE815]
    if 0xE78D <= code <= 0xE796:
        return FORMERLY_PRIVATE_MARKS[code - 0xE78D]
    return {0xE5E5: "\u3000", 0xE7C7: "ḿ", 0xE7C8: "ǹ"}.get(code, "")
