"""A version's commit is an event, once."""

from __future__ import annotations

from lianjin.core.event import event_by_id, events
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetVersion, VersionName
from lianjin.service.committed import catch_up, record, record_built
from lianjin.service.work.job import make_job
from lianjin.service.worker import said_of

from .dataset import dataset
from .world import World

NOW = "2026-01-31T08:00:00Z"


def push(world: World, text: str) -> DatasetVersion:
    registry = Registry(world.state.registry)
    return registry.commit(dataset(), VersionName.parse(text), created_by="lin", now=NOW)


def test_a_version_is_recorded_once(world: World) -> None:
    version, owner = push(world, "canaryours/news@1.0.0"), world.ours.organisation.id
    database = world.state.database
    told = (owner, version.name, version.manifest, version.root)
    first = database.write(lambda tx: record(tx, "user", *told))
    assert database.write(lambda tx: record(tx, "other", *told)) == first
    with database.read() as connection:
        event = event_by_id(connection, first)
        assert len(events(connection, subject="canaryours/news@1.0.0")) == 1
    assert (event.entry.event, event.actor) == ("version_committed", "user")
    assert event.entry.ids["dataset"] == "canaryours/news"
    assert (event.entry.ids["version"], event.entry.ids["organisation"]) == ("1.0.0", owner)
    assert event.entry.digests == {
        "manifest": f"sha256:{version.manifest}",
        "root": f"sha256:{version.root}",
    }


def test_what_a_kill_left_without_an_event_gets_one(sqlite_world: World) -> None:
    world, registry = sqlite_world, Registry(sqlite_world.state.registry)
    assert catch_up(world.state.database, registry) == 0
    for text in ("canaryours/news@1.0.0", "canaryours/news@1.1.0", "nobody/news@1.0.0"):
        push(world, text)
    (registry.folder / "datasets/canaryours/news/versions/9.0.0.json").write_text("{}")
    assert catch_up(world.state.database, registry) == 2
    assert catch_up(world.state.database, registry) == 0
    with world.state.database.read() as connection:
        found = [event.subject for event in events(connection, actor="system")]
    assert [s for s in found if "@" in s] == ["canaryours/news@1.1.0", "canaryours/news@1.0.0"]


def test_a_version_that_a_job_made_is_recorded_for_who_asked(sqlite_world: World) -> None:
    world = sqlite_world
    user, owner = world.ours.users["engineer"], world.ours.organisation.id
    database = world.state.database
    job = database.write(lambda tx: make_job(tx, user, owner, "build", {}))
    told = said_of(push(world, "canaryours/news@1.0.0"))
    database.write(lambda tx: record_built(tx, job, told))
    database.write(lambda tx: record_built(tx, job, told))
    with database.read() as connection:
        (event,) = events(connection, subject="canaryours/news@1.0.0")
    assert (event.entry.event, event.actor) == ("version_committed", user)
    assert catch_up(database, Registry(world.state.registry)) == 0
