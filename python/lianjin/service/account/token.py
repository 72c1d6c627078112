"""A token: a program that acts for a user in one organisation.

Takes a name, scopes and days; gives a secret that is shown once, and at each request who brings it.
Records `token_made`, `token_revoked`. Kept as digests; over when it expires or is revoked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, get_args

import sqlalchemy as sa

from lianjin.core.clock import later
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import LimitExceeded, NotFound
from lianjin.core.identity import new_id
from lianjin.core.limits import TOKENS_PER_USER
from lianjin.core.statement import ask
from lianjin.core.words import Words
from lianjin.market.party import ORGANISATIONS
from lianjin.service.account.membership import MEMBERSHIPS
from lianjin.service.account.secret import new_secret, secret_digest

PREFIX = "lj_"
DAY_S = 86_400
Scope = Literal["read", "write", "pull"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
"""`pull` fetches what was bought or is one's own; `read` looks at all; `write` changes, too."""

TOKENS = sa.Table(
    "token",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("user", sa.ForeignKey("user_account.id"), nullable=False, index=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("scopes", sa.String(32), nullable=False),  # sorted, with a space between
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("ends_utc", sa.String(27), nullable=False),
    sa.Column("revoked_utc", sa.String(27), nullable=True),
)


@dataclass(frozen=True)
class Token:
    """A token without its secret."""

    id: str
    user: str
    organisation: str
    name: str
    scopes: tuple[str, ...]
    created_utc: str
    ends_utc: str
    revoked_utc: str | None


@dataclass(frozen=True)
class Bearer:
    """Who brings a token, and what its membership allows now."""

    token: str
    user: str
    organisation: str
    scopes: frozenset[str]
    roles: frozenset[str]
    is_verified: bool


def make_token(
    tx: Transaction, user: str, organisation: str, name: str, scopes: Collection[str], days: int
) -> tuple[Token, str]:
    """A new token and its secret. LimitExceeded `too-many-tokens` beyond TOKENS_PER_USER."""
    alive = sa.and_(
        TOKENS.c.user == user, TOKENS.c.revoked_utc.is_(None), TOKENS.c.ends_utc > tx.now_utc
    )
    count = sa.select(sa.func.count()).select_from(TOKENS).where(alive)
    if (tx.connection.execute(count).scalar() or 0) >= TOKENS_PER_USER:
        raise LimitExceeded(
            "too-many-tokens",
            Words(f"there are {TOKENS_PER_USER} tokens already", f"已有 {TOKENS_PER_USER} 个令牌"),
            hint=Words("revoke one that is not used", "请先吊销不用的令牌"),
        )
    secret = new_secret(PREFIX)
    row = {
        "id": new_id("token"),
        "digest": secret_digest(secret),
        "user": user,
        "organisation": organisation,
        "name": name,
        "scopes": " ".join(sorted(set(scopes))),
        "created_utc": tx.now_utc,
        "ends_utc": later(tx.now_utc, days * DAY_S),
        "revoked_utc": None,
    }
    tx.connection.execute(TOKENS.insert(), row)
    tx.record("token_made", user, str(row["id"]), {"organisation": organisation})
    return token_by_id(tx.connection, str(row["id"])), secret


def bearer_of(connection: sa.Connection, secret: str, now_utc: str) -> Bearer | None:
    """Who brings this secret; None if nobody does, or the token is over, or the membership is."""
    if not secret.startswith(PREFIX):
        return None
    values = {"digest": secret_digest(secret), "now": now_utc}
    if (row := ask(connection, _FOUND, values).one_or_none()) is None:
        return None
    scopes, roles = frozenset(row.scopes.split()), frozenset(row.roles.split())
    return Bearer(row.id, row.user, row.organisation, scopes, roles, row.state == "verified")


def revoke(tx: Transaction, actor: str, identity: str) -> Token:
    """The token, from the next request on refused; doing so twice changes nothing."""
    if (found := token_by_id(tx.connection, identity)).revoked_utc is not None:
        return found
    change = TOKENS.update().where(TOKENS.c.id == identity).values(revoked_utc=tx.now_utc)
    tx.connection.execute(change)
    tx.record("token_revoked", actor, identity, {"organisation": found.organisation})
    return token_by_id(tx.connection, identity)


def revoke_all(tx: Transaction, actor: str, user: str, organisation: str | None = None) -> int:
    """How many tokens of a user were in force, in an organisation or anywhere; none is any longer."""
    alive = sa.and_(
        TOKENS.c.user == user, TOKENS.c.revoked_utc.is_(None), TOKENS.c.ends_utc > tx.now_utc
    )
    query = sa.select(TOKENS.c.id).where(alive).order_by(TOKENS.c.id)
    if organisation is not None:
        query = query.where(TOKENS.c.organisation == organisation)
    found = list(tx.connection.execute(query).scalars())
    for identity in found:
        revoke(tx, actor, identity)
    return len(found)


def token_by_id(connection: sa.Connection, identity: str) -> Token:
    """The token with this id; NotFound `no-such-token`."""
    row = connection.execute(sa.select(TOKENS).where(TOKENS.c.id == identity)).one_or_none()
    if row is None:
        raise no_token(identity)
    return _token(row)


def tokens(connection: sa.Connection, user: str) -> tuple[Token, ...]:
    """The tokens of a user, the newest first, revoked ones too."""
    query = sa.select(TOKENS).where(TOKENS.c.user == user).order_by(TOKENS.c.id.desc())
    return tuple(map(_token, connection.execute(query)))


def no_token(identity: str) -> NotFound:
    """The refusal about a token that is not there, or not for this caller."""
    return NotFound(
        "no-such-token", Words(f"there is no token {identity!r}", f"没有令牌 {identity!r}")
    )


_FOUND = (
    sa.select(
        TOKENS.c.id,
        TOKENS.c.user,
        TOKENS.c.organisation,
        TOKENS.c.scopes,
        MEMBERSHIPS.c.roles,
        ORGANISATIONS.c.state,
    )
    .join(
        MEMBERSHIPS,
        sa.and_(
            MEMBERSHIPS.c.user == TOKENS.c.user,
            MEMBERSHIPS.c.organisation == TOKENS.c.organisation,
        ),
    )
    .join(ORGANISATIONS, ORGANISATIONS.c.id == TOKENS.c.organisation)
    .where(
        TOKENS.c.digest == sa.bindparam("digest"),
        TOKENS.c.revoked_utc.is_(None),
        TOKENS.c.ends_utc > sa.bindparam("now"),
    )
)


def _token(row: sa.Row[Any]) -> Token:
    scopes = tuple(row.scopes.split())
    return Token(
        row.id,
        row.user,
        row.organisation,
        row.name,
        scopes,
        row.created_utc,
        row.ends_utc,
        row.revoked_utc,
    )
