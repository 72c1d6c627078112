"""What may come next in a run of characters that are one byte out of step."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple

from lianjin.operators.repair import reading
from lianjin.operators.repair.charset.gbk import LEADS, TRAILS, char_of, is_invalid, pair_of
from lianjin.operators.repair.language_model import NAT, knows, unigram
from lianjin.operators.repair.phase.decoder import Decoder
from lianjin.operators.repair.phase.page import Page
from lianjin.operators.repair.phase.tokens import Place, Token, read, reading_of

UNREADABLE = 9 * NAT
"""A character that stays unreadable."""
GUESSES, OPENINGS = 16, 48
"""Guesses followed at once; at the first character of a run, which what follows decides."""
CUT, SWALLOW = 6 * NAT, 2 * NAT
"""A `?` in a run is a cut mark and no marker; it swallowed an ASCII character, twice so much for
one that the page has nowhere else."""
SWALLOWED = ',:;() .-"'
"""What it may have swallowed, beside digits and the `<` of a tag."""
COMMON = 1500
"""Characters that may have lost both bytes: so many of the commonest."""
START = 0xFFFF_FFFF
"""The path before the first character of a run."""
TAG_REST = re.compile(r"/?[0-9A-Za-z]{1,10}/?>")
"""What follows the `<` of a tag."""


class Pending(NamedTuple):
    """What a run waits for: the second byte of a character.

    "lead": `byte` is its first. "lost": its first was lost together with `byte` before it.
    """

    kind: Literal["lead", "lost"]
    byte: int


@dataclass(frozen=True)
class State:
    """A way to read the run up to some token; `path` is the last piece written.

    `is_cut`: the byte it waits with is of a mark that was cut, so the next character may look
    like a mark.
    """

    pending: Pending
    place: Place
    cost: int
    path: int
    is_cut: bool = False


@dataclass(frozen=True)
class Closed:
    """A way to read the run to its end: in step again before token `next`."""

    next: int
    place: Place
    cost: int
    path: int


def _any(_: int) -> bool:
    return True


class Lossy(NamedTuple):
    """What a decoder may lose: pairs of a trail and the next character's lead that are none.

    `trails` are those that some lead follows in vain, `chars` the commonest characters with such
    a trail, `common` the commonest of all, each with its lead.
    """

    trails: list[int]
    chars: list[tuple[str, int]]
    common: list[tuple[str, int]]


@cache
def _lossy() -> Lossy:
    trails = [t for t in TRAILS if any(_is_lost(t, lead) for lead in LEADS)]
    chars = ((char_of(lead, trail), lead, trail) for lead in LEADS for trail in TRAILS)
    known = sorted((unigram(c), c, lead, trail) for c, lead, trail in chars if c and knows(c))
    ends = [(char, lead) for _, char, lead, trail in known if trail in trails]
    return Lossy(trails, ends[:COMMON], [(char, lead) for _, char, lead, _ in known[:COMMON]])


def _is_lost(trail: int, lead: int) -> bool:
    """Whether a decoder gives up at these two bytes."""
    return trail == 0x80 or is_invalid(trail, lead)


class Automaton:
    """The automaton on one line: `live` are its states, `closed` the ends found.

    `pieces` are the texts written, each with the index of the piece before it. States that cost
    more than `most_cost` are not asked whether a byte was dropped without a trace.
    """

    def __init__(self, page: Page, line: str, tokens: list[Token]) -> None:
        self.page, self.line, self.tokens = page, line, tokens
        self.pieces: list[tuple[str, int]] = []
        self.live: list[State] = []
        self.closed: list[Closed] = []
        self.most_cost: int | None = None

    def text(self, path: int) -> str:
        """What was written on the way to `path`."""
        found = []
        while path != START:
            piece, path = self.pieces[path]
            found.append(piece)
        return "".join(reversed(found))

    def token(self, i: int) -> Token | None:
        """Token i; none before the first and behind the last."""
        return self.tokens[i] if 0 <= i < len(self.tokens) else None

    def _push(self, piece: str, before: int) -> int:
        self.pieces.append((piece, before))
        return len(self.pieces) - 1

    def _write(self, state: State, char: str) -> State:
        cost, place = self.page.write(state.place, char)
        cost += state.cost + (0 if state.is_cut else self.page.cut_cost(char))
        return State(state.pending, place, cost, self._push(char, state.path))

    def _best(
        self, place: Place, candidates: Iterable[str | None], most: int = GUESSES
    ) -> list[str]:
        """The `most` cheapest characters among the candidates, best first; those that the model has
        never met only where others are too few."""
        chars = [char for char in candidates if char]
        chosen = [char for char in chars if knows(char)]
        if len(chosen) < most:
            chosen = chars
        costs = [(self.page.write(place, char)[0], char) for char in chosen]
        return [char for _, char in sorted(costs)[:most]]

    def _close(self, state: State, next: int, extra: int = 0) -> None:
        self.closed.append(Closed(next, state.place, state.cost + extra, state.path))

    def _wait(self, state: State, kind: Literal["lead", "lost"], byte: int) -> None:
        self.live.append(replace(state, pending=Pending(kind, byte)))

    def open_at_mark(self, i: int, place: Place, marked: bool) -> None:
        """Starts runs at token i, a mark found across two characters.

        `marked`: the decoder left a marker before it for the first byte of the first.
        """
        token = self.token(i)
        if token is None or token.mark is None:
            return
        cost = 0 if marked else self.page.decoder.unmarked
        if cost is None:
            return
        first, second = token.mark
        start = State(Pending("lead", second), place, cost, START)
        for char in self._best(place, (char_of(lead, first) for lead in LEADS), OPENINGS):
            state = self._write(start, char)
            cost = state.cost + self.page.opener_cost(char)
            self.live.append(replace(state, cost=cost, is_cut=True))

    def open_at_gloss(self, i: int, before: int, place: Place) -> None:
        """Starts runs at token i, a gloss whose character was found across two characters.

        `before` is the character before it, whose second byte was the first of that one.
        """
        gloss, token = self.token(i), self.token(before)
        if gloss is None or token is None or token.pair is None:
            return
        pairs = map(pair_of, reading.characters(reading_of(self.line, gloss)))
        fitting = {pair[1] for pair in pairs if pair and pair[0] == token.pair[1]}
        for trail in sorted(trail for trail in fitting if trail > 0x80):
            self.live.append(State(Pending("lead", trail), place, 0, START))

    def step(self, state: State, i: int) -> None:
        """Follows a state over token i; at the line's end there is none."""
        if state.pending.kind == "lead":
            self._step_lead(state, state.pending.byte, i)
        else:
            self._step_lost(state, state.pending.byte, i)

    def _step_lead(self, state: State, lead: int, i: int) -> None:
        token = self.token(i)
        if token is None:
            # A decoder that leaves markers would have left one at the line's end.
            if self.page.decoder.dropped is not None:
                self._guess_trail(state, lead, i, 0, _any)
        elif token.kind == "gloss":
            self._close_at_gloss(state, lead, i, "")
        elif token.kind == "plain":
            self._step_plain(state, lead, i, token)

    def _step_plain(self, state: State, lead: int, i: int, token: Token) -> None:
        if token.pair is not None:
            first, second = token.pair
            if char := char_of(lead, first):
                self._wait_for(self._write(state, char), second, i + 1)
            self._drop(state, lead, i, lambda t: bool(token.mark) or _is_lost(t, first))
        elif token.trail is not None and (char := char_of(lead, token.trail)):
            self._close(self._write(state, char), i + 1)
        elif token.char.isascii() or token.mark:
            self._drop(state, lead, i, _any)
        is_marker = self.page.decoder.marks(token)
        if is_marker:
            self._step_marker(state, lead, i)
        if token.mark and (char := char_of(lead, token.mark[0])):
            after = self._write(state, char)
            cut = after.cost + (CUT if is_marker else 0)
            self._wait(replace(after, cost=cut, is_cut=True), "lead", token.mark[1])

    def _wait_for(self, state: State, byte: int, next: int) -> None:
        """After a character: `byte` is the first of the next one, or an ASCII character."""
        if byte > 0x80:
            self._wait(state, "lead", byte)
        elif byte < 0x80:
            self._close(self._write(state, chr(byte)), next)

    def _drop(self, state: State, lead: int, next: int, may_be: Callable[[int], bool]) -> None:
        """In step again before token `next`, the second byte dropped without a trace."""
        extra = self.page.decoder.dropped
        if extra is not None and (self.most_cost is None or state.cost <= self.most_cost):
            self._guess_trail(state, lead, next, extra, may_be)

    def _guess_trail(
        self, state: State, lead: int, next: int, extra: int, may_be: Callable[[int], bool]
    ) -> None:
        """In step again before token `next`, the second byte unknown."""
        candidates = (char_of(lead, trail) for trail in TRAILS if may_be(trail))
        for char in self._best(state.place, candidates):
            self._close(self._write(state, char), next, extra)

    def _close_at_gloss(self, state: State, lead: int, i: int, bracket: str) -> None:
        """A gloss tells how the character reads whose second byte is unknown."""
        token, previous = self.token(i), self.token(i - 1)
        assert token is not None
        gloss = reading_of(self.line, token)
        chars = (char_of(lead, trail) for trail in TRAILS)
        fitting = [char for char in chars if char and reading.fits(char, gloss)]
        for char in self._best(state.place, fitting):
            after = self._write(state, char)
            if bracket:
                path = self._push(bracket, after.path)
                path = self._push(self.line[token.start : token.end], path)
                self._close(replace(after, path=path), i + 1)
            else:
                self._close(after, i)
        # The gloss of a character that two halves only seemed to be: it goes.
        if not bracket and previous and reading.fits(previous.char, gloss):
            self.live.append(state)

    def _step_marker(self, state: State, lead: int, i: int) -> None:
        """The decoder gave up here: one byte, two, or one and an ASCII character are lost."""
        marker, next = self.tokens[i], self.token(i + 1)
        if next is not None and next.kind != "plain":
            self._close_at_gloss(state, lead, i + 1, "(" if next.kind == "tail" else "")
            return
        swallows, decoder = marker.char == "?", self.page.decoder
        if next is not None and next.pair is not None and not next.mark:
            first, extra = next.pair[0], decoder.lost_one(marker.char)
            if extra is not None:
                self._guess_trail(state, lead, i + 1, extra, lambda t: _is_lost(t, first))
        elif next is None or not swallows or not next.char.isascii() or next.mark:
            self._guess_trail(state, lead, i + 1, 0, _any)
        if self._swallows(i):
            self._restore_swallowed(state, lead, i)
        goes_on = next and (next.pair or next.trail is not None or decoder.marks(next))
        if goes_on and decoder.loses_pairs:
            self._lose_pair(state, (char_of(lead, trail) for trail in _lossy().trails))

    def _lose_pair(self, state: State, candidates: Iterable[str | None]) -> None:
        """The second byte of a candidate was lost together with the first of the next one."""
        for char in self._best(state.place, candidates):
            pair = pair_of(char)
            self._wait(self._write(state, char), "lost", pair[1] if pair else 0x80)

    def _restore_swallowed(self, state: State, lead: int, i: int) -> None:
        """`?` took an ASCII character with it: `<` before a tag's rest, or what reads best.

        A digit is only flagged by the `?` that stays.
        """
        for char in self._best(state.place, (char_of(lead, trail) for trail in TRAILS)):
            self._close_swallowed(self._write(state, char), i)

    def _swallows(self, i: int) -> bool:
        """Whether the `?` at token i may have swallowed an ASCII character, as one decoder does: on
        a page that does not tell how it was decoded only the `<` of a tag."""
        next = self.token(i + 1)
        if self.tokens[i].char != "?" or next is None or next.kind != "plain":
            return False
        is_tag = TAG_REST.match(self.line, next.start) is not None
        return is_tag or self.page.decoder == Decoder.QUESTION

    def _close_swallowed(self, state: State, i: int) -> None:
        """In step again behind the `?` at token i, which swallowed an ASCII character."""
        marker, next = self.tokens[i], self.tokens[i + 1]
        if TAG_REST.match(self.line, next.start):
            self._close(self._write(state, "<"), i + 1)
            return
        extra, swallowed = self._swallowed(state, next)
        self._close(self._write(state, swallowed), i + 1, extra)
        cost, place = self.page.write(state.place, "0")
        path = self._push(self.line[marker.start : marker.end], state.path)
        self._close(State(state.pending, place, state.cost + cost, path), i + 1, SWALLOW)

    def _swallowed(self, state: State, next: Token) -> tuple[int, str]:
        """What `?` most likely swallowed before `next`, after what that costs beyond its own."""
        offers = []
        for char in SWALLOWED:
            extra = SWALLOW if char in self.page.characters else 2 * SWALLOW
            cost, place = self.page.write(state.place, char)
            offers.append((cost + extra + read(self.line, place, next)[0], extra, char))
        return min(offers)[1:]

    def _lose(self, state: State, lost: int, i: int) -> None:
        """A character lost both bytes between two markers: one that reads well, or it stays."""
        self._lose_pair(state, (c for c, lead in _lossy().chars if _is_lost(lost, lead)))
        token = self.tokens[i]
        path = self._push(self.line[token.start : token.end], state.path)
        self.live.append(State(Pending("lost", 0x80), state.place, state.cost + UNREADABLE, path))

    def _lose_last(self, state: State, lost: int, i: int) -> None:
        """The last character of a run lost both bytes, before a mark or the line's end, or before
        an ASCII character that a `?` swallowed."""
        next = self.token(i + 1)
        is_end = next is None or next.mark
        if not is_end and not self._swallows(i):
            return
        candidates = (c for c, lead in _lossy().common if _is_lost(lost, lead))
        for char in self._best(state.place, candidates):
            after = self._write(state, char)
            if is_end:
                self._close(after, i + 1)
            else:
                self._close_swallowed(after, i)

    def _step_lost(self, state: State, lost: int, i: int) -> None:
        token = self.token(i)
        if token is None:
            return
        if self.page.decoder.marks(token):
            self._lose_last(state, lost, i)
            self._lose(state, lost, i)
            return
        if token.kind != "plain" or (token.pair is None and token.trail is None):
            return
        trail, then = token.pair or (token.trail or 0, None)
        leads = (lead for lead in LEADS if _is_lost(lost, lead))
        for char in self._best(state.place, (char_of(lead, trail) for lead in leads)):
            after = self._write(state, char)
            if then is None:
                self._close(after, i + 1)
            else:
                self._wait_for(after, then, i + 1)
