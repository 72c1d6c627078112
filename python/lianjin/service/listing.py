"""`/api/catalogue`, `/api/listings`, `/api/reviews`: what is offered, and its way there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Annotated, Any, Literal

import pyarrow.parquet as pq
from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from lianjin.core.database import Transaction
from lianjin.core.limits import (
    AMOUNT_FEN,
    CATALOGUE_PAGE,
    CERTIFICATE_SIZE_BYTES,
    LISTING_ANNOTATORS,
    LISTING_SAMPLES,
    LISTING_TEXT_CHARS,
    LISTING_TEXTS,
    LISTING_TITLE_CHARS,
    OFFER_DAYS,
    SEARCH_CHARS,
)
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry
from lianjin.corpus.tokens import ESTIMATE, tokens_of
from lianjin.corpus.version import VersionName
from lianjin.market import listing as market
from lianjin.market import party
from lianjin.market.actor import Actor, absent
from lianjin.market.annotators import annotators_of
from lianjin.market.catalogue import Search, Sort
from lianjin.market.certified import certified
from lianjin.market.content import Content
from lianjin.market.listing import Listing
from lianjin.market.manual import Facts, chapters
from lianjin.market.offer import ACTIONS, DUTIES, policy
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import Body, Identity, PathIdentity
from lianjin.service.route import router
from lianjin.service.sent import Sending, Sent
from lianjin.service.state import State

ROUTER = router("listing", body_bytes=4 * CERTIFICATE_SIZE_BYTES)

Text = Annotated[str, Field(max_length=LISTING_TEXT_CHARS)]
Texts = Annotated[list[Text], Field(max_length=LISTING_TEXTS)]
Title = Annotated[str, Field(max_length=LISTING_TITLE_CHARS)]
Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
Word = Annotated[str, Query(max_length=LISTING_TITLE_CHARS)]
Amount = Annotated[int | None, Query(ge=0, le=2**53)]


class Both(BaseModel):
    """A sentence in both languages."""

    en: str
    zh: str


class OfferBody(Body):
    """What a buyer may do, may not do, owes, and for how many days (none: for ever)."""

    permissions: list[str] = Field(max_length=len(ACTIONS))
    prohibitions: list[str] = Field(default=[], max_length=len(ACTIONS))
    duties: list[str] = Field(default=[], max_length=len(DUTIES))
    days: int | None = Field(default=None, ge=1, le=OFFER_DAYS)


class ManualBody(Body):
    """What only the supplier can say."""

    content: Text
    source: Text
    scenarios: Texts
    requirements: Text = ""
    restrictions: Text = ""
    update: Text = ""
    contact: Text = ""
    cases: Texts = Field(default=[])


class ContentBody(Body):
    """A version that is offered. Its root and its sizes are read from the registry.

    `projects`: in which it was annotated here; who answered there shares in the price, by the answers
    that count. `annotators`: answers by person of work that was done elsewhere; they are added.
    `samples`: how many of the first records everybody may look at.
    """

    version: Annotated[str, Field(max_length=200)]
    title: Title
    title_en: Title = ""
    summary: Text
    kind: Literal["text", "instruction", "preference", "benchmark"]
    domain: Title
    languages: list[Annotated[str, Field(max_length=12)]] = Field(min_length=1, max_length=16)
    keywords: Texts = Field(default=[])
    manual: ManualBody
    price_fen: int = Field(ge=0, le=AMOUNT_FEN)
    offer: OfferBody
    certificate: Annotated[str, Field(max_length=CERTIFICATE_SIZE_BYTES)]
    annotators: dict[str, int] = Field(default={}, max_length=LISTING_ANNOTATORS)
    samples: int = Field(default=0, ge=0, le=LISTING_SAMPLES)
    projects: list[Identity] = Field(default=[], max_length=LISTING_TEXTS)


class ReviewBody(Body):
    """An assessor's word on the content with this digest."""

    content_digest: Digest
    lists: bool
    reasons: Text = ""


class Card(BaseModel):
    """A listing as the catalogue shows it."""

    id: str
    state: str
    title: str
    title_en: str
    summary: str
    version: str
    kind: str
    domain: str
    languages: list[str]
    grade: str | None
    supplier: str
    supplier_title: str
    price_fen: int
    size_bytes: int
    n_records: int
    n_tokens: int | None
    listed_utc: str | None


class Chapter(BaseModel):
    """A chapter of the manual; a text somebody typed is the same in both languages."""

    heading: Both
    rows: list[tuple[Both, Both]]


class Verdict(BaseModel):
    """What the offer says about an action: allowed, condition, forbidden, ask."""

    action: str
    title: Both
    verdict: str


class ListingView(Card):
    """A listing with all that a buyer or an assessor decides by."""

    root: str
    content_digest: str
    certificate_digest: str | None
    certificate: str
    valid_until_utc: str | None
    assessor: str | None
    assessor_title: str | None
    reasons: str
    content: dict[str, Any]
    manual: list[Chapter]
    actions: list[Verdict]
    offer: dict[str, Any]
    created_utc: str
    changed_utc: str


