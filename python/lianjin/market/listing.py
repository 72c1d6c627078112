"""Listings: a certified version, offered at a price, once somebody else has looked at it.

Takes what a supplier says, the facts of the version, its certificate; gives listings and who may do
what with them next. Records every move as an event with the digests of what was moved.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, Finding, UsageError
from lianjin.core.identity import canonical, digest_bytes, new_id
from lianjin.core.words import Words
from lianjin.market.actor import Actor, absent
from lianjin.market.content import Content
from lianjin.market.move import Moves, moved

LISTINGS = sa.Table(
    "listing",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("supplier", sa.String(40), nullable=False, index=True),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("dataset", sa.String(160), nullable=False, index=True),
    sa.Column("version", sa.String(255), nullable=False),
    sa.Column("root", sa.String(64), nullable=False),
    sa.Column("price_fen", sa.BigInteger, nullable=False),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("n_records", sa.BigInteger, nullable=False),
    sa.Column("n_tokens", sa.BigInteger, nullable=True),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("content_digest", sa.String(71), nullable=False),
    sa.Column("certificate_digest", sa.String(71), nullable=True),
    sa.Column("grade", sa.String(16), nullable=True),
    sa.Column("valid_until_utc", sa.String(27), nullable=True),
    sa.Column("assessor", sa.String(40), nullable=True, index=True),
    sa.Column("reviewed_by", sa.String(40), nullable=True),
    sa.Column("reasons", sa.Text, nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("changed_utc", sa.String(27), nullable=False),
    sa.Column("listed_utc", sa.String(27), nullable=True),
)

MOVES: Moves = {
    ("draft", "revise", "supplier"): "draft",
    ("draft", "submit", "supplier"): "submitted",
    ("returned", "revise", "supplier"): "draft",
    ("submitted", "withdraw", "supplier"): "draft",
    ("submitted", "list", "assessor"): "listed",
    ("submitted", "return", "assessor"): "returned",
    ("listed", "suspend", "operator"): "suspended",
    ("listed", "suspend", "supplier"): "paused",
    ("suspended", "resume", "operator"): "listed",
    ("paused", "resume", "supplier"): "listed",
    ("listed", "delist", "supplier"): "delisted",
    ("paused", "delist", "supplier"): "delisted",
    ("suspended", "delist", "supplier"): "delisted",
    ("listed", "supersede", "system"): "superseded",
    ("paused", "supersede", "system"): "superseded",
}
"""What the operator suspended, the operator alone resumes."""


@dataclass(frozen=True)
class Certified:
    """What a certificate says, after its signature and its proof were checked.

    `digest`: of the certificate's bytes. `root`: what it was given for. `grade`: such as `gold`;
    None if it names none. `name`: the version's, if it names one.
    """

    digest: str
    root: str
    issuer: str
    grade: str | None
    valid_until_utc: str | None
    name: str = ""
    evaluation_digest: str | None = None


@dataclass(frozen=True)
class Listing:
    """A listing and its state; `reasons` are the assessor's words when it was returned."""

    id: str
    supplier: str
    created_by: str
    state: str
    content: Content
    content_digest: str
    certificate_digest: str | None
    grade: str | None
    valid_until_utc: str | None
    assessor: str | None
    reviewed_by: str | None
    reasons: str
    created_utc: str
    changed_utc: str
    listed_utc: str | None


def draft(tx: Transaction, actor: Actor, content: Content) -> Listing:
    """A new listing of the actor's organisation, seen by nobody else."""
    found = Listing(
        new_id("listing"), actor.organisation, actor.user_id, "draft", content, content.digest,
        None, None, None, None, None, "", tx.now_utc, tx.now_utc, None,
    )  # fmt: skip
    tx.connection.execute(LISTINGS.insert(), _row(found))
    return _told(tx, actor, "listing_drafted", found)


def revise(tx: Transaction, actor: Actor, identity: str, content: Content) -> Listing:
    """The listing with other content: while it is a draft, or after it was returned."""
    found = own(tx.connection, actor, identity)
    state = moved(MOVES, identity, found.state, "revise", "supplier")
    after = replace(found, state=state, content=content, content_digest=content.digest)
    return _told(tx, actor, "listing_revised", _kept(tx, after))


