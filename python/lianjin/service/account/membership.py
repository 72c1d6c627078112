"""A membership: what a user may do for an organisation.

Takes a user, an organisation and roles; gives Memberships. Records `member_added`,
`roles_changed`, `member_removed`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, UsageError
from lianjin.core.words import Words
from lianjin.market.party import Kind, Organisation
from lianjin.service.account.user import USERS, no_user

ROLES: dict[str, frozenset[Kind] | None] = {
    "operator": frozenset({"operator"}),
    "auditor": frozenset({"operator"}),
    "assessor": frozenset({"assessor"}),
    "buyer": frozenset({"buyer"}),
    "owner": None,
    "engineer": None,
    "annotator": None,
    "reviewer": None,
}
"""Every role, with the kinds of organisation that may give it; None: any."""
ROLE_WORDS: dict[str, Words] = {
    "operator": Words("operator", "运营"),
    "auditor": Words("auditor", "审计"),
    "assessor": Words("assessor", "评测"),
    "buyer": Words("buyer", "采购"),
    "owner": Words("owner", "所有者"),
    "engineer": Words("data engineer", "数据工程"),
    "annotator": Words("annotator", "标注"),
    "reviewer": Words("reviewer", "审核"),
}
"""How people call the roles, on the pages too."""

MEMBERSHIPS = sa.Table(
    "membership",
    METADATA,
    sa.Column("user", sa.ForeignKey("user_account.id"), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), primary_key=True, index=True),
    sa.Column("roles", sa.String(128), nullable=False),  # sorted, with a space between
    sa.Column("created_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class Membership:
    """The roles of a user in an organisation."""

    user: str
    organisation: str
    roles: frozenset[str]
    created_utc: str


@dataclass(frozen=True)
class Member:
    """A membership with the names that people read."""

    user: str
    login: str
    name: str
    roles: tuple[str, ...]


def add_member(
    tx: Transaction, actor: str, user: str, organisation: Organisation, roles: Collection[str]
) -> Membership:
    """A new membership; Conflict `already-a-member`; UsageError `wrong-roles`."""
    check_roles(organisation, roles)
    if membership(tx.connection, user, organisation.id) is not None:
        raise Conflict(
            "already-a-member",
            Words("the user is a member already", "该用户已经是成员"),
            hint=Words("change the roles instead", "请改为调整角色"),
        )
    made = Membership(user, organisation.id, frozenset(roles), tx.now_utc)
    row = {"user": user, "organisation": organisation.id, "roles": " ".join(sorted(roles))}
    tx.connection.execute(MEMBERSHIPS.insert(), row | {"created_utc": tx.now_utc})
    tx.record("member_added", actor, organisation.id, {"user": user})
    return made


def change_roles(
    tx: Transaction, actor: str, user: str, organisation: Organisation, roles: Collection[str]
) -> Membership:
    """The membership with other roles; NotFound if there is none."""
    check_roles(organisation, roles)
    found = _present(tx, user, organisation.id)
    if "owner" in found.roles and "owner" not in roles:
        _check_other_owner(tx, user, organisation.id)
    change = MEMBERSHIPS.update().where(_is(user, organisation.id))
    tx.connection.execute(change.values(roles=" ".join(sorted(roles))))
    tx.record("roles_changed", actor, organisation.id, {"user": user})
    return _present(tx, user, organisation.id)


def remove_member(tx: Transaction, actor: str, user: str, organisation: str) -> None:
    """Ends a membership; NotFound if there is none, Conflict `last-owner`."""
    if "owner" in _present(tx, user, organisation).roles:
        _check_other_owner(tx, user, organisation)
    tx.connection.execute(MEMBERSHIPS.delete().where(_is(user, organisation)))
    tx.record("member_removed", actor, organisation, {"user": user})


def membership(connection: sa.Connection, user: str, organisation: str) -> Membership | None:
    """The membership of a user in an organisation, or None."""
    query = sa.select(MEMBERSHIPS).where(_is(user, organisation))
    row = connection.execute(query).one_or_none()
    return None if row is None else _membership(row)


def memberships(connection: sa.Connection, user: str) -> tuple[Membership, ...]:
    """All memberships of a user, the oldest first."""
    query = sa.select(MEMBERSHIPS).where(MEMBERSHIPS.c.user == user)
    ordered = query.order_by(MEMBERSHIPS.c.created_utc, MEMBERSHIPS.c.organisation)
    return tuple(map(_membership, connection.execute(ordered)))


def members(connection: sa.Connection, organisation: str) -> tuple[Member, ...]:
    """Who belongs to an organisation, by login."""
    query = (
        sa.select(USERS.c.id, USERS.c.login, USERS.c.name, MEMBERSHIPS.c.roles)
        .join(MEMBERSHIPS, MEMBERSHIPS.c.user == USERS.c.id)
        .where(MEMBERSHIPS.c.organisation == organisation)
        .order_by(USERS.c.login)
    )
    rows = connection.execute(query)
    return tuple(Member(row.id, row.login, row.name, tuple(row.roles.split())) for row in rows)


def check_roles(organisation: Organisation, roles: Collection[str]) -> None:
    """UsageError `wrong-roles` unless the organisation may give all of them."""
    possible = {
        role for role, kinds in ROLES.items() if kinds is None or kinds & organisation.kinds
    }
    if roles and not set(roles) - possible:
        return
    listed = ", ".join(sorted(possible))
    raise UsageError(
        "wrong-roles",
        Words(
            f"this organisation gives one or more of the roles {listed}",
            f"该机构可授予的角色有：{listed}；至少一项",
        ),
    )


def _present(tx: Transaction, user: str, organisation: str) -> Membership:
    if (found := membership(tx.connection, user, organisation)) is None:
        raise no_user(user)
    return found


def _check_other_owner(tx: Transaction, user: str, organisation: str) -> None:
    query = sa.select(MEMBERSHIPS).where(
        MEMBERSHIPS.c.organisation == organisation, MEMBERSHIPS.c.user != user
    )
    if any("owner" in _membership(row).roles for row in tx.connection.execute(query)):
        return
    raise Conflict(
        "last-owner",
        Words("an organisation keeps one owner at least", "机构至少要保留一名所有者"),
        hint=Words("make another member the owner first", "请先把另一名成员设为所有者"),
    )


def _is(user: str, organisation: str) -> sa.ColumnElement[bool]:
    return sa.and_(MEMBERSHIPS.c.user == user, MEMBERSHIPS.c.organisation == organisation)


def _membership(row: sa.Row[Any]) -> Membership:
    return Membership(row.user, row.organisation, frozenset(row.roles.split()), row.created_utc)
