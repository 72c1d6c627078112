"""A holding: bytes that an organisation has sent, and may make versions of.

Takes digests; gives which of them an organisation holds. Blobs are stored once for all, and are
accounted here to each that sent them, so that nobody learns of, or uses, what others have.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import LimitExceeded
from lianjin.core.limits import ORGANISATION_SIZE_BYTES
from lianjin.core.words import Words

HOLDINGS = sa.Table(
    "holding",
    METADATA,
    sa.Column("organisation", sa.ForeignKey("organisation.id"), primary_key=True),
    sa.Column("sha256", sa.String(64), primary_key=True),
    sa.Column("size_bytes", sa.BigInteger, nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
)

ASKED_TOGETHER = 500
"""Digests of one query: databases bound the values of a statement."""


def hold(tx: Transaction, organisation: str, sha256: str, size_bytes: int) -> None:
    """Accounts a blob to an organisation; doing so twice changes nothing."""
    if not held(tx.connection, organisation, [sha256]):
        row = {"organisation": organisation, "sha256": sha256, "size_bytes": size_bytes}
        tx.connection.execute(HOLDINGS.insert(), row | {"created_utc": tx.now_utc})


def held(connection: sa.Connection, organisation: str, digests: Sequence[str]) -> set[str]:
    """Those of the digests that the organisation holds."""
    mine, found = HOLDINGS.c.organisation == organisation, set[str]()
    for at in range(0, len(digests), ASKED_TOGETHER):
        some = HOLDINGS.c.sha256.in_(digests[at : at + ASKED_TOGETHER])
        found.update(connection.execute(sa.select(HOLDINGS.c.sha256).where(mine, some)).scalars())
    return found


def refuse_beyond(connection: sa.Connection, organisation: str, size_bytes: int) -> None:
    """Refuses so many more bytes if the organisation would then hold too many.

    LimitExceeded `organisation-full`.
    """
    if size_bytes > room(connection, organisation):
        raise full()


def room(connection: sa.Connection, organisation: str) -> int:
    """How many more bytes the organisation may hold; below 0 if it holds too many."""
    total = sa.select(sa.func.coalesce(sa.func.sum(HOLDINGS.c.size_bytes), 0))
    mine = total.where(HOLDINGS.c.organisation == organisation)
    return ORGANISATION_SIZE_BYTES - int(connection.execute(mine).scalar_one())


def full() -> LimitExceeded:
    """The refusal of bytes for which an organisation has no room."""
    return LimitExceeded(
        "organisation-full",
        Words(
            f"the organisation would hold more than {ORGANISATION_SIZE_BYTES} bytes",
            f"机构存储将超过 {ORGANISATION_SIZE_BYTES} 字节",
        ),
        hint=Words("ask the operator of this platform", "请联系平台运营方"),
    )
