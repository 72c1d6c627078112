"""Evaluations that stand: which version was measured against what, with what came of it.

Takes what a job `evaluate` told, or what an assessor hands in; gives an Evaluated, whose files lie in
`results/ID`. Records
`version_evaluated`.
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
from lianjin.service.work.job import Job

EVALUATED = sa.Table(
    "evaluated",
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
class Evaluated:
    """One evaluation. `id` is that of its job, if it was made here; `assessor`: the organisation asked to certify it.

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


def record_evaluated(tx: Transaction, job: Job, result: Mapping[str, Any]) -> None:
    """Makes the evaluation that a job tells of; in the transaction that ends the job."""
    found = Evaluated(
        id=job.id,
        organisation=job.organisation,
        assessor=job.asked.get("assessor"),
        version=result["version"],
        root=result["root"],
        digest=result["evaluation"],
        standard=result["standard"],
        grade=result["grade"],
        is_passed=result["passed"],
        missing=tuple(result["missing"]),
        created_utc=tx.now_utc,
    )
    _keep(tx, job.user, found)


def hand_in(
    tx: Transaction,
    user: str,
    identity: str,
    organisation: str,
    assessor: str,
    version: str,
    value: Mapping[str, Any],
) -> Evaluated:
    """The evaluation that an assessor made elsewhere, of a version of an organisation.

    `value`: what its `evaluation.json` holds, which was looked at before.
    """
    found = Evaluated(
        id=identity,
        organisation=organisation,
        assessor=assessor,
        version=version,
        root=value["subject"]["root"],
        digest=digest(dict(value)),
        standard=value["standard"]["id"],
        grade=None if value["grade"] is None else value["grade"]["id"],
        is_passed=all(gate["passed"] for gate in value["gates"]),
        missing=tuple(value["missing"]),
        created_utc=tx.now_utc,
    )
    _keep(tx, user, found)
    return found


def _keep(tx: Transaction, user: str, found: Evaluated) -> None:
    row = asdict(found) | {"missing": json.dumps(found.missing, ensure_ascii=False)}
    tx.connection.execute(EVALUATED.insert(), row)
    ids = {"organisation": found.organisation, "evaluation": found.id, "standard": found.standard}
    digests = {"evaluation": found.digest, "root": f"sha256:{found.root}"}
    tx.record("version_evaluated", user, found.version, ids, digests)


def evaluated(connection: sa.Connection, identity: str) -> Evaluated:
    """The evaluation with this id; NotFound `no-such-evaluation`."""
    query = sa.select(EVALUATED).where(EVALUATED.c.id == identity)
    if (row := connection.execute(query).one_or_none()) is None:
        raise no_evaluation(identity)
    return _read(row)


def all_evaluated(
    connection: sa.Connection,
    *,
    party: str | None = None,
    version: str | None = None,
    limit: int = 100,
) -> tuple[Evaluated, ...]:
    """Evaluations, newest first: of a version, and those that an organisation owns or certifies."""
    query = sa.select(EVALUATED).order_by(EVALUATED.c.id.desc()).limit(limit)
    if party is not None:
        mine = sa.or_(EVALUATED.c.organisation == party, EVALUATED.c.assessor == party)
        query = query.where(mine)
    if version is not None:
        query = query.where(EVALUATED.c.version == version)
    return tuple(map(_read, connection.execute(query)))


def no_evaluation(identity: str) -> NotFound:
    """The refusal about an evaluation that is not there, or not for this caller."""
    said = Words(f"there is no evaluation {identity!r}", f"没有评测 {identity!r}")
    return NotFound("no-such-evaluation", said)


def _read(row: sa.Row[Any]) -> Evaluated:
    return Evaluated(**dict(row._mapping) | {"missing": tuple(json.loads(row.missing))})
