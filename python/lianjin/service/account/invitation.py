"""An invitation: whoever has its code becomes a member, once.

Takes an organisation and roles; gives a code that is shown once. Records `invitation_made`,
`invitation_accepted`, `invitation_revoked`. Codes are kept as digests.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.clock import later
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Forbidden, LimitExceeded, NotFound
from lianjin.core.identity import new_id
from lianjin.core.limits import INVITATION_DAYS, INVITATIONS_OPEN
from lianjin.core.words import Words
from lianjin.market.party import Organisation
from lianjin.service.account.membership import check_roles
from lianjin.service.account.secret import new_secret, secret_digest

PREFIX = "invite_"
DAY_S = 86_400

INVITATIONS = sa.Table(
    "invitation",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("roles", sa.String(128), nullable=False),  # sorted, with a space between
    sa.Column("made_by", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("ends_utc", sa.String(27), nullable=False),
    sa.Column("used_utc", sa.String(27), nullable=True),
)


@dataclass(frozen=True)
class Invitation:
    """An invitation without its code; `used_utc`: when it was accepted or revoked."""

    id: str
    organisation: str
    roles: tuple[str, ...]
    made_by: str
    created_utc: str
    ends_utc: str
    used_utc: str | None


def invite(
    tx: Transaction, actor: str, organisation: Organisation, roles: Collection[str]
) -> tuple[Invitation, str]:
    """A new invitation and its code, in force for INVITATION_DAYS.

    UsageError `wrong-roles`; LimitExceeded `too-many-invitations` beyond INVITATIONS_OPEN.
    """
    check_roles(organisation, roles)
    is_open = sa.and_(
        INVITATIONS.c.organisation == organisation.id,
        INVITATIONS.c.used_utc.is_(None),
        INVITATIONS.c.ends_utc > tx.now_utc,
    )
    count = sa.select(sa.func.count()).select_from(INVITATIONS).where(is_open)
    if (tx.connection.execute(count).scalar() or 0) >= INVITATIONS_OPEN:
        raise LimitExceeded(
            "too-many-invitations",
            Words(
                f"{INVITATIONS_OPEN} invitations are open already",
                f"已有 {INVITATIONS_OPEN} 份未用的邀请",
            ),
            hint=Words("revoke those that nobody will use", "请撤回不会再用的邀请"),
        )
    secret = new_secret(PREFIX)
    row = {
        "id": new_id("invitation"),
        "digest": secret_digest(secret),
        "organisation": organisation.id,
        "roles": " ".join(sorted(set(roles))),
        "made_by": actor,
        "created_utc": tx.now_utc,
        "ends_utc": later(tx.now_utc, INVITATION_DAYS * DAY_S),
        "used_utc": None,
    }
    tx.connection.execute(INVITATIONS.insert(), row)
    identity = str(row["id"])
    tx.record("invitation_made", actor, organisation.id, {"invitation": identity})
    return invitation_by_id(tx.connection, identity), secret


def use(tx: Transaction, secret: str) -> Invitation:
    """The invitation of a code, which from now on is used; Forbidden `wrong-code`."""
    query = sa.select(INVITATIONS).where(
        INVITATIONS.c.digest == secret_digest(secret),
        INVITATIONS.c.used_utc.is_(None),
        INVITATIONS.c.ends_utc > tx.now_utc,
    )
    if (row := tx.connection.execute(query).one_or_none()) is None:
        raise Forbidden(
            "wrong-code",
            Words("the code is not in force", "代码无效或已失效"),
            hint=Words("ask whoever invited you for a new one", "请向邀请人索取新的代码"),
        )
    _close(tx, row.id)
    return _invitation(row)


def withdraw(tx: Transaction, actor: str, identity: str) -> None:
    """Ends an invitation; one that was used stays as it is."""
    found = invitation_by_id(tx.connection, identity)
    if found.used_utc is None:
        _close(tx, identity)
        tx.record("invitation_revoked", actor, found.organisation, {"invitation": identity})


def invitation_by_id(connection: sa.Connection, identity: str) -> Invitation:
    """The invitation with this id; NotFound `no-such-invitation`."""
    query = sa.select(INVITATIONS).where(INVITATIONS.c.id == identity)
    if (row := connection.execute(query).one_or_none()) is None:
        raise no_invitation(identity)
    return _invitation(row)


def invitations(
    connection: sa.Connection, organisation: str, now_utc: str
) -> tuple[Invitation, ...]:
    """The invitations of an organisation that are in force, the newest first."""
    query = sa.select(INVITATIONS).where(
        INVITATIONS.c.organisation == organisation,
        INVITATIONS.c.used_utc.is_(None),
        INVITATIONS.c.ends_utc > now_utc,
    )
    rows = connection.execute(query.order_by(INVITATIONS.c.id.desc()))
    return tuple(map(_invitation, rows))


def no_invitation(identity: str) -> NotFound:
    """The refusal about an invitation that is not there, or not for this caller."""
    return NotFound(
        "no-such-invitation",
        Words(f"there is no invitation {identity!r}", f"没有邀请 {identity!r}"),
    )


def _close(tx: Transaction, identity: str) -> None:
    change = INVITATIONS.update().where(INVITATIONS.c.id == identity)
    tx.connection.execute(change.values(used_utc=tx.now_utc))


def _invitation(row: sa.Row[Any]) -> Invitation:
    return Invitation(
        row.id,
        row.organisation,
        tuple(row.roles.split()),
        row.made_by,
        row.created_utc,
        row.ends_utc,
        row.used_utc,
    )
