"""`wrong_codec`: lines that were read in the wrong charset are read again in the true one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from lianjin.core.words import Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair
from lianjin.operators.repair.charset import gbk
from lianjin.operators.repair.charset.broken import utf8_read_as_gbk
from lianjin.operators.repair.charset.gate import is_foreign, is_suspect
from lianjin.operators.repair.charset.writer import read, write
from lianjin.operators.repair.language_model import NAT, knows, line_start, step, token

DEPTH, ROUNDS = 3, 3
"""How often a line may have been read wrongly; a page that still changes after so many rounds
stays as it is."""
WITNESSES, SHORT, JOINED = 3, 120, 8
"""So many lines tell the page's fate, or so many together: first, if the longest has fewer bytes."""
GAIN, GAIN_ON_PAGE = 12 * NAT, NAT
"""What a reading has to gain; and where another line of the page was misread in the same way."""
PLAUSIBLE, LIKELY, POSSIBLE = 8 * NAT, 9 * NAT, 10 * NAT
"""What text costs a character at most; if Korean was not what it was read as; and where more than the
model speaks for it. Clean Korean read as Chinese costs from 8 nats, other clean text from 9."""
COMMON, TRITE = 6 * NAT, 3 * NAT
"""Two Chinese characters are enough where text costs less than this, and one that repeats where it
costs less than that. In 299,000 clean lines no wrong reading with two costs less than 8 nats."""
GAIN_PER_CHAR = 11 * NAT // 2
"""A reading of which the model has not met some characters has to gain so much for each character
of the line; one of Korean gains 4."""
SPARSE, GAIN_SPARSE, GAIN_SPARSE_PER_CHAR = 11 * NAT, 36 * NAT, 7 * NAT
"""A reading that only signs speak for costs less than this a character, and gains so much in all and
for each character of the line: ．①② has no Chinese character, －貓－影－ but two."""
GAIN_FOREIGN_PER_CHAR = 5 * NAT
"""What a reading of a line full of another script's letters gains for each."""
FURTHER = 6 * NAT
"""To have been read wrongly once more a reading has to be so much better."""
LOSS_ON_PAGE = -4 * NAT
"""What a reading may lose where all other lines of the page were misread in the same way."""
SHARE_LOST = 8
"""No more than one in so many characters beyond ASCII may be U+FFFD."""
SEQUENCES = 3
"""So many characters in UTF-8 are none by chance."""
STRANGE, UNKNOWN, MOST = 16 * NAT, 12 * NAT, 12 * NAT
"""What characters cost that wrong charsets make and writers do not; that the model has never met,
of which a run is cheap by the model itself; and others at most."""
FEW, SAMPLE = 3, 32
"""A line with fewer suspect characters is left alone, and of one with fewer characters UTF-8 comes by
chance: 翻译 would be 麵. So many beyond ASCII say what a reading costs."""

SIGNS = frozenset("，。、；：？！．（）《》〈〉「」『』【】“”‘’—…①②③④⑤⑥⑦⑧⑨⑩×")
"""Marks, brackets and numbers as Chinese text has them."""

SEVERAL = "several_codecs"
"""The rule of a line read wrongly more than once."""

