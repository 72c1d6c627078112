"""Keys of organisations: with what a supplier and a buyer sign their agreements.

Takes an organisation; gives a key that the server keeps for it in a folder, or the public key that
the organisation brought. Records each as an event. Who keeps its own secret signs elsewhere and
sends the signature; for the others the server signs when a member who may says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, NotFound, UsageError
from lianjin.core.identity import digest_bytes
from lianjin.core.key import SigningKey, VerifierKey, make_key, read_key
from lianjin.core.words import Words
from lianjin.market.actor import Actor

ORGANISATION_KEYS = sa.Table(
    "organisation_key",
    METADATA,
    sa.Column("organisation", sa.String(40), primary_key=True),
    sa.Column("verifier", sa.String(256), primary_key=True),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("ended_utc", sa.String(27), nullable=True),
)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Keyring:
    """The folder with the secrets that the server keeps; its owner alone may read them."""

    folder: Path

    def key(self, organisation: str) -> SigningKey:
        """The organisation's key, made at the first call. Reads or writes a file."""
        if not _ID.fullmatch(organisation):
            raise UsageError(
                "wrong-value",
                Words(f"{organisation!r} is no id", f"{organisation!r} 不是合法的编号"),
            )
        path = self.folder / f"{organisation}.key"
        if not path.exists():
            try:
                return make_key(path, f"lianjin/{organisation}")
            except Conflict:  # another thread made it
                pass
        return read_key(path)


def register_key(tx: Transaction, actor: Actor, organisation: str, verifier: VerifierKey) -> None:
    """Makes a public key one of the organisation's; again, nothing happens."""
    query = sa.select(ORGANISATION_KEYS).where(
        ORGANISATION_KEYS.c.organisation == organisation,
        ORGANISATION_KEYS.c.verifier == str(verifier),
    )
    if tx.connection.execute(query).one_or_none() is not None:
        return
    row = {"organisation": organisation, "verifier": str(verifier), "created_utc": tx.now_utc}
    tx.connection.execute(ORGANISATION_KEYS.insert(), row)
    digests = {"key": digest_bytes(str(verifier).encode())}
    tx.record("key_registered", actor.user_id, organisation, {}, digests)


def end_key(tx: Transaction, actor: Actor, organisation: str, verifier: VerifierKey) -> None:
    """From now on nothing new is signed with the key; NotFound `no-key` if it is not there."""
    check_key(tx.connection, organisation, verifier)
    statement = (
        ORGANISATION_KEYS.update()
        .where(
            ORGANISATION_KEYS.c.organisation == organisation,
            ORGANISATION_KEYS.c.verifier == str(verifier),
        )
        .values(ended_utc=tx.now_utc)
    )
    tx.connection.execute(statement)
    digests = {"key": digest_bytes(str(verifier).encode())}
    tx.record("key_ended", actor.user_id, organisation, {}, digests)


def keys(connection: sa.Connection, organisation: str) -> tuple[VerifierKey, ...]:
    """The public keys with which an organisation signs now, the oldest first."""
    query = (
        sa.select(ORGANISATION_KEYS.c.verifier)
        .where(
            ORGANISATION_KEYS.c.organisation == organisation,
            ORGANISATION_KEYS.c.ended_utc.is_(None),
        )
        .order_by(ORGANISATION_KEYS.c.created_utc, ORGANISATION_KEYS.c.verifier)
    )
    return tuple(map(VerifierKey.read, connection.execute(query).scalars()))


def organisation_of(connection: sa.Connection, verifier: VerifierKey) -> str | None:
    """The organisation that signs with a key now; None if nobody does."""
    query = sa.select(ORGANISATION_KEYS.c.organisation).where(
        ORGANISATION_KEYS.c.verifier == str(verifier), ORGANISATION_KEYS.c.ended_utc.is_(None)
    )
    found: str | None = connection.execute(query).scalar()
    return found


def check_key(connection: sa.Connection, organisation: str, verifier: VerifierKey) -> None:
    """Refuses with NotFound `no-key` a key with which the organisation does not sign."""
    if verifier not in keys(connection, organisation):
        raise NotFound(
            "no-key",
            Words(
                f"{organisation!r} does not sign with the key {str(verifier)!r}",
                f"{organisation!r} 不使用密钥 {str(verifier)!r} 签名",
            ),
            hint=Words("register the public key first", "请先登记公钥"),
        )
