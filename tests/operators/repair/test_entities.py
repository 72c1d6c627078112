"""Left-over references: golden pairs, what stays, and the kernel beside its reference form."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator

PAIRS = [
    ("栏目&nbsp;&gt;&nbsp;数据", "栏目 > 数据"),
    ("她说&ldquo;走&rdquo;&hellip;", "她说“走”…"),
    ("&amp;amp;quot;引文&amp;quot;", '"引文"'),
    ("&#8220;表&#x201D;&#150;完", "“表”–完"),
    ("湖边的树。</p>\n第二段</div></section>", "湖边的树。\n第二段"),
]
STAYS = [
    "",
    "写 `&nbsp;` 得到空格",
    "标签 &lt;div&gt; 是一个块",
    "http://a.cn/?x=1&copy=2&nbsp=3",
    "<p>一</p><p>二&nbsp;三</p><br/>",
    "R&D &nosuch; &#97; &#0; &#xD800; &#99999999; &#129;",
]
PIECES = [
    "&",
    "amp;",
    "lt;",
    "gt;",
    "nbsp",
    "nbsp;",
    ";",
    "#",
    "39",
    "x4E00;",
    "#8220;",
    "#x201C",
    "#150;",
    "#129;",
    "#38;",
    "quot;",
    "copy;",
    "NBSP;",
    "shy;",
    "zwnj;",
    "Tab;",
    "一",
    "。",
    "</p>",
    "</P>",
    "</div>",
    "</foo>",
    "<p>",
    "<b/>",
    "<",
    ">",
    "`",
    "“",
    "”",
    "=",
    "a",
    "Z",
    "7",
    "/",
    "\\",
    "```",
    "ſ",
    "K",
    "\x1c",
    "\u3000",
]
MARKUP = {"<p>", "<b/>", "<", "```", "`", "\\"}
REFERENCES = ["&nbsp;", "&amp;amp;quot;", "&#8220;", "&#x4e00;", "&lt;", "&gt;", "&ldquo", "&#150;"]


def joined(pieces: list[str]) -> st.SearchStrategy[str]:
    """Texts of these pieces and of any characters."""
    piece = st.one_of(st.sampled_from(pieces), st.sampled_from(REFERENCES), st.text(max_size=3))
    return st.lists(piece, max_size=16).map("".join)


# A document that shows markup has no edits, so half of the texts show none.
texts = st.one_of(joined([*PIECES, "\n", "    "]), joined([p for p in PIECES if p not in MARKUP]))


def rounded(edits: list[Edit]) -> list[Edit]:
    """The edits with confidence to three places: the kernel keeps 32 bits of it."""
    return [replace(edit, confidence=round(edit.confidence, 3)) for edit in edits]


@pytest.mark.parametrize(("damaged", "truth"), PAIRS)
def test_left_over_references_become_characters(damaged: str, truth: str) -> None:
    entities = operator("repair", "entities")
    assert entities(damaged) == truth
    assert rounded(entities.edits(damaged)) == entities.reference(damaged)


@pytest.mark.parametrize("text", STAYS)
def test_references_that_are_content_stay(text: str) -> None:
    assert operator("repair", "entities").edits(text) == []
    assert operator("repair", "entities").reference(text) == []


@settings(max_examples=100, deadline=None)
@given(texts)
def test_the_kernel_and_the_reference_form_agree(text: str) -> None:
    entities = operator("repair", "entities")
    assert rounded(entities.edits(text)) == entities.reference(text)


@settings(max_examples=50, deadline=None)
@given(texts)
def test_once_is_enough(text: str) -> None:
    entities = operator("repair", "entities")
    assert entities.edits(entities(text)) == []


@pytest.mark.parametrize(
    "line", ["树</p>\n", "树</p>", "树&nbsp;", "</", "</p></", "<a", "`&nbsp;`树", "    树&nbsp;"]
)
def test_a_page_of_one_thing_takes_time_in_proportion(line: str) -> None:
    entities = operator("repair", "entities")
    entities.edits(line * 10)
    start = time.process_time()
    entities.edits(line * 20_000)
    assert time.process_time() - start < 0.5