RULES = {
    "utf8_as_gbk": Words(
        "UTF-8 that was read as GBK: 涓枃 was 中文",
        "UTF-8 被当作 GBK 读：涓枃 原是 中文",
    ),
    "utf8_as_latin": Words(
        "UTF-8 that was read as Latin-1 or Windows-1252: ä¸­ was 中",
        "UTF-8 被当作 Latin-1 或 Windows-1252 读：ä¸­ 原是 中",
    ),
    "gbk_as_latin": Words(
        "GBK that was read as Latin-1 or Windows-1252: ÖÐÎÄ was 中文",
        "GBK 被当作 Latin-1 或 Windows-1252 读：ÖÐÎÄ 原是 中文",
    ),
    "big5_as_gbk": Words(
        "Big5 that was read as GBK",
        "Big5 被当作 GBK 读",
    ),
    "big5_as_latin": Words(
        "Big5 that was read as Latin-1 or Windows-1252",
        "Big5 被当作 Latin-1 或 Windows-1252 读",
    ),
    "gbk_as_big5": Words(
        "GBK that was read as Big5",
        "GBK 被当作 Big5 读",
    ),
    "utf8_as_big5": Words(
        "UTF-8 that was read as Big5",
        "UTF-8 被当作 Big5 读",
    ),
    "utf8_as_shift_jis": Words(
        "UTF-8 that was read as Shift_JIS",
        "UTF-8 被当作 Shift_JIS 读",
    ),
    "gbk_as_shift_jis": Words(
        "GBK that was read as Shift_JIS",
        "GBK 被当作 Shift_JIS 读",
    ),
    "big5_as_shift_jis": Words(
        "Big5 that was read as Shift_JIS",
        "Big5 被当作 Shift_JIS 读",
    ),
    "gbk_as_euc_jp": Words(
        "GBK that was read as EUC-JP",
        "GBK 被当作 EUC-JP 读",
    ),
    "utf8_as_euc_kr": Words(
        "UTF-8 that was read as EUC-KR",
        "UTF-8 被当作 EUC-KR 读",
    ),
    "gbk_as_euc_kr": Words(
        "GBK that was read as EUC-KR",
        "GBK 被当作 EUC-KR 读",
    ),
    "big5_as_euc_kr": Words(
        "Big5 that was read as EUC-KR",
        "Big5 被当作 EUC-KR 读",
    ),
    "several_codecs": Words(
        "a line that was read wrongly two or three times over",
        "一行被读错两三次",
    ),
    "utf8_as_gbk_lossy": Words(
        "UTF-8 read as GBK with bytes lost; U+FFFD marks what stays unknown",
        "UTF-8 被当作 GBK 读并丢了字节；仍不明处记作 U+FFFD",
    ),
}


@dataclass(frozen=True)
class Inverse:
    """Text that was written in one charset and read in another."""

    rule: str
    wrote: str
    read: str

    @property
    def is_strict(self) -> bool:
        """Whether UTF-8 comes out, which bytes of another charset are not by chance."""
        return self.wrote == "utf-8" and self.read not in ("shift_jis", "euc_kr")

    def n_sequences(self, text: str) -> int:
        """Different characters, up to three, that are UTF-8 not by chance.

        Two bytes may be by chance, unless Latin letters were.
        """
        first = "\x80" if self.read == "latin" else "\u0800"
        found = {char for char in text if char >= first} if self.is_strict else ()
        return min(SEQUENCES, len(found))

    def apply(self, text: str) -> str | None:
        """The text as it was meant; none if it cannot have been misread so."""
        data = write(text, self.read, self.wrote)
        meant = None if data is None else read(data, self.wrote)
        if meant is None or meant == text or "\n" in meant or self._is_destroyed(meant):
            return None
        return meant

    def _is_destroyed(self, meant: str) -> bool:
        """Whether much of what came out had been lost before: UTF-8 may have a few U+FFFD."""
        n_lost, n_wide = meant.count("\ufffd"), sum(not char.isascii() for char in meant)
        return n_lost > 0 and (self.wrote != "utf-8" or n_lost * SHARE_LOST > n_wide)


Chain = tuple[Inverse, ...]
INVERSES: Chain = (
    *(Inverse("utf8_as_gbk", "utf-8", "gbk"), Inverse("big5_as_gbk", "big5", "gbk")),
    *(Inverse("utf8_as_latin", "utf-8", "latin"), Inverse("gbk_as_latin", "gbk", "latin")),
    *(Inverse("big5_as_latin", "big5", "latin"), Inverse("utf8_as_big5", "utf-8", "big5")),
    *(Inverse("gbk_as_big5", "gbk", "big5"), Inverse("utf8_as_shift_jis", "utf-8", "shift_jis")),
    Inverse("gbk_as_shift_jis", "gbk", "shift_jis"),
    Inverse("big5_as_shift_jis", "big5", "shift_jis"),
    *(Inverse("gbk_as_euc_jp", "gbk", "euc_jp"), Inverse("utf8_as_euc_kr", "utf-8", "euc_kr")),
    *(Inverse("gbk_as_euc_kr", "gbk", "euc_kr"), Inverse("big5_as_euc_kr", "big5", "euc_kr")),
)
N_CHAINED = 7
"""So many inverses are tried on their own results."""


