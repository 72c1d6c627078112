"""What is typed is kept as text or refused; markup stays text."""

from __future__ import annotations

import pytest
from lianjin.annotate.text import checked_text, is_kept
from lianjin.core.errors import LianjinError
from lianjin.core.words import Words

WHAT = Words("the reason", "理由")
MARKUP = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "{{7*7}}${7*7}",
    "'; DROP TABLE annotation; --",
    '=HYPERLINK("http://a")',
    "\u202egnp.exe",
]


@pytest.mark.parametrize("text", [*MARKUP, "", "两行\n好", "😀" * 10])
def test_any_text_is_kept_as_it_is(text: str) -> None:
    assert checked_text(text, WHAT, 100) == text


def test_line_ends_are_line_feeds() -> None:
    assert checked_text("a\r\nb\rc", WHAT, 10) == "a\nb\nc"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("x" * 1_000_001, "text-too-long"),
        ("a\0b", "wrong-text"),
        ("half \ud83d", "wrong-text"),
        (7, "wrong-text"),
        (None, "wrong-text"),
        ("  \n ", "wrong-text"),
    ],
)
def test_what_cannot_be_kept_is_refused(text: object, code: str) -> None:
    with pytest.raises(LianjinError) as refused:
        checked_text(text, WHAT, 1_000_000, least=1)
    assert refused.value.code == code
    assert len(str(refused.value)) < 300


def test_what_is_kept_is_known() -> None:
    assert is_kept("好\n")
    assert not is_kept("\0")
    assert not is_kept("\udc00")
