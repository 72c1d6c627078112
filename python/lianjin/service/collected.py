"""Bytes that were collected, told of where a server keeps its accounts.

Takes what `corpus/collection.py` removed; gives the event. Records `blobs_collected`; nobody holds
those bytes any longer, so that whoever needs them sends them again.
"""

from __future__ import annotations

from lianjin.core.database import Database, Transaction
from lianjin.corpus.collection import Collection
from lianjin.service.holding import ASKED_TOGETHER, HOLDINGS


def tell_collected(database: Database, found: Collection) -> str:
    """The id of the event, in whose transaction the bytes leave the accounts of all who sent them."""

    def work(tx: Transaction) -> str:
        for at in range(0, len(found.unused), ASKED_TOGETHER):
            some = HOLDINGS.c.sha256.in_(found.unused[at : at + ASKED_TOGETHER])
            tx.connection.execute(HOLDINGS.delete().where(some))
        return tx.record("blobs_collected", "system", "registry", *found.told)

    return database.write(work)
