"""Files that are sent arrive whole or not at all, in a folder of their own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lianjin.service import upload

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
