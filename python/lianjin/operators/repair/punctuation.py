"""`punctuation`: Chinese text gets the Chinese forms of its marks."""

from __future__ import annotations

import re
from itertools import takewhile

from lianjin.core.words import Words
from lianjin.operators.edit import Edit, apply
from lianjin.operators.registry import repair

RULES = {
    "comma": Words(
        "a half-width comma beside Chinese: ，",
        "中文旁的半角逗号：，",
    ),
    "colon": Words(
        "a half-width colon beside Chinese: ：",
        "中文旁的半角冒号：：",
    ),
    "semicolon": Words(
        "a half-width semicolon beside Chinese: ；",
        "中文旁的半角分号：；",
    ),
    "question": Words(
        "a half-width question mark beside Chinese: ？",
        "中文旁的半角问号：？",
    ),
    "exclamation": Words(
        "a half-width exclamation mark beside Chinese: ！",
        "中文旁的半角叹号：！",
    ),
    "stop": Words(
        "a dot that ends a Chinese line, and the other stops of such a line: 。",
        "中文行末的英文句点，以及该行其他句点：。",
    ),
    "bracket": Words(
        "half-width brackets that hold or follow Chinese, in pairs: （）",
        "含中文或跟在中文后的成对半角括号：（）",
    ),
    "quote": Words(
        "straight quotes that hold or stand beside Chinese, in pairs: “” and ‘’",
        "含中文或在中文旁的成对直引号：“” 与 ‘’",
    ),
    "ellipsis": Words(
        "three or more dots or stops, or half an ellipsis, beside Chinese: ……",
        "中文旁三个以上的点或句号，或半个省略号：……",
    ),
    "dash": Words(
        "two to four hyphens, or half a dash beside a mark, within Chinese: ——",
        "中文里两到四个连字符，或标点旁的半个破折号：——",
    ),
    "repeated": Words(
        "the same comma, colon, semicolon or stop again: once",
        "重复的逗号、冒号、分号或句号只留一个",
    ),
    "width": Words(
        "full-width Latin letters and digits become half-width; marks do not",
        "全角拉丁字母与数字改为半角，标点不改",
    ),
}
HAN = "\u4e00-\u9fff\u3400-\u4dbf\u3007\uf900-\ufad9\U00020000-\U000323af"
MARKS = "，。、；：？！（）“”‘’《》〈〉【】「」『』…—"
NEAR = re.compile(f"[{HAN}{MARKS}]")
FORMS = {
    ",": ("comma", "，"),
    ":": ("colon", "："),
    ";": ("semicolon", "；"),
    "?": ("question", "？"),
    "!": ("exclamation", "！"),
}
LONGEST_CELL = 4
"""Longest cell of a row of short values: a word or a name, no clause."""
OPERATOR = re.compile(r"[+*/^=×÷]")
CODE = re.compile(
    r"^(?:# |#!|#include|#define|//|/\*|\*/|--|<|@|import |>>>)|[A-Za-z0-9)\"];$"
    r"|\[\"|\"\]|\(\)|\([\"']|[\"']\)|`|==|!=|=>|->|</|/>| = |\+=|&&|\|\||[{}\\]|\": |\":\"| //"
)
WIDE = {
    wide: wide - 0xFEE0 for a, z in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(a), ord(z) + 1)
}


@repair(
    version=2,
    zh="标点规范",
    en="punctuation",
    about=(
        "把中文里的半角标点换成中文标点，绝不反过来。\n\n逐行判断。数、时间、地址、文件名、"
        "代码、表格、逗号列表、日文，以及拉丁词不少于汉字的行，标点保持原样。"
    ),
    rules=RULES,
)
def punctuation(text: str) -> list[Edit]:
    """ASCII marks within Chinese text, as Chinese marks; never the other way.

    Judged line by line. Numbers, times, addresses, file names, code, tables, comma lists, Japanese,
    and lines with as many Latin words as Han characters keep their marks.

    >>> apply(text := "你好,世界...", punctuation.reference(text))
    '你好，世界……'
    """
    edits: list[Edit] = []
    start, n_lines, n_code, is_fenced = 0, 0, 0, False
    for line in text.split("\n"):
        bare = line.strip(" ")
        is_fenced ^= bare.startswith("```")
        is_code = bool(is_fenced or CODE.search(bare.translate(WIDE)))
        n_lines += bare != ""
        n_code += bare != "" and is_code
        if not is_code and not _is_table(line):
            edits += [_moved(edit, start) for edit in _of_line(line)]
        start += len(line) + 1
    return [] if n_code >= 3 and n_code * 3 >= n_lines else edits


