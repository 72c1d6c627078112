"""A version copied out of a registry into a folder, each byte checked on its way.

Takes a version and where its bytes come from; gives a dataset folder. The manifest comes last, by
being written if absent; until then `.pull` says whose folder it is, and the same pull goes on.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lianjin.core.errors import Conflict, StorageError
from lianjin.core.limits import MANIFEST_SIZE_BYTES
from lianjin.core.store import damaged, flush, guarded, link_if_absent, make_folder
from lianjin.core.words import Words
from lianjin.corpus.blob import BlobWriter, blocks_of
from lianjin.corpus.manifest import read_manifest
from lianjin.corpus.shipment import MANIFEST, Item, Report, items_of
from lianjin.corpus.version import DatasetVersion

Fetch = Callable[[Item, int], Iterable[bytes]]
"""Gives the bytes of a file from a place on, unchecked."""

MARK = ".pull"
_ELSEWHERE = Words("choose another folder with --out", "用 --out 换一个目录")


def check_out(version: DatasetVersion, folder: Path, fetch: Fetch, report: Report) -> bool:
    """Writes the version's dataset into a folder; False if it was there already, whole.

    Conflict `foreign-files`: the folder holds something else; `already-running`: another pull is
    at work in it. StorageError `damaged-file`: bytes that came are not those of the version.
    """
    if folder.exists() and _is_done(version, folder):
        _tidy(folder)
        return False
    with _claimed(version, folder):
        data = _received(fetch, version)
        value = _checked(version, data)
        items = items_of(value)
        items += tuple(Item(path, e.sha256, e.size_bytes) for path, e in version.extras.items())
        done, total = 0, sum(item.size_bytes for item in items)
        for item in items:
            _place(folder / item.path, item, fetch)
            done += item.size_bytes
            report(done, total)
        part = folder / f"{MARK}.part"
        with guarded(part, "write"):
            part.write_bytes(data)
            flush(part)
        link_if_absent(part, folder / MANIFEST)
        _tidy(folder)
    return True


def _tidy(folder: Path) -> None:
    with guarded(folder, "write"):
        for name in (f"{MARK}.part", MARK):
            (folder / name).unlink(missing_ok=True)


def _is_done(version: DatasetVersion, folder: Path) -> bool:
    """Whether the folder is this version, finished; each file of it is hashed again."""
    path = folder / MANIFEST
    if not path.is_file() or _digest_of(path) != version.manifest:
        return False
    with guarded(path, "read"):
        value = read_manifest(path.read_bytes())
    for item in items_of(value):
        if not _is_there(folder / item.path, item):
            raise damaged(
                folder / item.path, Words("is not as its manifest says", "与清单所说不符")
            )
    return True


def _checked(version: DatasetVersion, data: bytes) -> dict[str, Any]:
    value = read_manifest(data)
    names = {item.path for item in items_of(value)}
    if value["root"] != version.root or names & version.extras.keys():
        raise _wrong_bytes(MANIFEST)
    return value


@contextmanager
def _claimed(version: DatasetVersion, folder: Path) -> Iterator[None]:
    """Marks a folder that is empty, or was begun by the same pull, as that of this pull."""
    mark = folder / MARK
    make_folder(folder)
    with guarded(folder, "open"):
        names = {path.name for path in folder.iterdir()}
    if names and MARK not in names:
        raise _foreign(folder)
    with guarded(mark, "lock"):
        descriptor = os.open(mark, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            _hold(descriptor, folder)
            said = os.read(descriptor, 100).decode("utf-8", "replace")
            if not version.digest.startswith(said):
                raise _foreign(folder)
            os.pwrite(descriptor, version.digest.encode(), 0)
            os.fsync(descriptor)
            yield
        finally:
            os.close(descriptor)


def _hold(descriptor: int, folder: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Conflict(
            "already-running",
            Words(
                f"another pull is at work in {str(folder)!r}",
                f"另一个拉取正在 {str(folder)!r} 里进行",
            ),
            hint=_ELSEWHERE,
        ) from error


def _place(path: Path, item: Item, fetch: Fetch) -> None:
    """Makes sure that the file is there as it is to be; one that is there whole is not fetched.

    What a pull that was stopped had of it is taken up; if all of it is not the file then, it is fetched
    once from its beginning.
    """
    if _is_there(path, item):
        return
    make_folder(path.parent)
    part = path.with_name(f".{path.name}.part")
    with guarded(path, "write"):
        if not (_begun(part, item) and _fetched(part, path, item, fetch)):
            part.unlink(missing_ok=True)
            if not _fetched(part, path, item, fetch):
                part.unlink()
                raise _wrong_bytes(item.path)
        os.replace(part, path)
        flush(path.parent)


def _begun(part: Path, item: Item) -> bool:
    """Whether there is a beginning of the file to go on from."""
    return part.is_file() and not part.is_symlink() and 0 < part.stat().st_size <= item.size_bytes


def _fetched(part: Path, path: Path, item: Item, fetch: Fetch) -> bool:
    """Whether the part is the file once all that lacks was fetched; what comes is kept, come what may."""
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    with os.fdopen(descriptor, "r+b", buffering=0) as file:
        writer = BlobWriter(file, path, item.size_bytes)
        start = writer.take_up()
        for block in fetch(item, start) if start < item.size_bytes or not start else ():
            writer.write(block)
        os.fsync(file.fileno())
    return writer.sha256 == item.sha256


def _received(fetch: Fetch, version: DatasetVersion) -> bytes:
    """The bytes of the manifest, which stays in memory."""
    writer, data = BlobWriter(None, Path(MANIFEST), MANIFEST_SIZE_BYTES), bytearray()
    for block in fetch(Item(MANIFEST, version.manifest, 0), 0):
        writer.write(block)
        data += block
    if writer.sha256 != version.manifest:
        raise _wrong_bytes(MANIFEST)
    return bytes(data)


def _is_there(path: Path, item: Item) -> bool:
    if not path.is_file() or path.is_symlink() or path.stat().st_size != item.size_bytes:
        return False
    return _digest_of(path) == item.sha256


def _digest_of(path: Path) -> str:
    total = hashlib.sha256()
    for block in blocks_of(path):
        total.update(block)
    return total.hexdigest()


def _foreign(folder: Path) -> Conflict:
    return Conflict(
        "foreign-files",
        Words(
            f"{str(folder)!r} holds something else; expected an empty folder or nothing",
            f"{str(folder)!r} 里有别的内容；应为空目录，或尚不存在",
        ),
        hint=_ELSEWHERE,
    )


def _wrong_bytes(name: str) -> StorageError:
    return StorageError(
        "content-differs",
        Words(
            f"the bytes that came for {name!r} are not those of the version",
            f"收到的 {name!r} 内容不是该版本的",
        ),
        hint=Words("the registry is damaged: have it checked", "仓库已损坏：请检查它"),
    )
