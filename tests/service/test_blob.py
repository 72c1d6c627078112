"""Bytes come in whole and by their digest, and tell nobody of others."""

from __future__ import annotations

import hashlib

import pytest
from lianjin.corpus.registry import Registry
from lianjin.service import blob, holding

from .served import token_of
from .world import World, code_of

DATA = b"bytes of a shard" * 1000
SHA256 = hashlib.sha256(DATA).hexdigest()


def path(sha256: str) -> str:
    return f"/api/blobs/{sha256}"


def test_what_was_sent_is_there_for_the_organisation_alone(world: World) -> None:
    ours, theirs = (world.client(t.users["engineer"]) for t in (world.ours, world.theirs))
    assert ours.head(path(SHA256)).status_code == 404
    said = ours.put(path(SHA256), content=DATA)
    assert (said.status_code, said.json()) == (201, {"sha256": SHA256, "size_bytes": len(DATA)})
    assert ours.head(path(SHA256)).status_code == 200
    assert theirs.head(path(SHA256)).status_code == 404
    assert ours.put(path(SHA256), content=DATA).status_code == 201
    assert theirs.put(path(SHA256), content=DATA).status_code == 201
    assert theirs.head(path(SHA256)).status_code == 200
    assert len(list(Registry(world.state.registry).blobs.all())) == 1


@pytest.mark.parametrize("data", [b"", DATA[:-1], DATA + b"x"])
def test_other_bytes_are_refused_and_not_kept(sqlite_world: World, data: bytes) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    said = client.put(path(SHA256), content=data)
    assert (said.status_code, code_of(said)) == (422, "content-differs")
    assert client.head(path(SHA256)).status_code == 404
    registry = Registry(sqlite_world.state.registry)
    assert list(registry.blobs.all()) == []
    assert list((registry.folder / "incoming").iterdir()) == []


def test_bytes_come_in_pieces_without_their_length(sqlite_world: World) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    pieces = (DATA[at : at + 1000] for at in range(0, len(DATA), 1000))
    assert client.put(path(SHA256), content=pieces).json()["size_bytes"] == len(DATA)


@pytest.mark.parametrize("name", ["x", SHA256.upper(), "..%2F..%2Fetc%2Fpasswd", SHA256 + "0"])
def test_what_is_no_digest_is_refused(sqlite_world: World, name: str) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    assert client.put(path(name), content=DATA).status_code in (404, 405, 422)


def test_who_may_not_push_sends_nothing(sqlite_world: World) -> None:
    world = sqlite_world
    assert world.client().put(path(SHA256), content=DATA).status_code == 401
    for role in ("annotator", "buyer", "reviewer"):
        client = world.client(world.ours.users[role])
        assert client.put(path(SHA256), content=DATA).status_code == 403
    reader = world.bearer(token_of(world, world.ours, "engineer", "read"))
    said = reader.put(path(SHA256), content=DATA)
    assert (said.status_code, code_of(said)) == (403, "token-scope")
    writer = world.bearer(token_of(world, world.ours, "engineer", "write"))
    assert writer.put(path(SHA256), content=DATA).status_code == 201


def test_an_organisation_has_so_much_and_no_more(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "ORGANISATION_SIZE_BYTES", len(DATA) + 5)
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    assert client.put(path(SHA256), content=DATA).status_code == 201
    more = hashlib.sha256(b"123456").hexdigest()
    for content in (b"123456", iter([b"123", b"456"])):
        said = client.put(path(more), content=content)
        assert (said.status_code, code_of(said)) == (413, "organisation-full")
    less = hashlib.sha256(b"12345").hexdigest()
    assert client.put(path(less), content=b"12345").status_code == 201
    monkeypatch.setattr(blob, "BLOB_SIZE_BYTES", 3)
    theirs = sqlite_world.client(sqlite_world.theirs.users["owner"])  # who have room
    said = theirs.put(path(more), content=iter([b"123", b"456"]))
    assert (said.status_code, code_of(said)) == (413, "blob-too-large")


def test_bytes_without_their_length_are_refused_as_soon_as_there_is_no_room(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "ORGANISATION_SIZE_BYTES", 5_000)
    client = sqlite_world.client(sqlite_world.ours.users["owner"])
    pieces = (DATA[at : at + 1000] for at in range(0, len(DATA), 1000))
    said = client.put(path(SHA256), content=pieces)
    assert (said.status_code, code_of(said)) == (413, "organisation-full")
    registry = Registry(sqlite_world.state.registry)
    assert list(registry.blobs.all()) == []
    assert list((registry.folder / "incoming").iterdir()) == []