def submit(tx: Transaction, actor: Actor, identity: str, certified: Certified) -> Listing:
    """The listing, frozen and waiting for an assessor.

    Finding `certificate-unfit`: the certificate is not the one in the content, was given for
    another root, or has ended.
    """
    found = own(tx.connection, actor, identity)
    state = moved(MOVES, identity, found.state, "submit", "supplier")
    _check_certificate(found.content, certified, tx.now_utc)
    after = replace(
        found,
        state=state,
        certificate_digest=certified.digest,
        grade=certified.grade,
        valid_until_utc=certified.valid_until_utc,
        reasons="",
    )
    return _told(tx, actor, "listing_submitted", _kept(tx, after))


def review(
    tx: Transaction, actor: Actor, identity: str, content_digest: str, *, lists: bool, reasons: str
) -> Listing:
    """The listing after an assessor's word: listed, or returned with reasons.

    `content_digest` is of what he looked at. Conflict `own-listing`: his organisation is the
    supplier; Conflict `listing-changed`: it is another content by now; UsageError `no-reasons`.
    Older versions of the set that are listed are superseded.
    """
    found = listing(tx.connection, identity)
    if found.supplier == actor.organisation or found.created_by == actor.user_id:
        raise own_listing(identity)
    state = moved(MOVES, identity, found.state, "list" if lists else "return", "assessor")
    if found.content_digest != content_digest:
        raise listing_changed(identity)
    if not lists and not reasons.strip():
        raise UsageError(
            "no-reasons",
            Words(f"{identity!r} is returned without reasons", f"退回 {identity!r} 却没有写明理由"),
            hint=Words("say what has to change", "请写明需要修改什么"),
        )
    after = replace(
        found, state=state, assessor=actor.organisation, reviewed_by=actor.user_id, reasons=reasons
    )
    if lists:
        _supersede_others(tx, found)
        after = replace(after, listed_utc=tx.now_utc)
    return _told(tx, actor, "listing_listed" if lists else "listing_returned", _kept(tx, after))


def change(tx: Transaction, actor: Actor, identity: str, action: str, role: str) -> Listing:
    """The listing after `withdraw`, `suspend`, `resume` or `delist` by a role of `MOVES`."""
    find = own if role == "supplier" else lambda c, _, i: listing(c, i)
    found = find(tx.connection, actor, identity)
    if action not in ("withdraw", "suspend", "resume", "delist"):
        raise UsageError(
            "wrong-value", Words(f"{action!r} is no action", f"没有 {action!r} 这个操作")
        )
    after = replace(found, state=moved(MOVES, identity, found.state, action, role))
    return _told(tx, actor, f"listing_{after.state}", _kept(tx, after))


def listing(connection: sa.Connection, identity: str) -> Listing:
    """The listing with this id; NotFound `not-found`."""
    row = connection.execute(sa.select(LISTINGS).where(LISTINGS.c.id == identity)).one_or_none()
    if row is None:
        raise absent(Words("listing", "挂牌"), identity)
    return read(row)


def own(connection: sa.Connection, actor: Actor, identity: str) -> Listing:
    """The actor's organisation's own listing; to all others it is not found."""
    found = listing(connection, identity)
    if found.supplier != actor.organisation:
        raise absent(Words("listing", "挂牌"), identity)
    return found


def is_visible(found: Listing, actor: Actor | None, *, assesses: bool = False) -> bool:
    """Whether somebody may see a listing: what is or was listed, all; a draft, its supplier alone.

    `assesses`: he may review, and so sees what was submitted.
    """
    if actor is not None and found.supplier == actor.organisation:
        return True
    return found.state in (_SHOWN if assesses else _SHOWN_TO_ALL)


_SHOWN_TO_ALL = ("listed", "superseded")
_SHOWN = ("submitted", "returned", *_SHOWN_TO_ALL)


def is_on_offer(connection: sa.Connection, version: str) -> bool:
    """Whether a listing shows this version to every assessor: in review, returned, listed or past."""
    shown = sa.and_(LISTINGS.c.version == version, LISTINGS.c.state.in_(_SHOWN))
    return connection.execute(sa.select(LISTINGS.c.id).where(shown).limit(1)).first() is not None


