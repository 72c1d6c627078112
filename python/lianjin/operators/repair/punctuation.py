"""`punctuation`: Chinese text gets the Chinese forms of its marks."""

from __future__ import annotations

from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator, repair


@repair(version=1, zh="标点规范", en="punctuation", rules={})
def punctuation(text: str) -> list[Edit]:
    """ASCII marks within Chinese text, as Chinese marks; never the other way. By the kernel."""
    return list(operator("repair", "punctuation").edits(text))
