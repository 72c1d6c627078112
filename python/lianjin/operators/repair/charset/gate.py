"""Which lines may have been read in the wrong charset; all others are not looked at.

Takes a line; gives whether it is suspect. The reference form of the kernel's gate.
"""

from __future__ import annotations

from functools import cache

from lianjin.operators.repair.charset.writer import read, write
from lianjin.operators.repair.language_model import NAT, knows, unigram

RARE, UNCOMMON, FEW = 11 * NAT, 9 * NAT, 3
"""A character that costs more is rare, or uncommon; a line with fewer suspect ones is left alone."""
GLANCE, SAMPLE = 12, 24
"""So many characters beyond ASCII say that a line is clean, if none of them is suspect; and whether
it is suspect."""
QUARTER, MOST = NAT // 4, 48
"""Costs of the gate count in quarters of a nat, and none is more than this."""
DEAR, DEAR_LONG, BETTER, SHORT, DEARER = 29, 32, 8, 5, 36
"""A line is dear whose characters cost so much each, a long one if they cost so much. It has to
gain so much by a neighbour's charset, or to have so few characters that are dearer still."""
FAR_BETTER, LETTERS = 14, 4
"""A line of another script's letters has to gain so much for each character, and have so many."""
NEIGHBOURS = (
    *(("big5", "gbk"), ("gbk", "big5"), ("gbk", "euc_jp")),
    *(("gbk", "euc_kr"), ("big5", "euc_kr")),
)
"""(written in, read in) where a character of the one is a character of the other."""
NONE, BROKEN = -128, -16
"""What a line loses by a character that the charset it was read in lacks, and by one of which the
other charset makes no one character."""
WRITTEN = "“”‘’—…·•℃％‰①②③④⑤⑥⑦⑧⑨⑩"
"""Symbols that writers use."""
KOREAN = "이다는에을의은고하지로기한사인자시어를니"
"""Syllables that Korean is full of; as GBK or Big5 they are no common characters."""
SCRIPTS = tuple(
    frozenset(map(chr, range(first, last)))
    for first, last in ((0x370, 0x400), (0x400, 0x500), (0x3040, 0x30A0), (0x30A0, 0x3100))
)
"""Letters that are no signs of another charset beside another one of their script."""
HIRAGANA = 2
"""Which of them is hiragana."""


def is_suspect(line: str, few: int) -> bool:
    """Whether of the first characters beyond ASCII `few` are suspect, one in six or more.

    Or whether a short line is uncommon in three of them, and in half; or a line whose characters are
    dear out of context better by a neighbour's charset.
    """
    n = n_wide = run = cost = 0
    has_letters = False
    for char in line:
        # A letter of Latin-1 is so only beside another one, as accents are but seldom.
        run = run + 1 if "\x7f" < char < "\u0180" else 0
        if char.isascii() or (char > "\uffff" and not _is_rare_plane(char)):
            continue
        n += (0 if run == 1 else 2 if run == 2 else 1) if run else _is_suspect(char)
        is_letter = not run and _script(char) >= 0
        cost += 0 if run or is_letter else _cost(char)  # or all of Japanese would be dear
        has_letters |= is_letter
        n_wide += 1
        if n_wide == SAMPLE or (n_wide == GLANCE and not n):
            break
    is_odd = (
        (n >= few and n * 6 >= n_wide)
        or (FEW <= n_wide < GLANCE and _is_uncommon(line))
        or (n_wide > 1 and cost >= _dear(n_wide) * n_wide and _is_better(line, n_wide, cost))
    )
    if is_odd and not is_foreign(line):
        return True
    return has_letters and n_wide >= LETTERS and _is_far_better(line)


def _is_far_better(line: str) -> bool:
    """Whether a line with letters of another script gains much by another charset."""
    wide = [char for char in line if not char.isascii()][:SAMPLE]
    return _best_gain(wide) >= FAR_BETTER * len(wide)


def _best_gain(wide: list[str]) -> int:
    """What characters gain by the best of the neighbours."""
    return max(map(sum, zip(*map(_gains, wide), strict=True)))


