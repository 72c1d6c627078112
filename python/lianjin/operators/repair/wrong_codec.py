"""`wrong_codec`: lines that were read in the wrong charset are read again in the true one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair
from lianjin.operators.repair.charset import big5, gbk
from lianjin.operators.repair.charset.broken import utf8_read_as_gbk
from lianjin.operators.repair.language_model import NAT, knows, line_start, step, token, unigram

DEPTH = 3
"""How often a line may have been read wrongly."""
GAIN, PLAUSIBLE = 12 * NAT, 8 * NAT
"""What a reading has to gain over the line as it stands; what text costs a character at most."""
STRANGE, UNKNOWN = 8 * NAT, 5 * NAT
"""Characters that wrong charsets make and writers do not; those the model has never met."""
RARE, FEW = 11 * NAT, 3
"""A character that costs more is rare; a line with fewer suspect characters is left alone."""
WRITTEN = "“”‘’—…·•→℃％‰①②③④⑤⑥⑦⑧⑨⑩"
"""Symbols that writers use."""

RULES = {
    "utf8_as_gbk": "UTF-8 that was read as GBK: 涓枃 was 中文",
    "utf8_as_latin": "UTF-8 that was read as Latin-1 or Windows-1252: ä¸­ was 中",
    "gbk_as_latin": "GBK that was read as Latin-1 or Windows-1252: ÖÐÎÄ was 中文",
    "big5_as_gbk": "Big5 that was read as GBK",
    "big5_as_latin": "Big5 that was read as Latin-1 or Windows-1252",
    "gbk_as_big5": "GBK that was read as Big5",
    "utf8_as_big5": "UTF-8 that was read as Big5",
    "several_codecs": "a line that was read wrongly two or three times over",
    "utf8_as_gbk_lossy": "UTF-8 read as GBK with bytes lost; U+FFFD marks what stays unknown",
}


@repair(version=1, zh="错码还原", en="wrong charsets", rules=RULES)
def wrong_codec(text: str) -> list[Edit]:
    """Whole lines read in the wrong charset, read again in the true one.

    A line is turned back into bytes by the charset it was read in and decoded strictly by another,
    up to three times over. The cheapest reading under the language model of repairs wins if it
    gains more than 12 nats over the line as it stands and costs less than 8 nats a character.
    Destroyed text (锟斤拷, GBK read as UTF-8) stays as it is.
    """
    edits, start = [], 0
    for line in text.split("\n"):
        if is_suspect(line) and (found := read_again(line)) is not None:
            edits.append(_trimmed(start, line, found))
        start += len(line) + 1
    return edits


def is_suspect(line: str) -> bool:
    """Whether at least three characters are suspect, one in six or more of those beyond ASCII."""
    wide = [char for char in line if "\x7f" < char <= "\uffff"]
    n = sum(map(_is_suspect, wide))
    return n >= FEW and n * 6 >= len(wide)


def _is_suspect(char: str) -> bool:
    """Rare, private-use, kana, or a letter or sign of Windows-1252."""
    if char < "\u0800":
        return char < "\u0180"
    if "\u2000" <= char <= "\u2bff":
        return char not in WRITTEN
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef":
        return False
    if "㐀" <= char <= "鿿":
        return not knows(char) or unigram(char) > RARE
    return True


@dataclass(frozen=True)
class Reading:
    """A reading of a line, by which rule, and what it costs."""

    rule: str
    text: str
    cost: int
    confidence: float = 1.0


def read_again(line: str) -> Reading | None:
    """The line as it was meant, if one reading is text by far."""
    now = cost(line)
    level, good = [Reading("", line, now)], []
    for _ in range(DEPTH):
        level = [further for reading in level for further in _again(reading)]
        good += [reading for reading in level if _is_text(reading, now)]
    if good:
        return min(good, key=lambda reading: reading.cost)
    text = utf8_read_as_gbk(line)
    if text is None or text.count("\ufffd") * 4 >= len(text):
        return None
    reading = Reading("utf8_as_gbk_lossy", text, cost(text), 0.8)
    return reading if _is_text(reading, now) else None


def _again(reading: Reading) -> list[Reading]:
    """The readings one inverse further."""
    found = []
    for rule, write, read in INVERSES:
        data = write(reading.text)
        text = None if data is None else read(data)
        if text is not None and text != reading.text and "\ufffd" not in text:
            found.append(Reading("several_codecs" if reading.rule else rule, text, cost(text)))
    return found


def _is_text(reading: Reading, now: int) -> bool:
    """Whether a reading is text, and the line as it stands, which costs `now`, is not."""
    wide = [char for char in reading.text if not char.isascii()]
    if reading.cost >= PLAUSIBLE * len(wide):
        return False
    if reading.rule == "utf8_as_latin":
        return now - reading.cost > NAT
    n_known = sum(map(knows, wide))
    return n_known >= 3 and n_known * 10 >= len(wide) * 9 and now - reading.cost > GAIN


def cost(line: str) -> int:
    """What a line costs; ASCII is free, as no charset changes it."""
    context, total = line_start(), 0
    for char in line:
        char_cost, context = step(context, token(char))
        if char.isascii():
            continue
        total += min(char_cost, 12 * NAT)
        if gbk.is_private(char) or char == "\ufffd" or char < "\u0100":
            total += STRANGE
        elif not knows(char):
            total += UNKNOWN
    return total


def _write_latin(text: str) -> bytes | None:
    """Each character's byte in Latin-1 or Windows-1252, whichever has it."""
    try:
        return b"".join(c.encode("latin-1" if c < "\u0100" else "cp1252") for c in text)
    except UnicodeEncodeError:
        return None


def _read_utf8(data: bytes) -> str | None:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return None


INVERSES: tuple[tuple[str, Callable[[str], bytes | None], Callable[[bytes], str | None]], ...] = (
    ("utf8_as_gbk", gbk.write, _read_utf8),
    ("utf8_as_latin", _write_latin, _read_utf8),
    ("gbk_as_latin", _write_latin, gbk.read),
    ("big5_as_gbk", gbk.write, big5.read),
    ("big5_as_latin", _write_latin, big5.read),
    ("gbk_as_big5", big5.write, gbk.read),
    ("utf8_as_big5", big5.write, _read_utf8),
)
"""(rule, the bytes in the charset a text was read in, the text of bytes in the true one)."""


def _trimmed(start: int, line: str, reading: Reading) -> Edit:
    """One edit without the characters that stay at both ends."""
    after, head, tail = reading.text, 0, 0
    shorter = min(len(line), len(after))
    while head < shorter and line[head] == after[head]:
        head += 1
    while tail < shorter - head and line[-1 - tail] == after[-1 - tail]:
        tail += 1
    before, after = line[head : len(line) - tail], after[head : len(after) - tail]
    end = start + len(line) - tail
    return Edit(reading.rule, start + head, end, before, after, reading.confidence)
