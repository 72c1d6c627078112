"""Blobs are whole or not there, written once, and never where a person says."""

from __future__ import annotations

import hashlib
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from lianjin.core.errors import Conflict, Finding, LimitExceeded, NotFound, StorageError, UsageError
from lianjin.core.limits import PARTS_HELD
from lianjin.corpus import blob
from lianjin.corpus.blob import BlobStore

DATA = "早市天不亮就开了".encode()
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "store")


def files(store: BlobStore) -> list[str]:
    return [p.relative_to(store.folder).as_posix() for p in store.folder.rglob("*") if p.is_file()]


def test_a_file_and_a_stream_give_the_same_blob(store: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(DATA)
    assert store.put(tmp_path / "a") == SHA256
    assert store.put([DATA[:5], DATA[5:]], sha256=SHA256) == SHA256
    assert files(store) == [f"objects/{SHA256[:2]}/{SHA256}"]
    assert store.read(SHA256, most_bytes=100) == DATA
    assert (store.has(SHA256), store.size_bytes(SHA256), store.found(SHA256)) == (
        True,
        len(DATA),
        SHA256,
    )


def test_a_blob_is_read_only_and_not_written_again(store: BlobStore) -> None:
    store.put([DATA])
    path = store.path(SHA256)
    before = path.stat()
    assert oct(before.st_mode)[-3:] == "444"
    store.put([DATA])
    store.put([DATA], sha256=SHA256)
    after = path.stat()
    assert (after.st_ino, after.st_size, oct(after.st_mode)[-3:]) == (
        before.st_ino,
        len(DATA),
        "444",
    )


def test_a_blob_that_somebody_counts_on_is_as_new(store: BlobStore) -> None:
    assert not store.renewed(SHA256)
    assert not store.folder.exists()
    store.put([DATA])
    for asks in (store.renewed, lambda sha256: store.put([DATA], sha256=sha256)):
        os.utime(store.path(SHA256), (0, 0))
        assert asks(SHA256)
        assert store.path(SHA256).stat().st_mtime > 0


def test_nothing_at_all_is_a_blob_too(store: BlobStore) -> None:
    assert store.put([]) == hashlib.sha256().hexdigest()
    assert store.put([b"", b""]) == hashlib.sha256().hexdigest()


@pytest.mark.parametrize("before", [False, True])
def test_other_bytes_than_promised_are_refused_and_not_kept(store: BlobStore, before: bool) -> None:
    if before:
        store.put([DATA])
    with pytest.raises(Finding) as raised:
        store.put([b"other"], sha256=SHA256)
    assert raised.value.code == "content-differs"
    assert len(files(store)) == before


def test_a_stream_that_breaks_off_leaves_nothing(store: BlobStore) -> None:
    def broken() -> Iterator[bytes]:
        yield DATA
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        store.put(broken(), sha256=SHA256)
    assert files(store) == []


def test_more_bytes_than_the_limit_are_refused(store: BlobStore) -> None:
    with pytest.raises(LimitExceeded) as raised:
        store.put([b"123", b"45"], most_bytes=4)
    assert raised.value.code == "blob-too-large"
    assert files(store) == []
    store.put([DATA])
    with pytest.raises(LimitExceeded):
        store.read(SHA256, most_bytes=3)


@pytest.mark.parametrize(
    "digest",
    [
        "",
        "../x",
        SHA256.upper(),
        SHA256[:-1],
        SHA256 + "0",
        SHA256 + "\n",
        f"sha256:{SHA256}",
        "٠" * 64,
    ],
)
def test_what_is_no_digest_is_no_path(store: BlobStore, digest: str) -> None:
    for call in (store.path, store.has, store.size_bytes, store.found):
        with pytest.raises(UsageError) as raised:
            call(digest)
        assert raised.value.code == "wrong-digest"


def test_a_blob_that_is_absent_is_said_to_be(store: BlobStore) -> None:
    assert (store.has(SHA256), store.found(SHA256), list(store.all())) == (False, None, [])
    for call in (lambda: store.size_bytes(SHA256), lambda: store.read(SHA256, most_bytes=9)):
        with pytest.raises(NotFound) as raised:
            call()
        assert raised.value.code == "no-such-blob"


def test_a_damaged_blob_is_found_out(store: BlobStore) -> None:
    store.put([DATA])
    path = store.path(SHA256)
    path.chmod(0o644)
    path.write_bytes(DATA[:-1])
    assert store.found(SHA256) == hashlib.sha256(DATA[:-1]).hexdigest()
    with pytest.raises(StorageError) as raised:
        store.read(SHA256, most_bytes=100)
    assert raised.value.code == "damaged-file"


def test_a_link_is_not_followed(store: BlobStore, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(DATA)
    (tmp_path / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(StorageError):
        store.put(tmp_path / "link")
    assert files(store) == []


def test_a_sweep_takes_what_the_dead_left_and_nothing_of_the_living(store: BlobStore) -> None:
    incoming = store.folder / "incoming"
    with store.temporary_file() as (path, file), store.temporary_folder() as folder:
        (incoming / "dead").write_bytes(b"half")
        (incoming / "dead-folder").mkdir()
        (incoming / "dead-folder" / "file").touch()
        assert store.sweep() == 2
        assert sorted(incoming.iterdir()) == sorted([path, folder])
        file.write(b"lives")
    assert list(incoming.iterdir()) == []
    assert store.sweep() == 0


def test_many_writers_of_the_same_bytes_leave_one_blob(store: BlobStore) -> None:
    blocks = [os.urandom(1000)] * 50
    expected = hashlib.sha256(b"".join(blocks)).hexdigest()
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: (store.sweep(), found.append(store.put(blocks))))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 8
    assert files(store) == [f"objects/{expected[:2]}/{expected}"]


def test_a_full_disk_is_said_and_leaves_nothing(store: BlobStore) -> None:
    """The system refuses files beyond a size as it refuses a full disk, in a process of its own."""
    program = (
        "import resource, signal, sys; from pathlib import Path\n"
        "from lianjin.core.errors import StorageError; from lianjin.corpus.blob import BlobStore\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))\n"
        "try: BlobStore(Path(sys.argv[1])).put([b'x' * 2000] * 3)\n"
        "except StorageError as error: print(error.code)\n"
    )
    command = [sys.executable, "-c", program, str(store.folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    assert said.stdout == "storage-other\n", said
    assert files(store) == []
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 3000


def sent(store: BlobStore, data: bytes, start: int, *, owner: str = "org_1") -> None:
    with store.part(SHA256, owner, start) as writer:
        writer.write(data)


def broken_off(store: BlobStore, data: bytes, start: int, sha256: str = SHA256) -> None:
    """A sender that is gone after these bytes."""
    with suppress(ConnectionResetError), store.part(sha256, "org_1", start) as writer:
        writer.write(data)
        raise ConnectionResetError


def test_a_blob_that_comes_in_parts_is_whole_in_the_end(store: BlobStore) -> None:
    assert store.part_bytes(SHA256, "org_1") == 0
    broken_off(store, DATA[:3], 0)
    assert (store.part_bytes(SHA256, "org_1"), store.part_bytes(SHA256, "org_2")) == (3, 0)
    broken_off(store, DATA[3:5], 3)
    assert not store.has(SHA256)
    sent(store, DATA[5:], 5)
    assert store.read(SHA256, most_bytes=100) == DATA
    assert oct(store.path(SHA256).stat().st_mode)[-3:] == "444"
    assert list(store.parts()) == []
    sent(store, DATA, 0)
    assert list(store.parts()) == []


def test_a_part_is_gone_on_with_where_it_is_and_by_one(store: BlobStore) -> None:
    broken_off(store, DATA[:3], 0)
    for start in (2, 4):
        with pytest.raises(Conflict, match="not what is there: 3"):
            sent(store, DATA[start:], start)
    with store.part(SHA256, "org_1", 3) as writer:
        with pytest.raises(Conflict, match="it is being sent"):
            sent(store, DATA, 0)
        writer.write(DATA[3:])
    assert store.read(SHA256, most_bytes=100) == DATA


def test_who_opened_a_part_before_it_was_finished_does_not_touch_the_blob(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has the very file that is the blob by then."""
    found = blob._refuse_another_part

    def late(*given: Any) -> None:
        monkeypatch.setattr(blob, "_refuse_another_part", found)
        sent(store, DATA, 0)
        found(*given)

    monkeypatch.setattr(blob, "_refuse_another_part", late)
    with pytest.raises(Conflict):
        sent(store, DATA, 0)
    assert store.read(SHA256, most_bytes=100) == DATA


@pytest.mark.parametrize("rest", [b"", b"other bytes", DATA[3:] + b"x"])
def test_parts_that_are_not_the_blob_are_refused_and_go(store: BlobStore, rest: bytes) -> None:
    broken_off(store, DATA[:3], 0)
    with pytest.raises(Finding):
        sent(store, rest, 3)
    assert (store.has(SHA256), list(store.parts())) == (False, [])


def test_of_too_many_parts_the_one_that_waited_longest_goes(store: BlobStore) -> None:
    for number in range(PARTS_HELD + 1):
        digest = f"{number:064x}"
        broken_off(store, b"half", 0, digest)
        os.utime(store.folder / "parts" / "org_1" / digest, (number, number))
    assert [path.name for path in store.parts()] == [f"{n:064x}" for n in range(1, PARTS_HELD + 1)]
