"""Evaluations on record: which version of whom was measured against what, and what came of it.

Takes what an evaluation says; gives an EvaluationRecord, kept as a row. Records `version_evaluated`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import NotFound
from lianjin.core.identity import digest
from lianjin.core.words import Words

EVALUATIONS = sa.Table(
    "evaluation",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("assessor", sa.String(40), nullable=True, index=True),
    sa.Column("version", sa.String(200), nullable=False, index=True),
    sa.Column("root", sa.String(64), nullable=False),
    sa.Column("digest", sa.String(71), nullable=False),
    sa.Column("standard", sa.String(64), nullable=False),
    sa.Column("grade", sa.String(16), nullable=True),
    sa.Column("is_passed", sa.Boolean, nullable=False),
    sa.Column("missing", sa.Text, nullable=False),  # JSON
    sa.Column("created_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class EvaluationRecord:
    """One evaluation. `organisation`: whose version; `assessor`: who was asked to certify it, or made it.

    `digest`: of `evaluation.json`. `grade`: None for none. `missing`: what the version lacks, as
    `Evaluation.missing` says it.
    """

    id: str
    organisation: str
    assessor: str | None
    version: str
    root: str
    digest: str
    standard: str
    grade: str | None
    is_passed: bool
    missing: tuple[Mapping[str, Any], ...]
    created_utc: str


def gist_of(value: Mapping[str, Any]) -> dict[str, Any]:
    """What of `evaluation.json` is kept on record and told by a job, as plain values."""
    grade = value["grade"]
    return {
        "root": value["subject"]["root"],
        "evaluation": digest(dict(value)),
        "standard": value["standard"]["id"],
        "grade": None if grade is None else grade["id"],
        "passed": all(gate["passed"] for gate in value["gates"]),
        "missing": value["missing"],
    }


def keep_evaluation(
    tx: Transaction,
    user: str,
    identity: str,
    *,
    organisation: str,
    assessor: str | None,
    version: str,
    gist: Mapping[str, Any],
) -> EvaluationRecord:
    """The evaluation, on record under this id. `gist`: as `gist_of` gives it, or with more."""
    missing = tuple(gist["missing"])
    found = EvaluationRecord(
        id=identity,
        organisation=organisation,
        assessor=assessor,
        version=version,
        root=gist["root"],
        digest=gist["evaluation"],
        standard=gist["standard"],
        grade=gist["grade"],
        is_passed=gist["passed"],
        missing=missing,
        created_utc=tx.now_utc,
    )
    row = asdict(found) | {"missing": json.dumps(missing, ensure_ascii=False)}
    tx.connection.execute(EVALUATIONS.insert(), row)
    ids = {"organisation": organisation, "evaluation": identity, "standard": found.standard}
    digests = {"evaluation": found.digest, "root": f"sha256:{found.root}"}
    tx.record("version_evaluated", user, version, ids, digests)
    return found


def evaluation_by_id(connection: sa.Connection, identity: str) -> EvaluationRecord:
    """The evaluation with this id; NotFound `no-such-evaluation`."""
    query = sa.select(EVALUATIONS).where(EVALUATIONS.c.id == identity)
    if (row := connection.execute(query).one_or_none()) is None:
        raise no_evaluation(identity)
    return _read(row)


def evaluations(
    connection: sa.Connection,
    *,
    party: str | None = None,
    version: str | None = None,
    limit: int = 100,
) -> tuple[EvaluationRecord, ...]:
    """Evaluations, newest first: of a version, and those that an organisation owns or certifies."""
    query = sa.select(EVALUATIONS).order_by(EVALUATIONS.c.id.desc()).limit(limit)
    if party is not None:
        mine = sa.or_(EVALUATIONS.c.organisation == party, EVALUATIONS.c.assessor == party)
        query = query.where(mine)
    if version is not None:
        query = query.where(EVALUATIONS.c.version == version)
    return tuple(map(_read, connection.execute(query)))


def is_asked(connection: sa.Connection, assessor: str, version: str) -> bool:
    """Whether the owner of a version has asked this assessor to look at an evaluation of it."""
    asked = sa.and_(EVALUATIONS.c.assessor == assessor, EVALUATIONS.c.version == version)
    return connection.execute(sa.select(EVALUATIONS.c.id).where(asked).limit(1)).first() is not None


def no_evaluation(identity: str) -> NotFound:
    """The refusal about an evaluation that is not there, or not for this caller."""
    said = Words(f"there is no evaluation {identity!r}", f"没有评测 {identity!r}")
    return NotFound("no-such-evaluation", said)


def _read(row: sa.Row[Any]) -> EvaluationRecord:
    missing = tuple(json.loads(row.missing))
    return EvaluationRecord(**dict(row._mapping) | {"missing": missing})
