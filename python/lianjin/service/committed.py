"""Versions whose commit is an event: each once, whatever was killed between registry and database.

Takes a version that stands in the registry; gives the event that tells of it. Records
`version_committed`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Database, Transaction
from lianjin.core.errors import NotFound, StorageError
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.market.party import organisation_named
from lianjin.service.work.job import Job

COMMITTED = sa.Table(
    "committed",
    METADATA,
    sa.Column("version", sa.String(160), primary_key=True),  # organisation/name@1.2.0
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
)


def record(
    tx: Transaction, actor: str, organisation: str, name: VersionName, manifest: str, root: str
) -> str:
    """The id of the event that tells of a version's commit; made if there is none yet.

    `organisation`: the id of the one whose name the version has. `manifest`, `root`: as the version
    has them.
    """
    query = sa.select(COMMITTED.c.event).where(COMMITTED.c.version == str(name))
    if (found := tx.connection.execute(query).scalar()) is not None:
        return str(found)
    ids = {"organisation": organisation, "dataset": str(name.dataset), "version": name.version}
    digests = {"manifest": f"sha256:{manifest}", "root": f"sha256:{root}"}
    event = tx.record("version_committed", actor, str(name), ids, digests)
    row = {"version": str(name), "event": event, "created_utc": tx.now_utc}
    tx.connection.execute(COMMITTED.insert(), row)
    return event


def record_built(tx: Transaction, job: Job, told: Mapping[str, Any]) -> None:
    """Records the version that a job ended with."""
    name = VersionName.parse(told["version"])
    record(tx, job.user, job.organisation, name, told["manifest"], told["root"])


def catch_up(database: Database, registry: Registry) -> int:
    """Records the versions of the registry that no event tells of; how many there were.

    A kill may come between the two; and what an operator pushed into the folder itself is told of,
    too, if its organisation is known.
    """
    with database.read() as connection:
        known = set(connection.execute(sa.select(COMMITTED.c.version)).scalars())
    count = 0
    for dataset in registry.datasets():
        missing = [name for name in registry.versions(dataset) if str(name) not in known]
        if missing and (owner := _owner(database, dataset.organisation)) is not None:
            count += sum(_record_one(database, owner, registry, name) for name in missing)
    return count


def _record_one(
    database: Database, organisation: str, registry: Registry, name: VersionName
) -> bool:
    """Records a version; False if its record is damaged, which keeps no server from starting."""
    try:
        version = registry.version(name)
    except StorageError:
        return False
    told = (organisation, name, version.manifest, version.root)
    database.write(lambda tx: record(tx, "system", *told))
    return True


def _owner(database: Database, name: str) -> str | None:
    """The id of an organisation; None if nobody has the name."""
    try:
        with database.read() as connection:
            return organisation_named(connection, name).id
    except NotFound:
        return None
