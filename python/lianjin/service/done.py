"""What a job made, written down in the transaction that ends it.

Takes a job and what it told; records the version, the evaluation or the export that came of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lianjin.core.database import Transaction
from lianjin.corpus.version import VersionName
from lianjin.evaluate.evaluation_record import keep_evaluation
from lianjin.market.party import organisation_named
from lianjin.service.committed import record_built
from lianjin.service.work.job import Job
from lianjin.service.work.upload import keep_upload


def record_evaluated(tx: Transaction, job: Job, told: Mapping[str, Any]) -> None:
    """Records the evaluation of a version of one's own, for the assessor who was asked."""
    keep_evaluation(
        tx,
        job.user,
        job.id,
        organisation=job.organisation,
        assessor=job.asked.get("assessor"),
        version=told["version"],
        gist=told,
    )


def record_handed_in(tx: Transaction, job: Job, told: Mapping[str, Any]) -> None:
    """Records an evaluation that an assessor made elsewhere, of another organisation's version."""
    owner = VersionName.parse(told["version"]).dataset.organisation
    keep_evaluation(
        tx,
        job.user,
        job.id,
        organisation=organisation_named(tx.connection, owner).id,
        assessor=job.organisation,
        version=told["version"],
        gist=told,
    )


def record_exported(tx: Transaction, job: Job, told: Mapping[str, Any]) -> None:
    """Records an export, with the upload that a version is built from."""
    asked = job.asked
    title = f"{asked['dataset']} {asked['version']}"
    keep_upload(tx, job.user, job.organisation, title, asked["upload"])
    ids = {name: asked[name] for name in ("dataset", "version", "upload")}
    tx.record("project_exported", job.user, asked["project"], ids)


RECORDS = {
    "build": record_built,
    "evaluate": record_evaluated,
    "hand_in": record_handed_in,
    "export": record_exported,
}
"""By the kind of the job."""


def record_done(tx: Transaction, job: Job, result: Mapping[str, Any]) -> None:
    """Records what the job made."""
    RECORDS[job.kind](tx, job, result)
