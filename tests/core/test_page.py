"""A page that stands alone."""

from __future__ import annotations

from lianjin.core.page import label, page, words
from lianjin.core.words import Words


def test_the_parts_stand_in_the_page_and_the_title_is_text() -> None:
    found = page(
        title="<b>", head="<h1>x</h1>", body="<p>{{title}}</p>", style=".a { color: red; }"
    )
    assert "<title>&lt;b&gt; · 炼金 lianjin</title>" in found
    assert "<h1>x</h1>" in found
    assert "<p>{{title}}</p>" in found, "what is put in is not filled in again"
    assert ".a { color: red; }" in found
    assert "--gold:" in found


def test_both_forms_are_there_and_escaped() -> None:
    assert label("<甲>", "a&b") == '<span lang="zh">&lt;甲&gt;</span><span lang="en">a&amp;b</span>'
    assert words(Words("kept", "保留")) == label("保留", "kept")
    assert words(Words.verbatim("<x>")) == "&lt;x&gt;"