@dataclass(frozen=True)
class Evidence:
    """What the first characters of a line beyond ASCII cost, how many, and how many are known."""

    cost: int
    n_wide: int
    n_known: int
    n_han: int
    n_written: int

    def is_below(self, most: int) -> bool:
        """Whether the line costs less than `most` a character."""
        return self.cost < most * self.n_wide

    def knows(self, n: int) -> bool:
        """Whether the model has met nine in ten of the characters, and `n` Chinese ones."""
        return self.n_han >= n and self.n_known * 10 >= self.n_wide * 9

    @property
    def knows_most(self) -> bool:
        """Whether the model has met two in three of the characters, and three Chinese ones."""
        return self.n_han >= 3 and self.n_known * 3 >= self.n_wide * 2

    @property
    def writes_three(self) -> bool:
        """Whether the model has met nine in ten of the characters, and three are Chinese or signs."""
        return self.n_written >= 3 and self.knows(0)

    @property
    def knows_three(self) -> bool:
        """Whether the model has met three of the characters, and nine in ten."""
        return self.n_known >= 3 and self.knows(0)


@dataclass(frozen=True)
class Mended:
    """A line as it was meant, by which rule, and how sure."""

    rule: str
    text: str
    confidence: float


@dataclass(frozen=True)
class Reading:
    """A reading of a line, by which inverses, and how many of its characters were UTF-8."""

    chain: Chain
    text: str
    n_strict: int = 0

    @cached_property
    def evidence(self) -> Evidence:
        """What speaks for it."""
        return evidence_of(self.text)

    @property
    def mended(self) -> Mended:
        """The line as it was meant."""
        rule = self.chain[0].rule if len(self.chain) == 1 else SEVERAL
        return Mended(rule, self.text, 1.0)


@repair(
    version=5,
    zh="错码还原",
    en="wrong charsets",
    about=(
        "把用错字符集读出的整行，用正确的字符集重新读出。\n\n先按读它时用的字符集把一行还原"
        "成字节，再按另一种字符集严格解码，最多三轮。以修复用的语言模型衡量，代价最小的读法"
        "须比原样好 12 奈特以上，且每个字符的代价低于 9 奈特（曾被读成韩文的为 8，读成拉丁字母的"
        "为 10），得到 UTF-8 的不限；代价低于 6 奈特时，两个汉字就够。先用能还原全页最长可疑行的"
        "办法去试其他行，那些行便只需更少的证据。已毁坏的文字（锟斤拷，即 GBK 被当作 UTF-8 读）"
        "保持原样。"
    ),
    rules=RULES,
)
def wrong_codec(text: str) -> list[Edit]:
    """Whole lines read in the wrong charset, read again in the true one.

    A line is turned back into bytes by the charset it was read in and decoded strictly by another,
    up to three times over. The cheapest reading under the language model of repairs wins if it
    gains more than 12 nats over the line as it stands and costs less than 9 nats a character (8 if
    it was read as Korean, 10 if as Latin letters), or at any cost if UTF-8 came out; two Chinese
    characters are enough if it costs less than 6. What undoes the longest suspect line of a page is
    tried first on its other lines, which then need less to go by.
    Destroyed text (锟斤拷, GBK read as UTF-8) stays as it is.
    """
    lines = text.split("\n")
    found = _mended_lines(lines)
    for _ in range(ROUNDS):
        page = [found[i].text if i in found else line for i, line in enumerate(lines)]
        further = _mended_lines(page) if found else {}
        if not further:
            return _edits_of(lines, found)
        for i, mended in further.items():
            found[i] = replace(mended, rule=SEVERAL) if i in found else mended
    return []


def _mended_lines(lines: list[str]) -> dict[int, Mended]:
    """The lines of a page that were read in the wrong charset, by number."""
    suspects = {i for i, line in enumerate(lines) if is_suspect(line, FEW)}
    found = _mended_alike(lines, suspects)
    if any(mended.rule in ("utf8_as_gbk", "utf8_as_gbk_lossy") for mended in found.values()):
        for i in suspects - found.keys():
            mended = _read_in_part(lines[i], has_company=True)
            found |= {i: mended} if mended else {}
    return found


