"""Bytes by their SHA-256, written once.

Takes files and streams; gives digests, and the bytes of a digest again. A store is a folder:
`objects/ab/<sha256>`, `incoming/` for what is still being written, and `parts/OWNER/` for large blobs
that come in parts. A kill at any moment leaves whole blobs, parts that are gone on with and, in
`incoming`, what the next `sweep` takes away.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from lianjin.core.errors import Conflict, Finding, LimitExceeded, NotFound, UsageError
from lianjin.core.limits import PARTS_HELD
from lianjin.core.store import damaged, guarded, link_if_absent
from lianjin.core.words import Words

BLOCK_BYTES = 1 << 20
SHA256 = re.compile(r"[0-9a-f]{64}")
READ_ONLY = 0o444
_OWNER = re.compile(r"[a-z0-9_-]{1,64}")


class BlobWriter:
    """Bytes on their way into a store; `sha256` and `size_bytes` are of what came so far."""

    def __init__(self, file: FileIO | None, path: Path, most_bytes: int | None) -> None:
        self._file = file
        self._path = path
        self._most_bytes = most_bytes
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def write(self, data: bytes) -> None:
        """Takes the next bytes; LimitExceeded `blob-too-large` before they are written."""
        self.size_bytes += len(data)
        if self._most_bytes is not None and self.size_bytes > self._most_bytes:
            raise LimitExceeded(
                "blob-too-large",
                Words(
                    f"more than {self._most_bytes} bytes came; expected at most as many",
                    f"收到的内容超过 {self._most_bytes} 字节的上限",
                ),
                hint=Words("build with smaller shards", "用更小的分片构建"),
            )
        self._hash.update(data)
        if self._file is not None:
            rest = memoryview(data)
            with guarded(self._path, "write"):
                while rest:
                    rest = rest[self._file.write(rest) :]

    def take_up(self) -> int:
        """How many bytes the file has already, which count as come: they are read, not written."""
        assert self._file is not None
        with guarded(self._path, "read"):
            while block := self._file.read(BLOCK_BYTES):
                self._hash.update(block)
                self.size_bytes += len(block)
        return self.size_bytes

    @property
    def sha256(self) -> str:
        """The digest of all that came, as 64 hexadecimal digits."""
        return self._hash.hexdigest()


@dataclass(frozen=True)
class BlobStore:
    """The blobs of a folder. Nothing is made before the first blob is."""

    folder: Path

    def path(self, sha256: str) -> Path:
        """Where a blob lies, or would; UsageError `wrong-digest` if it is no digest."""
        digest = checked_sha256(sha256)
        return self.folder / "objects" / digest[:2] / digest

    def has(self, sha256: str) -> bool:
        """Whether the blob is there, whole as it was written."""
        return self.path(sha256).is_file()

    def size_bytes(self, sha256: str) -> int:
        """The size of a blob; NotFound `no-such-blob`."""
        path = self.path(sha256)
        try:
            return path.stat().st_size
        except FileNotFoundError as error:
            raise no_such_blob(sha256) from error

    def put(
        self,
        source: Path | Iterable[bytes],
        *,
        sha256: str | None = None,
        most_bytes: int | None = None,
    ) -> str:
        """The digest of a file or stream, once its bytes are in the store and on disk.

        `sha256`: what was promised; other bytes are refused with `content-differs` and are not kept.
        A blob that is there already is read, but not written again.
        """
        blocks = blocks_of(source) if isinstance(source, Path) else source
        with self.incoming(sha256, most_bytes=most_bytes) as writer:
            for block in blocks:
                writer.write(block)
        return writer.sha256

    @contextmanager
    def incoming(
        self, sha256: str | None = None, *, most_bytes: int | None = None
    ) -> Iterator[BlobWriter]:
        """A writer for one blob, which is in the store when the block ends well, or not at all.

        `sha256` as in `put`.
        """
        if sha256 is not None and self.renewed(sha256):
            writer = BlobWriter(None, self.path(sha256), most_bytes)
            yield writer
            _refuse_other(writer.sha256, sha256)
            return
        with self.temporary_file() as (path, file):
            writer = BlobWriter(file, path, most_bytes)
            yield writer
            if sha256 is not None:
                _refuse_other(writer.sha256, sha256)
            with guarded(path, "write"):
                os.fchmod(file.fileno(), READ_ONLY)
                os.fsync(file.fileno())
            link_if_absent(path, self.path(writer.sha256))

    def renewed(self, sha256: str) -> bool:
        """Whether the blob is there; if so it is as one that came now, and stays for as long.

        What somebody counts on is asked for with this: see `corpus/collection.py`.
        """
        path = self.path(sha256)
        if not path.is_file():
            return False
        with self.kept(), guarded(path, "write"):
            try:
                os.utime(path, follow_symlinks=False)
            except FileNotFoundError:
                return False
        return True

    @contextmanager
    def kept(self) -> Iterator[None]:
        """No blob is taken away while the block runs; any number of such blocks run at once."""
        with self._locked(fcntl.LOCK_SH):
            yield

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody is in `kept` while the block runs."""
        with self._locked(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        with guarded(self.folder, "write"):
            self.folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, kind)
            yield
        finally:
            os.close(descriptor)

    def part_bytes(self, sha256: str, owner: str) -> int:
        """How much of a blob its owner has sent in part; 0 for none."""
        with suppress(OSError):
            return self._part(sha256, owner).lstat().st_size
        return 0

    @contextmanager
    def part(
        self, sha256: str, owner: str, start: int, *, most_bytes: int | None = None
    ) -> Iterator[BlobWriter]:
        """A writer for one blob that comes in parts; what came stays if the block breaks off.

        `owner`: whose part it is, a word; nobody learns of another's. `start`: how much of it there is;
        0 begins anew. Conflict `part-differs` if there is another amount, or somebody writes to it.
        When the block ends well all has come: the blob is in the store then, or, if its bytes have
        another digest, refused with `content-differs`, and the part is gone.
        """
        path = self._part(sha256, owner)
        with guarded(path, "write"):
            self._make_room(path)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            _refuse_another_part(file, path, start)
            with guarded(path, "write"):
                if start == 0:
                    file.truncate(0)
                writer = BlobWriter(file, path, most_bytes)
                writer.take_up()
            try:
                yield writer
                _refuse_other(writer.sha256, sha256)
            except (Finding, LimitExceeded):
                path.unlink(missing_ok=True)
                raise
            with guarded(path, "write"):
                os.fchmod(file.fileno(), READ_ONLY)
                os.fsync(file.fileno())
                if not self.renewed(sha256):
                    os.utime(path)
                    link_if_absent(path, self.path(sha256))
                path.unlink(missing_ok=True)

    def _part(self, sha256: str, owner: str) -> Path:
        assert _OWNER.fullmatch(owner), owner
        return self.folder / "parts" / owner / checked_sha256(sha256)

    def _make_room(self, path: Path) -> None:
        """Makes a part's folder; where it is full the part that waited longest goes."""
        path.parent.mkdir(parents=True, exist_ok=True)
        others = [other for other in path.parent.iterdir() if other != path]
        if len(others) >= PARTS_HELD:
            min(others, key=lambda other: other.lstat().st_mtime).unlink(missing_ok=True)

    def parts(self) -> Iterator[Path]:
        """Every part, in the order of owners and names."""
        yield from sorted(p for p in (self.folder / "parts").glob("*/*") if p.is_file())

    @contextmanager
    def temporary_file(self) -> Iterator[tuple[Path, FileIO]]:
        """A new file in `incoming`, gone after the block; `sweep` leaves it while it is open."""
        with guarded(self._incoming, "write"):
            while True:
                self._incoming.mkdir(parents=True, exist_ok=True)
                descriptor, name = tempfile.mkstemp(dir=self._incoming)
                if _held(descriptor, Path(name)):
                    break
                os.close(descriptor)
        path = Path(name)
        try:
            # No buffer: nothing is left to be written, and to fail, when the file is closed.
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                yield path, file
        finally:
            with suppress(OSError):
                path.unlink(missing_ok=True)

    @contextmanager
    def temporary_folder(self) -> Iterator[Path]:
        """A new folder in `incoming`, gone after the block unless it was renamed; as above."""
        with guarded(self._incoming, "write"):
            while True:
                self._incoming.mkdir(parents=True, exist_ok=True)
                path = Path(tempfile.mkdtemp(dir=self._incoming))
                descriptor = os.open(path, os.O_RDONLY)
                if _held(descriptor, path):
                    break
                os.close(descriptor)
        try:
            yield path
        finally:
            os.close(descriptor)
            shutil.rmtree(path, ignore_errors=True)

    def sweep(self) -> int:
        """Removes what killed writers left in `incoming`; how much that was.

        A writer that lives holds its lock.
        """
        removed = 0
        for path in sorted(self._incoming.glob("*")):
            with suppress(FileNotFoundError, BlockingIOError, IsADirectoryError):
                descriptor = os.open(path, os.O_RDONLY)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if path.is_dir():
                        shutil.rmtree(path)
                    else:
                        path.unlink()
                    removed += 1
                finally:
                    os.close(descriptor)
        return removed

    def read(self, sha256: str, *, most_bytes: int) -> bytes:
        """The bytes of a small blob, hashed again: StorageError `damaged-file` if they are others.

        NotFound `no-such-blob`; LimitExceeded `blob-too-large` over `most_bytes`.
        """
        path = self.path(sha256)
        if not self.has(sha256):
            raise no_such_blob(sha256)
        writer = BlobWriter(None, path, most_bytes)
        data = bytearray()
        for block in blocks_of(path):
            writer.write(block)
            data += block
        if writer.sha256 != sha256:
            raise damaged(path, Words("has other bytes than its name says", "内容与其名称不符"))
        return bytes(data)

    def found(self, sha256: str) -> str | None:
        """The digest that the blob's bytes have now, at hashing speed; None if it is not there."""
        path = self.path(sha256)
        if not path.is_file():
            return None
        with guarded(path, "read"), path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def all(self) -> Iterator[Path]:
        """Every file under `objects`, in the order of names, whatever it is."""
        yield from sorted(p for p in (self.folder / "objects").glob("**/*") if not p.is_dir())

    @property
    def _incoming(self) -> Path:
        return self.folder / "incoming"


