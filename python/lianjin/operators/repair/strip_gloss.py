"""`strip_gloss`: pinyin that a page's software put behind its characters is taken out."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator, repair

RULES = {
    "toned_gloss": "a reading with tone marks in brackets behind its character: 質(zhì)量",
    "toneless_gloss": "a reading without tones in brackets behind its character: 想(xiang)象",
}


@repair(version=1, zh="去除夹注拼音", en="pinyin glosses", rules=RULES)
def strip_gloss(text: str, *, minimum: Annotated[int, Field(ge=2)] = 5) -> list[Edit]:
    """The bracketed readings that software inserted; annotations that people wrote stay.

    Damage shows by the whole document: software glosses a character at every occurrence, people
    gloss the unusual, once. `minimum`: the fewest glosses that prove a document damaged.
    Edits are found by the kernel.
    """
    return list(operator("repair", "strip_gloss").edits(text, minimum=minimum))
