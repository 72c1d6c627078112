"""Invisible characters: golden pairs, what stays, and the kernel beside its reference form."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.operators.registry import operator

PAIRS = [
    ("\ufeff清\u200b晨\u200d的\u2060集市", "清晨的集市"),
    ("账\xad本\ue123", "账本"),
    ("左\xa0\u2003右", "左  右"),
    ("红\x1b[31m字\x00\x90", "红字"),
    ("上\u2028下\x0c\n末\x0b", "上\n下\n末"),
    ("价\u202e目\u200f", "价目"),
    ("字\ue5e5形\ue81e\ue863\ue78d", "字\u3000形龴䶮︐"),
]
STAYS = [
    "",
    "👨\u200d👩\u200d👧 ❤\ufe0f\u200d🔥 🏴\U000e0067\U000e0062\U000e007f",
    "می\u200cخواهم क्\u200dष",
    "ภาษา\u200bไทย",
    "un\xa0café\u202f: 10\xa0km",
    "שלום \u202aabc\u202c עולם",
    "tab\there\r\n全角\u3000空格",
]
ODD = (
    "\ufeff\xad\x1b\x0b\x0c\x85\u2028\u2029\x00\x7f\x90\u200b\u200c\u200d\u2060\u2064\u034f\u180e"
    "\u200e\u202a\u2066\u061c\xa0\u202f\u2003\u205f\u1680\u3164\ue000\ue5e5\ue7c7\ue78d\ue796\ue797"
    "\ue814\ue815\ue864\ue865\uf8ff\ufff9\ufffd\uffff\U000e0020\U000e0080"
)
SEEN = [
    "一",
    "，",
    "a",
    "[31m",
    "[",
    "1",
    " ",
    "\n",
    "\r",
    "\t",
    "👨",
    "🏴",
    "❤\ufe0f",
    "ش",
    "ไ",
    "ქ",
]
texts = st.lists(st.one_of(st.sampled_from([*ODD, *SEEN]), st.text(max_size=2)), max_size=24).map(
    "".join
)


@pytest.mark.parametrize(("damaged", "truth"), PAIRS)
def test_invisible_characters_go(damaged: str, truth: str) -> None:
    invisible = operator("repair", "invisible")
    assert invisible(damaged) == truth
    assert invisible.edits(damaged) == invisible.reference(damaged)


@pytest.mark.parametrize("text", STAYS)
def test_what_does_work_stays(text: str) -> None:
    assert operator("repair", "invisible").edits(text) == []
    assert operator("repair", "invisible").reference(text) == []


@settings(max_examples=100, deadline=None)
@given(texts)
def test_the_kernel_and_the_reference_form_agree(text: str) -> None:
    invisible = operator("repair", "invisible")
    assert invisible.edits(text) == invisible.reference(text)


@settings(max_examples=50, deadline=None)
@given(texts)
def test_once_is_enough(text: str) -> None:
    invisible = operator("repair", "invisible")
    assert invisible.edits(invisible(text)) == []


def test_a_line_of_direction_marks_takes_time_in_proportion() -> None:
    invisible = operator("repair", "invisible")
    start = time.process_time()
    assert len(invisible.edits("价\u202e" * 20_000)) == 20_000
    assert time.process_time() - start < 0.5
