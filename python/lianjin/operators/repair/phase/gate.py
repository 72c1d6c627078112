"""What may open a run: clean text goes no further."""

from __future__ import annotations

from itertools import pairwise, takewhile

from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.han import is_han
from lianjin.operators.repair.language_model import NAT, after, line_start, step, token
from lianjin.operators.repair.phase.alone import stands_for_two
from lianjin.operators.repair.phase.promise import (
    BETTER,
    STRANGE,
    TELLING,
    UNPRECEDED,
    add,
    costs_of_han,
    full_stop,
    is_common,
    is_rare,
    is_usual,
    last_of_line,
    needed,
    promise,
)
from lianjin.operators.repair.phase.tokens import CUTTING, MARKS

HEAD, LINES = 12, 64
"""Characters at a line's start, and lines, that tell whether a page is garbled in another way."""
ENOUGH = 30
"""So many characters are enough to tell."""
GUESSED = 8 * NAT
"""And so much more likely where the character before them is guessed."""
PLAIN = 11 * NAT // 2
"""Characters of text cost less than this on the average."""
WINDOW = 40, 200
"""Characters of a line before and after an opening that a first look takes in."""
OUT = 4 * NAT
"""Read one byte on, characters beside a lost one must be so much likelier."""
NEAR = 5
"""Characters looked at on either side of one that was lost."""
FEW, MANY = 10, 64
"""So many U+FFFD of a page say what they are; looked at are at most so many."""
GAPS = "\ufffd?!:;,.？！：；，。"


def openings(text: str) -> list[int]:
    """Where runs out of step may open: at marks and at U+FFFD.

    On a page that lost bytes in another way U+FFFD tells only beside characters out of step, and
    nothing where no mark tells.
    """
    lost = [at for at, c in enumerate(text) if c == "\ufffd" and needed(text[:at]) is not None]
    found = [at for at, c in enumerate(text) if _is_cutting(text, at) and _opens_at(text, at)]
    if not is_lossy(text):
        found += lost
    elif found:
        found += [at for at in lost if _is_out_of_step_at(text, at)]
    return sorted(found)


def _is_cutting(text: str, at: int) -> bool:
    """Whether a mark stands there that is cut bytewise; a stop only before what is not ASCII."""
    is_stop = text[at] == "." and not text[at + 1 : at + 2].isascii()
    return text[at] in CUTTING or is_stop


def lines(text: str, openings: list[int]) -> list[tuple[int, str]]:
    """(offset, line) of the lines that hold one of the `openings`."""
    return _spans(text, openings, len(text), len(text))


def windows(text: str, openings: list[int]) -> list[tuple[int, str]]:
    """(offset, part) of the parts of those lines around the `openings`, for a first look."""
    return _spans(text, openings, *WINDOW)


def _spans(text: str, openings: list[int], before: int, after: int) -> list[tuple[int, str]]:
    """The line around each opening, so many characters at most; those that meet are one."""
    spans: list[tuple[int, int]] = []
    for at in openings:
        start = max(text.rfind("\n", 0, at) + 1, at - before)
        line_end = text.find("\n", at)
        end = min(len(text) if line_end < 0 else line_end, at + after)
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, end))
    return [(start, text[start:end]) for start, end in spans]


def is_garbled(text: str, openings: list[int]) -> bool:
    """Whether the lines of the `openings` begin with what is no text: runs begin after text in step.

    Looks at the characters of two bytes before the first opening of each of `LINES` lines, the first
    `HEAD` of the line.
    """
    costs = []
    for start, line in lines(text, openings)[:LINES]:
        end = next(at for at in openings if at >= start) - start
        context = line_start()
        for char in line[: min(end, HEAD)]:
            cost, context = step(context, token(char))
            if gbk.pair_of(char) is not None:
                costs.append(cost)
    return len(costs) >= ENOUGH and sum(costs) > len(costs) * STRANGE


def _opens_at(text: str, at: int) -> bool:
    char = text[at]
    if is_told(text, at) or stands_for_two(text, at):
        return True
    if char == "?" and text[at + 1 : at + 2] in {",", "，", ".", "。"}:
        return may_open(text[:at], MARKS[text[at + 1]], True, text[at + 2 :])
    if char.isascii() and text[at + 1 : at + 2].isascii():
        return False
    return may_open(text[:at], MARKS[char], False, text[at + 1 :])


def _is_between_lost(text: str, at: int) -> bool:
    """Whether U+FFFD, marks and U+FFFD stand at `at`: characters were cut there."""
    behind = text[at + 1 :].lstrip("".join(MARKS))
    return len(behind) < len(text) - at - 1 and text[at] == behind[:1] == "\ufffd"


