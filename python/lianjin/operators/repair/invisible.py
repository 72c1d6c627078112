"""`invisible`: characters that nobody sees are taken out, those that do work stay."""

from __future__ import annotations

from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator, repair

RULES = {
    "byte_order_mark": "U+FEFF within text",
    "soft_hyphen": "U+00AD",
    "control": "control characters and terminal sequences; odd line breaks become a line feed",
    "zero_width": "zero-width spaces, joiners and tags, where no script and no emoji needs them",
    "bidi": "direction marks in lines without right-to-left letters",
    "odd_space": "no-break and fixed-width spaces beside Chinese become a space",
    "private_use": "private-use characters: the standard form if one is known, else taken out",
}


@repair(version=1, zh="清除隐形字符", en="invisible characters", rules=RULES)
def invisible(text: str) -> list[Edit]:
    """Zero-width, control and private-use characters out of the text; edits by the kernel."""
    return list(operator("repair", "invisible").edits(text))
