"""Files that are sent arrive whole or not at all, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lianjin.service import upload
from lianjin.service.work import quota

from .world import World, code_of


def made(world: World) -> tuple[Any, str]:
    client = world.client(world.ours.users["engineer"])
    return client, client.post("/api/uploads", json={"name": "网页"}).json()["id"]


def test_a_file_arrives_and_is_counted(world: World) -> None:
    client, identity = made(world)
    for content in (b"older", b"first page"):
        said = client.put(f"/api/uploads/{identity}/files/第一页.txt", content=content)
        assert (said.status_code, said.json()) == (
            201,
            {"name": "第一页.txt", "size_bytes": len(content)},
        )
    (listed,) = client.get("/api/uploads").json()
    assert (listed["id"], listed["n_files"], listed["size_bytes"]) == (identity, 1, 10)
    assert (world.state.uploads / identity / "第一页.txt").read_bytes() == b"first page"
    assert client.delete(f"/api/uploads/{identity}").status_code == 204
    assert client.get("/api/uploads").json() == []
    assert not (world.state.uploads / identity).exists()


def test_a_large_file_arrives_in_blocks(sqlite_world: World) -> None:
    client, identity = made(sqlite_world)

    def blocks() -> Iterator[bytes]:
        for n in range(40):
            yield bytes([n]) * 100_000

    said = client.put(f"/api/uploads/{identity}/files/a.bin", content=blocks())
    assert said.json()["size_bytes"] == 4_000_000
    found = (sqlite_world.state.uploads / identity / "a.bin").read_bytes()
    assert found == b"".join(blocks())


def test_a_file_that_breaks_off_leaves_nothing(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, identity = made(sqlite_world)

    def fails(part: Path, path: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(upload, "_placed", fails)
    said = client.put(f"/api/uploads/{identity}/files/a.txt", content=b"text")
    assert said.status_code == 500
    assert upload.files_of(sqlite_world.state, identity) == []
    assert list((sqlite_world.state.folder / "arriving").iterdir()) == []


@pytest.mark.parametrize(
    "name", [".hidden", "a%2Fb", "..", "a%5Cb", "a%00b", "%20", "a%0Ab", "x" * 101, "a:b", "%2e%2e"]
)
def test_a_name_that_is_no_plain_name_is_refused(sqlite_world: World, name: str) -> None:
    client, identity = made(sqlite_world)
    said = client.put(f"/api/uploads/{identity}/files/{name}", content=b"text")
    assert said.status_code in (404, 405, 422)
    assert upload.files_of(sqlite_world.state, identity) == []


def test_an_upload_takes_only_so_many_files(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload, "UPLOAD_FILES", 1)
    client, identity = made(sqlite_world)
    assert client.put(f"/api/uploads/{identity}/files/a", content=b"").status_code == 201
    said = client.put(f"/api/uploads/{identity}/files/b", content=b"")
    assert (said.status_code, code_of(said)) == (413, "too-many-files")


def test_what_an_organisation_has_no_room_for_is_refused_before_it_is_read(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quota, "UPLOADS_SIZE_BYTES", 3_000_000)
    client, identity = made(sqlite_world)
    path, arriving = f"/api/uploads/{identity}/files", sqlite_world.state.folder / "arriving"
    assert client.put(f"{path}/a", content=b"x" * 1_000_000).status_code == 201
    read: list[int] = []

    def pieces(n: int) -> Iterator[bytes]:
        for number in range(n):
            read.append(number)
            yield b"x" * 100_000

    said = client.put(f"{path}/b", content=pieces(40), headers={"Content-Length": "4000000"})
    assert (said.status_code, code_of(said)) == (413, "uploads-full")
    written: list[int] = []
    monkeypatch.setattr(upload, "_placed", lambda part, path: written.append(1))
    said = client.put(f"{path}/c", content=pieces(40))
    assert (said.status_code, code_of(said), written) == (413, "uploads-full", [])
    monkeypatch.undo()
    monkeypatch.setattr(quota, "UPLOADS_SIZE_BYTES", 3_000_000)
    assert list(arriving.iterdir()) == []
    assert [file.name for file in upload.files_of(sqlite_world.state, identity)] == ["a"]
    # Nothing stays claimed of what was refused, and what is removed makes room.
    assert client.put(f"{path}/d", content=pieces(20)).status_code == 201
    assert client.put(f"{path}/e", content=b"x").status_code == 413
    theirs = sqlite_world.client(sqlite_world.theirs.users["engineer"])
    other = theirs.post("/api/uploads", json={"name": "b"}).json()["id"]
    assert theirs.put(f"/api/uploads/{other}/files/a", content=b"x" * 9).status_code == 201
    assert client.delete(f"/api/uploads/{identity}").status_code == 204
    again = client.post("/api/uploads", json={"name": "again"}).json()["id"]
    said = client.put(f"/api/uploads/{again}/files/a", content=b"x" * 3_000_000)
    assert said.status_code == 201


def test_a_file_for_an_upload_that_is_removed_meanwhile_leaves_nothing(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, identity = made(sqlite_world)
    placed = upload._placed

    def removed_meanwhile(part: Path, path: Path) -> None:
        assert client.delete(f"/api/uploads/{identity}").status_code == 204
        placed(part, path)

    monkeypatch.setattr(upload, "_placed", removed_meanwhile)
    said = client.put(f"/api/uploads/{identity}/files/a.txt", content=b"text")
    assert (said.status_code, code_of(said)) == (404, "no-such-upload")
    assert not (sqlite_world.state.uploads / identity).exists()