class CataloguePage(BaseModel):
    """Hits, how many there are in all, and how many each value of a facet has."""

    hits: list[Card]
    total: int
    facets: dict[str, dict[str, int]]


@ROUTER.get("/catalogue")
def search_catalogue(
    who: Annotated[Caller, need("catalogue.read")],
    state: Here,
    text: Annotated[str, Query(max_length=SEARCH_CHARS)] = "",
    kind: Annotated[list[Word], Query(max_length=20)] = [],  # noqa: B006
    domain: Annotated[list[Word], Query(max_length=20)] = [],  # noqa: B006
    language: Annotated[list[Word], Query(max_length=20)] = [],  # noqa: B006
    grade: Annotated[list[Word], Query(max_length=20)] = [],  # noqa: B006
    supplier: Annotated[list[Word], Query(max_length=20)] = [],  # noqa: B006
    price_from: Amount = None,
    price_to: Amount = None,
    size_from: Amount = None,
    size_to: Amount = None,
    sort: Sort = "relevance",
    offset: Annotated[int, Query(ge=0, le=100_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=CATALOGUE_PAGE)] = 20,
) -> CataloguePage:
    """What is listed now and fits; words are looked for in Chinese and English."""
    facets = {"kind": kind, "domain": domain, "language": language, "grade": grade,
              "supplier": supplier}  # fmt: skip
    search = Search(
        text,
        {name: frozenset(values) for name, values in facets.items() if values},
        (price_from, price_to),
        (size_from, size_to),
        sort,
        offset,
        limit,
    )
    with state.database.read() as connection:
        found = state.catalogue.search(connection, search)
        hits = [Card(**_card(connection, hit)) for hit in found.hits]
    return CataloguePage(
        hits=hits, total=found.total, facets={name: dict(c) for name, c in found.facets.items()}
    )


@ROUTER.get("/listings")
def list_listings(who: Annotated[Caller, need("listing.list")], state: Here) -> list[Card]:
    """The listings of one's own organisation, in every state."""
    with state.database.read() as connection:
        found = market.listings(connection, supplier=who.acting_for)
        return [Card(**_card(connection, one)) for one in found]


@ROUTER.get("/reviews")
def list_reviews(who: Annotated[Caller, need("review.list")], state: Here) -> list[Card]:
    """What waits for an assessor of another organisation than the supplier."""
    with state.database.read() as connection:
        found = market.listings(connection, state="submitted")
        mine = who.organisation
        return [Card(**_card(connection, one)) for one in found if one.supplier != mine]


@ROUTER.get("/listings/{listing_id}")
def read_listing(
    who: Annotated[Caller, need("listing.read")], state: Here, listing_id: PathIdentity
) -> ListingView:
    """A listing that is offered, or one's own, or one that waits for one's review."""
    with state.database.read() as connection:
        return ListingView(**_view(connection, visible_listing(connection, who, listing_id)))


def visible_listing(connection: Connection, who: Caller, listing_id: str) -> Listing:
    """A listing that the caller may see; NotFound for any other, as if it were not there."""
    found = market.listing(connection, listing_id)
    actor = None if who.organisation is None else actor_of(who)
    if not market.is_visible(found, actor, assesses="assessor" in who.roles):
        raise absent(Words("listing", "挂牌"), listing_id)
    return found


@ROUTER.post("/listings", status_code=201)
def draft_listing(
    who: Annotated[Caller, need("listing.make")], state: Here, sent: Sending, asked: ContentBody
) -> ListingView:
    """A new draft over a version of one's own organisation."""
    content = content_of(state, who, asked)
    actor = actor_of(who)
    return _answered(who, sent, lambda tx: market.draft(tx, actor, content))


@ROUTER.put("/listings/{listing_id}")
def revise_listing(
    who: Annotated[Caller, need("listing.change")],
    state: Here,
    sent: Sending,
    listing_id: PathIdentity,
    asked: ContentBody,
) -> ListingView:
    """Other content, while it is a draft or after it was returned."""
    _check_reach(state, who, listing_id)
    content = content_of(state, who, asked)
    actor = actor_of(who)
    return _answered(who, sent, lambda tx: market.revise(tx, actor, listing_id, content))


@ROUTER.post("/listings/{listing_id}/submit")
def submit_listing(
    who: Annotated[Caller, need("listing.change")],
    state: Here,
    sent: Sending,
    listing_id: PathIdentity,
) -> ListingView:
    """Freezes it for the review; its certificate is checked, with all that it rests on."""
    found = _check_reach(state, who, listing_id)
    with state.database.read() as connection:
        said = certified(
            connection,
            found.content.certificate,
            supplier=found.supplier,
            log=state.log.verifier,
            now_utc=state.clock(),
        )
    actor = actor_of(who)
    return _answered(who, sent, lambda tx: market.submit(tx, actor, listing_id, said))


@ROUTER.post("/listings/{listing_id}/review")
def review_listing(
    who: Annotated[Caller, need("listing.review")],
    state: Here,
    sent: Sending,
    listing_id: PathIdentity,
    asked: ReviewBody,
) -> ListingView:
    """Lists it, or returns it with reasons; never one of one's own organisation."""

    def work(tx: Transaction) -> Listing:
        return market.review(
            tx,
            actor_of(who),
            listing_id,
            asked.content_digest,
            lists=asked.lists,
            reasons=asked.reasons,
        )

    return _answered(who, sent, work)


