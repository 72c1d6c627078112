"""`lianjin registry collect`: counts, removes what is old, and tells the log that stands beside."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from lianjin.core.key import make_key
from lianjin.core.log import Log
from lianjin.corpus.registry import Registry

from .conftest import Run

DATA = b"left by a push"


@pytest.fixture
def registry(run: Run, out: Path, tmp_path: Path) -> Registry:
    """A registry with a version, an old blob of none and a new one."""
    place = tmp_path / "data" / "registry"
    assert run("push", out, "lab/news@1.0.0", "--to", place).code == 0
    found = Registry(place)
    os.utime(found.blobs.path(found.blobs.put([DATA])), (0, 0))
    found.blobs.put([b"sent a moment ago"])
    return found


def test_it_counts_then_removes(run: Run, registry: Registry) -> None:
    said = run("registry", "collect", registry.folder)
    assert (said.code, said.out.splitlines()) == (
        0,
        [
            f"1 blobs of no version, {len(DATA)} bytes; --remove takes them away",
            "1 more were sent or asked for in the last 7 days and stay",
        ],
    )
    removed = json.loads(run("registry", "collect", registry.folder, "--remove", "--json").out)
    assert {n: removed[n] for n in ("removed", "n_blobs", "size_bytes", "n_young")} == {
        "removed": True, "n_blobs": 1, "size_bytes": len(DATA), "n_young": 1,
    }  # fmt: skip
    assert not registry.blobs.has(removed["blobs"][0])
    assert registry.check().faults == ()


def test_a_log_beside_it_tells_of_it(run: Run, registry: Registry) -> None:
    beside = registry.folder.parent
    Log.create(beside / "log", make_key(beside / "log.key", "example.com/log")).close()
    said = run("registry", "collect", registry.folder, "--remove", "--json")
    with Log.open(beside / "log") as log:
        entry = log.entry(0)
    assert (entry.event, entry.ids) == (
        "blobs_collected", {"n_blobs": "1", "size_bytes": str(len(DATA))},
    )  # fmt: skip
    assert entry.digests == {"blobs": json.loads(said.out)["digest"]}


def test_nothing_is_removed_that_the_log_could_not_tell_of(run: Run, registry: Registry) -> None:
    log = registry.folder.parent / "log"
    with Log.create(log, make_key(log.with_name("log.key"), "example.com/log")):
        said = run("registry", "collect", registry.folder, "--remove")
    assert (said.code, "log-in-use" in said.err) == (2, True)
    assert registry.check().n_unused == 2


def test_where_there_is_no_registry_nothing_is_collected(run: Run, tmp_path: Path) -> None:
    said = run("registry", "collect", tmp_path / "none")
    assert (said.code, "not-a-registry" in said.err) == (2, True)
    said = run("registry", "collect", tmp_path, "--older-than", "0")
    assert said.code == 2
