"""`phase_shift`: GBK text that runs one byte out of step is read in step again."""

from __future__ import annotations

from lianjin.core.words import Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair
from lianjin.operators.repair.language_model import NAT
from lianjin.operators.repair.phase.brackets import left_open
from lianjin.operators.repair.phase.decoder import Decoder
from lianjin.operators.repair.phase.gate import is_garbled, is_lossy, lines, openings, windows
from lianjin.operators.repair.phase.page import Page, has_stray_gloss, is_glossed
from lianjin.operators.repair.phase.search import PLAUSIBLE_CLEAR, Line, Site
from lianjin.operators.repair.settle import settle

GAIN, GAIN_UNREAD, GAIN_PROVEN = 4 * NAT, 5 * NAT // 2, 2 * NAT
"""What a run has to gain; before the page itself is read; once the page is proven damaged."""
FAILURES = 24
"""After so many openings that led nowhere a page not proven damaged is garbled in another way."""
PROOF = 4 * NAT
"""Runs that gain so much in all prove their page."""
CLEAR, APART = 8 * NAT, 3 * NAT
"""A run that gains so much teaches the page its words, if no other reading is so near."""

RULES = {
    "out_of_step": Words(
        (
            "a full-width mark was replaced bytewise across two characters; what follows it ran"
            " one byte out of step until an ASCII byte, a mark or the line's end"
        ),
        "一个全角标点被跨着两个字按字节替换；其后错开一个字节，直到 ASCII 字节、标点或行末",
    ),
    "orphan_gloss": Words(
        (
            "a gloss was inserted bytewise between the halves of two characters; its reading gi"
            "ves the lost bytes back"
        ),
        "夹注按字节插在两个字的两半之间；由读音可还原丢失的字节",
    ),
}


@repair(
    version=8,
    zh="错位还原",
    en="GBK phase shift",
    about=(
        "把错开一个字节的 GBK 文字按正确的位置重新读出。\n\n`程度?!氨热缬械钠` 原是 `程度。"
        "“比如有的企`：网站在两个字之间找到了 `！`（A3 A1）。在已知字节上做束搜索，由修复用"
        "的语言模型评判。一段文字须比原样好 4 奈特；若全页合计超过 4 奈特，或有五处夹注与"
        "其字相符，证明该页受损，则只需 2 奈特。这样的页按清楚的段落所显示的解码方式与标点"
        "来搜索。只剩一个标点的两个字（`定罪处!` 原是 `定罪处罚。`）、每行都不合上的引号，也是线索。第二种读法相差 2 奈特以内，`confidence` 为 0.6；6 以内为 0.9；否则为 0.99。"
    ),
    rules=RULES,
)
def phase_shift(text: str) -> list[Edit]:
    """Runs of GBK characters that are one byte out of step, read in step again.

    `程度?!氨热缬械钠` was `程度。“比如有的企`: the site found `！` (A3 A1) across two characters.
    A beam over the bytes still known is judged by the language model of repairs. A run has to gain
    4 nats over the text as it stands; 2 on a page proven damaged by runs of more than 4 nats in
    all or by five glosses that fit their characters. Such a page is searched under the decoder and
    the marks that its clear runs tell. A mark that is all that is left of two characters (`定罪处!`
    was `定罪处罚。`) and lines that leave their quotes open tell too. `confidence` is 0.6 where a second reading comes
    within 2 nats, 0.9 within 6, else 0.99.
    """
    return settle(text, _find)


def _find(text: str) -> list[Edit]:
    glossed, found = is_glossed(text), openings(text)
    if is_garbled(text, found):
        found = []
    first = _search(Page(), text, windows(text, found), GAIN_UNREAD, False)
    first += _search(Page(), text, lines(text, left_open(text)), GAIN_PROVEN, True)
    if not first and not (glossed and has_stray_gloss(text)):
        return []
    page = Page.of(text, glossed)
    sites = _search(page, text, lines(text, found), GAIN, False)
    gain = sum(site.gain for _, site in first if site.cost < PLAUSIBLE_CLEAR)
    # Text that lost bytes elsewhere reads as damaged everywhere, once two nats are enough.
    if glossed or (gain > PROOF and not is_lossy(text)):
        _learn(page, sites)
        page.decoder = _likeliest_decoder(page, text)
        _learn(page, _search(page, text, _lines(text), GAIN_PROVEN, True))
        sites = _search(page, text, _lines(text), GAIN_PROVEN, True)
    edits = [_edit(text, offset, site) for offset, site in sites]
    return [edit for edit in edits if edit.before != edit.after]


def _learn(page: Page, sites: list[tuple[int, Site]]) -> None:
    """Teaches the page the words of its clear runs, and the marks that opened them."""
    for _, site in sites:
        if site.gain > CLEAR and site.margin > APART:
            page.read(site.after)
            if site.mark is not None:
                page.confirm(site.mark, site.after[:1])


def _likeliest_decoder(page: Page, text: str) -> Decoder:
    """The decoder under which the runs of the page gain most; none where they gain the same."""
    decoders = Decoder.candidates(text)

    def gain(decoder: Decoder) -> int:
        found = _search(page.decoded_by(decoder), text, _lines(text), GAIN_PROVEN, True)
        return sum(site.gain for _, site in found)

    one, other = map(gain, decoders)
    return Decoder.UNKNOWN if one == other else decoders[one < other]


def _search(
    page: Page, text: str, lines: list[tuple[int, str]], threshold: int, is_proven: bool
) -> list[tuple[int, Site]]:
    """(the line's offset, site) of these lines of `text`."""
    found: list[tuple[int, Site]] = []
    failures = 0
    for offset, content in lines:
        if not is_proven and failures > FAILURES:
            break
        line = Line(page, content, text[offset + len(content) :])
        found += [(offset, site) for site in line.sites(threshold, is_proven)]
        failures += line.failures
    return found


def _lines(text: str) -> list[tuple[int, str]]:
    found, start = [], 0
    for line in text.split("\n"):
        found.append((start, line))
        start += len(line) + 1
    return found


def _edit(text: str, offset: int, site: Site) -> Edit:
    nats = min(site.margin, site.gain) // NAT
    rule = "orphan_gloss" if site.by_gloss else "out_of_step"
    start, end = offset + site.start, offset + site.end
    confidence = 0.6 if nats < 2 else 0.9 if nats < 6 else 0.99
    return Edit(rule, start, end, text[start:end], site.after, confidence)
