"""What was collected is an event, and nobody holds it: who needs it sends it again."""

from __future__ import annotations

import hashlib
import os
import time

import pytest
from lianjin.cli import main
from lianjin.core.event import events
from lianjin.corpus.registry import Registry

from .world import World

DATA = b"bytes of a push that was stopped"
SHA256 = hashlib.sha256(DATA).hexdigest()


def collect(world: World) -> None:
    """What an operator runs beside the server that goes on."""
    url = world.state.database.engine.url.render_as_string(hide_password=False)
    with pytest.raises(SystemExit) as end:
        main(["registry", "collect", str(world.state.registry), "--remove", "--database", url])
    assert not end.value.code


def test_bytes_that_went_are_sent_again_and_the_log_tells(world: World) -> None:
    client, path = world.client(world.ours.users["engineer"]), f"/api/blobs/{SHA256}"
    assert client.put(path, content=DATA).status_code == 201
    blobs = Registry(world.state.registry).blobs
    collect(world)
    assert client.head(path).status_code == 200, "it is young"
    os.utime(blobs.path(SHA256), (0, 0))
    assert client.head(path).status_code == 200
    assert time.time() - blobs.path(SHA256).stat().st_mtime < 60, "who asks counts on it"
    os.utime(blobs.path(SHA256), (0, 0))
    collect(world)
    assert client.head(path).status_code == 404
    with world.state.database.read() as connection:
        (event,) = events(connection, subject="registry")
    assert event.entry.event == "blobs_collected"
    assert (event.entry.ids["n_blobs"], event.entry.ids["size_bytes"]) == ("1", str(len(DATA)))
    assert client.put(path, content=DATA).status_code == 201
    assert client.head(path).status_code == 200


def test_bytes_that_vanished_are_not_said_to_be_there(sqlite_world: World) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["engineer"])
    assert client.put(f"/api/blobs/{SHA256}", content=DATA).status_code == 201
    Registry(sqlite_world.state.registry).blobs.path(SHA256).unlink()
    assert client.head(f"/api/blobs/{SHA256}").status_code == 404