def _moved(edit: Edit, by: int) -> Edit:
    return Edit(edit.rule, edit.start + by, edit.end + by, edit.before, edit.after)


def _of_line(line: str) -> list[Edit]:
    """The edits of a line; one edit for all if a second look finds more."""
    narrow = line.translate(WIDE)
    n_han, n_words = len(re.findall(f"[{HAN}]", narrow)), len(re.findall("[A-Za-z]+", narrow))
    is_chinese = n_han > n_words and not re.search("[\u3041-\u30fa]", narrow)
    first = more = _find(line, is_chinese)
    after, rounds = line, 0
    while more and rounds < 8:
        after, rounds = apply(after, more), rounds + 1
        more = _find(after, is_chinese)
    return first if rounds <= 1 else [_difference(line, after, first[0].rule)]


def _difference(before: str, after: str, rule: str) -> Edit:
    """The one edit between both texts, without what they begin and end with alike."""

    def same(a: str, b: str) -> int:
        return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))

    start = same(before, after)
    tail = same(before[start:][::-1], after[start:][::-1])
    end = len(before) - tail
    return Edit(rule, start, end, before[start:end], after[start : len(after) - tail])


def _is_table(line: str) -> bool:
    """Whether the line is a row of values: with tabs or bars, or short or numeric between commas."""
    cells = [cell.strip(" ") for cell in line.split(",")]
    if "\t" in line or "|" in line:
        return True
    if len(cells) < 3 or re.search("[。？！；?!;]", line) or line.endswith("."):
        return False
    return all(len(cell) <= LONGEST_CELL for cell in cells) or any(
        re.fullmatch("[0-9]+", cell) for cell in cells
    )


def _find(line: str, is_chinese: bool) -> list[Edit]:
    """The edits that one look at the line finds, left to right."""
    now = list(line)
    if is_chinese:
        _pair_brackets(now)
        _pair_quotes(now, r'"', "“”")
        _pair_quotes(now, r"(?<![A-Za-z0-9])'|'(?![A-Za-z0-9])", "‘’")
    is_dotted = is_chinese and line.endswith(".") and _is_near(line[-2:-1])
    urls, edits, at = _urls(line), list[Edit](), 0
    while at < len(line):
        first, end, found = line[at], at + 1, None
        if now[at] != first:
            found = ("bracket" if first in "()（）" else "quote", now[at])
        elif ord(first) in WIDE:
            run = re.compile("[０-９Ａ-Ｚａ-ｚ]+").match(line, at)
            end = run.end() if run else end
            found = ("width", line[at:end].translate(WIDE))
        elif is_chinese and not urls[at]:
            while end < len(line) and line[end] == first:
                end += 1
            end, found = _decide(now, at, end, is_dotted)
        if found is not None:
            now[at:end] = found[1] if found[0] == "width" else [found[1][-1]] * (end - at)
            edits.append(Edit(found[0], at, end, line[at:end], found[1]))
        at = end
    return edits


