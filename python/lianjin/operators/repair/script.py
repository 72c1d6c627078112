"""`script`: text in simplified or in traditional characters throughout."""

from __future__ import annotations

from typing import Literal

from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator, repair


@repair(version=1, zh="繁简转换", en="script", rules={})
def script(text: str, *, to: Literal["simplified"] = "simplified") -> list[Edit]:
    """The characters of the other script, converted with OpenCC's tables; edits by the kernel."""
    return list(operator("repair", "script").edits(text, to=to))
