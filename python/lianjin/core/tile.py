"""The files of a log: where they stand, and which of them no checkpoint signs.

Takes levels, indices and sizes; gives paths as C2SP tlog-tiles lays them:
`tile/0/x001/234` holds hashes, `tile/entries/x001/234` entries, `….p/17` the first 17 of either.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lianjin import _kernel
from lianjin.core.limits import LOG_BATCH_ENTRIES
from lianjin.core.store import damaged, guarded
from lianjin.core.words import Words

WIDTH = 256
"""Hashes of a full tile, entries of a full bundle."""
HASH_BYTES = 32
LEVELS = 8
"""Levels of tiles that a log of 64-bit size can have."""
_MOST_BYTES = WIDTH * (2 + 0xFFFF)
"""A bundle of the longest entries; a checkpoint is far shorter."""
_PATH = re.compile(r"tile/(entries|\d\d?)/((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?")


@dataclass(frozen=True)
class Tile:
    """A file of a log: `width` hashes of a `level`, or entries if that is None; 1 to 256 of them."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Where it stands in the log's folder.

        >>> Tile(None, 1234067, 8).path
        'tile/entries/x001/x234/067.p/8'
        """
        kind = "entries" if self.level is None else str(self.level)
        digits = str(self.index)
        groups = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [groups[at : at + 3] for at in range(0, len(groups), 3)]
        number = "/".join([f"x{part}" for part in parts[:-1]] + parts[-1:])
        return f"tile/{kind}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")

    @classmethod
    def of(cls, path: str) -> Tile | None:
        """The tile that stands under a path; None if none can.

        >>> Tile.of("tile/2/005"), Tile.of("tile/2/x000/005")
        (Tile(level=2, index=5, width=256), None)
        """
        if (match := _PATH.fullmatch(path)) is None:
            return None
        level = None if match[1] == "entries" else int(match[1])
        index = int(match[2].replace("/", "").replace("x", ""))
        tile = cls(level, index, int(match[3] or WIDTH))
        return tile if tile.path == path and tile.width > 0 else None

    @property
    def end(self) -> int:
        """So many entries a log must have for this tile to be of it."""
        return int((self.index * WIDTH + self.width) << (8 * (self.level or 0)))


def tile_at(level: int | None, index: int, size: int) -> Tile:
    """The tile of a log of `size` entries; it must have one there."""
    return Tile(level, index, _kernel.log_tile_width(level or 0, index, size))


def edge_of(size: int) -> tuple[list[Tile | None], Tile | None]:
    """(the unfinished tile of each level, the unfinished bundle) of a log; None where there is none."""
    found = [tile_at(level, (size >> 8 * level) // WIDTH, size) for level in range(LEVELS)]
    tiles = [tile if tile.width else None for tile in found]
    bundle = tile_at(None, size // WIDTH, size)
    return tiles, bundle if bundle.width else None


def read_tile(folder: Path, tile: Tile) -> bytes:
    """The bytes of a tile; StorageError `damaged-file` if it is absent or not of that width."""
    path = folder / tile.path
    if (data := stored(folder, tile)) is None:
        raise damaged(path, Words("is absent", "缺失"))
    if (found := width_of(tile, data)) != tile.width:
        raise damaged(
            path, Words(f"has {found} of {tile.width}", f"有 {found} 项，应为 {tile.width} 项")
        )
    return data


def stored(folder: Path, tile: Tile) -> bytes | None:
    """The bytes of a tile, None if it is absent; of a partial one the beginning of the full one,
    which a writer may put in its place at any time.
    """
    full = Tile(tile.level, tile.index)
    data = bytes_of(folder / tile.path)
    if data is not None or tile == full:
        return data
    data = bytes_of(folder / full.path)
    return None if data is None or width_of(full, data) != WIDTH else beginning(tile, data)


def bytes_of(path: Path) -> bytes | None:
    """The bytes of a file of a log, None if there is none; of one that is too long, a part."""
    if not path.is_file():
        return None
    with guarded(path, "read"):
        try:
            with path.open("rb") as file:
                return file.read(min(os.fstat(file.fileno()).st_size, _MOST_BYTES) + 1)
        except FileNotFoundError:  # gone meanwhile
            return None


def width_of(tile: Tile, data: bytes) -> int:
    """How many hashes or entries these bytes of a tile are; -1 if they are none."""
    if tile.level is None:
        try:
            return len(_kernel.log_entries(data))
        except ValueError:
            return -1
    return -1 if len(data) % HASH_BYTES else len(data) // HASH_BYTES


def beginning(tile: Tile, data: bytes) -> bytes:
    """The first hashes or entries of the bytes of a tile, as many as `tile` is wide."""
    if tile.level is not None:
        return data[: tile.width * HASH_BYTES]
    entries = _kernel.log_entries(data)[: tile.width]
    return data[: sum(2 + len(entry) for entry in entries)]


def left_over(folder: Path, size: int) -> Iterator[Path]:
    """Files of an append that never came to its checkpoint; the log has `size` entries.

    One append writes no more than LOG_BATCH_ENTRIES, so that few places are looked at.
    """
    for level in (None, *range(LEVELS)):
        first, last = (
            (entries >> (8 * (level or 0))) // WIDTH for entries in (size, size + LOG_BATCH_ENTRIES)
        )
        for index in range(first, last + 1):
            full = folder / Tile(level, index).path
            part = full.with_name(f".{full.name}.part")
            yield from (path for path in (full, part) if path.exists())
            partial = full.with_name(f"{full.name}.p")
            if partial.is_dir():
                yield from (
                    path for path in sorted(partial.iterdir()) if _is_beyond(folder, path, size)
                )


def is_rolled_back(folder: Path, size: int) -> bool:
    """Whether entries stand further behind the checkpoint than one append can have left them."""
    next_index = (size + LOG_BATCH_ENTRIES) // WIDTH + 1
    full = folder / Tile(None, next_index).path
    return full.exists() or full.with_name(f"{full.name}.p").exists()


def _is_beyond(folder: Path, path: Path, size: int) -> bool:
    tile = Tile.of(path.relative_to(folder).as_posix())
    return tile is None or tile.end > size
