"""What may open a run: clean text goes no further."""

from __future__ import annotations

from functools import cache
from itertools import pairwise, takewhile

from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.han import is_han
from lianjin.operators.repair.language_model import (
    NAT,
    Context,
    after,
    knows,
    line_start,
    step,
    token,
    unigram,
)
from lianjin.operators.repair.phase.tokens import MARKS

COMMON = 1500
"""The characters that follow a mark in clean text are mostly among so many."""
RARE = 7 * NAT
"""Of two common characters the second costs less than this in clean text."""
HEAD, LINES = 12, 64
"""Characters at a line's start, and lines, that tell whether a page is garbled in another way."""
ENOUGH, STRANGE = 30, 8 * NAT
"""So many characters are enough to tell; what they cost on a garbled page on the average."""
GARBLED = 9 * NAT
"""What characters of a garbled line cost on the average."""
BETTER = 4 * NAT
"""Read one byte later, the characters after the mark must be so much likelier."""
GUESSED = 8 * NAT
"""And so much more likely where the character before them is guessed."""
UNPRECEDED, TELLING, BEFORE = 11 * NAT, 4, 12
"""And so much where fewer than `TELLING` of the `BEFORE` characters before it are Chinese."""
PLAIN = 11 * NAT // 2
"""Characters of text cost less than this on the average."""
REACH, HEAD_OF_RUN = 16, 4
"""So many characters of a run tell what it promises, if the first few promise `BETTER`."""
WINDOW = 40, 200
"""Characters of a line before and after an opening that a first look takes in."""
OUT = 4 * NAT
"""Read one byte on, characters beside a lost one must be so much likelier."""
NEAR = 5
"""Characters looked at on either side of one that was lost."""
FEW, MANY = 10, 64
"""So many U+FFFD of a page say what they are; looked at are at most so many."""
GAPS = "\ufffd?!:;,.？！：；，。"
ODD, STRAY = 4 * NAT, 8 * NAT
"""What a character costs beyond what the model says that it has never met."""
Sum = tuple[int, Context]
"""A cost so far, and where the language model stands."""
CUTTING = "!！?？:：;；"
"""Marks that sites replace."""


def openings(text: str) -> list[int]:
    """Where runs out of step may open: at marks and at U+FFFD.

    On a page that lost bytes in another way U+FFFD tells only beside characters out of step, and
    nothing where no mark tells.
    """
    lost = [at for at, c in enumerate(text) if c == "\ufffd" and _needed(text[:at]) is not None]
    found = [at for at, c in enumerate(text) if c in CUTTING and _opens_at(text, at)]
    if not is_lossy(text):
        found += lost
    elif found:
        found += [at for at in lost if _is_out_of_step_at(text, at)]
    return sorted(found)


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


def is_garbled(lines: list[tuple[int, str]]) -> bool:
    """Whether these lines begin with what is no text: runs out of step begin after text in step.

    Looks at the characters of two bytes among the first `HEAD` of each of `LINES` lines.
    """
    costs = []
    for _, line in lines[:LINES]:
        context = line_start()
        for char in line[:HEAD]:
            cost, context = step(context, token(char))
            if gbk.pair_of(char) is not None:
                costs.append(cost)
    return len(costs) >= ENOUGH and sum(costs) > len(costs) * STRANGE


def _opens_at(text: str, at: int) -> bool:
    char = text[at]
    if is_told(text, at):
        return True
    if char == "?" and text[at + 1 : at + 2] in {",", "，", ".", "。"}:
        return may_open(text[:at], MARKS[text[at + 1]], text[at + 2 :])
    if char not in CUTTING or (char.isascii() and text[at + 1 : at + 2].isascii()):
        return False
    return may_open(text[:at], MARKS[char], text[at + 1 :])


def _is_between_markers(text: str, at: int, marker: str) -> bool:
    """Whether a marker, marks and the same marker stand at `at`: characters were cut there.

    `???` is how people ask.
    """
    behind = text[at + 1 :].lstrip("".join(MARKS).replace(marker, ""))
    n_marks = len(text) - at - 1 - len(behind)
    return text[at : at + 1] == marker and n_marks > 0 and behind[:1] == marker


def is_told(text: str, at: int) -> bool:
    """Whether the query or mark at `at` tells by the characters around it that a mark was cut:
    clean text has none such behind text."""
    is_strange = _is_between_markers(text, at, "?") or _is_among_strangers(text, at)
    return is_strange and _is_text(text[:at])


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
    if _is_between_markers(text, at, "\ufffd"):
        return True
    left, right = text[:at].rstrip(GAPS)[-NEAR:], text[at + 1 :].lstrip(GAPS)[:NEAR]
    return _is_out_of_step(_run(left[::-1])[::-1]) or _is_out_of_step(_run(right))


def _run(chars: str) -> str:
    """The characters of two bytes at the start."""
    return "".join(takewhile(lambda char: gbk.pair_of(char) is not None, chars))


def _is_out_of_step(run: str) -> bool:
    """Whether characters of two bytes read better one byte on; a single one by being uncommon."""
    if len(run) < 2:
        return bool(run) and not _is_common(run)
    now, shifted = (0, after(token(run[0]))), (0, line_start())
    for one, two in pairwise(run):
        read = gbk.char_of(_pair(one)[1], _pair(two)[0])
        if read is None:
            return False
        now, shifted = _add(now, two), _add(shifted, read)
    return shifted[0] + OUT < now[0]


