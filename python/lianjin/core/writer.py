"""The one that appends to a log: many callers, one commit.

Takes entries as bytes; gives their indices once they are on disk under a signed checkpoint. A
commit writes tiles and bundles first and the checkpoint last; what a kill leaves before that is
of no log, and goes when the next writer opens it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from lianjin import _kernel
from lianjin.core.checkpoint import NotACheckpoint, read_checkpoint, sign
from lianjin.core.errors import Conflict, LimitExceeded, UsageError
from lianjin.core.key import SigningKey
from lianjin.core.limits import LOG_BATCH_ENTRIES, LOG_ENTRIES
from lianjin.core.store import damaged, flush, guarded
from lianjin.core.tile import Tile, bytes_of, edge_of, is_rolled_back, left_over, read_tile, tile_at
from lianjin.core.words import Words

FLUSHERS = 8
"""Files that are flushed at once: the disk has them all in the time of one or two."""


@dataclass(eq=False)
class _Request:
    """Entries that a caller waits for; at the end `first` is the index of the first, or `error`."""

    entries: Sequence[bytes]
    first: int | None = None
    error: BaseException | None = field(default=None)

    @property
    def is_done(self) -> bool:
        return self.first is not None or self.error is not None


class Writer:
    """Appends to the log of a folder, alone: a second writer is refused with `log-in-use`."""

    def __init__(self, folder: Path, key: SigningKey) -> None:
        self._folder = folder
        self._key = key
        self._requests: deque[_Request] = deque()
        self._changed = threading.Condition()
        self._is_busy = False
        self._descriptor: int | None = _held(folder)
        self._flushers = ThreadPoolExecutor(FLUSHERS, thread_name_prefix="lianjin-log")
        self._edge: _kernel.LogEdge | None = None
        try:
            self._edge = self._on_disk()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Lets the next writer in, after the commit that goes on."""
        with self._changed:
            self._changed.wait_for(lambda: not self._is_busy)
            self._flushers.shutdown()
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def append(self, entries: Sequence[bytes]) -> range:
        """The indices of the entries, in order and without gaps, once all of them are on disk.

        Callers of several threads that come while a commit goes on share the next one. After a
        StorageError the entries may be in the log or not, all or none: look before trying again.
        """
        if len(entries) > LOG_BATCH_ENTRIES:
            raise LimitExceeded(
                "too-many-entries",
                Words(
                    f"{len(entries)} entries in one append; expected at most {LOG_BATCH_ENTRIES}",
                    f"一次追加 {len(entries)} 条；最多 {LOG_BATCH_ENTRIES} 条",
                ),
                hint=Words("append them in parts", "分几次追加"),
            )
        mine = _Request(entries)
        with self._changed:
            self._requests.append(mine)
            while self._is_busy and not mine.is_done:
                self._changed.wait()
            leads = not mine.is_done
            self._is_busy = self._is_busy or leads
        if leads:
            self._lead(mine)
        if mine.error is not None:
            raise mine.error
        assert mine.first is not None
        return range(mine.first, mine.first + len(entries))

    def _lead(self, mine: _Request) -> None:
        """Commits for all who wait until `mine` is answered; the next caller leads then."""
        try:
            while not mine.is_done:
                self._commit(self._next_group())
        finally:
            with self._changed:
                self._is_busy = False
                self._changed.notify_all()

    def _next_group(self) -> list[_Request]:
        """The requests that came first, as many as one commit may have."""
        group = [self._requests.popleft()]
        n_entries = len(group[0].entries)
        while self._requests:
            n_entries += len(self._requests[0].entries)
            if n_entries > LOG_BATCH_ENTRIES:
                break
            group.append(self._requests.popleft())
        return group

    def _commit(self, group: Sequence[_Request]) -> None:
        """Answers all requests of a group, by one commit."""
        try:
            if self._descriptor is None:
                raise UsageError("log-closed", Words("the log is closed", "日志已关闭"))
            edge = self._edge or self._on_disk()
            first = edge.size
            entries = [entry for request in group for entry in request.entries]
            if entries:
                self._write(edge, entries)
        except BaseException as error:
            for request in group:
                request.error = error
            return
        for request in group:
            request.first = first
            first += len(request.entries)

    def _write(self, edge: _kernel.LogEdge, entries: list[bytes]) -> None:
        if edge.size + len(entries) > LOG_ENTRIES:
            raise LimitExceeded(
                "too-many-entries",
                Words(
                    f"a log holds at most {LOG_ENTRIES} entries",
                    f"一个日志最多 {LOG_ENTRIES} 条",
                ),
                hint=Words("begin another log", "另起一个日志"),
            )
        # Until the checkpoint is on disk, the disk alone says what the log is.
        self._edge = None
        grown, tiles, bundles = edge.grown(entries)
        files = [(tile_at(level, at, grown.size), data) for (level, at), data in tiles]
        files += [(tile_at(None, at, grown.size), data) for at, data in bundles]
        self._publish(files, sign(self._key, grown.size, grown.root()).note)
        self._edge = grown
        for tile, _ in files:
            if tile == Tile(tile.level, tile.index):
                # The full one stands for the partial ones; that they are gone is nobody's loss.
                with suppress(OSError):
                    shutil.rmtree(self._folder / f"{tile.path}.p")

    def _publish(self, files: Sequence[tuple[Tile, bytes]], note: str) -> None:
        """Puts tiles on disk under their names, and then the checkpoint that signs them."""
        last = self._folder / "checkpoint"
        with guarded(self._folder, "write"):
            paths = [self._folder / tile.path for tile, _ in files]
            folders = {path.parent for path in paths}
            folders |= {made for folder in sorted(folders) for made in _made(folder)}
            written = {_part(path): data for path, (_, data) in zip(paths, files, strict=True)}
            written[_part(last)] = note.encode()
            for part, data in written.items():
                part.write_bytes(data)
            # All are written before any is flushed: the disk takes them together.
            list(self._flushers.map(flush, written))
            for path in paths:
                os.replace(_part(path), path)
            list(self._flushers.map(flush, sorted(folders)))
            os.replace(_part(last), last)
            flush(self._folder)

    def _on_disk(self) -> _kernel.LogEdge:
        """The edge of the log as its checkpoint signs it; what stands behind it is removed."""
        path = self._folder / "checkpoint"
        try:
            checkpoint = read_checkpoint(bytes_of(path) or b"", self._key.verifier)
        except NotACheckpoint as error:
            raise damaged(
                path, Words("is no checkpoint: ", "不是检查点：") + error.words
            ) from error
        if is_rolled_back(self._folder, checkpoint.size):
            raise _rolled_back(self._folder, checkpoint.size)
        edge = _edge(self._folder, checkpoint.size)
        if edge.root() != checkpoint.root:
            raise damaged(path, Words("is not of the tiles beside it", "与旁边的哈希块不符"))
        with guarded(self._folder, "remove"):
            flush(self._folder)  # a kill may have come between the checkpoint's name and the disk
            for left in list(left_over(self._folder, checkpoint.size)):
                left.unlink()
        return edge