def checked_sha256(text: str) -> str:
    """The digest itself; UsageError `wrong-digest` unless it is 64 hexadecimal digits."""
    if not SHA256.fullmatch(text):
        raise UsageError(
            "wrong-digest",
            Words(
                f"{text[:80]!r} is no SHA-256; expected 64 hexadecimal digits",
                f"{text[:80]!r} 不是 SHA-256；应为 64 位十六进制数字",
            ),
        )
    return text


def no_such_blob(sha256: str) -> NotFound:
    """The refusal about a blob that is not in a store."""
    return NotFound(
        "no-such-blob",
        Words(f"there are no bytes with the SHA-256 {sha256}", f"没有 SHA-256 为 {sha256} 的内容"),
        hint=Words("push the version again", "重新推送该版本"),
    )


def blocks_of(path: Path, start: int = 0) -> Iterator[bytes]:
    """A file's bytes from a place on in blocks of 1 MiB; a link is not followed."""
    with guarded(path, "read"):
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            file.seek(start)
            while block := file.read(BLOCK_BYTES):
                yield block


def _held(descriptor: int, path: Path) -> bool:
    """Whether the lock of a new file or folder was had before a sweep took it away."""
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    return False


def _refuse_another_part(file: FileIO, path: Path, start: int) -> None:
    """Locks a part; Conflict `part-differs` if somebody writes to it or has got elsewhere with it."""
    found = None
    with suppress(BlockingIOError, FileNotFoundError):
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Another may have finished since this was opened: the file is the blob then, and not to be touched.
        if os.path.samestat(os.fstat(file.fileno()), os.stat(path, follow_symlinks=False)):
            found = os.fstat(file.fileno()).st_size
    if found is None or start not in (0, found):
        there = Words("it is being sent", "正在传送") if found is None else Words.verbatim(found)
        raise Conflict(
            "part-differs",
            Words(
                f"a part of {start} bytes is not what is there: ", f"已有的部分不是 {start} 字节："
            )
            + there,
            hint=Words("ask how much there is, and go on from there", "先查询已有多少，再接着传"),
        )


def _refuse_other(found: str, expected: str) -> None:
    if found != expected:
        raise Finding(
            "content-differs",
            Words(
                f"the bytes have the SHA-256 {found}; expected {expected}",
                f"内容的 SHA-256 是 {found}；应为 {expected}",
            ),
            hint=Words(
                "look for what changed the file, and push again", "查明文件为何变化，再重新推送"
            ),
        )
