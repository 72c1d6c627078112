"""A mark: a document of a version that somebody put on their list, to look at it again.

Takes a person, a version and an id; gives the person's list. Records nothing: what somebody looks
at is theirs, and is no state of the dataset.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import LimitExceeded
from lianjin.core.limits import MARKS
from lianjin.core.words import Words

MARK_TABLE = sa.Table(
    "mark",
    METADATA,
    sa.Column("user", sa.ForeignKey("user_account.id"), primary_key=True),
    sa.Column("version", sa.String(64), primary_key=True),  # the version's digest
    sa.Column("document", sa.Text, primary_key=True),
    sa.Column("created_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class Mark:
    """A document's id and when it was marked."""

    document: str
    created_utc: str


def mark(tx: Transaction, user: str, version: str, document: str) -> None:
    """Puts a document on the person's list; twice changes nothing. LimitExceeded `too-many-marks`."""
    mine = _of(user, version)
    if tx.connection.execute(sa.select(MARK_TABLE.c.document).where(*mine, _is(document))).first():
        return
    count = sa.select(sa.func.count()).select_from(MARK_TABLE).where(*mine)
    if (tx.connection.execute(count).scalar() or 0) >= MARKS:
        raise LimitExceeded(
            "too-many-marks",
            Words(f"{MARKS:,} documents are marked already", f"已记下 {MARKS:,} 篇文档"),
            hint=Words("take some off the list first", "请先去掉一些"),
        )
    row = {"user": user, "version": version, "document": document, "created_utc": tx.now_utc}
    tx.connection.execute(MARK_TABLE.insert(), row)


def unmark(tx: Transaction, user: str, version: str, document: str) -> None:
    """Takes a document off the person's list; twice changes nothing."""
    tx.connection.execute(MARK_TABLE.delete().where(*_of(user, version), _is(document)))


def marks(connection: sa.Connection, user: str, version: str) -> tuple[Mark, ...]:
    """The person's list of a version, in the order of marking."""
    query = sa.select(MARK_TABLE.c.document, MARK_TABLE.c.created_utc).where(*_of(user, version))
    ordered = query.order_by(MARK_TABLE.c.created_utc, MARK_TABLE.c.document)
    return tuple(Mark(*row) for row in connection.execute(ordered))


def _of(user: str, version: str) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return MARK_TABLE.c.user == user, MARK_TABLE.c.version == version


def _is(document: str) -> sa.ColumnElement[bool]:
    return MARK_TABLE.c.document == document