def _pair(char: str) -> tuple[int, int]:
    pair = gbk.pair_of(char)
    assert pair is not None
    return pair


def may_open(before: str, mark: tuple[int, int], rest: str) -> bool:
    """Whether a run may open at a mark of these two bytes, between `before` and `rest`.

    What follows has to read better one byte later, and what stands before as text: it is in step.
    Where too little of the line stands before to tell, the run has to tell by itself.
    """
    if all(map(_is_common, rest[:2])) and not _is_rare(rest[:2]):
        return False
    needed = _needed(before)
    if needed is None:
        return False
    full_stop = (0, step(line_start(), token("。"))[1])
    if _promise(full_stop, full_stop, mark[1], rest) > max(BETTER, needed):
        return True
    is_odd = not _is_common(rest[0]) and not (is_han(rest[1:2]) and not _is_rare(rest[:2]))
    return is_odd and _guessed(before, mark, rest) > max(GUESSED, needed)


def _guessed(before: str, mark: tuple[int, int], rest: str) -> int:
    """What `rest` and the mark before it gain at most, the likeliest common character guessed whose
    second byte is the mark's first."""
    pair, wide = gbk.pair_of(rest[0]), gbk.char_of(*mark)
    next = pair and gbk.char_of(mark[1], pair[0])
    if not next or not wide:
        return 0
    start = (0, line_start())
    for char in _last_of_line(before)[-2:]:
        start = (0, _add(start, char)[1])
    chars = (gbk.char_of(lead, mark[0]) for lead in gbk.LEADS)
    guesses = [_add(start, char) for char in chars if char and _is_common(char)]
    best = min(guesses, key=lambda guess: _add(guess, next)[0], default=None)
    return 0 if best is None else _promise(_add(start, wide), best, mark[1], rest)


def _promise(now: Sum, shifted: Sum, second: int, rest: str) -> int:
    """What `rest` gains at most by being read one byte later, from `second` on.

    Follows the characters that are read for sure, `REACH` at most; nothing is guessed. A marker
    among the first `HEAD_OF_RUN`, behind characters that are no text, promises `UNPRECEDED`.
    """
    pending, best = second, 0
    for n, char in enumerate(rest[:REACH], 1):
        pair = gbk.pair_of(char)
        if pair is None and not "@" <= char <= "~":
            is_marker = n <= HEAD_OF_RUN and char in "?\ufffd" and now[0] > STRANGE
            return UNPRECEDED if is_marker else best
        first, then = pair or (ord(char), ord(char))
        read = gbk.char_of(pending, first)
        if read is None:
            return best
        now, shifted = _add(now, char), _add(shifted, read, STRAY)
        best = max(best, now[0] - shifted[0])
        pending = then
        if pending < 0x80 or best > UNPRECEDED or (n >= HEAD_OF_RUN and best <= BETTER):
            return best
    return best


def _needed(text: str) -> int | None:
    """What a run has to promise after `text`, the line it stands in up to there.

    None behind what is no text, or a character that GBK does not have.
    """
    last = _last_of_line(text)
    if any(is_han(char) and gbk.pair_of(char) is None for char in last):
        return None
    costs = _costs_of_han(last)
    if len(costs) < TELLING:
        return UNPRECEDED
    return None if sum(costs) > len(costs) * STRANGE else BETTER


def _is_text(before: str) -> bool:
    """Whether what stands before on the line is Chinese text beyond doubt."""
    costs = _costs_of_han(_last_of_line(before))
    return len(costs) >= TELLING and sum(costs) < len(costs) * PLAIN


def _costs_of_han(text: str) -> list[int]:
    """What the Chinese characters cost among characters from a line's start."""
    place, costs = line_start(), []
    for char in text:
        cost, place = _add((0, place), char)
        if is_han(char):
            costs.append(cost)
    return costs


def _last_of_line(text: str) -> str:
    """The last `BEFORE` characters of the line that `text` ends in."""
    return text[text.rfind("\n") + 1 :][-BEFORE:]


def _add(total: Sum, char: str, odd: int = ODD) -> Sum:
    """The cost so far and the place, after `char`; `odd` more if the model has never met it."""
    cost, context = step(total[1], token(char))
    is_odd = gbk.pair_of(char) is not None and not knows(char)
    return total[0] + cost + (odd if is_odd else 0), context


def _is_rare(two: str) -> bool:
    """Whether the second of two characters seldom follows the first."""
    if len(two) < 2:
        return False
    return step(after(token(two[0])), token(two[1]))[0] > RARE


def _is_common(char: str) -> bool:
    return " " <= char <= "~" or char in _common()


def _is_wide(char: str) -> bool:
    """Whether it is a full-width letter or digit: the model has one token for all of them."""
    return "０" <= char <= "９" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ"


@cache
def _common() -> frozenset[str]:
    """The commonest characters beyond ASCII."""
    chars = [chr(code) for code in range(0x80, 0x10000) if not 0xD800 <= code < 0xE000]
    known = sorted((unigram(c), c) for c in chars if knows(c) and not _is_wide(c))
    return frozenset(char for _, char in known[:COMMON])
