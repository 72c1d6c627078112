"""`entities`: character references that were left over in text become characters."""

from __future__ import annotations

from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator, repair

RULES = {
    "named_entity": "`&nbsp;`, `&quot;`: the character it names",
    "numeric_entity": "`&#8220;`, `&#x201C;`: the character of that number",
    "double_escaped_entity": "`&amp;quot;`: escaped twice or more",
    "stray_tag": "`</p>` or the like that was left at a line's end",
}


@repair(version=1, zh="字符实体还原", en="character references", rules=RULES)
def entities(text: str) -> list[Edit]:
    """References that were left over, as the characters they stand for.

    Text about markup keeps them: where tags or code stand in the document, and where a reference
    makes a tag (`&lt;div&gt;`) or is spoken of. Edits are found by the kernel.
    """
    return list(operator("repair", "entities").edits(text))
