"""Edits that need no second look: found again in the mended text until none are left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lianjin.operators.edit import Edit, apply

ROUNDS = 5


@dataclass(frozen=True)
class _Span:
    """A span of the text between two lists of edits; `before` is its length before the first."""

    start: int
    end: int
    before: int
    second: tuple[Edit, ...]
    rule: str
    confidence: float


def settle(text: str, find: Callable[[str], list[Edit]]) -> list[Edit]:
    """The edits of `find`, asked again in the mended text until it has none, as one list."""
    edits = find(text)
    for _ in range(ROUNDS):
        middle = apply(text, edits)
        more = find(middle) if edits else []
        if not more:
            break
        edits = [e for e in compose(text, middle, edits, more) if e.before != e.after]
    return edits


def compose(text: str, middle: str, first: Sequence[Edit], second: Sequence[Edit]) -> list[Edit]:
    """One list of edits that does what `first` and then `second` do; `middle` is between.

    Edits that touch become one, under the rule of the earlier and the lower confidence.
    """
    spans, shift = [], 0
    for edit in first:
        start = edit.start + shift
        before = edit.end - edit.start
        spans.append(_Span(start, start + len(edit.after), before, (), edit.rule, edit.confidence))
        shift += len(edit.after) - before
    spans += [_Span(e.start, e.end, e.end - e.start, (e,), e.rule, e.confidence) for e in second]
    composed, shift = [], 0
    for span in _merged(sorted(spans, key=lambda span: (span.start, span.end))):
        start = span.start - shift
        end = start + span.before
        shift += span.end - span.start - span.before
        inside = [
            Edit(e.rule, e.start - span.start, e.end - span.start, e.before, e.after)
            for e in span.second
        ]
        after = apply(middle[span.start : span.end], inside)
        composed.append(Edit(span.rule, start, end, text[start:end], after, span.confidence))
    return composed


def _merged(spans: list[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last is None or span.start > last.end or not (span.second or last.second):
            merged.append(span)
            continue
        # What both cover was counted in both lengths.
        both = min(last.end, span.end) - span.start
        merged[-1] = _Span(
            last.start,
            max(last.end, span.end),
            last.before + span.before - both,
            last.second + span.second,
            last.rule,
            min(last.confidence, span.confidence),
        )
    return merged