def is_told(text: str, at: int) -> bool:
    """Whether the query or mark at `at` tells by the characters around it that a mark was cut:
    clean text has none such behind text."""
    return _is_among_strangers(text, at) and _is_text(text[:at])


def _is_among_strangers(text: str, at: int) -> bool:
    """Whether a query stands before a colon or semicolon; two before a character and another query; or a
    mark before a letter between characters."""
    before, mark = text[at - 1 : at] if at else "", text[at]
    one, two, three = (text[at + i : at + i + 1] for i in (1, 2, 3))
    if mark in "?？" and one and one in ";；:：":
        # `？：` is written so.
        return is_han(before) and (mark == "?" or one.isascii())
    if not is_han(one):
        return False
    if two == "?":
        return mark == before == "?"
    return two.isascii() and two.isalpha() and is_han(three)


def is_lossy(text: str) -> bool:
    """Whether the page lost bytes in another way: its U+FFFD stand between good characters."""
    places = [at for at, char in enumerate(text) if char == "\ufffd"][:MANY]
    of_runs = sum(_is_out_of_step_at(text, at) for at in places)
    return len(places) >= FEW and of_runs * 2 < len(places)


def _is_out_of_step_at(text: str, at: int) -> bool:
    """Whether what is before the U+FFFD at `at`, or what follows it, is out of step."""
    if _is_between_lost(text, at):
        return True
    left, right = text[:at].rstrip(GAPS)[-NEAR:], text[at + 1 :].lstrip(GAPS)[:NEAR]
    return _is_out_of_step(_run(left[::-1])[::-1]) or _is_out_of_step(_run(right))


def _run(chars: str) -> str:
    """The characters of two bytes at the start."""
    return "".join(takewhile(lambda char: gbk.pair_of(char) is not None, chars))


def _is_out_of_step(run: str) -> bool:
    """Whether characters of two bytes read better one byte on; a single one by being uncommon."""
    if len(run) < 2:
        return bool(run) and not is_common(run)
    now, shifted = (0, after(token(run[0]))), (0, line_start())
    for one, two in pairwise(run):
        read = gbk.char_of(_pair(one)[1], _pair(two)[0])
        if read is None:
            return False
        now, shifted = add(now, two), add(shifted, read)
    return shifted[0] + OUT < now[0]


def _pair(char: str) -> tuple[int, int]:
    pair = gbk.pair_of(char)
    assert pair is not None
    return pair


def may_open(before: str, mark: tuple[int, int], is_marked: bool, rest: str) -> bool:
    """Whether a run may open at a mark of these two bytes, between `before` and `rest`.

    What follows has to read better one byte later, and what stands before as text: it is in step.
    Where too little of the line stands before to tell, the run has to tell by itself; and so behind
    a stop or comma without a marker, as clean text is full of them.
    """
    if not rest or (is_usual(rest) and not before.endswith("?")):
        return False
    least = needed(before)
    if least is None:
        return False
    is_stop = not is_marked and mark in (MARKS["."], MARKS[","])
    if promise(full_stop(), full_stop(), mark[1], rest) > max(
        UNPRECEDED if is_stop else BETTER, least
    ):
        return True
    if is_stop:
        return False
    is_odd = not is_common(rest[0]) and not (is_han(rest[1:2]) and not is_rare(rest[:2]))
    return is_odd and _guessed(before, mark, rest) > max(GUESSED, least)


def _guessed(before: str, mark: tuple[int, int], rest: str) -> int:
    """What `rest` and the mark before it gain at most, the likeliest common character guessed whose
    second byte is the mark's first."""
    pair, wide = gbk.pair_of(rest[0]), gbk.char_of(*mark)
    next = pair and gbk.char_of(mark[1], pair[0])
    if not next or not wide:
        return 0
    start = (0, line_start())
    for char in last_of_line(before)[-2:]:
        start = (0, add(start, char)[1])
    chars = (gbk.char_of(lead, mark[0]) for lead in gbk.LEADS)
    guesses = [add(start, char) for char in chars if char and is_common(char)]
    best = min(guesses, key=lambda guess: add(guess, next)[0], default=None)
    return 0 if best is None else promise(add(start, wide), best, mark[1], rest)


def _is_text(before: str) -> bool:
    """Whether what stands before on the line is Chinese text beyond doubt."""
    costs = costs_of_han(last_of_line(before))
    return len(costs) >= TELLING and sum(costs) < len(costs) * PLAIN
