"""Leftovers: what was half sent, or belongs to nothing, once it has lain about long enough.

Takes a server's state; removes files and folders that no row, no job and no request needs. Records
`upload_removed` of uploads that never got a file, `blobs_collected` of pushes that were stopped.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa

from lianjin.core.clock import later, utc
from lianjin.core.database import Transaction
from lianjin.core.errors import NotFound
from lianjin.core.limits import COLLECTED_AFTER_DAYS, LEFTOVER_S
from lianjin.core.store import guarded, remove_tree
from lianjin.corpus.collection import collect
from lianjin.corpus.registry import Registry
from lianjin.evaluate.evaluation_record import EVALUATIONS
from lianjin.service.collected import tell_collected
from lianjin.service.state import State
from lianjin.service.work.job import open_jobs
from lianjin.service.work.upload import UPLOADS_TABLE, remove_upload, upload_by_id


def sweep(state: State) -> int:
    """How many leftovers are gone: none of them younger than LEFTOVER_S, by when it last changed."""
    before_utc = later(state.clock(), -LEFTOVER_S)
    count = Registry(state.registry).blobs.sweep()
    for path in _old(state.folder / "arriving", before_utc):
        with guarded(path, "remove"):
            path.unlink(missing_ok=True)
        count += 1
    with state.database.read() as connection:
        working = open_jobs(connection)
        created = sa.select(UPLOADS_TABLE.c.id, UPLOADS_TABLE.c.created_utc)
        uploads = {row.id: row.created_utc for row in connection.execute(created)}
        evaluations = set(connection.execute(sa.select(EVALUATIONS.c.id)).scalars())
    needed = {job.id for job in working}
    needed |= {str(job.asked["upload"]) for job in working if "upload" in job.asked}
    for folder, known in (
        (state.uploads, uploads.keys()),
        (state.results, evaluations),
        (state.jobs, set[str]()),
    ):
        for path in _old(folder, before_utc):
            if path.name not in known | needed:
                remove_tree(path)
                count += 1
    old = [identity for identity, created_utc in uploads.items() if created_utc < before_utc]
    return count + sum(_forget_empty(state, identity) for identity in old)


def collect_unused(state: State) -> int:
    """How many blobs are gone that no version uses, and nobody asked for in COLLECTED_AFTER_DAYS.

    They are left by pushes that were stopped, and leave the accounts of who sent them.
    """
    now_s = datetime.fromisoformat(state.clock()).timestamp()
    older_than_s = COLLECTED_AFTER_DAYS * 86_400
    registry = Registry(state.registry)
    found = collect(registry, older_than_s=older_than_s, now_s=now_s, removes=True)
    if found.unused:
        tell_collected(state.database, found)
    return len(found.unused)


def _old(folder: Path, before_utc: str) -> Iterator[Path]:
    """What in a folder has not changed since then."""
    for path in sorted(folder.iterdir()):
        with suppress(FileNotFoundError):  # it arrived, or its job ended
            changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if utc(changed) < before_utc:
                yield path


def _forget_empty(state: State, identity: str) -> bool:
    """Whether it was an upload without files; it is none any longer."""
    folder = state.uploads / identity
    if folder.is_dir() and any(folder.iterdir()):
        return False

    def work(tx: Transaction) -> None:
        remove_upload(tx, "system", upload_by_id(tx.connection, identity))

    with suppress(NotFound):  # somebody removed it meanwhile
        state.database.write(work)
    return True
