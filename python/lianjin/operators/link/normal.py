"""The form in which links compare texts: the reference of the kernel's `link/normal.rs`."""

from __future__ import annotations

import unicodedata

_FOLDED = {
    **dict.fromkeys("“”„‟″「」『』", '"'),
    **dict.fromkeys("‘’‚‛′", "'"),
    **dict.fromkeys("。｡…", "."),
    **dict.fromkeys("、､", ","),
    **dict.fromkeys("【〔", "["),
    **dict.fromkeys("】〕", "]"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015─−", "-"),
    **dict.fromkeys("•・･", "·"),
    "〜": "~",
    "￥": "¥",
}

_INVISIBLE = frozenset(
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u3164\ufeff\uffa0"
    + "".join(
        chr(code)
        for first, last in [
            (0x180B, 0x180F),
            (0x200B, 0x200F),
            (0x202A, 0x202E),
            (0x2060, 0x206F),
            (0xFE00, 0xFE0F),
            (0xFFF9, 0xFFFB),
            (0xE0000, 0xE0FFF),
        ]
        for code in range(first, last + 1)
    )
)


def normal_form(text: str) -> str:
    """The text without what only changes its looks.

    White space, controls and invisible characters are dropped; full-width forms become ASCII;
    variants of one punctuation mark become one; Latin, Greek and Cyrillic letters become small.

    >>> normal_form("Ｈello，　世界。 1.5 ≠ 15")
    'hello,世界.1.5≠15'
    """
    return "".join(map(_fold, text))


def ngrams(text: str, n: int) -> frozenset[str]:
    """The distinct runs of `n` characters of the normal form; none if it is shorter."""
    form = normal_form(text)
    return frozenset(form[i : i + n] for i in range(len(form) - n + 1))


def jaccard(a: str, b: str, n: int = 5) -> float | None:
    """Shared n-grams as a share of all, 0 to 1; None where either text has none.

    >>> jaccard("一二三四五六", "一二三四五七")
    0.3333333333333333
    """
    one, other = ngrams(a, n), ngrams(b, n)
    return len(one & other) / len(one | other) if one and other else None


def _fold(c: str) -> str:
    if "\uff01" <= c <= "\uff5e":
        c = chr(ord(c) - 0xFEE0)
    if c.isspace() or c in _INVISIBLE or unicodedata.category(c) == "Cc":
        return ""
    if c in _FOLDED:
        return _FOLDED[c]
    if c <= "\u052f" or "\u1e00" <= c <= "\u1eff":
        small = c.lower()
        return small if len(small) == 1 else c
    return c
