"""A user: a person who signs in.

Takes a login name and the hash of a password; gives a User. Records `user_made`,
`password_changed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, NotFound
from lianjin.core.identity import new_id
from lianjin.core.words import Words

USERS = sa.Table(
    "user_account",  # `user` is a word of SQL
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("login", sa.String(64), nullable=False, unique=True),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("password", sa.String(256), nullable=False),  # argon2id, with its parameters
    sa.Column("created_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class User:
    """A person. `login`: lower-case ASCII, what one signs in with; `name`: as people call them."""

    id: str
    login: str
    name: str
    created_utc: str


def make_user(tx: Transaction, login: str, name: str, password_hash: str) -> User:
    """A new user; Conflict `login-taken`."""
    if tx.connection.execute(sa.select(USERS.c.id).where(USERS.c.login == login)).first():
        raise Conflict(
            "login-taken",
            Words(f"the login {login!r} is taken", f"登录名 {login!r} 已被使用"),
            hint=Words("choose another login", "请换一个登录名"),
        )
    user = User(new_id("user"), login, name, tx.now_utc)
    row = {"id": user.id, "login": login, "name": name, "password": password_hash}
    tx.connection.execute(USERS.insert(), row | {"created_utc": tx.now_utc})
    tx.record("user_made", user.id, user.id)
    return user


def user_by_id(connection: sa.Connection, identity: str) -> User:
    """The user with this id; NotFound `no-such-user`."""
    row = connection.execute(sa.select(USERS).where(USERS.c.id == identity)).one_or_none()
    if row is None:
        raise no_user(identity)
    return _user(row)


def password_of(connection: sa.Connection, login: str) -> tuple[User, str] | None:
    """The user with this login and the hash of the password; None if there is none."""
    row = connection.execute(sa.select(USERS).where(USERS.c.login == login)).one_or_none()
    return None if row is None else (_user(row), row.password)


def set_password(tx: Transaction, user: str, password_hash: str) -> None:
    """Replaces the password's hash. Who calls ends the other sessions."""
    change = USERS.update().where(USERS.c.id == user).values(password=password_hash)
    tx.connection.execute(change)
    tx.record("password_changed", user, user)


def is_empty(connection: sa.Connection) -> bool:
    """Whether nobody has an account yet."""
    return connection.execute(sa.select(USERS.c.id).limit(1)).first() is None


def no_user(identity: str) -> NotFound:
    """The refusal about a user who is not there, or not for this caller."""
    return NotFound(
        "no-such-user", Words(f"there is no user {identity!r}", f"没有用户 {identity!r}")
    )


def _user(row: sa.Row[Any]) -> User:
    return User(row.id, row.login, row.name, row.created_utc)
