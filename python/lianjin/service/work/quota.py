"""A quota: how many bytes of uploads an organisation may have, on disk and on their way.

Takes the folders of its uploads; gives a Claim that grows with what arrives, or refuses. The disk is the
one book of what is there; what is on its way is counted in memory, for a folder has one server.
"""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from lianjin.core.errors import LimitExceeded
from lianjin.core.limits import UPLOADS_SIZE_BYTES
from lianjin.core.words import Words

SETTLED_S = 1.0
"""A folder that changed less than so long ago is measured again: within one tick of the disk's clock a
second change would not show."""

Folders = Callable[[], Sequence[Path]]
"""The folders of an organisation's uploads, as they are now."""


class Quota:
    """Counts for all organisations. Threads may ask at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arriving: defaultdict[str, int] = defaultdict(int)
        self._measured: dict[Path, tuple[int, int]] = {}
        self._turn = 0

    def claim(self, organisation: str, folders: Folders) -> Claim:
        """A claim of no bytes yet, to be given back when they are on disk or nothing came of them."""
        return Claim(self, organisation, folders)

    def stored(self, folders: Sequence[Path]) -> int:
        """Bytes of the files in the folders; each is looked through once until it changes."""
        return sum(self._size(folder) for folder in folders)

    def grow(self, organisation: str, folders: Sequence[Path], more_bytes: int) -> None:
        """Counts more bytes as arriving; LimitExceeded `uploads-full` if they are too many."""
        while True:
            turn, stored = self._turn, self.stored(folders)
            with self._lock:
                if turn != self._turn:
                    continue  # what arrived has come to rest meanwhile, and would count nowhere
                if stored + self._arriving[organisation] + more_bytes > UPLOADS_SIZE_BYTES:
                    raise _full()
                self._arriving[organisation] += more_bytes
                return

    def shrink(self, organisation: str, bytes_: int) -> None:
        """They arrive no longer. Never waits for a disk."""
        with self._lock:
            self._turn += 1
            self._arriving[organisation] -= bytes_
            if self._arriving[organisation] <= 0:
                del self._arriving[organisation]

    def _size(self, folder: Path) -> int:
        try:
            changed_ns = folder.stat().st_mtime_ns
        except FileNotFoundError:
            self._measured.pop(folder, None)
            return 0
        if (known := self._measured.get(folder)) is not None and known[0] == changed_ns:
            return known[1]
        # An upload of ten thousand files is looked through as often: no object for each of them.
        with os.scandir(folder) as entries:
            found = sum(entry.stat().st_size for entry in entries if entry.is_file())
        if time.time_ns() - changed_ns > SETTLED_S * 1e9:
            self._measured[folder] = (changed_ns, found)
        return found


class Claim:
    """The bytes of one file that arrives, claimed before they are written."""

    def __init__(self, quota: Quota, organisation: str, folders: Folders) -> None:
        self._quota = quota
        self._organisation = organisation
        self._folders = folders
        self._size_bytes = 0

    def reach(self, size_bytes: int) -> None:
        """Has the claim be so many bytes at least; LimitExceeded `uploads-full`."""
        if size_bytes > self._size_bytes:
            more_bytes = size_bytes - self._size_bytes
            self._quota.grow(self._organisation, self._folders(), more_bytes)
            self._size_bytes = size_bytes

    def give_back(self) -> None:
        """The file is among those on disk, or nothing came of it."""
        self._quota.shrink(self._organisation, self._size_bytes)
        self._size_bytes = 0


def _full() -> LimitExceeded:
    return LimitExceeded(
        "uploads-full",
        Words(
            f"the organisation's uploads would be more than {UPLOADS_SIZE_BYTES} bytes",
            f"机构的上传将超过 {UPLOADS_SIZE_BYTES} 字节",
        ),
        hint=Words("remove uploads that are not needed", "请删除不再需要的上传"),
    )