def _mended_alike(lines: list[str], suspects: set[int]) -> dict[int, Mended]:
    """The lines that the page's fate undoes, and suspect ones that another does."""
    fate = _fate_of([lines[i] for i in sorted(suspects)])
    found: dict[int, Mended] = {}
    unclear: dict[int, Mended] = {}
    is_whole = True
    for i, line in enumerate(lines):
        reading, gain = _read_alike(line, fate) if fate else (None, 0)
        if reading is not None:
            (found if gain > GAIN_ON_PAGE else unclear)[i] = reading.mended
            continue
        mended = _alone(line) if i in suspects else None
        if mended is not None:
            found[i] = mended
        else:
            is_whole = is_whole and line.isascii()
    return found | unclear if is_whole and len(unclear) < len(found) else found


def _alone(line: str) -> Mended | None:
    """A line of which no other line tells."""
    reading = read_again(line)
    return _read_in_part(line, has_company=False) if reading is None else reading.mended


def _edits_of(lines: list[str], found: dict[int, Mended]) -> list[Edit]:
    """An edit for each line that is another one now."""
    edits, start = [], 0
    for i, line in enumerate(lines):
        if i in found and found[i].text != line:
            edits.append(_trimmed(start, line, found[i]))
        start += len(line) + 1
    return edits


def _fate_of(suspects: list[str]) -> Chain:
    """The inverses that undo the longest suspect lines, each or joined; empty if none does."""
    longest = sorted(suspects, key=lambda line: -len(line.encode()))
    joined = ["\t".join(longest[:JOINED])] if len(longest) > 1 else []
    is_short = bool(longest) and len(longest[0].encode()) < SHORT
    each = longest[:WITNESSES]
    readings = map(read_again, [*joined, *each] if is_short else [*each, *joined])
    return next((reading.chain for reading in readings if reading is not None), ())


def _read_alike(line: str, fate: Chain) -> tuple[Reading | None, int]:
    """A line of a page where these inverses undid another one, and what it gains; none if they make
    no text of it, or it loses much."""
    meant: str | None = None if line.isascii() else line
    for inverse in fate:
        meant = None if meant is None else inverse.apply(meant)
    if meant is None:
        return None, 0
    reading = Reading(fate, meant)
    found = reading.evidence
    gain = evidence_of(line).cost - found.cost
    is_text = (
        fate[-1].is_strict or is_suspect(line, 1) or (found.is_below(POSSIBLE) and found.knows(1))
    )
    gain = gain if is_text else min(gain, 0)
    is_possible = gain > LOSS_ON_PAGE and (is_text or found.knows(1))
    return (reading, gain) if is_possible else (None, 0)


def read_again(line: str) -> Reading | None:
    """The line as it was meant, if one reading is text by far."""
    if "\ufffd" in line:
        return None
    level, best, now = [Reading((), line)], None, evidence_of(line)
    for _ in range(DEPTH):
        level = [further for reading in level for further in _again(reading)]
        good = [reading for reading in level if _is_text(reading, now, is_foreign(line))]
        if best is not None:
            good = [r for r in good if r.evidence.cost < best.evidence.cost - FURTHER]
        best = min(good, key=lambda reading: reading.evidence.cost, default=best)
    return best


def _again(reading: Reading) -> list[Reading]:
    """The readings one inverse further."""
    found = []
    for inverse in INVERSES[:N_CHAINED] if reading.chain else INVERSES:
        last = reading.chain[-1:]
        if any((inverse.wrote, inverse.read) == (undone.read, undone.wrote) for undone in last):
            continue  # gives the text back as it was
        text = inverse.apply(reading.text)
        if text is not None:
            n_strict = inverse.n_sequences(text)
            chain = (*reading.chain, inverse)
            found.append(Reading(chain, text, max(reading.n_strict, n_strict)))
    return found


