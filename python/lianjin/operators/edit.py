"""One change of a repair to a text, as Python sees it: offsets in code points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Edit:
    """The code points `start` to `end` of the text become `after`.

    `rule` is the stable name of the rule that decided, `confidence` is 0 to 1.
    """

    rule: str
    start: int
    end: int
    before: str
    after: str
    confidence: float = 1.0


def apply(text: str, edits: Sequence[Edit]) -> str:
    """The text with all edits carried out; `edits` ascend and do not overlap.

    >>> apply("质(zhì)量", [Edit("gloss", 1, 6, "(zhì)", "")])
    '质量'
    """
    pieces, done = [], 0
    for edit in edits:
        pieces += [text[done : edit.start], edit.after]
        done = edit.end
    return "".join(pieces) + text[done:]


def undo(text: str, edits: Sequence[Edit]) -> str:
    """The text before the edits were carried out: `undo(apply(t, e), e) == t`."""
    pieces, done, shift = [], 0, 0
    for edit in edits:
        start = edit.start + shift
        pieces += [text[done:start], edit.before]
        done = start + len(edit.after)
        shift += len(edit.after) - (edit.end - edit.start)
    return "".join(pieces) + text[done:]
