"""Evaluations and certificates of tenants, with all that they rest on."""

from __future__ import annotations

from dataclasses import asdict

from lianjin.core.database import Transaction
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetName, VersionName
from lianjin.evaluate.evaluation import evaluate
from lianjin.evaluate.report import write_evaluation
from lianjin.evaluate.requirement import parse_requirement
from lianjin.market import party
from lianjin.market.organisation_key import Keyring
from lianjin.service.evaluated import Evaluated, record_evaluated
from lianjin.service.evaluated import evaluated as find
from lianjin.service.issued import Issued, issue, keep_sealed
from lianjin.service.work.job import make_job, settle

from .dataset import dataset
from .world import Tenant, World

NOW = "2026-01-31T08:00:00Z"
REQUIREMENT = """
name: qa
source: {kind: 自采, details: tests}
licence: {name: Apache-2.0, evidence: LICENSE, commercial: true}
"""


def evaluated(world: World, tenant: Tenant, user: str, assessor: str | None = None) -> Evaluated:
    """The evaluation of a version of the tenant, as its job leaves it."""
    name = VersionName(DatasetName(tenant.organisation.name, "news"), "1.0.0")
    registry = Registry(world.state.registry)
    version = registry.commit(dataset(), name, created_by=user, now=NOW)
    found = evaluate(registry.open(version), requirement=parse_requirement(REQUIREMENT))
    told = {
        "version": str(name),
        "root": found.root,
        "evaluation": found.digest,
        "standard": found.standard.id,
        "grade": found.grade or None,
        "passed": found.is_passed,
        "missing": [asdict(lack) for lack in found.missing],
    }

    def work(tx: Transaction) -> Evaluated:
        asked = {"version": str(name)} | ({"assessor": assessor} if assessor else {})
        made = make_job(tx, user, tenant.organisation.id, "evaluate", asked)
        settle(tx, made.id, "done", told)
        record_evaluated(tx, made, told)
        return find(tx.connection, made.id)

    made = world.state.database.write(work)
    write_evaluation(found, world.state.results / made.id)
    return made


def certified(world: World, tenant: Tenant, user: str) -> Issued:
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

    def work(tx: Transaction) -> Issued:
        made = issue(tx, user, issuer, found, value, keys)
        return keep_sealed(tx, made.id, '{"proof": {"index": 0}}')

    return world.state.database.write(work)


def _version(world: World, found: Evaluated):  # type: ignore[no-untyped-def]
    return Registry(world.state.registry).version(VersionName.parse(found.version))
