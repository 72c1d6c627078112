"""`wrong_codec`: lines that were read in the wrong charset are read again in the true one."""

from __future__ import annotations

from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator, repair

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
    Destroyed text (锟斤拷, GBK read as UTF-8) stays as it is. Edits are found by the kernel.
    """
    return list(operator("repair", "wrong_codec").edits(text))
