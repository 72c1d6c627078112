"""A session: a person who signed in and has not left.

Takes a user; gives a secret for the cookie and, at each request, who brings it. Records
`signed_in`, `signed_out`. Kept as digests; over by idleness, by age, and at once when ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.clock import later
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import NotFound
from lianjin.core.identity import new_id
from lianjin.core.limits import SESSION_AGE_S, SESSION_IDLE_S, SESSIONS_PER_USER
from lianjin.core.words import Words
from lianjin.market.party import ORGANISATIONS
from lianjin.service.account.membership import MEMBERSHIPS, memberships
from lianjin.service.account.secret import new_secret, secret_digest

SESSIONS = sa.Table(
    "session",
    METADATA,
    sa.Column("digest", sa.String(64), primary_key=True),
    sa.Column("id", sa.String(40), nullable=False, unique=True),
    sa.Column("user", sa.ForeignKey("user_account.id"), nullable=False, index=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=True),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("seen_utc", sa.String(27), nullable=False),
    sa.Column("ends_utc", sa.String(27), nullable=False, index=True),
)


@dataclass(frozen=True)
class Session:
    """A session, and what its user may do for the `organisation` in use; None: for none."""

    id: str
    user: str
    organisation: str | None
    roles: frozenset[str]
    is_verified: bool
    created_utc: str
    seen_utc: str


def begin(tx: Transaction, user: str, organisation: str | None = None) -> str:
    """The secret of a new session; by default it acts for the user's first organisation.

    Sessions that are over go; so do the oldest beyond SESSIONS_PER_USER.
    """
    if organisation is None:
        first = memberships(tx.connection, user)[:1]
        organisation = first[0].organisation if first else None
    tx.connection.execute(SESSIONS.delete().where(SESSIONS.c.ends_utc <= tx.now_utc))
    mine = sa.select(SESSIONS.c.digest).where(SESSIONS.c.user == user)
    newest = mine.order_by(SESSIONS.c.id.desc()).limit(SESSIONS_PER_USER - 1)
    kept = list(tx.connection.execute(newest).scalars())
    old = sa.and_(SESSIONS.c.user == user, SESSIONS.c.digest.not_in(kept))
    tx.connection.execute(SESSIONS.delete().where(old))
    secret = new_secret()
    row = {
        "digest": secret_digest(secret),
        "id": new_id("session"),
        "user": user,
        "organisation": organisation,
        "created_utc": tx.now_utc,
        "seen_utc": tx.now_utc,
        "ends_utc": later(tx.now_utc, SESSION_IDLE_S),
    }
    tx.connection.execute(SESSIONS.insert(), row)
    ids = {"session": str(row["id"])}
    tx.record("signed_in", user, user, ids | _of(organisation))
    return secret


def session_of(connection: sa.Connection, secret: str, now_utc: str) -> Session | None:
    """The session with this secret; None if there is none, or it is over."""
    digest = secret_digest(secret)
    row = connection.execute(_FOUND, {"digest": digest, "now": now_utc}).one_or_none()
    return None if row is None else _session(row)


def seen(tx: Transaction, identity: str) -> None:
    """Puts the end of a session off, up to its age; nothing if it is over."""
    query = sa.select(SESSIONS.c.created_utc).where(SESSIONS.c.id == identity)
    if (created_utc := tx.connection.execute(query).scalar()) is None:
        return
    ends_utc = min(later(tx.now_utc, SESSION_IDLE_S), later(created_utc, SESSION_AGE_S))
    change = SESSIONS.update().where(SESSIONS.c.id == identity)
    tx.connection.execute(change.values(seen_utc=tx.now_utc, ends_utc=ends_utc))


def act_for(tx: Transaction, identity: str, organisation: str) -> None:
    """From now on the session acts for another organisation; who calls has checked membership."""
    change = SESSIONS.update().where(SESSIONS.c.id == identity)
    tx.connection.execute(change.values(organisation=organisation))


def end(tx: Transaction, user: str, identity: str) -> None:
    """Ends a session of the user; NotFound `no-such-session`."""
    mine = sa.and_(SESSIONS.c.id == identity, SESSIONS.c.user == user)
    found = tx.connection.execute(sa.select(SESSIONS.c.organisation).where(mine)).one_or_none()
    if found is None:
        raise NotFound(
            "no-such-session", Words(f"there is no session {identity!r}", f"没有会话 {identity!r}")
        )
    tx.connection.execute(SESSIONS.delete().where(mine))
    tx.record("signed_out", user, user, {"session": identity} | _of(found.organisation))


def end_all(tx: Transaction, user: str) -> None:
    """Ends every session of the user."""
    tx.connection.execute(SESSIONS.delete().where(SESSIONS.c.user == user))


def sessions(connection: sa.Connection, user: str, now_utc: str) -> tuple[Session, ...]:
    """The sessions of a user that are not over, the newest first."""
    query = _WITH_ROLES.where(SESSIONS.c.user == user, SESSIONS.c.ends_utc > now_utc)
    rows = connection.execute(query.order_by(SESSIONS.c.id.desc()))
    return tuple(map(_session, rows))


_WITH_ROLES = (
    sa.select(SESSIONS, MEMBERSHIPS.c.roles, ORGANISATIONS.c.state)
    .outerjoin(
        MEMBERSHIPS,
        sa.and_(
            MEMBERSHIPS.c.user == SESSIONS.c.user,
            MEMBERSHIPS.c.organisation == SESSIONS.c.organisation,
        ),
    )
    .outerjoin(ORGANISATIONS, ORGANISATIONS.c.id == MEMBERSHIPS.c.organisation)
)
_FOUND = _WITH_ROLES.where(
    SESSIONS.c.digest == sa.bindparam("digest"), SESSIONS.c.ends_utc > sa.bindparam("now")
)


def _of(organisation: str | None) -> dict[str, str]:
    return {} if organisation is None else {"organisation": organisation}


def _session(row: sa.Row[Any]) -> Session:
    return Session(
        row.id,
        row.user,
        None if row.roles is None else row.organisation,
        frozenset((row.roles or "").split()),
        row.state == "verified",
        row.created_utc,
        row.seen_utc,
    )
