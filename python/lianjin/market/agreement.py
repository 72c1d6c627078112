"""Agreements: what both sides of an order sign, and whether they did.

Takes an order's facts; gives canonical JSON, the bytes under both signatures. Records signatures.
Whoever has the text, the signatures and the two public keys can check them with nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.encoded import decoded, encoded
from lianjin.core.errors import Finding, NotFound
from lianjin.core.identity import canonical, digest, digest_bytes
from lianjin.core.key import VerifierKey
from lianjin.core.words import Words
from lianjin.market.actor import Actor
from lianjin.market.content import Content
from lianjin.market.offer import policy
from lianjin.market.organisation_key import check_key

SCHEMA_VERSION = 1
SIGNATURES = sa.Table(
    "agreement_signature",
    METADATA,
    sa.Column("order_id", sa.String(40), primary_key=True),
    sa.Column("organisation", sa.String(40), primary_key=True),
    sa.Column("verifier", sa.String(256), nullable=False),
    sa.Column("signature", sa.String(96), nullable=False),
    sa.Column("signed_by", sa.String(40), nullable=False),
    sa.Column("signed_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class Signature:
    """One side's signature over the agreement's bytes: 64 bytes of Ed25519, by a key that it has."""

    organisation: str
    verifier: VerifierKey
    signature: bytes
    signed_by: str
    signed_utc: str


def agreement_of(
    order: str,
    content: Content,
    *,
    supplier: str,
    buyer: str,
    shares: Mapping[str, int],
    acceptance_days: int,
    made_utc: str,
) -> str:
    """The agreement as canonical JSON: what is bought, for how much, under which terms, by whom.

    The offer's terms stand in it whole, as ODRL Agreement, beside the digest of the Offer that the
    listing showed.
    """
    uid = content.digest.removeprefix("sha256:")[:32]
    shown = policy(content.offer, uid=uid, target=content.version, assigner=supplier)
    terms = policy(
        content.offer, uid=order, target=content.version, assigner=supplier, assignee=buyer
    )
    value = {
        "schema_version": SCHEMA_VERSION,
        "order": order,
        "version": content.version,
        "root": content.root,
        "content": content.digest,
        "certificate": digest_bytes(content.certificate.encode()),
        "offer": digest(shown),
        "terms": terms,
        "price_fen": content.price_fen,
        "shares": dict(shares),
        "acceptance_days": acceptance_days,
        "supplier": supplier,
        "buyer": buyer,
        "made_utc": made_utc,
    }
    return canonical(value).decode()


def add_signature(
    tx: Transaction, actor: Actor, order: str, text: str, verifier: VerifierKey, signature: bytes
) -> Signature:
    """The actor's organisation's signature, kept. Finding `signature-differs` if it is not over the
    text by this key; NotFound `no-key` if the key is not the organisation's.
    """
    check_key(tx.connection, actor.organisation, verifier)
    if not verifier.has_signed(text.encode(), signature):
        raise _differs(actor.organisation)
    row = {
        "order_id": order,
        "organisation": actor.organisation,
        "verifier": str(verifier),
        "signature": encoded(signature),
        "signed_by": actor.user_id,
        "signed_utc": tx.now_utc,
    }
    tx.connection.execute(SIGNATURES.insert(), row)
    return _read(row)


def signatures(connection: sa.Connection, order: str) -> tuple[Signature, ...]:
    """The signatures under an order's agreement, in the order of their time."""
    query = (
        sa.select(SIGNATURES)
        .where(SIGNATURES.c.order_id == order)
        .order_by(SIGNATURES.c.signed_utc, SIGNATURES.c.organisation)
    )
    return tuple(_read(row._mapping) for row in connection.execute(query))


def check_agreement(text: str, signed: tuple[Signature, ...]) -> dict[str, Any]:
    """What the agreement says, once both its parties' signatures were found under it.

    Needs no database. Finding `signature-differs` or NotFound `not-signed` names the side.
    """
    value: dict[str, Any] = json.loads(text)
    if canonical(value).decode() != text:
        raise _differs(value["supplier"])
    for side in ("supplier", "buyer"):
        found = [s for s in signed if s.organisation == value[side]]
        if not found:
            raise NotFound(
                "not-signed",
                Words(f"{value[side]!r} has not signed", f"{value[side]!r} 尚未签署"),
            )
        if not found[0].verifier.has_signed(text.encode(), found[0].signature):
            raise _differs(value[side])
    return value


def _read(row: Mapping[str, Any] | sa.RowMapping) -> Signature:
    return Signature(
        row["organisation"],
        VerifierKey.read(row["verifier"]),
        decoded(row["signature"]),
        row["signed_by"],
        row["signed_utc"],
    )


def _differs(organisation: str) -> Finding:
    return Finding(
        "signature-differs",
        Words(
            f"the signature of {organisation!r} is not over this agreement",
            f"{organisation!r} 的签名与这份协议不符",
        ),
    )