def _decide(
    now: list[str], at: int, end: int, is_dotted: bool
) -> tuple[int, tuple[str, str] | None]:
    """Where the run `at..end` of one character ends, and its rule and new text."""
    first, length = now[at], end - at
    left, right = "".join(now[at - 1 : at]), "".join(now[end : end + 1])
    rest = "".join(now[end:])
    next = rest.lstrip(" ")[:1]
    is_left, is_right = _is_near(left), _is_near(right)
    if (first in ".。…" and length >= 3) or (first == "…" and length == 1):
        is_ellipsis = is_left or re.match(f"[{HAN}]", right)
        is_leader = length > 12 or (next != "" and next in "0123456789/")
        return end, ("ellipsis", "……") if is_ellipsis and not is_leader else None
    if first in "-—":
        counts = {"-": (2, 3, 4), "—": (1, 3, 4)}[first]
        is_range = first == "—" and length == 1 and not {left, right} & set(MARKS)
        is_dash = length in counts and is_left and is_right and not is_range
        return end, ("dash", "——") if is_dash else None
    if first in "，、；：。":
        # Three commas or more are empty cells.
        return end, ("repeated", first) if length == 2 else None
    if first == ".":
        is_stop = length == 1 and is_left and (next == "" or (is_dotted and is_right))
        return end, ("stop", "。") if is_stop else None
    if first in FORMS:
        # `E!`, `5!`: a name, a factorial.
        follows = first != "!" and bool(re.fullmatch(r"[A-Za-z0-9)%\"]", left))
        is_mark = is_left or (follows and bool(re.match(f"[{HAN}]", right)))
        is_face = first in ":;" and right != "" and right in "()-DPp'/\\|^"
        is_empty_cell = first in ",:;" and length >= 3
        if not is_mark or is_face or is_empty_cell or right == "=":
            return end, None
        if first == ";" and re.search("&[A-Za-z0-9#]+$", "".join(now[:at])):
            return end, None
        rule, wide = FORMS[first]
        after = wide * length if first in "?!" else wide
        gap = len(rest) - len(rest.lstrip(" "))
        return end + gap if _is_near(next) else end, (rule, after)
    return end if first == "…" else at + 1, None


def _is_near(character: str) -> bool:
    return NEAR.fullmatch(character) is not None


def _urls(line: str) -> list[bool]:
    """Which characters belong to an address, up to a space, comma, quote or Chinese mark."""
    is_url = [False] * len(line)
    for found in re.finditer(rf"(?:://|www\.)[^ \t,\"')“”{MARKS}]*", line):
        is_url[found.start() : found.end()] = [True] * (found.end() - found.start())
    return is_url


def _pair_brackets(now: list[str]) -> None:
    """Writes the Chinese forms over brackets that belong together and hold or follow Chinese."""
    opened: list[int] = []
    for at, character in enumerate(now):
        if character in "(（":
            opened.append(at)
        elif character in ")）" and opened:
            start = opened.pop()
            inside = "".join(now[start + 1 : at])
            follows = start > 0 and _is_near(now[start - 1])
            is_mixed = now[start] == "（" or character == "）"
            if not is_mixed and _is_formula(now, start, at):
                continue
            has_word = re.search("[A-Za-z0-9]", inside) is not None
            if is_mixed or re.search(f"[{HAN}]", inside) or (follows and has_word):
                now[start], now[at] = "（", "）"


def _is_formula(now: list[str], start: int, end: int) -> bool:
    """Whether both brackets belong to a calculation.

    An operator stands beside them, or within them and no Chinese.
    """
    inside = "".join(now[start + 1 : end])
    before, behind = "".join(now[:start]).rstrip(" ")[-1:], "".join(now[end + 1 :]).lstrip(" ")[:1]
    is_sum = OPERATOR.search(inside) is not None and not re.search(f"[{HAN}]", inside)
    return is_sum or OPERATOR.match(before) is not None or OPERATOR.match(behind) is not None


def _pair_quotes(now: list[str], pattern: str, curly: str) -> None:
    """Writes the Chinese forms over straight quotes, first and second in turn, if even in number."""
    quotes = [found.start() for found in re.finditer(pattern, "".join(now))]
    if len(quotes) % 2:
        return
    for start, end in zip(quotes[::2], quotes[1::2], strict=True):
        inside = "".join(now[start + 1 : end])
        is_beside = (start > 0 and _is_near(now[start - 1])) or _is_near(
            "".join(now[end + 1 : end + 2])
        )
        has_han = re.search(f"[{HAN}]", inside) is not None
        if inside and (has_han or (curly == "“”" and is_beside)):
            now[start], now[end] = curly[0], curly[1]
