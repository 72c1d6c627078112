"""Evaluations and certificates of tenants, with all that they rest on."""

from __future__ import annotations

from lianjin.core.database import Transaction
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetName, VersionName
from lianjin.evaluate.certificate_record import CertificateRecord, issue, keep_sealed
from lianjin.evaluate.evaluation import evaluate
from lianjin.evaluate.evaluation_record import EvaluationRecord, evaluation_by_id, gist_of
from lianjin.evaluate.report import write_evaluation
from lianjin.evaluate.requirement import parse_requirement
from lianjin.market import party
from lianjin.market.organisation_key import Keyring
from lianjin.service.done import record_done
from lianjin.service.work.job import make_job, settle

from .dataset import dataset
from .world import Tenant, World

NOW = "2026-01-31T08:00:00Z"
REQUIREMENT = """
name: qa
source: {kind: 自采, details: tests}
licence: {name: Apache-2.0, evidence: LICENSE, commercial: true}
"""


def evaluated(
    world: World, tenant: Tenant, user: str, assessor: str | None = None
) -> EvaluationRecord:
    """The evaluation of a version of the tenant, as its job leaves it."""
    name = VersionName(DatasetName(tenant.organisation.name, "news"), "1.0.0")
    registry = Registry(world.state.registry)
    version = registry.commit(dataset(), name, created_by=user, now=NOW)
    found = evaluate(registry.open(version), requirement=parse_requirement(REQUIREMENT))
    told = {"version": str(name)} | gist_of(found.value)

    def work(tx: Transaction) -> EvaluationRecord:
        asked = {"version": str(name)} | ({"assessor": assessor} if assessor else {})
        made = make_job(tx, user, tenant.organisation.id, "evaluate", asked)
        settle(tx, made.id, "done", told)
        record_done(tx, made, told)
        return evaluation_by_id(tx.connection, made.id)

    made = world.state.database.write(work)
    write_evaluation(found, world.state.results / made.id)
    return made


def certified(world: World, tenant: Tenant, user: str) -> CertificateRecord:
    """A certificate of the tenant's version, with some text under it."""
    world.number += 1
    name = f"assessor-{world.number}"
    issuer = world.state.database.write(
        lambda tx: party.create(tx, "system", name, name, ["assessor"]).id
    )
    found = evaluated(world, tenant, user, issuer)
    value = evaluate(Registry(world.state.registry).open(_version(world, found)),
                     requirement=parse_requirement(REQUIREMENT)).value  # fmt: skip
    key = Keyring(world.state.folder / "keys").key(issuer)
    keys = (key.verifier, world.state.log.verifier)

    def work(tx: Transaction) -> CertificateRecord:
        made = issue(tx, user, issuer, found, value, keys)
        return keep_sealed(tx, made.id, '{"proof": {"index": 0}}')

    return world.state.database.write(work)


def _version(world: World, found: EvaluationRecord):  # type: ignore[no-untyped-def]
    return Registry(world.state.registry).version(VersionName.parse(found.version))