@ROUTER.post("/listings/{listing_id}/{action}")
def move_listing(
    who: Annotated[Caller, need("listing.move")],
    state: Here,
    sent: Sending,
    listing_id: PathIdentity,
    action: Literal["withdraw", "suspend", "resume", "delist"],
) -> ListingView:
    """Takes it back, suspends, resumes or ends it: its supplier, or the operator."""
    found = _check_reach(state, who, listing_id)
    role = "supplier" if found.supplier == who.organisation else "operator"
    actor = actor_of(who)
    return _answered(who, sent, lambda tx: market.change(tx, actor, listing_id, action, role))


def actor_of(who: Caller) -> Actor:
    """Who acts on the market."""
    return Actor(who.user_id, who.acting_for)


def content_of(state: State, who: Caller, asked: ContentBody) -> Content:
    """The content that was asked for, with what the registry knows of the version.

    NotFound `no-such-version` if there is none, or it is another organisation's.
    """
    name = VersionName.parse(asked.version)
    with state.database.read() as connection:
        own = party.organisation(connection, who.acting_for).name
        annotators = annotators_of(connection, actor_of(who), asked.projects)
    if name.dataset.organisation != own:
        raise absent(Words("version", "版本"), asked.version)
    registry = Registry(state.registry)
    version = registry.version(name)
    dataset = registry.open(version)
    files, tokens = dataset.files("data"), tokens_of(dataset.manifest)
    schema = pq.read_schema(dataset.folder / files[0].path) if files else ()
    facts = Facts(
        sum(file.size_bytes for file in files),
        version.kept,
        None if tokens is None else tokens.count,
        len(files),
        tuple((field.name, str(field.type)) for field in schema),
        ESTIMATE if tokens is None else tokens.counted_by,
    )
    shares = Counter(annotators)
    shares.update(asked.annotators)
    known = {"root": version.root, "facts": facts.to_value(), "annotators": shares}
    return Content.read(asked.model_dump(exclude={"projects"}) | known)


def _check_reach(state: State, who: Caller, identity: str) -> Listing:
    missing = absent(Words("listing", "挂牌"), identity)
    with state.database.read() as connection:
        found = market.listing(connection, identity)
    within(who, lambda: missing, organisation=found.supplier)
    return found


def _answered(who: Caller, sent: Sent, work: Callable[[Transaction], Listing]) -> ListingView:
    """The listing as the work left it; the same request again gets the same bytes."""

    def viewed(tx: Transaction) -> Any:
        return ListingView(**_view(tx.connection, work(tx))).model_dump(mode="json")

    return ListingView(**sent.write(who, viewed))


def _card(connection: Any, found: Listing) -> dict[str, Any]:
    content, facts = found.content, found.content.facts
    return {
        "id": found.id,
        "state": found.state,
        "title": content.title,
        "title_en": content.title_en,
        "summary": content.summary,
        "version": content.version,
        "kind": content.kind,
        "domain": content.domain,
        "languages": list(content.languages),
        "grade": found.grade,
        "supplier": found.supplier,
        "supplier_title": party.organisation(connection, found.supplier).title,
        "price_fen": content.price_fen,
        "size_bytes": facts.size_bytes,
        "n_records": facts.n_records,
        "n_tokens": facts.n_tokens,
        "listed_utc": found.listed_utc,
    }


def _view(connection: Any, found: Listing) -> dict[str, Any]:
    content, card = found.content, _card(connection, found)
    assessor = found.assessor and party.organisation(connection, found.assessor).title
    manual = chapters(
        content.manual,
        content.facts,
        code=found.id,
        version=content.version,
        supplier=card["supplier_title"],
        certificate=found.grade or "",
        listed_utc=found.listed_utc,
    )
    uid = content.digest.removeprefix("sha256:")[:32]
    return card | {
        "root": content.root,
        "content_digest": found.content_digest,
        "certificate_digest": found.certificate_digest,
        "certificate": content.certificate,
        "valid_until_utc": found.valid_until_utc,
        "assessor": found.assessor,
        "assessor_title": assessor,
        "reasons": found.reasons,
        "content": {
            k: v for k, v in content.to_value().items() if k not in ("certificate", "annotators")
        },
        "manual": [
            {"heading": both(c.heading), "rows": [(both(n), both(t)) for n, t in c.rows]}
            for c in manual
        ],
        "actions": [
            {"action": name, "title": both(title), "verdict": content.offer.verdict(name)}
            for name, title in ACTIONS.items()
        ],
        "offer": policy(content.offer, uid=uid, target=content.version, assigner=found.supplier),
        "created_utc": found.created_utc,
        "changed_utc": found.changed_utc,
    }


def both(words: Words | str) -> dict[str, str]:
    """Both forms; what a person typed is the same in both."""
    said = words if isinstance(words, Words) else Words.verbatim(words)
    return {"en": said.en, "zh": said.zh}
