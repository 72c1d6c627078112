"""Glosses: golden pairs, annotations that stay, and the kernel beside its reference form."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "pages"
CLEAN = (
    "數據質量關於產業發展,我們應當認真對待數據,質量與產業。"
    "今天天色不好,大家走了一天,下午才到山下的村子,吃了一些面和水果,早早上床睡了。"
)
READINGS = {
    "數": ("shù", "shu"),
    "據": ("jù", "ju"),
    "質": ("zhì", "zhi"),
    "關": ("guān", "guan"),
    "產": ("chǎn", "chan"),
    "業": ("yè", "ye"),
    "發": ("fā", "fa"),
    "對": ("duì", "dui"),
}
BRACKETS = [("(", ")"), ("（", "）"), ("(", ") "), (" (", ")"), ("( ", " )")]
STAYS = [
    "",
    "龜(guī)茲,單(chán)于,吐谷(yù)渾,可汗(hán),冒頓(dú),大宛(yuān)。",
    "我(wǒ)們(men)愛(ài)北(běi)京(jīng)天(tiān)安(ān)門(mén)。",
    "值(x)、量(a)、數(e)、據(o)、質(n)、業(m)、關(y)",
    "李(Li)張(Zhang)劉(Liu)陳(Chen)趙(Zhao)孫(Sun)",
    "生字:質(zhì)量、數(shù)據、業(yè)務、應(yīng)該、發(fā)展、關(guān)係、對(duì)話、機(jī)場",
    "質(zhì)量數(shù)據業(yè)務",
]
GLOSSES = [
    "(shù)",
    "(shu)",
    "（jù）",
    "( zhi )",
    "(qián)",
    "(lü)",
    "(lu:4)",
    "(x)",
    "(Li)",
    "(hǎor)",
]
CHARS = [*list("數據质量干乾儿花绿我不的，。 \n()a"), "𠀀", "  "]


def glossed(text: str, is_toned: bool, opening: str, closing: str) -> str:
    """The text with a gloss behind each character that has a reading here."""
    return "".join(
        f"{c}{opening}{READINGS[c][not is_toned]}{closing}" if c in READINGS else c for c in text
    )


def rounded(edits: list[Edit]) -> list[Edit]:
    """The edits with confidence to three places: the kernel keeps 32 bits of it."""
    return [replace(edit, confidence=round(edit.confidence, 3)) for edit in edits]


pieces = st.one_of(st.sampled_from(GLOSSES), st.sampled_from(CHARS), st.text(max_size=2))
pages = st.builds(
    lambda style, is_toned, at, noise: "".join(
        [glossed(CLEAN, is_toned, *style)[:at], *noise, glossed(CLEAN, is_toned, *style)[at:]]
    ),
    st.sampled_from(BRACKETS),
    st.booleans(),
    st.integers(0, 200),
    st.lists(pieces, max_size=12),
)
texts = st.one_of(pages, st.lists(pieces, max_size=40).map("".join))


@pytest.mark.parametrize("is_toned", [True, False])
@pytest.mark.parametrize(("opening", "closing"), BRACKETS)
def test_glosses_of_every_style_go(opening: str, closing: str, is_toned: bool) -> None:
    strip = operator("repair", "strip_gloss")
    damaged = glossed(CLEAN, is_toned, opening, closing)
    assert strip(damaged) == CLEAN
    assert rounded(strip.edits(damaged)) == strip.reference(damaged)


@pytest.mark.parametrize("text", STAYS)
def test_annotations_stay(text: str) -> None:
    assert operator("repair", "strip_gloss").edits(text) == []
    assert operator("repair", "strip_gloss").reference(text) == []


@settings(max_examples=200, deadline=None)
@given(texts, st.sampled_from([2, 5]))
def test_the_kernel_and_the_reference_form_agree(text: str, minimum: int) -> None:
    strip = operator("repair", "strip_gloss")
    edits = strip.edits(text, minimum=minimum)
    assert rounded(edits) == strip.reference(text, minimum=minimum)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_once_is_enough(text: str) -> None:
    strip = operator("repair", "strip_gloss")
    assert strip.edits(strip(text)) == []


def test_kernel_and_reference_form_agree_on_pages_with_annotations_of_any_kind() -> None:
    strip, rng = operator("repair", "strip_gloss"), random.Random(7)
    for path in sorted(EXAMPLES.rglob("*.*")):
        text = path.read_bytes().decode("utf-8", "ignore")[:20_000]
        page = "".join(
            c + rng.choice(GLOSSES) if c in READINGS and rng.random() < 0.8 else c for c in text
        )
        for some in (text, page):
            assert rounded(strip.edits(some)) == strip.reference(some), path
