"""A dataset goes to a server and comes back, by clients that know an address and a token."""

from __future__ import annotations

import fcntl
import filecmp
import hashlib
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lianjin.core.errors import (
    Conflict,
    Finding,
    Forbidden,
    LianjinError,
    NotFound,
    Unauthenticated,
)
from lianjin.core.event import events
from lianjin.corpus.registry import Registry
from lianjin.corpus.remote import RemoteRegistry
from lianjin.corpus.shipment import pack
from lianjin.corpus.verify import verify
from lianjin.corpus.version import DatasetName, VersionName
from lianjin.service.account.token import revoke, tokens

from ..service.conftest import sqlite_state, sqlite_world
from ..service.dataset import dataset
from ..service.served import served, token_of
from ..service.world import World

__all__ = ["sqlite_state", "sqlite_world"]

FIRST = VersionName.parse("canaryours/news@1.0.0")


@pytest.fixture
def address(sqlite_world: World) -> Iterator[str]:
    with served(sqlite_world) as found:
        yield found


@pytest.fixture
def remote(sqlite_world: World, address: str) -> RemoteRegistry:
    """The registry of the server, for an engineer of ours."""
    token = token_of(sqlite_world, sqlite_world.ours, "engineer", "write")
    return RemoteRegistry.at(address, token)


def blobs(world: World) -> list[Path]:
    return list(Registry(world.state.registry).blobs.all())


def test_a_version_goes_and_comes_back(
    sqlite_world: World, remote: RemoteRegistry, tmp_path: Path
) -> None:
    seen: list[tuple[int, int]] = []
    version = remote.commit(dataset(), FIRST, message="首版", report=lambda *d: seen.append(d))
    assert seen[-1][0] == seen[-1][1] == pack(dataset()).size_bytes
    assert version == Registry(sqlite_world.state.registry).version(FIRST)
    assert remote.version(FIRST) == version
    assert remote.versions(FIRST.dataset) == (FIRST,)
    assert remote.latest(FIRST.dataset) == FIRST
    assert remote.pull(version, tmp_path / "out")
    assert not remote.pull(version, tmp_path / "out")
    assert verify(tmp_path / "out", records=True).faults == ()
    names = sorted(p.relative_to(dataset()) for p in dataset().rglob("*") if p.is_file())
    _, other, failed = filecmp.cmpfiles(dataset(), tmp_path / "out", names, shallow=False)
    assert (other, failed) == ([], [])
    with sqlite_world.state.database.read() as connection:
        assert len(events(connection, subject=str(FIRST))) == 1


