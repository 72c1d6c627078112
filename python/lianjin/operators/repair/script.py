"""`script`: text in simplified or in traditional characters throughout."""

from __future__ import annotations

from typing import Literal

from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator, repair

RULES = {
    "script_character": "a character of the other script",
    "script_phrase": "a phrase of the other script, where a character alone would mislead",
}


@repair(version=1, zh="繁简转换", en="script", rules=RULES)
def script(text: str, *, to: Literal["simplified", "traditional"] = "simplified") -> list[Edit]:
    """The characters of the other script, converted with OpenCC's tables; edits by the kernel."""
    return list(operator("repair", "script").edits(text, to=to))
