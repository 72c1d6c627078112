"""Text as the language model sees it: simplified characters, and classes for the rest.

The kernel (`kernel/src/language_model.rs`) does the same; `tests` hold both equal.
"""

from __future__ import annotations

MARKS = dict(zip("！？，：；（）．,.!?:;()", "!?,:;().,.!?:;()", strict=True))
LETTER, DIGIT, SPACE, OTHER, LINE = "a", "0", " ", "\0", "\n"
KEPT = set("。、“”‘’《》〈〉【】「」『』—…·~～%-/'\"<>[]{}|=+*&#@$_^`\\")
"""Marks that are tokens of their own, beside those of `MARKS`."""


def is_han(c: str) -> bool:
    """Whether `c` is a Han character of the basic plane (extension A included)."""
    return "㐀" <= c <= "鿿" or c == "〇"


def token(c: str, simplified: dict[str, str]) -> str:
    """The token of a character: one character too."""
    if is_han(c):
        return simplified.get(c, c)
    if c in MARKS:
        return MARKS[c]
    if c in KEPT or c == LINE:
        return c
    if c.isascii():
        return LETTER if c.isalpha() else DIGIT if c.isdigit() else SPACE
    if "０" <= c <= "９":
        return DIGIT
    if "Ａ" <= c <= "Ｚ" or "ａ" <= c <= "ｚ":
        return LETTER
    return SPACE if c.isspace() else OTHER