def _edge(folder: Path, size: int) -> _kernel.LogEdge:
    places, last = edge_of(size)
    tiles = [b"" if tile is None else read_tile(folder, tile) for tile in places]
    bundle = b"" if last is None else read_tile(folder, last)
    try:
        return _kernel.LogEdge(size, tiles, bundle)
    except ValueError as error:
        where = folder if last is None else folder / last.path
        raise damaged(where, Words(f"is damaged ({error})", "已损坏")) from error


def _part(path: Path) -> Path:
    """The name of a file until it is whole."""
    return path.with_name(f".{path.name}.part")


def _made(folder: Path) -> list[Path]:
    """Makes a folder; gives those in which something new stands now."""
    if folder.is_dir():
        return []
    above = _made(folder.parent)
    folder.mkdir(exist_ok=True)
    return [*above, folder.parent]


def _held(folder: Path) -> int:
    """The log's lock, for this process alone; the system lets go of it if the process dies."""
    path = folder / "lock"
    with guarded(path, "lock"):
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        raise Conflict(
            "log-in-use",
            Words(
                f"another writer has the log {str(folder)!r} open",
                f"另一个写入者正打开日志 {str(folder)!r}",
            ),
            hint=Words("append through it, or wait until it ends", "通过它追加，或等它结束"),
        ) from error
    return descriptor


def _rolled_back(folder: Path, size: int) -> Conflict:
    return Conflict(
        "log-rolled-back",
        Words(
            f"{str(folder)!r} has entries far behind its checkpoint of {size}; expected a checkpoint "
            "of all of them",
            f"{str(folder)!r} 中有条目远在检查点（{size} 条）之后；检查点应覆盖全部条目",
        ),
        hint=Words(
            "an old checkpoint was put back: restore the last one; nothing is appended until then",
            "检查点被换回旧的了：恢复最后一个；在此之前不追加",
        ),
    )
