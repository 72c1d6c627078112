"""Certificates on record: drafted, logged, and sealed once their entry stands in the log.

Takes an evaluation and the issuer's key; gives a CertificateRecord, kept as a row. Records `certified`,
whose entry is what the certificate's proof is of. A kill between log and seal leaves a draft that is
sealed when it is asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, NotFound
from lianjin.core.identity import canonical, new_id
from lianjin.core.key import VerifierKey
from lianjin.core.words import Words
from lianjin.evaluate.certificate import EVENT, Draft, draft
from lianjin.evaluate.evaluation_record import EvaluationRecord

CERTIFICATES = sa.Table(
    "certificate",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("evaluation", sa.ForeignKey("evaluation.id"), nullable=False, unique=True),
    sa.Column("supplier", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("issuer", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("version", sa.String(200), nullable=False, index=True),
    sa.Column("draft", sa.Text, nullable=False),  # canonical JSON
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("text", sa.Text, nullable=True),  # as it was signed
    sa.Column("created_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class CertificateRecord:
    """One certificate; `text` is None until it is sealed. `event`: that of its log entry."""

    id: str
    evaluation: str
    supplier: str
    issuer: str
    version: str
    draft: Draft
    event: str
    text: str | None
    created_utc: str


def issue(
    tx: Transaction,
    user: str,
    issuer: str,
    found: EvaluationRecord,
    value: Mapping[str, Any],
    keys: tuple[VerifierKey, VerifierKey],
) -> CertificateRecord:
    """The certificate of an evaluation, drafted and recorded; the one that stands if there is one.

    `value`: what `evaluation.json` holds. `keys`: the issuer's and the log's. Finding `gate-failed`;
    Conflict `own-evaluation` if the issuer is the supplier, `not-asked` if another was asked.
    """
    if issuer == found.organisation:
        raise Conflict(
            "own-evaluation",
            Words(
                f"{found.version!r} is your own organisation's",
                f"{found.version!r} 属于您所在的机构",
            ),
            hint=Words("another organisation has to certify it", "须由其他机构签发证书"),
        )
    if found.assessor != issuer:
        raise Conflict(
            "not-asked",
            Words("another assessor was asked", "评测方请求的是另一家机构"),
        )
    query = sa.select(CERTIFICATES).where(CERTIFICATES.c.evaluation == found.id)
    if (row := tx.connection.execute(query).one_or_none()) is not None:
        return _read(row)
    made = draft(value, *keys, issued_utc=tx.now_utc, name=found.version)
    entry = made.entry
    event = tx.record(EVENT, user, found.version, entry.ids, entry.digests)
    values = {
        "id": new_id("certificate"),
        "evaluation": found.id,
        "supplier": found.organisation,
        "issuer": issuer,
        "version": found.version,
        "draft": canonical(made.body).decode(),
        "event": event,
        "text": None,
        "created_utc": tx.now_utc,
    }
    tx.connection.execute(CERTIFICATES.insert(), values)
    return certificate_by_id(tx.connection, str(values["id"]))


def keep_sealed(tx: Transaction, identity: str, text: str) -> CertificateRecord:
    """The certificate as it was sealed first: what is signed once stays as it is."""
    unsealed = sa.and_(CERTIFICATES.c.id == identity, CERTIFICATES.c.text.is_(None))
    tx.connection.execute(CERTIFICATES.update().where(unsealed).values(text=text))
    return certificate_by_id(tx.connection, identity)


def certificate_by_id(connection: sa.Connection, identity: str) -> CertificateRecord:
    """The certificate with this id; NotFound `no-such-certificate`."""
    row = connection.execute(
        sa.select(CERTIFICATES).where(CERTIFICATES.c.id == identity)
    ).one_or_none()
    if row is None:
        raise no_certificate(identity)
    return _read(row)


def certificates(
    connection: sa.Connection, *, party: str | None = None, version: str | None = None
) -> tuple[CertificateRecord, ...]:
    """Certificates, newest first: of a version, and those an organisation has or gave."""
    query = sa.select(CERTIFICATES).order_by(CERTIFICATES.c.id.desc()).limit(100)
    if party is not None:
        query = query.where(
            sa.or_(CERTIFICATES.c.supplier == party, CERTIFICATES.c.issuer == party)
        )
    if version is not None:
        query = query.where(CERTIFICATES.c.version == version)
    return tuple(map(_read, connection.execute(query)))


def no_certificate(identity: str) -> NotFound:
    """The refusal about a certificate that is not there, or not for this caller."""
    said = Words(f"there is no certificate {identity!r}", f"没有证书 {identity!r}")
    return NotFound("no-such-certificate", said)


def _read(row: sa.Row[Any]) -> CertificateRecord:
    return CertificateRecord(**dict(row._mapping) | {"draft": Draft(json.loads(row.draft))})
