"""The catalogue: what is listed now, found by words and narrowed by facets.

Takes a connection and what somebody looks for; gives hits, their number, and counts by facet. Rows
are the truth: the index in memory follows the events of listings before each search, so that a
listing is found the moment it is listed and never a moment longer.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal

import sqlalchemy as sa

from lianjin.core.database import EVENTS
from lianjin.core.errors import UsageError
from lianjin.core.limits import CATALOGUE_HITS, CATALOGUE_PAGE
from lianjin.core.words import Words
from lianjin.market.listing import LISTINGS, Listing, read
from lianjin.market.search import Index

Sort = Literal["relevance", "newest", "cheapest", "dearest", "largest"]
EVERYTHING = (None, None)
FACETS = ("kind", "domain", "language", "grade", "supplier")


@dataclass(frozen=True)
class Search:
    """What somebody looks for: words, values of facets (any of each), ranges with their ends.

    UsageError `wrong-search`.
    """

    text: str = ""
    facets: Mapping[str, frozenset[str]] = field(default_factory=dict)
    price_fen: tuple[int | None, int | None] = EVERYTHING
    size_bytes: tuple[int | None, int | None] = EVERYTHING
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20

    def __post_init__(self) -> None:
        if unknown := sorted(set(self.facets) - set(FACETS)):
            raise _wrong(Words(f"there is no facet {unknown[0]!r}", f"没有分面 {unknown[0]!r}"))
        if not (self.offset >= 0 and 1 <= self.limit <= CATALOGUE_PAGE):
            raise _wrong(
                Words(
                    f"a page has 1 to {CATALOGUE_PAGE} hits, not {self.limit}",
                    f"每页 1 到 {CATALOGUE_PAGE} 条，不能是 {self.limit}",
                )
            )


@dataclass(frozen=True)
class Found:
    """A page of hits, how many there are in all, and for each facet how many hits each value has.

    A facet is counted without its own choice, so that a person sees what else could be chosen.
    """

    hits: tuple[Listing, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class _Entry:
    """What a listing is narrowed and sorted by."""

    values: Mapping[str, tuple[str, ...]]
    price_fen: int
    size_bytes: int
    listed_utc: str


class Catalogue:
    """The index of one process; any number of threads may search."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index: Index | None = None  # made at the first search: the library takes a moment
        self._entries: dict[str, _Entry] = {}
        self._number = -1

    def search(self, connection: sa.Connection, search: Search) -> Found:
        """What is found in the state of the database that the connection sees, or in a later one."""
        with self._lock:
            index = self._follow(connection)
            entries = self._entries
        scores = dict.fromkeys(entries, 0.0)
        if search.text.strip():
            found = index.found(search.text, CATALOGUE_HITS)
            scores = {identity: score for identity, score in found.items() if identity in entries}
        chosen = {name: wanted for name, wanted in search.facets.items() if wanted}
        ranged = list(scores)
        if (search.price_fen, search.size_bytes) != (EVERYTHING, EVERYTHING):
            ranged = [i for i in ranged if _is_within(entries[i], search)]
        hits = [i for i in ranged if _has(entries[i], chosen)] if chosen else ranged
        page = _sorted(hits, entries, scores, search.sort)
        return Found(
            _listings(connection, page[search.offset : search.offset + search.limit]),
            len(hits),
            {
                name: _counts(name, ranged if name in chosen else hits, entries, chosen)
                for name in FACETS
            },
        )

    def _follow(self, connection: sa.Connection) -> Index:
        """The index, after all that happened to listings since it last looked."""
        if self._index is None:
            self._index = Index()
        last = connection.execute(sa.select(sa.func.max(EVENTS.c.number))).scalar() or 0
        if last <= self._number:
            return self._index
        query = sa.select(LISTINGS)
        if self._number >= 0:
            since = sa.select(EVENTS.c.subject).where(
                EVENTS.c.number > self._number,
                EVENTS.c.event.startswith("listing", autoescape=True),
            )
            query = query.where(LISTINGS.c.id.in_(since))
        changed = {row.id: read(row) for row in connection.execute(query)}
        if changed:
            self._index.put({i: _text(found) for i, found in changed.items()})
            kept = {i: entry for i, entry in self._entries.items() if i not in changed}
            listed = (found for found in changed.values() if found.state == "listed")
            self._entries = kept | {found.id: _entry(found) for found in listed}
        self._number = last
        return self._index


def _text(found: Listing) -> tuple[str, str] | None:
    if found.state != "listed":
        return None
    content, manual = found.content, found.content.manual
    body = (
        content.summary, content.domain, *content.keywords, content.version, manual.content,
        manual.source, *manual.scenarios, *manual.cases,
    )  # fmt: skip
    return f"{content.title} {content.title_en}", " ".join(body)


def _entry(found: Listing) -> _Entry:
    content = found.content
    values = {
        "kind": (content.kind,),
        "domain": (content.domain,),
        "language": content.languages,
        "grade": (found.grade,) if found.grade else (),
        "supplier": (found.supplier,),
    }
    return _Entry(values, content.price_fen, content.facts.size_bytes, found.listed_utc or "")


def _is_within(entry: _Entry, search: Search) -> bool:
    pairs = ((entry.price_fen, search.price_fen), (entry.size_bytes, search.size_bytes))
    return all(
        (least is None or value >= least) and (most is None or value <= most)
        for value, (least, most) in pairs
    )


def _has(entry: _Entry, chosen: Mapping[str, frozenset[str]]) -> bool:
    return all(not wanted.isdisjoint(entry.values[name]) for name, wanted in chosen.items())


def _counts(
    name: str,
    found: Sequence[str],
    entries: Mapping[str, _Entry],
    chosen: Mapping[str, frozenset[str]],
) -> Mapping[str, int]:
    """How many have each value of a facet, under the choices made in the others."""
    fitting = [entries[i].values for i in found]
    if name in chosen:
        others = {other: wanted for other, wanted in chosen.items() if other != name}
        fitting = [entries[i].values for i in found if _has(entries[i], others)]
    counted = Counter(chain.from_iterable(values[name] for values in fitting))
    return dict(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _sorted(
    hits: list[str], entries: Mapping[str, _Entry], scores: Mapping[str, float], sort: Sort
) -> list[str]:
    """Hits in the order asked for; the newer of two equal ones first."""
    newest = sorted(hits, key=lambda i: (entries[i].listed_utc, i), reverse=True)
    if sort == "relevance":
        return sorted(newest, key=lambda i: -scores[i])
    if sort == "cheapest":
        return sorted(newest, key=lambda i: entries[i].price_fen)
    if sort == "dearest":
        return sorted(newest, key=lambda i: -entries[i].price_fen)
    if sort == "largest":
        return sorted(newest, key=lambda i: -entries[i].size_bytes)
    return newest


def _listings(connection: sa.Connection, page: list[str]) -> tuple[Listing, ...]:
    """The rows of a page; asked for their state again, since another thread may be ahead."""
    query = sa.select(LISTINGS).where(LISTINGS.c.id.in_(page), LISTINGS.c.state == "listed")
    found = {row.id: read(row) for row in connection.execute(query)}
    return tuple(found[i] for i in page if i in found)


def _wrong(why: Words) -> UsageError:
    return UsageError("wrong-search", Words("this is no search: ", "检索条件不成立：") + why)
