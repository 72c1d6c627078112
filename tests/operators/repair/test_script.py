"""Script: golden pairs, and the kernel beside a plain reading of the same dictionaries."""

from __future__ import annotations

import zlib
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.operators.registry import operator

PAIRS = [
    ("頭髮與發現", "头发与发现"),
    ("乾坤乾淨", "乾坤干净"),
    ("這裡的數據質量", "这里的数据质量"),
]
SENTENCES = [
    "皇后在後面",
    "幹部乾杯",
    "瞭解一目瞭然",
    "著名的著作寫著",
    "头发发展",
    "干净的干部",
    "a，\n",
]


@cache
def dictionaries() -> dict[str, dict[str, str]]:
    """The rows of the kernel's table, by section."""
    section: dict[str, str] = {}
    path = Path(__file__).resolve().parents[3] / "kernel" / "data" / "script.tsv.z"
    sections: dict[str, dict[str, str]] = {}
    data = path.read_bytes()
    for line in zlib.decompress(data, -15 if data[0] != 0x78 else 15).decode().splitlines():
        key, tab, value = line.partition("\t")
        if tab:
            section.setdefault(key, value)
        else:
            section = sections.setdefault(key.strip("[]"), {})
    return sections


def converted(text: str, phrases: str, characters: tuple[str, ...]) -> str:
    """The text with the longest phrase converted at each place, else the single character."""
    tables = dictionaries()
    longest = max(map(len, tables[phrases]))
    pieces, at = [], 0
    while at < len(text):
        keys = (text[at : at + size] for size in range(longest, 1, -1))
        key = next((key for key in keys if key in tables[phrases]), text[at])
        usual = tables["compatibility"].get(key, key)
        names = (phrases,) if len(key) > 1 else characters
        pieces.append(next((tables[n][usual] for n in names if usual in tables[n]), usual))
        at += len(key)
    return "".join(pieces)


def settled(text: str, to: str) -> str:
    """The text converted until nothing changes, six times at most."""
    names = ("ts_phrases", ("ts_characters_ext", "ts_characters"))
    phrases, characters = names if to == "simplified" else ("st_phrases", ("st_characters",))
    for _ in range(6):
        text = converted(text, phrases, characters)
    return text


@cache
def words() -> list[str]:
    tables = dictionaries()
    return [*sorted(tables["ts_phrases"])[::40], *sorted(tables["st_phrases"])[::400]]


texts = st.lists(
    st.one_of(st.deferred(lambda: st.sampled_from([*words(), *SENTENCES])), st.text(max_size=3)),
    max_size=8,
).map("".join)


@pytest.mark.parametrize(("damaged", "truth"), PAIRS)
def test_traditional_text_is_simplified(damaged: str, truth: str) -> None:
    assert operator("repair", "script")(damaged) == truth


@settings(max_examples=60, deadline=None)
@given(texts, st.sampled_from(["simplified", "traditional"]))
def test_the_kernel_reads_the_dictionaries_as_plainly(text: str, to: str) -> None:
    assert operator("repair", "script")(text, to=to) == settled(text, to)
