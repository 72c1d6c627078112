"""Versions whose commit is an event: each once, whatever was killed between registry and database.

Takes a version that stands in the registry; gives the event that tells of it. Records
`version_committed`.
"""

from __future__ import annotations

import sqlalchemy as sa

from lianjin.core.database import METADATA, Database, Transaction
from lianjin.core.errors import NotFound
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetVersion
from lianjin.market.party import organisation_named

COMMITTED = sa.Table(
    "committed",
    METADATA,
    sa.Column("version", sa.String(160), primary_key=True),  # organisation/name@1.2.0
    sa.Column("event", sa.String(40), nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
)


def record(tx: Transaction, actor: str, organisation: str, version: DatasetVersion) -> str:
    """The id of the event that tells of the version's commit; made if there is none yet.

    `organisation`: the id of the one whose name the version has.
    """
    name = str(version.name)
    query = sa.select(COMMITTED.c.event).where(COMMITTED.c.version == name)
    if (found := tx.connection.execute(query).scalar()) is not None:
        return str(found)
    event = tx.record(
        "version_committed",
        actor,
        name,
        {
            "organisation": organisation,
            "dataset": str(version.name.dataset),
            "version": version.name.version,
        },
        {
            "manifest": f"sha256:{version.manifest}",
            "root": f"sha256:{version.root}",
            "version": version.digest,
        },
    )
    row = {"version": name, "event": event, "created_utc": tx.now_utc}
    tx.connection.execute(COMMITTED.insert(), row)
    return event


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
            for name in missing:
                _record_one(database, owner, registry.version(name))
            count += len(missing)
    return count


def _record_one(database: Database, organisation: str, version: DatasetVersion) -> None:
    database.write(lambda tx: record(tx, "system", organisation, version))


def _owner(database: Database, name: str) -> str | None:
    """The id of an organisation; None if nobody has the name."""
    try:
        with database.read() as connection:
            return organisation_named(connection, name).id
    except NotFound:
        return None
