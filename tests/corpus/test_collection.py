"""Bytes that no version uses go once they are old, and a push that goes on loses nothing."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from lianjin.core.errors import Finding
from lianjin.core.identity import digest
from lianjin.corpus import blob
from lianjin.corpus.collection import Collection, collect
from lianjin.corpus.registry import Registry
from lianjin.corpus.shipment import Item, Shipment, pack

from .conftest import NOW, name

OLD_S = 1_000.0
NOW_S = 10_000.0


def aged(registry: Registry, seconds: float = NOW_S - OLD_S - 1) -> None:
    """All blobs as if nobody had asked for them since then."""
    for path in registry.blobs.all():
        os.utime(path, (seconds, seconds))


def collected(registry: Registry, *, removes: bool = True, now_s: float = NOW_S) -> Collection:
    return collect(registry, older_than_s=OLD_S, now_s=now_s, removes=removes)


@pytest.fixture
def left(filled: Registry) -> tuple[str, ...]:
    """Two old blobs that no version of `filled` uses."""
    left = sorted(filled.blobs.put([data]) for data in (b"left by a push", b"that was stopped"))
    aged(filled)
    return tuple(left)


def test_what_is_old_and_of_no_version_is_counted_then_removed(
    filled: Registry, left: tuple[str, ...]
) -> None:
    young = filled.blobs.put([b"of a push that goes on"])
    os.utime(filled.blobs.path(young), (NOW_S, NOW_S))
    expected = Collection(1, left, 14 + 16, 1, False)
    assert collected(filled, removes=False) == expected
    assert all(filled.blobs.has(sha256) for sha256 in left)
    assert collected(filled) == replace(expected, removed=True)
    assert not any(filled.blobs.has(sha256) for sha256 in left)
    assert filled.blobs.has(young)
    assert filled.check().faults == ()
    assert collected(filled) == Collection(1, (), 0, 1, True)
    assert expected.told == (
        {"n_blobs": "2", "size_bytes": "30"},
        {"blobs": digest(list(left))},
    )


def test_an_empty_registry_has_nothing_to_collect(registry: Registry) -> None:
    assert collected(registry) == Collection(0, (), 0, 0, True)


@pytest.mark.parametrize("damage", ["record", "manifest", "stranger"])
def test_nothing_is_removed_where_it_is_not_known_what_is_used(
    filled: Registry, left: tuple[str, ...], damage: str
) -> None:
    version = filled.version(name("lab/news@1.0.0"))
    record = filled.folder / "datasets" / "lab" / "news" / "versions" / "1.0.0.json"
    path = {
        "record": record,
        "manifest": filled.blobs.path(version.manifest),
        "stranger": filled.folder / "datasets" / "notes.txt",
    }[damage]
    if path.exists():
        path.chmod(0o644)
    path.write_text("{")
    with pytest.raises(Finding) as refused:
        collected(Registry(filled.folder))
    assert refused.value.code == "registry-damaged"
    assert all(filled.blobs.has(sha256) for sha256 in left)


def test_a_version_that_appears_while_it_is_looked_for_keeps_its_bytes(
    filled: Registry, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The push ends between the first look and the removal, and its blobs count as old."""
    found_before = blob.BlobStore.alone

    def alone(store: blob.BlobStore) -> object:
        filled.commit(other, name("lab/more@1.0.0"), created_by="lin", now=NOW)
        aged(filled)
        return found_before(store)

    for item in pack(other).items:
        filled.blobs.put(other / item.path)
    aged(filled)
    monkeypatch.setattr(blob.BlobStore, "alone", alone)
    assert collected(filled) == Collection(1 + 1, (), 0, 0, True)
    assert filled.check().faults == ()


def test_removal_waits_for_a_push_that_goes_on(
    filled: Registry, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The push stands still behind its first file; whoever collects begins, and all are old."""
    stands, goes_on, found = threading.Event(), threading.Event(), list[Collection]()
    blocks = Shipment.blocks

    def slow(shipment: Shipment, item: Item) -> Iterator[bytes]:
        if item.path == "README.md":
            stands.set()
            assert goes_on.wait(20)
        yield from blocks(shipment, item)

    monkeypatch.setattr(Shipment, "blocks", slow)
    push = threading.Thread(
        target=lambda: filled.commit(other, name("lab/more@1.0.0"), created_by="lin", now=NOW)
    )
    push.start()
    assert stands.wait(20)
    aged(filled)
    removal = threading.Thread(target=lambda: found.append(collected(filled)))
    removal.start()
    removal.join(0.05)
    assert removal.is_alive(), "it waits for the push"
    goes_on.set()
    push.join(20)
    removal.join(20)
    assert found == [Collection(2, (), 0, 0, True)]
    assert filled.check().faults == ()


def test_a_push_that_counts_on_old_bytes_has_them_renewed(filled: Registry, other: Path) -> None:
    """As a server's client does it: it asks for each file, sends what is missing, then commits."""
    items = pack(other).items
    for item in items:
        filled.blobs.put(other / item.path)
    aged(filled)
    assert all(filled.blobs.renewed(item.sha256) for item in items)
    young = collected(filled, now_s=NOW_S)
    assert (young.unused, young.n_young) == ((), len(items))
    manifest = next(item.sha256 for item in items if item.path == "manifest.json")
    filled.commit_blobs(manifest, name("lab/more@1.0.0"), created_by="lin", now=NOW)
    assert filled.check().faults == ()


def test_parts_that_nobody_went_on_with_go_too(filled: Registry) -> None:
    parts = []
    for owner in ("org_1", "org_2"):
        with suppress(ConnectionResetError), filled.blobs.part("ab" * 32, owner, 0) as writer:
            writer.write(b"half")
            raise ConnectionResetError
        parts.append(filled.folder / "parts" / owner / ("ab" * 32))
    os.utime(parts[0], (0, 0))
    os.utime(parts[1], (NOW_S, NOW_S))
    assert collected(filled, removes=False) == Collection(1, (), 4, 0, False, 1)
    assert collected(filled) == Collection(1, (), 4, 0, True, 1)
    assert list(filled.blobs.parts()) == parts[1:]