def test_what_the_server_has_is_not_sent_again(
    sqlite_world: World, remote: RemoteRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipment, sent = pack(dataset()), list[str]()
    ask = remote._request

    def counted(method: str, path: str, *rest: object, **more: object) -> object:
        if method == "PUT":
            sent.append(path)
            if len(sent) == 4 and "stop" in sent:
                raise KeyboardInterrupt
        return ask(method, path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(remote, "_request", counted)
    sent.append("stop")
    with pytest.raises(KeyboardInterrupt):
        remote.commit(dataset(), FIRST)
    n_there = len(blobs(sqlite_world))
    assert n_there == 2
    sent.clear()
    remote.commit(dataset(), FIRST)
    assert len(sent) == len({item.sha256 for item in shipment.items}) - n_there
    sent.clear()
    remote.commit(dataset(), VersionName.parse("canaryours/news@1.0.1"), parents=[FIRST])
    assert sent == []


def test_a_file_that_changes_meanwhile_is_never_whole_on_the_server(
    sqlite_world: World, remote: RemoteRegistry, tmp_path: Path
) -> None:
    copied = Path(shutil.copytree(dataset(), tmp_path / "copied"))
    part = next((copied / "data").iterdir())
    data = part.read_bytes()
    part.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(Finding) as raised:
        remote.commit(copied, FIRST)
    assert (raised.value.code, part.name in raised.value.message.en) == ("content-differs", True)
    changed = hashlib.sha256(part.read_bytes()).hexdigest()
    assert changed not in {path.name for path in blobs(sqlite_world)}
    part.write_bytes(data)
    remote.commit(copied, FIRST)
    part.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(Finding):  # the server has the bytes, and they are hashed here all the same
        remote.commit(copied, VersionName.parse("canaryours/news@1.0.1"))


def test_the_server_refuses_as_the_registry_does(
    sqlite_world: World, remote: RemoteRegistry, address: str, tmp_path: Path
) -> None:
    remote.commit(dataset(), FIRST)
    with pytest.raises(Conflict) as raised:
        remote.commit(dataset(), FIRST, message="another")
    assert raised.value.code == "version-exists"
    with pytest.raises(NotFound) as missing:
        remote.version(VersionName.parse("canaryours/news@9.0.0"))
    assert missing.value.code == "no-such-version"
    theirs = token_of(sqlite_world, sqlite_world.theirs, "engineer", "write")
    for call in (
        lambda registry: registry.version(FIRST),
        lambda registry: registry.latest(FIRST.dataset),
        lambda registry: registry.commit(dataset(), VersionName.parse("canaryours/news@2.0.0")),
    ):
        with pytest.raises(NotFound) as missing:
            call(RemoteRegistry.at(address, theirs))
        assert missing.value.code == "no-such-dataset"
    with pytest.raises(Unauthenticated):
        RemoteRegistry.at(address, None).version(FIRST)
    with pytest.raises(Unauthenticated):
        RemoteRegistry.at(address, "lj_wrong").commit(dataset(), FIRST)
    reader = token_of(sqlite_world, sqlite_world.ours, "engineer", "read")
    with pytest.raises(Forbidden):
        RemoteRegistry.at(address, reader).commit(dataset(), FIRST)
    assert RemoteRegistry.at(address, reader).pull(remote.version(FIRST), tmp_path / "out")


def test_a_revoked_token_stops_at_the_next_request(
    sqlite_world: World, remote: RemoteRegistry, tmp_path: Path
) -> None:
    version = remote.commit(dataset(), FIRST)
    user = sqlite_world.ours.users["engineer"]

    def work(tx):  # type: ignore[no-untyped-def]
        for token in tokens(tx.connection, user):
            revoke(tx, user, token.id)

    sqlite_world.state.database.write(work)
    with pytest.raises(Unauthenticated):
        remote.pull(version, tmp_path / "out")
    assert not (tmp_path / "out" / "manifest.json").exists()


def test_two_pushes_at_once_of_one_version_leave_one(sqlite_world: World, address: str) -> None:
    token = token_of(sqlite_world, sqlite_world.ours, "engineer", "write")
    said: list[str] = []

    def run(message: str) -> None:
        try:
            version = RemoteRegistry.at(address, token).commit(dataset(), FIRST, message=message)
            said.append(version.message)
        except LianjinError as error:
            said.append(error.code)

    threads = [threading.Thread(target=run, args=(m,)) for m in ("one", "two") * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stands = Registry(sqlite_world.state.registry).version(FIRST).message
    assert sorted(said) == sorted([stands] * 3 + ["version-exists"] * 3)
    assert Registry(sqlite_world.state.registry).check().faults == ()


@pytest.mark.slow  # four commands in processes of their own
def test_the_commands_push_and_pull_and_never_say_the_token(
    sqlite_world: World, address: str, tmp_path: Path
) -> None:
    token = token_of(sqlite_world, sqlite_world.ours, "owner", "write")
    (tmp_path / "token").write_text(f"{token}\n")

    def run(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lianjin", *map(str, arguments), "--lang", "en"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        assert token not in done.stdout + done.stderr
        return done

    pushed = run("push", dataset(), FIRST, "--to", address, LIANJIN_TOKEN=token)
    assert (pushed.returncode, pushed.stderr) == (0, ""), pushed
    assert pushed.stdout.startswith("canaryours/news@1.0.0: ")
    place = ["--from", address, "--token-file", tmp_path / "token", "--out", tmp_path / "out"]
    pulled = run("pull", DatasetName("canaryours", "news"), *place)
    assert (pulled.returncode, pulled.stderr) == (0, ""), pulled
    assert verify(tmp_path / "out", records=True).faults == ()
    refused = run("pull", FIRST, "--from", address, "--out", tmp_path / "more")
    assert (refused.returncode, "not-signed-in" in refused.stderr) == (2, True)
    wrong = run("push", dataset(), "canarytheirs/a@1.0.0", "--to", address, LIANJIN_TOKEN=token)
    assert (wrong.returncode, "no-such-dataset" in wrong.stderr) == (2, True)


def half_sent(world: World, address: str, sha256: str, data: bytes, start: int, most: int) -> int:
    """A client that says it sends all from `start` on, and is gone after `most` bytes; how much of the
    file the server keeps."""
    store, owner = Registry(world.state.registry).blobs, world.ours.organisation.id
    token = token_of(world, world.ours, "engineer", "write")
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        head = (
            f"PUT /api/blobs/{sha256}?start={start} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Authorization: Bearer {token}\r\nContent-Length: {len(data) - start}\r\n\r\n"
        )
        connection.sendall(head.encode() + data[start : start + most])
        until(lambda: store.part_bytes(sha256, owner) >= start + most - 1_000)
    until(lambda: not is_locked(store.folder / "parts" / owner / sha256))
    return store.part_bytes(sha256, owner)


def until(holds: Callable[[], bool]) -> None:
    """Comes back once it holds."""
    ends = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < ends
        threading.Event().wait(0.005)


def is_locked(path: Path) -> bool:
    with path.open("rb") as part:
        try:
            fcntl.flock(part, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def test_a_large_file_that_broke_off_goes_on_where_it_was(
    sqlite_world: World, remote: RemoteRegistry, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianjin.service.blob.BLOCK_BYTES", 1_000)
    monkeypatch.setattr("lianjin.corpus.remote.RESUMED_FROM_BYTES", 5_000)
    report = next(item for item in pack(dataset()).items if item.path == "report.html")
    data = (dataset() / "report.html").read_bytes()
    first = half_sent(sqlite_world, address, report.sha256, data, 0, 10_000)
    second = half_sent(sqlite_world, address, report.sha256, data, first, 5_000)
    assert len(data) > second > first
    paths: list[str] = []
    ask = remote._request

    def noted(method: str, path: str, *rest: object, **more: object) -> object:
        paths.append(path)
        return ask(method, path, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(remote, "_request", noted)
    version = remote.commit(dataset(), FIRST)
    assert f"/api/blobs/{report.sha256}?start={second}" in paths
    assert Registry(sqlite_world.state.registry).check().faults == ()
    assert version.extras["report.html"].sha256 == report.sha256
