"""The search on one line: which runs are out of step, and what they were."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lianjin.operators.repair.language_model import NAT, line_start, step, token
from lianjin.operators.repair.phase import alone, brackets, gate
from lianjin.operators.repair.phase.automaton import Automaton, Closed, State
from lianjin.operators.repair.phase.page import Page
from lianjin.operators.repair.phase.promise import GARBLED
from lianjin.operators.repair.phase.tokens import Place, Token, read, tokens

BEAM, AHEAD = 60, 2
"""States followed at once; tokens after a run that have a say in whether it ends there."""
WIDTH, NEAR = 9 * NAT, 3 * NAT
"""What a state may cost more than the best: to be followed; to be asked for silent drops."""
FIRST_LOOK = 4 * NAT, NAT
"""The same where a page is not read yet: whether any run gains, the likeliest states tell."""
BEFORE = 12
"""Tokens before a run whose characters have to read as text."""
LOOK, SMOOTH = 3, 8 * NAT
"""Where so many tokens after a mark cost less they are text as they stand."""
UNLIKELY = 5 * NAT
"""A mark that costs so much may have been cut from two characters, the text after it in step."""
NO_COLON = 3 * NAT
"""A line before a list ends in a colon; in another stop it costs so much more."""
FIRST_ITEMS = "（一）", "(一)", "一、", "1.", "1、", "1．", "①", "(1)", "（1）", "* ", "A.", "A．"
"""How the first item of a list begins."""
HOPELESS, PAST = 14 * NAT, 25 * NAT
"""A run is given up that is so much worse than what stands there, or than its best end so far."""
PLAUSIBLE, PLAUSIBLE_CLEAR, PLAUSIBLE_PROVEN = 6 * NAT, 15 * NAT // 2, 8 * NAT
"""What text costs a character at most, names included; where the run gains more than `CLEAR`; on a
page known to be damaged."""
STRICT = 4 * NAT
"""Where a run has to gain so much nothing else speaks for it."""
CLEAR = 20 * NAT
"""A gain that few runs of clean text reach."""


@dataclass(frozen=True)
class Site:
    """A run of characters that were out of step, what they were, and what speaks for it.

    `gain` over the line as it stands, `margin` to the second best reading, `cost` a character;
    `mark` is the full-width one that was found across two characters, `None` for a gloss.
    """

    start: int
    end: int
    after: str
    gain: int
    margin: int
    cost: int
    place: Place
    next: int
    by_gloss: bool = False
    mark: tuple[int, int] | None = None


class Line:
    """One line under search: its tokens, and the place and the cost before each.

    `behind` is what follows the line on the page; `failures` counts the openings that led nowhere.
    """

    def __init__(self, page: Page, text: str, behind: str) -> None:
        self.page, self.text, self.tokens = page, text, tokens(text, page.glossed)
        next = behind[1:].lstrip(" \u3000") if behind[:1] == "\n" else ""
        self.is_before_list = next.startswith(FIRST_ITEMS)
        start = Place(line_start(), "\n")
        self.places = [start] * (len(self.tokens) + 1)
        self.costs = [0] * (len(self.tokens) + 2)
        self.ahead = brackets.ahead_of(self.tokens, page.decoder.marks)
        self.failures = 0
        self.width, self.near = WIDTH, NEAR
        self._read_from(0, start)

    def _read_from(self, i: int, place: Place) -> None:
        """Reads the tokens from i on anew, from `place`."""
        for j in range(i, len(self.tokens) + 1):
            self.places[j] = place
            cost, place = self._read_token(place, j)
            self.costs[j + 1] = self.costs[j] + cost

    def _read_token(self, place: Place, j: int) -> tuple[int, Place]:
        """Reads token j; after the last one comes the line's end."""
        if j < len(self.tokens):
            return read(self.text, place, self.tokens[j])
        cost, context = step(place.context, token("\n"))
        if self.is_before_list and place.last in "；;。.，,、":
            cost += NO_COLON
        return cost, Place(context, "\n")

    def _cost(self, i: int, j: int) -> int:
        """What the tokens i to j cost as they stand."""
        last = len(self.tokens) + 1
        return self.costs[min(j, last)] - self.costs[min(i, last)]

    def sites(self, threshold: int, is_proven: bool) -> list[Site]:
        """The runs whose gain exceeds `threshold`, from left to right.

        `is_proven`: the page is known to be damaged, so `。` and `，` may have been cut too.
        """
        strict = not is_proven and threshold >= STRICT
        if not is_proven and not strict:
            self.width, self.near = FIRST_LOOK

        def is_accepted(site: Site) -> bool:
            return site.gain > threshold and _is_plausible(site, strict)

        found: list[Site] = []
        i = done = 0
        while i < len(self.tokens):
            best = self._site_at(i, done, is_proven)
            if best is None or not is_accepted(best):
                self.failures += best is not None
                i += 1
                continue
            # `?!`: the first may be the marker of the second.
            for j in range(i + 1, min(i + 3, best.next)):
                other = self._site_at(j, done, is_proven)
                if other is not None and is_accepted(other) and other.gain > best.gain:
                    best = other
            done = best.next
            i = max(done, i + 1)
            self._read_from(best.next, best.place)
            found.append(best)
        return found

    def _site_at(self, i: int, done: int, is_proven: bool) -> Site | None:
        """The best run that opens at token i, where tokens before `done` are spoken for."""
        opening = self.tokens[i]
        marked = i > done and self.page.decoder.marks(self.tokens[i - 1])
        offers: list[Site | None] = []
        is_likely = self._cost(i, i + 1) < UNLIKELY
        is_smooth = not marked and is_likely and self._cost(i + 1, i + 1 + LOOK) < SMOOTH
        is_smooth = is_smooth and not self._is_left_open(i + 1)
        opens = opening.mark and not is_smooth and (is_proven or self._may_open(i))
        if opens and (is_proven or self._is_text_before(i - marked, done)):
            offers.append(self._run(i, i + 1, lambda a, p: a.open_at_mark(i, p, False)))
            if marked:
                offers.append(self._run(i - 1, i + 1, lambda a, p: a.open_at_mark(i, p, True)))
        if opening.kind != "plain" and i > done and self.costs[i + 1] > self.costs[i]:
            start = i - marked
            before = self._character_before(start)
            site = self._run(start, i + 1, lambda a, p: a.open_at_gloss(i, before, p))
            offers.append(site and replace(site, by_gloss=True))
        return max((s for s in offers if s), key=lambda site: site.gain, default=None)

    def _is_left_open(self, i: int) -> bool:
        """Whether the line ends at token i with a quote or bracket open."""
        if i != len(self.tokens):
            return False
        return brackets.cost_before(self.places[i].open, self.ahead[i]) > 0

    def _character_before(self, i: int) -> int:
        """The character before token i, whatever glosses stand between: it may have its own."""
        i -= 1
        while i >= 0 and self.tokens[i].kind != "plain":
            i -= 1
        return i

    def _is_text_before(self, i: int, done: int) -> bool:
        """Whether the characters before i read as text: a line's first run follows text in step."""
        before = range(max(0, i - BEFORE), i)
        costs = [self._cost(j, j + 1) for j in before if self.tokens[j].pair]
        return done > 0 or len(costs) < 4 or sum(costs) < len(costs) * GARBLED

    def _may_open(self, i: int) -> bool:
        """Whether a run may open at the mark i of a page not yet proven damaged."""
        opening = self.tokens[i]
        if (i > 0 and _is_strange(self.tokens[i - 1])) or (
            i + 1 < len(self.tokens) and _is_strange(self.tokens[i + 1])
        ):
            return True
        mark, marked = opening.mark, i > 0 and self.tokens[i - 1].char == "?"
        places = [self.tokens[i - 1].start] * marked + [opening.start]
        if any(gate.is_told(self.text, at) or alone.stands_for_two(self.text, at) for at in places):
            return True
        before, rest = self.text[: opening.start], self.text[opening.end :]
        return mark is not None and gate.may_open(before, mark, marked, rest)

    def _run(
        self, start: int, next: int, open_at: Callable[[Automaton, Place], None]
    ) -> Site | None:
        """The best way through a run whose first states `open_at` puts in place before `next`."""
        automaton = Automaton(self.page, self.text, self.tokens)
        open_at(automaton, self.places[start])
        ends: list[tuple[int, Closed]] = []
        best_gain: int | None = None
        for i in range(next, len(self.tokens) + 1):
            live, automaton.live = _pruned(automaton.live, self.width), []
            if not live:
                break
            gain = self._cost(start, i) - live[0].cost
            if gain < -HOPELESS or (best_gain is not None and gain < best_gain - PAST):
                break
            n = i - next + 2
            if n >= 6 and live[0].cost >= n * PLAUSIBLE_PROVEN:
                break
            automaton.most_cost = live[0].cost + self.near
            for state in live:
                automaton.step(state, i)
            ends += [(self._gain(start, closed), closed) for closed in automaton.closed]
            automaton.closed = []
            best_gain = max((gain for gain, _ in ends), default=None)
        site = self._best_end(start, automaton, ends)
        return site and replace(site, mark=self.tokens[next - 1].mark)

    def _gain(self, start: int, closed: Closed) -> int:
        """How much better the run explains the tokens from `start` on than they themselves do."""
        cost, place = closed.cost, closed.place
        for j in range(closed.next, min(closed.next + AHEAD, len(self.tokens) + 1)):
            more, place = self._read_token(place, j)
            cost += more
        return self._cost(start, closed.next + AHEAD) - cost - self._cost_ahead(closed)

    def _cost_ahead(self, closed: Closed) -> int:
        """What the quotes and brackets after the run cost more than after what stands there."""
        ahead = self.ahead[closed.next]
        now = self.places[closed.next].open
        return brackets.cost_before(closed.place.open, ahead) - brackets.cost_before(now, ahead)

    def _best_end(
        self, start: int, automaton: Automaton, ends: list[tuple[int, Closed]]
    ) -> Site | None:
        if not ends:
            return None
        ends = sorted(ends, key=lambda end: (-end[0], end[1].next, end[1].path))
        gain, best = ends[0]
        after = automaton.text(best.path)
        others = (
            gain - second
            for second, other in ends[1:9]
            if other.next != best.next or automaton.text(other.path) != after
        )
        is_last = best.next >= len(self.tokens)
        return Site(
            start=self.tokens[start].start,
            end=len(self.text) if is_last else self.tokens[best.next].start,
            after=after,
            gain=gain,
            margin=next(others, gain),
            cost=int(best.cost / max(len(after), 1)),
            place=best.place,
            next=best.next,
        )


def _is_plausible(site: Site, strict: bool) -> bool:
    """Whether what stood there reads as text; `strict`: nothing else speaks for the run.

    On a damaged page a character more is granted, as one or two rare ones make a short run.
    """
    if strict:
        return site.cost < (PLAUSIBLE_CLEAR if site.gain > CLEAR else PLAUSIBLE)
    n = len(site.after)
    return site.cost * n < PLAUSIBLE_PROVEN * (n + 1)


def _is_strange(token: Token) -> bool:
    return token.char == "\ufffd"


def _pruned(states: list[State], width: int) -> list[State]:
    """The best states, best first, `width` the costliest above the best; of those that will behave
    alike only the cheapest."""
    found: dict[tuple[object, int, int, object], State] = {}
    for state in sorted(states, key=lambda s: (s.cost, s.pending, s.place.context, s.path)):
        context = state.place.context
        key = (state.pending, context.before, context.last, state.place.open)
        found.setdefault(key, state)
    best = list(found.values())[:BEAM]
    return [state for state in best if state.cost <= best[0].cost + width]
