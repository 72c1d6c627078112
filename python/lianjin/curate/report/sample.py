"""Stretches of real documents around edits, as HTML with deletions and insertions marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from lianjin.operators.edit import Edit, undo

AROUND = 36
"""Code points of unchanged text shown on each side of an edit."""

LONGEST = 400
"""Code points of a deletion that are shown before it folds."""


def text_before_step(final: str, edits: Sequence[dict[str, Any]], step: int) -> str:
    """The text as recipe step `step` found it, from the final text and the receipt's edits."""
    text = final
    for later in sorted({edit["step"] for edit in edits if edit["step"] >= step}, reverse=True):
        text = undo(text, edits_of(edits, later))
    return text


def edits_of(edits: Sequence[dict[str, Any]], step: int) -> list[Edit]:
    """The receipt's edits of one step."""
    return [
        Edit(e["rule"], e["start"], e["end"], e["before"], e["after"], e["confidence"])
        for e in edits
        if e["step"] == step
    ]


def marked(text: str, edits: Sequence[Edit], *, most: int = 6) -> str:
    """HTML of the stretches of `text` around the first `most` edits, deletion before insertion."""
    return " <span class=dim>…</span> ".join(_stretches(text, list(edits)[:most]))


def _stretches(text: str, edits: list[Edit]) -> Iterator[str]:
    run: list[Edit] = []
    for edit in edits:
        if run and edit.start - run[-1].end > 2 * AROUND:
            yield _stretch(text, run)
            run = []
        run.append(edit)
    if run:
        yield _stretch(text, run)


def _stretch(text: str, edits: Sequence[Edit]) -> str:
    start, end = max(0, edits[0].start - AROUND), edits[-1].end + AROUND
    pieces, done = [], start
    for edit in edits:
        pieces += [escape(text[done : edit.start]), _mark(edit)]
        done = edit.end
    return "".join(pieces) + escape(text[done:end])


def _mark(edit: Edit) -> str:
    title = escape(f"{edit.rule} {edit.confidence:.2f}", quote=True)
    removed = _shortened(visible(edit.before))
    deletion = f'<del title="{title}">{escape(removed)}</del>' if edit.before else ""
    insertion = f'<ins title="{title}">{escape(visible(edit.after))}</ins>' if edit.after else ""
    return deletion + insertion


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[: LONGEST // 2]} … [{len(text)}] … {text[-LONGEST // 4 :]}"


def visible(text: str) -> str:
    """The text with characters nobody can see written as U+XXXX; line ends as ↵."""
    return "".join(_seen(c) for c in text)


def _seen(character: str) -> str:
    if character == "\n":
        return "↵"
    if character.isprintable() or character == "\u3000":
        return character
    return f"⟨U+{ord(character):04X}⟩"
