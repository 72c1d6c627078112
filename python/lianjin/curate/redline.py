"""A text with all that its repairs took out and put in, in reading order.

Takes the final text and a receipt's edits; gives spans. Without the cuts they are the final text,
without what was put they are the text as it was read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["same", "cut", "put"]


@dataclass(frozen=True)
class Span:
    """A stretch of text: the `same` before and after, `cut` by a repair, or `put` in by one.

    `step`: the recipe step that did so, `rule` and `confidence` of its edit; None for the same.
    """

    kind: Kind
    text: str
    step: int | None = None
    rule: str | None = None
    confidence: float | None = None


def redline(final: str, edits: Sequence[dict[str, Any]]) -> tuple[Span, ...]:
    """The spans of a text whose receipt has these edits.

    What one step put in and a later one took out again is in neither text and in no span. O(spans)
    for each step.

    >>> cut = {"step": 0, "rule": "gloss", "start": 1, "end": 6, "before": "(zhì)", "after": "",
    ...        "confidence": 1.0}
    >>> [(span.kind, span.text) for span in redline("质量", [cut])]
    [('same', '质'), ('cut', '(zhì)'), ('same', '量')]
    """
    spans = [Span("same", final)] if final else []
    for step in sorted({edit["step"] for edit in edits}, reverse=True):
        spans = _undone(spans, [edit for edit in edits if edit["step"] == step])
    return tuple(_joined(spans))


def _undone(spans: list[Span], edits: Sequence[dict[str, Any]]) -> list[Span]:
    """The spans as the text before a step has them, from those of the text after it.

    Of the text after the step, `put` spans are no part: a later step put them in.
    """
    rest, done, shift = iter(spans), 0, 0
    undone: list[Span] = []
    reader = _Reader(rest)
    for edit in edits:
        start = edit["start"] + shift
        undone += reader.take(start - done)
        about = {name: edit[name] for name in ("step", "rule", "confidence")}
        replaced = reader.take(len(edit["after"]))
        if edit["before"]:
            undone.append(Span("cut", edit["before"], **about))
        undone += [
            Span("put", span.text, **about) if span.kind == "same" else span
            for span in replaced
            if span.kind != "cut"
        ]
        done = start + len(edit["after"])
        shift += len(edit["after"]) - (edit["end"] - edit["start"])
    return undone + list(reader.all())


class _Reader:
    """Spans that are read by code points of the text that `same` and `cut` make up."""

    def __init__(self, spans: Iterator[Span]) -> None:
        self._spans = spans
        self._waiting: Span | None = None

    def take(self, length: int) -> list[Span]:
        """The spans of the next so many code points; what was put in between is among them."""
        taken: list[Span] = []
        while length > 0 and (span := self._next()) is not None:
            if span.kind == "put":
                taken.append(span)
                continue
            taken.append(replace(span, text=span.text[:length]))
            if len(span.text) > length:
                self._waiting = replace(span, text=span.text[length:])
            length -= len(span.text)
        return taken

    def all(self) -> Iterator[Span]:
        """All that is left."""
        while (span := self._next()) is not None:
            yield span

    def _next(self) -> Span | None:
        span, self._waiting = self._waiting, None
        return span or next(self._spans, None)


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """The spans, neighbours of the same edit as one."""
    last: Span | None = None
    for span in spans:
        if last is not None and replace(span, text="") == replace(last, text=""):
            last = replace(last, text=last.text + span.text)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
