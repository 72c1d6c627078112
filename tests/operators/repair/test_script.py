"""Script: golden pairs, what stays, and the kernel beside its reference form."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin._kernel import script_table
from lianjin.operators.edit import Edit, apply, undo
from lianjin.operators.registry import operator

EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "pages"
SIMPLIFIED = [
    ("頭髮與發現", "头发与发现"),
    ("乾坤乾淨", "乾坤干净"),
    ("這裡的數據質量", "这里的数据质量"),
    ("乾安縣在東北", "乾安县在东北"),
    (
        "麵對後來的聯係，係統發麵、台灣的臺風、幹淨的裡麵",
        "面对后来的联系，系统发面、台湾的台风、干净的里面",
    ),
    ("编著者说：乾隆的著作質量很高", "编著者说：乾隆的著作质量很高"),
]
TRADITIONAL = [
    ("头发与发现", "頭髮與發現"),
    ("万里长征", "萬里長征"),
    ("一出声，干净", "一出聲，乾淨"),
    ("一出門，里長說這邊的数據", "一出門，里長說這邊的數據"),
]
SENTENCES = [
    "皇后在後面",
    "幹部乾杯",
    "瞭解一目瞭然",
    "著名的著作寫著",
    "头发发展",
    "干净的干部",
    "a，\n",
    "\ufa5f\uf900𠁞",
]
TO = st.sampled_from(["simplified", "traditional"])


@cache
def words() -> list[str]:
    """Some of the phrases and characters of the dictionaries, both sides."""
    rows = [line.split("\t") for line in script_table().splitlines() if "\t" in line]
    return [word for row in rows[::60] for word in row]


texts = st.lists(
    st.one_of(st.deferred(lambda: st.sampled_from([*words(), *SENTENCES])), st.text(max_size=3)),
    max_size=8,
).map("".join)


def rounded(edits: list[Edit]) -> list[Edit]:
    """The edits with confidence to three places: the kernel keeps 32 bits of it."""
    return [replace(edit, confidence=round(edit.confidence, 3)) for edit in edits]


@pytest.mark.parametrize(("damaged", "truth"), SIMPLIFIED)
def test_traditional_text_is_simplified(damaged: str, truth: str) -> None:
    assert operator("repair", "script")(damaged) == truth


@pytest.mark.parametrize(("damaged", "truth"), TRADITIONAL)
def test_simplified_text_becomes_traditional(damaged: str, truth: str) -> None:
    assert operator("repair", "script")(damaged, to="traditional") == truth


@pytest.mark.parametrize("to", ["simplified", "traditional"])
@pytest.mark.parametrize("text", ["", "a\x00，", "日本のもの", "山水人一出"])
def test_text_that_both_scripts_share_stays(text: str, to: str) -> None:
    assert operator("repair", "script").edits(text, to=to) == []


@settings(max_examples=200, deadline=None)
@given(texts, TO)
def test_the_kernel_and_the_reference_form_agree(text: str, to: str) -> None:
    script = operator("repair", "script")
    assert rounded(script.edits(text, to=to)) == script.reference(text, to=to)


@settings(max_examples=200, deadline=None)
@given(texts, TO)
def test_nothing_is_converted_twice_and_all_can_be_undone(text: str, to: str) -> None:
    script = operator("repair", "script")
    edits = script.edits(text, to=to)
    assert script.edits(apply(text, edits), to=to) == []
    assert undo(apply(text, edits), edits) == text


def test_kernel_and_reference_form_agree_on_pages() -> None:
    script = operator("repair", "script")
    for path in sorted(EXAMPLES.rglob("*.*")):
        text = path.read_bytes().decode("utf-8", "ignore")[:20_000]
        for to in ("simplified", "traditional"):
            assert rounded(script.edits(text, to=to)) == script.reference(text, to=to), path
