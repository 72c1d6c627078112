"""What was half sent goes after its time, and nothing goes that somebody needs."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import sqlalchemy as sa
from lianjin.core.event import events
from lianjin.core.identity import new_id
from lianjin.corpus.registry import Registry
from lianjin.service.holding import HOLDINGS
from lianjin.service.leftover import collect_unused, sweep
from lianjin.service.work.job import make_job
from lianjin.service.work.upload import make_upload

from .assessed import evaluated
from .goods import made_dataset
from .world import World

DAY_S = 86_400


def aged(path: Path, age_s: float) -> Path:
    changed = time.time() - age_s
    os.utime(path, (changed, changed))
    return path


def folder(path: Path, *files: str, age_s: float = 2 * DAY_S) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name in files:
        (path / name).write_text("text", "utf-8")
    return aged(path, age_s)


def test_what_is_old_and_nobodys_goes_and_the_rest_stays(world: World) -> None:
    state, tenant = world.state, world.ours
    user, organisation = tenant.users["engineer"], tenant.organisation.id
    measured = evaluated(world, tenant, user)
    write = state.database.write
    filled = write(lambda tx: make_upload(tx, user, organisation, "filled")).id
    empty = write(lambda tx: make_upload(tx, user, organisation, "empty")).id
    asked = {"upload": new_id("upload")}
    job = write(lambda tx: make_job(tx, user, organisation, "export", asked)).id
    arriving = state.folder / "arriving"
    for name, age_s in (("half", 2 * DAY_S), ("coming", 60.0)):
        (arriving / name).write_bytes(b"half of it")
        aged(arriving / name, age_s)
    kept = [
        arriving / "coming",
        folder(state.uploads / filled, "a.txt"),
        folder(state.uploads / asked["upload"], "records.jsonl"),
        folder(state.uploads / new_id("upload"), "young.txt", age_s=60),
        aged(state.results / measured.id, 2 * DAY_S),
        folder(state.results / job, "evaluation.json"),
        folder(state.jobs / job, "output"),
    ]
    gone = [
        arriving / "half",
        folder(state.uploads / new_id("upload"), "a.txt"),
        folder(state.results / new_id("job"), "evaluation.json"),
        folder(state.jobs / new_id("job"), "output"),
    ]
    assert [sweep(state), sweep(state)] == [len(gone), 0]
    assert [path for path in gone if path.exists()] == []
    assert [path for path in kept if not path.exists()] == []
    assert (state.results / measured.id / "evaluation.json").is_file()
    with state.database.read() as connection:
        assert events(connection, subject=empty)[0].entry.event == "upload_made"


def test_an_upload_that_never_got_a_file_is_forgotten_after_a_day(sqlite_world: World) -> None:
    state, tenant = sqlite_world.state, sqlite_world.ours
    client = sqlite_world.client(tenant.users["engineer"])
    empty, filled = (
        client.post("/api/uploads", json={"name": name}).json()["id"] for name in ("a", "b")
    )
    client.put(f"/api/uploads/{filled}/files/a.txt", content=b"text")
    with state.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE upload SET created_utc = '2020-01-01T00:00:00.000000Z'")
    assert sweep(state) == 1
    assert [one["id"] for one in client.get("/api/uploads").json()] == [filled]
    with state.database.read() as connection:
        last = events(connection, subject=empty)[0].entry
    assert (last.event, last.ids["actor"]) == ("upload_removed", "system")


def test_bytes_of_a_push_that_was_stopped_leave_the_disk_and_the_account(world: World) -> None:
    client, registry = world.client(world.ours.users["engineer"]), Registry(world.state.registry)
    made_dataset(world, world.ours)
    used = set(registry.blobs.all())
    for data, age_s in ((b"stopped long ago", 8 * DAY_S), (b"stopped today", DAY_S)):
        sha256 = hashlib.sha256(data).hexdigest()
        assert client.put(f"/api/blobs/{sha256}", content=data).status_code == 201
        aged(registry.blobs.path(sha256), age_s)
    for path in used:
        aged(path, 30 * DAY_S)
    assert [collect_unused(world.state) for _ in range(2)] == [1, 0]
    assert set(registry.blobs.all()) == used | {registry.blobs.path(sha256)}
    with world.state.database.read() as connection:
        held = connection.execute(sa.select(HOLDINGS.c.sha256)).scalars().all()
        (event,) = events(connection, subject="registry")
    assert (held, event.entry.event) == ([sha256], "blobs_collected")
