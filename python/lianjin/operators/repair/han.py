"""Chinese characters: which they are, and how their two scripts belong together."""

from __future__ import annotations

from functools import cache

from lianjin._kernel import han_table

_BLOCKS = (
    ("一", "鿿"),
    ("㐀", "䶿"),
    ("〇", "〇"),
    ("\uf900", "\ufad9"),
    ("\U00020000", "\U000323af"),
)


@cache
def _row(name: str) -> str:
    """The characters of one row of the table."""
    rows = (line.split("\t") for line in han_table().splitlines())
    return next(row[1] for row in rows if row[0] == name)


@cache
def _simplified() -> dict[str, str]:
    chars = _row("pairs")
    return dict(zip(chars[::2], chars[1::2], strict=True))


@cache
def _traditional() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for traditional, simplified in sorted(_simplified().items()):
        found[simplified] = (*found.get(simplified, ()), traditional)
    return found


@cache
def _only(script: str) -> frozenset[str]:
    return frozenset(char for char in _row(script) if char >= "㐀")


def to_simplified(char: str) -> str:
    """The simplified form of one character, without context; itself if it has none.

    >>> to_simplified("數")
    '数'
    """
    return _simplified().get(char, char)


def traditional_forms(char: str) -> tuple[str, ...]:
    """The characters that it is the simplified form of, in order; none if there are none.

    >>> traditional_forms("干")
    ('乾', '幹', '榦')
    """
    return _traditional().get(char, ())


def is_traditional_only(char: str) -> bool:
    """Whether the character occurs in traditional text only."""
    return char in _only("traditional")


def is_simplified_only(char: str) -> bool:
    """Whether the character occurs in simplified text only."""
    return char in _only("simplified")


def is_convertible(char: str) -> bool:
    """Whether the two scripts write the character's word differently: `數`, `数`, `后` (後)."""
    return char in _only("changing") or to_simplified(char) != char


def is_common(char: str) -> bool:
    """Whether it is, in simplified form, one of the 3,755 of daily life (GB 2312, level 1)."""
    return to_simplified(char) in _only("common")


def is_han(char: str) -> bool:
    """Whether the character is a Chinese character; radicals and strokes are not."""
    return any(first <= char <= last for first, last in _BLOCKS)