def _dear(n_wide: int) -> int:
    if n_wide < FEW:
        return DEARER
    return DEAR if n_wide < GLANCE else DEAR_LONG


def _is_better(line: str, n_wide: int, cost: int) -> bool:
    """Whether a dear line gains by a neighbour's charset, or is so short that it may."""
    if FEW <= n_wide <= SHORT and cost >= DEARER * n_wide:
        return True
    wide = [char for char in line if not char.isascii()][:GLANCE]
    return _best_gain(wide) >= BETTER


@cache
def _gains(char: str) -> tuple[int, ...]:
    """What a character gains out of context by each of the neighbours."""
    return tuple(_gain(char, wrote, taken) for wrote, taken in NEIGHBOURS)


def _gain(char: str, wrote: str, taken: str) -> int:
    data = write(char, taken, wrote) if char <= "\uffff" else None
    if data is None:
        return NONE
    meant = read(data, wrote) if len(data) == 2 else None
    if meant is None or len(meant) != 1:
        return BROKEN
    return _cost(char) - _cost(meant)


@cache
def _cost(char: str) -> int:
    """What a character costs out of context, at most 12 nats; so much do also those that are
    suspect, that the model has never met, and that Latin-1 has beside letters."""
    if char < "\u0100" or not knows(char) or _is_suspect(char):
        return MOST
    return min(MOST, unigram(char) // QUARTER)


def _is_rare_plane(char: str) -> bool:
    return "\U00020000" <= char <= "\U0002ffff"


def _is_uncommon(line: str) -> bool:
    """Whether three of a line's characters beyond ASCII are uncommon, and half of them.

    A letter of a script beside another one of it makes a word of it and is none.
    """
    wide = [char for char in line if not char.isascii()]
    scripts = [_script(char) for char in wide]
    n = 0
    for char, script, last in zip(wide, scripts, [-1, *scripts], strict=False):
        is_letter, is_symbol = script >= 0, "\x80" <= char <= "\xbf" and char not in "·°"
        is_rare = "㐀" <= char <= "鿿" and unigram(char) > UNCOMMON
        is_odd = is_letter or is_symbol or is_rare or char > "\uffff" or _is_suspect(char)
        n += is_odd and not (is_letter and script == last)
    return n >= FEW and n * 2 >= len(wide)


def is_foreign(line: str) -> bool:
    """Whether more than one in three of the first characters beyond ASCII stands in a word of
    another script, or one in six is a syllable that Korean is full of.

    In a longer line every hiragana counts; of a short one two syllables are asked for.
    """
    wide = [char for char in line if not char.isascii()][:SAMPLE]
    scripts = [_script(char) for char in wide]
    n_in_words = sum(
        script >= 0 and script in (before, after)
        for before, script, after in zip([-1, *scripts], scripts, [*scripts[1:], -1], strict=False)
    )
    n_hangul = sum(char in KOREAN for char in wide)
    is_short = len(wide) < GLANCE
    return (
        n_in_words * 3 > len(wide)
        or (not is_short and scripts.count(HIRAGANA) * 3 > len(wide))
        or (n_hangul * 6 >= len(wide) and (n_hangul > 1 or not is_short))
    )


def _script(char: str) -> int:
    """Which of SCRIPTS a letter is of; -1 for none."""
    return next((i for i, script in enumerate(SCRIPTS) if char in script), -1)


def _is_suspect(char: str) -> bool:
    """Rare, private-use, or a sign of another charset; kana and what tables are drawn with is not."""
    if char < "\u0800":
        return False
    if char > "\uffff":
        return _is_rare_plane(char)
    if "\u2190" <= char <= "\u21ff" or "\u2500" <= char <= "\u26ff":
        return False
    if "\u2000" <= char <= "\u2bff":
        return char not in WRITTEN
    if "\u3000" <= char <= "\u30ff" or "\uff00" <= char <= "\uff60" or char >= "\uffa0":
        return char > "\uffef"
    if "㐀" <= char <= "鿿":
        return not knows(char) or unigram(char) > RARE
    return True
