"""Whether a mark is all that is left of two characters: their other bytes are gone, and no run of
characters out of step behind it tells."""

from __future__ import annotations

from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.han import is_han
from lianjin.operators.repair.language_model import NAT, line_start
from lianjin.operators.repair.phase.promise import (
    BETTER,
    UNPRECEDED,
    Sum,
    add,
    is_common,
    is_rare,
    is_usual,
    last_of_line,
    needed,
)
from lianjin.operators.repair.phase.tokens import CUTTING, MARKS

UNLIKELY, UNLIKELY_STOP = 10 * NAT, 4 * NAT
"""A mark costs so much in text where none belongs; a stop, which may follow any word."""
ALONE, MARKED = 4 * NAT, 5 * NAT
"""Two characters that a mark alone is left of must be so much likelier; between markers, as `?!?`
and `???` do that people write."""
BEHIND_WORD = "，：；！？（）"
"""Marks that a character before a cut stop may have had behind it."""
QUOTED = 400
"""Characters before a mark among which a quote is looked for."""


def stands_for_two(text: str, at: int) -> bool:
    """Whether the mark at `at`, or the one behind the marker there, is likelier what is left of two
    characters than a mark, by what stands around it on the line."""
    before, mark, rest = text[:at], text[at], text[at + 1 :]
    if marked := _between_markers(before, text[at:]):
        mark, rest = marked
        least = needed(before)
        if least is None:
            return False
        if least == UNPRECEDED:
            return _gain(before, mark, True, rest) > UNPRECEDED
        return not is_usual(rest) or _gain(before, mark, True, rest) > MARKED
    if mark not in CUTTING + "." or not is_han(before[-1:]):
        return False
    if mark != "." and _is_pair(before[-1] + mark):
        return False
    return _gain(before, mark, False, rest) > ALONE and needed(before) == BETTER


def _between_markers(before: str, behind: str) -> tuple[str, str] | None:
    """(mark, what follows) where `behind` begins with `?`, marks and `?`, or with `???` alone."""
    if behind[:1] != "?" or behind[1:2] not in MARKS:
        return None
    if behind[1] == "?":
        is_alone = behind[2:3] == "?" and behind[3:4] != "?" and before[-1:] != "?"
        return ("?", behind[3:]) if is_alone else None
    rest = behind[1:].lstrip("".join(MARKS).replace("?", ""))
    return (behind[1], rest[1:]) if rest[:1] == "?" else None


def _gain(before: str, mark: str, is_marked: bool, rest: str) -> int:
    """What two common characters gain at most over `mark` between `before` and `rest`, if it is all
    that is left of them; nothing for a mark that is not `UNLIKELY`, unless between markers.

    `.` counts as the stop that it was; two characters in its place are a Chinese one and a mark.
    """
    first, second = MARKS[mark]
    is_stop = mark == "."
    mark = "。" if is_stop else mark
    line, start = last_of_line(before), (0, line_start())
    start = (0, _read(start, line)[1])
    now = _read(start, f"?{mark}?" if is_marked else mark)
    if not is_marked and now[0] < (UNLIKELY_STOP if is_stop else UNLIKELY):
        return 0
    ahead = "" if is_marked else rest[:1] or "\n"
    is_known = line != "" and is_common(line[-1])
    ones = (gbk.char_of(lead, first) for lead in gbk.LEADS)
    twos = [gbk.char_of(second, trail) for trail in gbk.TRAILS]
    costs = [
        _read(start, one + two + ahead)[0]
        for one in ones
        if one and (_is_pair(line[-1] + one) if is_known else is_common(one))
        if not is_stop or is_han(one)
        for two in twos
        if two and _is_pair(one + two) and (not is_stop or two in BEHIND_WORD)
        if not (is_marked and _is_written(before, one, two))
    ]
    return _read(now, ahead)[0] - min(costs) if costs else 0


def _is_written(before: str, one: str, two: str) -> bool:
    """Whether both are marks and do not close what a quote opened on the line: `?!?` is no `。。`,
    people write it."""
    line = before[before.rfind("\n") + 1 :][-QUOTED:]
    is_quoted = two == "”" and line.rfind("“") > line.rfind("”")
    return not is_han(one) and not is_han(two) and not is_quoted


def _read(total: Sum, text: str) -> Sum:
    for char in text:
        total = add(total, char)
    return total


def _is_pair(two: str) -> bool:
    """Whether both are common and the second often follows the first."""
    return all(map(is_common, two)) and not is_rare(two)