def listings(
    connection: sa.Connection, *, supplier: str | None = None, state: str | None = None
) -> tuple[Listing, ...]:
    """Listings of a supplier, in a state, or all; newest first."""
    query = sa.select(LISTINGS).order_by(LISTINGS.c.id.desc())
    if supplier is not None:
        query = query.where(LISTINGS.c.supplier == supplier)
    if state is not None:
        query = query.where(LISTINGS.c.state == state)
    return tuple(map(read, connection.execute(query)))


def read(row: sa.Row[Any]) -> Listing:
    """The listing of a row."""
    content = Content.read(json.loads(row.content))
    columns = Listing.__dataclass_fields__.keys() - {"content"}
    return Listing(content=content, **{name: getattr(row, name) for name in columns})


def own_listing(identity: str) -> Conflict:
    """Nobody reviews or buys what his own organisation supplies."""
    return Conflict(
        "own-listing",
        Words(
            f"{identity!r} is supplied by your own organisation",
            f"{identity!r} 由你所在的机构供应",
        ),
        hint=Words("another organisation has to do it", "须由其他机构来做"),
    )


def listing_changed(identity: str) -> Conflict:
    """What somebody looked at is not what is there now."""
    return Conflict(
        "listing-changed",
        Words(
            f"{identity!r} is not what was looked at",
            f"{identity!r} 已不是看到的内容",
        ),
        hint=Words("look at it again", "请重新查看"),
    )


def _check_certificate(content: Content, certified: Certified, now_utc: str) -> None:
    wrong: Words | None = None
    if certified.digest != digest_bytes(content.certificate.encode()):
        wrong = Words(
            "it is another certificate than that of the listing", "与挂牌所附证书不是同一份"
        )
    elif certified.root != content.root:
        wrong = Words(
            f"it was given for the root {certified.root}, the version has {content.root}",
            f"证书针对的根为 {certified.root}，该版本的根为 {content.root}",
        )
    elif certified.name not in ("", content.version):
        wrong = Words(f"it was given for {certified.name!r}", f"证书针对的是 {certified.name!r}")
    elif certified.valid_until_utc is not None and certified.valid_until_utc <= now_utc:
        wrong = Words(
            f"it ended at {certified.valid_until_utc}", f"已于 {certified.valid_until_utc} 到期"
        )
    if wrong is not None:
        raise Finding(
            "certificate-unfit",
            Words("the certificate does not stand for this version: ", "证书不适用于此版本：")
            + wrong,
            hint=Words("evaluate and certify this version", "请对此版本评测并取得证书"),
        )


def _supersede_others(tx: Transaction, found: Listing) -> None:
    query = sa.select(LISTINGS).where(
        LISTINGS.c.dataset == found.content.dataset,
        LISTINGS.c.supplier == found.supplier,
        LISTINGS.c.id != found.id,
        LISTINGS.c.state.in_(["listed", "paused"]),
    )
    for row in tx.connection.execute(query).all():
        older = read(row)
        state = moved(MOVES, older.id, older.state, "supersede", "system")
        after = _kept(tx, replace(older, state=state))
        _told(tx, Actor("system", "system"), "listing_superseded", after, by=found.id)


def _kept(tx: Transaction, found: Listing) -> Listing:
    after = replace(found, changed_utc=tx.now_utc)
    statement = LISTINGS.update().where(LISTINGS.c.id == found.id).values(**_row(after))
    tx.connection.execute(statement)
    return after


def _told(tx: Transaction, actor: Actor, event: str, found: Listing, **ids: str) -> Listing:
    digests = {"content": found.content_digest, "root": f"sha256:{found.content.root}"}
    if found.certificate_digest is not None:
        digests["certificate"] = found.certificate_digest
    named: Mapping[str, str] = {"organisation": actor.organisation, "state": found.state, **ids}
    tx.record(event, actor.user_id, found.id, named, digests)
    return found


def _row(found: Listing) -> dict[str, Any]:
    content, facts = found.content, found.content.facts
    plain = {name: value for name, value in vars(found).items() if name != "content"}
    return plain | {
        "dataset": content.dataset,
        "version": content.version,
        "root": content.root,
        "price_fen": content.price_fen,
        "size_bytes": facts.size_bytes,
        "n_records": facts.n_records,
        "n_tokens": facts.n_tokens,
        "content": canonical(content.to_value()).decode(),
    }