def _is_text(reading: Reading, now: Evidence, is_in_other_script: bool) -> bool:
    """Whether a reading is text, and the line as it stands is not."""
    last, found = reading.chain[-1], reading.evidence
    gain, is_certain = now.cost - found.cost, reading.n_strict >= SEQUENCES
    if last.is_strict and is_certain:
        return gain > GAIN
    if is_in_other_script:
        claims = [(found.knows(3), COMMON, GAIN_FOREIGN_PER_CHAR * now.n_wide)]
    elif last.is_strict:
        claims = [
            (now.n_wide >= FEW and found.knows(1), POSSIBLE, NAT),
            (found.knows(2), COMMON, GAIN // 2),
        ]
    else:
        is_known = found.knows_three if last.read == "latin" else found.knows(3)
        most = PLAUSIBLE if reading.chain[0].read == "euc_kr" else LIKELY
        most = POSSIBLE if is_certain or last.read == "latin" else most
        claims = [
            (is_known, most, GAIN),
            (found.knows(2), COMMON, GAIN // 2),
            # A rule of `▁` read three times over is `啥啥啥啥`.
            (found.knows(1) and len(reading.chain) == 1, TRITE, 2 * GAIN),
            (found.knows(2), PLAUSIBLE, max(2 * GAIN, PLAUSIBLE * found.n_wide)),
            (found.knows_most, POSSIBLE, max(GAIN, GAIN_PER_CHAR * now.n_wide)),
            (is_certain and (found.knows(1) or found.writes_three), SPARSE, GAIN),
            (
                found.writes_three and all(undone.read != "latin" for undone in reading.chain),
                SPARSE,
                max(GAIN_SPARSE, GAIN_SPARSE_PER_CHAR * now.n_wide),
            ),
        ]
    return any(holds and found.is_below(most) and gain > least for holds, most, least in claims)


def _read_in_part(line: str, *, has_company: bool) -> Mended | None:
    """The line that lost bytes, if most of it can be read; half of it where it `has_company`: other
    lines of the page were misread so."""
    text = utf8_read_as_gbk(line, least_whole=1 if has_company else 2)
    if text is None:
        return None
    found = evidence_of(text)
    is_text = found.knows(3) and found.is_below(PLAUSIBLE) and text.count("\ufffd") * 4 < len(text)
    return Mended("utf8_as_gbk_lossy", text, 0.8) if has_company or is_text else None


def evidence_of(line: str) -> Evidence:
    """The evidence of a line; ASCII is free, as no charset changes it."""
    context, total, n_wide, n_known, n_han, n_written = line_start(), 0, 0, 0, 0, 0
    last = last_written = ""
    for char in line:
        char_cost, context = step(context, token(char))
        is_known = knows(char)
        if char in SIGNS or (is_known and "㐀" <= char <= "鿿"):
            n_written += char != last_written
            last_written = char
        if not _says_something(char):
            continue
        n_wide += 1
        n_known += is_known
        if is_known and "㐀" <= char <= "鿿":
            n_han += char != last
            last = char
        if gbk.is_private(char) or char == "\ufffd" or char < "\u0100":
            total += STRANGE
        else:
            total += max(0, min(char_cost, MOST)) if is_known else UNKNOWN
        if n_wide == SAMPLE:
            break
    return Evidence(total, n_wide, n_known, n_han, n_written)


def _says_something(char: str) -> bool:
    """Whether a character speaks for or against a reading.

    ASCII does not, nor do numbers in circles and forms of punctuation that the model has not met,
    as `｜` and `﹐`.
    """
    if char == "×" or "\u2460" <= char <= "\u24ff":
        return False
    is_form = (
        *("\u3000" <= char <= "\u303f", "\ufe50" <= char <= "\ufe6b"),
        "\uff01" <= char <= "\uff5e",
    )
    return not char.isascii() and (not any(is_form) or knows(char))


def _trimmed(start: int, line: str, mended: Mended) -> Edit:
    """One edit without the characters that stay at both ends."""
    head, tail, after = 0, 0, mended.text
    shorter = min(len(line), len(after))
    while head < shorter and line[head] == after[head]:
        head += 1
    while tail < shorter - head and line[-1 - tail] == after[-1 - tail]:
        tail += 1
    before, after = line[head : len(line) - tail], after[head : len(after) - tail]
    end = start + len(line) - tail
    return Edit(mended.rule, start + head, end, before, after, mended.confidence)
