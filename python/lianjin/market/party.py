"""An organisation: whoever supplies, buys, assesses, annotates, or runs the platform.

Takes an application; gives an Organisation with an id that everything it owns names. Records
`organisation_applied`, `organisation_verified`, `organisation_suspended`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal, get_args

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, NotFound, UsageError
from lianjin.core.identity import new_id
from lianjin.core.limits import ORGANISATION_NAME_CHARS, TITLE_CHARS
from lianjin.core.words import Words

Kind = Literal["operator", "supplier", "buyer", "assessor", "annotation"]
State = Literal["applied", "verified", "suspended"]
KINDS: tuple[Kind, ...] = get_args(Kind)

NAME = re.compile(r"[a-z0-9]+(?:[._-][a-z0-9]+)*")
"""A name is the first part of its datasets' names: `name/news@1.0.0`."""

ORGANISATIONS = sa.Table(
    "organisation",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("name", sa.String(64), nullable=False, unique=True),
    sa.Column("title", sa.String(128), nullable=False),
    sa.Column("kinds", sa.String(64), nullable=False),  # sorted, with a space between
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("created_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class Organisation:
    """One organisation. `name`: its handle, lower-case ASCII; `title`: as people call it.

    `applied` until an operator has verified it; `suspended` ends what its people may do.
    """

    id: str
    name: str
    title: str
    kinds: frozenset[Kind]
    state: State
    created_utc: str


def create(
    tx: Transaction, actor: str, name: str, title: str, kinds: Collection[Kind]
) -> Organisation:
    """A new organisation that has applied; `actor` is the user who asked.

    UsageError `wrong-organisation`; Conflict `name-taken`.
    """
    _check(name, title, kinds)
    taken = sa.select(ORGANISATIONS.c.id).where(ORGANISATIONS.c.name == name)
    if tx.connection.execute(taken).first() is not None:
        raise Conflict(
            "name-taken",
            Words(f"the name {name!r} is taken", f"名称 {name!r} 已被使用"),
            hint=Words("choose another name", "请换一个名称"),
        )
    made = Organisation(
        new_id("organisation"), name, title, frozenset(kinds), "applied", tx.now_utc
    )
    tx.connection.execute(ORGANISATIONS.insert(), _row(made))
    tx.record("organisation_applied", actor, made.id)
    return made


def verify(tx: Transaction, actor: str, identity: str) -> Organisation:
    """The organisation, from now on verified; doing so twice changes nothing."""
    return _moved(tx, actor, identity, "verified")


def suspend(tx: Transaction, actor: str, identity: str) -> Organisation:
    """The organisation, from now on suspended: its people may look, and nothing else."""
    return _moved(tx, actor, identity, "suspended")


def organisation(connection: sa.Connection, identity: str) -> Organisation:
    """The organisation with this id; NotFound `no-such-organisation`."""
    query = sa.select(ORGANISATIONS).where(ORGANISATIONS.c.id == identity)
    if (row := connection.execute(query).one_or_none()) is None:
        raise no_organisation(identity)
    return _organisation(row)


def organisation_named(connection: sa.Connection, name: str) -> Organisation:
    """The organisation with this name; NotFound `no-such-organisation`."""
    query = sa.select(ORGANISATIONS).where(ORGANISATIONS.c.name == name)
    if (row := connection.execute(query).one_or_none()) is None:
        raise no_organisation(name)
    return _organisation(row)


def organisations(
    connection: sa.Connection,
    *,
    kind: Kind | None = None,
    state: State | None = None,
    without: str | None = None,
    after: str = "",
    limit: int = 100,
) -> tuple[Organisation, ...]:
    """Organisations of a kind and in a state, or all, by their ids, those behind `after`; at most `limit`.

    `without`: the id of one that is left out.
    """
    query = (
        sa.select(ORGANISATIONS)
        .where(ORGANISATIONS.c.id > after)
        .order_by(ORGANISATIONS.c.id)
        .limit(limit)
    )
    if kind is not None:
        whole_words = sa.literal(" ") + ORGANISATIONS.c.kinds + " "
        query = query.where(whole_words.contains(f" {kind} "))
    if state is not None:
        query = query.where(ORGANISATIONS.c.state == state)
    if without is not None:
        query = query.where(ORGANISATIONS.c.id != without)
    return tuple(map(_organisation, connection.execute(query)))


def no_organisation(identity: str) -> NotFound:
    """The refusal about an organisation that is not there, or not for this caller."""
    return NotFound(
        "no-such-organisation",
        Words(f"there is no organisation {identity!r}", f"没有机构 {identity!r}"),
    )


def _moved(tx: Transaction, actor: str, identity: str, state: State) -> Organisation:
    found = organisation(tx.connection, identity)
    if found.state == state:
        return found
    change = ORGANISATIONS.update().where(ORGANISATIONS.c.id == identity).values(state=state)
    tx.connection.execute(change)
    tx.record(f"organisation_{state}", actor, identity)
    return organisation(tx.connection, identity)


def _check(name: str, title: str, kinds: Collection[str]) -> None:
    said: Words | None = None
    if not (NAME.fullmatch(name) and len(name) <= ORGANISATION_NAME_CHARS):
        said = Words(
            f"{name!r} is no name of an organisation: expected up to {ORGANISATION_NAME_CHARS} "
            "lower-case letters and digits, with single `.`, `_`, `-` between them",
            f"{name!r} 不能作机构名称：应为不超过 {ORGANISATION_NAME_CHARS} 个小写字母与数字，"
            "中间可用单个 `.`、`_`、`-`",
        )
    elif not (title.strip() and len(title) <= TITLE_CHARS and title.isprintable()):
        said = Words(
            f"the title has to be 1 to {TITLE_CHARS} printable characters",
            f"名头应为 1 到 {TITLE_CHARS} 个可见字符",
        )
    elif not kinds or set(kinds) - set(KINDS):
        said = Words(
            f"kinds are one or more of {', '.join(KINDS)}",
            f"类别应为以下之一或多项：{', '.join(KINDS)}",
        )
    if said is not None:
        raise UsageError("wrong-organisation", said)


def _row(made: Organisation) -> dict[str, Any]:
    return {
        "id": made.id,
        "name": made.name,
        "title": made.title,
        "kinds": " ".join(sorted(made.kinds)),
        "state": made.state,
        "created_utc": made.created_utc,
    }


def _organisation(row: sa.Row[Any]) -> Organisation:
    kinds = frozenset(kind for kind in KINDS if kind in row.kinds.split())
    return Organisation(row.id, row.name, row.title, kinds, row.state, row.created_utc)
