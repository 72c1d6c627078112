"""`lianjin log verify DIR`: is the log what its checkpoint signs, to the byte.

Takes a log's folder; gives the list of what is wrong, empty if nothing is. Every tile is made again
from the entries. Which file is to blame follows from who agrees with whom: entries, tiles, and the
signed root.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lianjin import _kernel
from lianjin.core.checkpoint import Checkpoint, NotACheckpoint, read_checkpoint
from lianjin.core.errors import NotFound, StorageError
from lianjin.core.fault import ABSENT, PRESENT, Fault
from lianjin.core.key import VerifierKey
from lianjin.core.log import CHECKPOINT, VERIFIER, Log, read_verifier
from lianjin.core.tile import (
    HASH_BYTES,
    LEVELS,
    WIDTH,
    Tile,
    beginning,
    bytes_of,
    stored,
    tile_at,
    width_of,
)
from lianjin.core.words import Words


@dataclass(frozen=True)
class Verified:
    """The result: what the checkpoint claims, the files looked at, and all faults, the first wrong
    file first. `unsigned`: files of an append that was killed before its checkpoint.
    """

    origin: str
    size: int
    root: str
    key: str
    n_files: int
    unsigned: tuple[str, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True)
class _Difference:
    """A tile that stands otherwise than the entries make it."""

    tile: Tile
    made: bytes
    stored: bytes


def verify(
    folder: Path, *, key: VerifierKey | None = None, seen: Checkpoint | None = None
) -> Verified:
    """Makes every tile of the log again from its entries; about 200 MB/s.

    `key`: the log's public key from elsewhere; without it the one in the folder is believed.
    `seen`: an earlier checkpoint that the log has to continue. A writer may go on meanwhile.
    """
    if not (folder / CHECKPOINT).exists() and not (folder / VERIFIER).exists():
        raise NotFound(
            "not-a-log",
            Words(f"{str(folder)!r} holds no log", f"{str(folder)!r} 里没有日志"),
            hint=Words("expected a folder with `checkpoint`", "应为含有 `checkpoint` 的目录"),
        )
    faults: list[Fault] = []
    try:
        own = read_verifier(folder)
        if key is not None and own != key:
            words = Words.verbatim(own), Words.verbatim(key)
            faults.append(Fault("key-differs", VERIFIER, *words))
    except StorageError as error:
        expected = Words("a public key", "公钥") if key is None else Words.verbatim(key)
        faults.append(Fault("key-differs", VERIFIER, error.message, expected))
        if key is None:
            return Verified("", 0, "", "", 1, (), tuple(faults))
        own = key
    key = key or own
    try:
        checkpoint = _checkpoint(folder, key)
    except NotACheckpoint as error:
        signed = Words(f"signed by {key.name!r}", f"由 {key.name!r} 签名")
        faults.append(Fault("checkpoint-differs", CHECKPOINT, error.words, signed))
        return Verified(key.name, 0, "", str(key), 2, (), tuple(faults))
    unsigned, known, strangers = _listed(folder, checkpoint.size)
    faults += _tree_faults(folder, checkpoint) + strangers
    faults += _partial_faults(folder, checkpoint.size, known, {fault.path for fault in faults})
    if seen is not None and not faults:
        faults += _history_faults(Log(folder, key), seen, checkpoint)
    head = checkpoint.origin, checkpoint.size, checkpoint.root.hex(), str(key)
    return Verified(*head, len(known) + 2, tuple(unsigned), tuple(faults))


def _checkpoint(folder: Path, key: VerifierKey) -> Checkpoint:
    note = bytes_of(folder / CHECKPOINT)
    if note is None:
        raise NotACheckpoint(ABSENT)
    return read_checkpoint(note, key)


def _listed(folder: Path, size: int) -> tuple[list[str], list[Tile], list[Fault]]:
    """(files that no checkpoint signs, tiles that are of the log, files that are of no log)."""
    unsigned, known, strangers = [], [], []
    for path in sorted(_files(folder / "tile")):
        name = path.relative_to(folder).as_posix()
        tile = Tile.of(name)
        if tile is not None and tile.end <= size:
            known.append(tile)
        elif tile is not None or (path.name.startswith(".") and path.name.endswith(".part")):
            unsigned.append(name)
        else:
            strangers.append(Fault("file-unknown", name, PRESENT, ABSENT))
    return unsigned, known, strangers


def _files(folder: Path) -> Iterator[Path]:
    """All below a folder that is no folder. Not by `rglob`: it stumbles over one that goes meanwhile."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        yield from (Path(place) / name for name in (*names, *links))


# --- the tree -------------------------------------------------------------------------


@dataclass
class _Rows:
    """The unfinished tiles of each level while the tree is made again, and what differed."""

    folder: Path
    size: int
    rows: list[bytearray] = field(default_factory=lambda: [bytearray() for _ in range(LEVELS)])
    differences: list[_Difference] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def add(self, level: int, index: int, hashes: bytes) -> None:
        """Takes the hashes of a whole tile, full or the last of its level."""
        tile = tile_at(level, index, self.size)
        data = stored(self.folder, tile)
        if data is None:
            self.faults.append(Fault("file-missing", tile.path, ABSENT, PRESENT))
        elif data != hashes:
            self.differences.append(_Difference(tile, hashes, data))
        if tile.width < WIDTH:
            self.rows[level] = bytearray(hashes)
            return
        self.rows[level] = bytearray()
        above = self.rows[level + 1]
        above += _kernel.log_tile_root(hashes)
        if len(above) == WIDTH * HASH_BYTES:
            self.add(level + 1, index // WIDTH, bytes(above))

    def finish(self) -> bytes:
        """The root; the last tiles above level 0 are compared first."""
        for level, row in enumerate(self.rows[1:], 1):
            if row:
                self.add(level, (self.size >> (8 * level)) // WIDTH, bytes(row))
        return _kernel.log_root([bytes(row) for row in self.rows])


def _tree_faults(folder: Path, checkpoint: Checkpoint) -> list[Fault]:
    size = checkpoint.size
    made = _Rows(folder, size)
    for index in range(-(-size // WIDTH)):
        bundle, tile = tile_at(None, index, size), tile_at(0, index, size)
        data = stored(folder, bundle)
        leaves = None if data is None else _leaves(data, bundle.width)
        if leaves is None:
            made.faults.append(_bundle_fault(bundle, data))
            leaves = stored(folder, tile) or b""
            if len(leaves) != tile.width * HASH_BYTES:
                return made.faults  # without entries and their hashes there is no tree
        made.add(0, index, leaves)
    root = made.finish()
    return made.faults + _blamed(made.differences, root, checkpoint, bool(made.faults))


def _blamed(
    differences: Sequence[_Difference], root: bytes, checkpoint: Checkpoint, known: bool
) -> list[Fault]:
    """The files that are wrong, if the entries give `root`. `known`: a cause is found already."""
    if root == checkpoint.root:
        # The entries are what was signed: what differs from them is a tile.
        return [_content(each.tile) for each in differences]
    if known:
        return []
    if not differences:
        found, claimed = Words.verbatim(root.hex()), Words.verbatim(checkpoint.root.hex())
        return [Fault("root-differs", CHECKPOINT, found, claimed)]
    # They are not: the lowest tiles that disagree with them show which bundles.
    lowest = min(each.tile.level or 0 for each in differences)
    bundles = [_bundle_under(each) for each in differences if each.tile.level == lowest]
    return [_content(tile_at(None, index, checkpoint.size)) for index in bundles]


def _bundle_under(difference: _Difference) -> int:
    """The first bundle under the first hash of a tile that is not what the entries make it."""
    level = difference.tile.level or 0
    if level == 0:
        return difference.tile.index
    at = 0
    while difference.made[: at + HASH_BYTES] == difference.stored[: at + HASH_BYTES]:
        at += HASH_BYTES
    return int((difference.tile.index * WIDTH + at // HASH_BYTES) << (8 * (level - 1)))


def _bundle_fault(bundle: Tile, data: bytes | None) -> Fault:
    if data is None:
        return Fault("file-missing", bundle.path, ABSENT, PRESENT)
    return _content(bundle)


def _content(tile: Tile) -> Fault:
    what = Words("other bytes", "别的内容")
    return Fault("content-differs", tile.path, what, Words("as it was signed", "签名时的内容"))


def _leaves(bundle: bytes, width: int) -> bytes | None:
    """The leaf hashes of a bundle of `width` entries; None if it is not one."""
    try:
        leaves = _kernel.log_leaves(bundle)
    except ValueError:
        return None
    return leaves if len(leaves) == width * HASH_BYTES else None


# --- what stands beside the tree ------------------------------------------------------


def _partial_faults(
    folder: Path, size: int, known: Sequence[Tile], blamed: set[str]
) -> Iterator[Fault]:
    """Partial tiles of earlier checkpoints are the beginning of what stands there now."""
    for tile in known:
        current = tile_at(tile.level, tile.index, size)
        if tile == current or current.path in blamed:
            continue
        whole = stored(folder, current) or b""
        part, is_whole = stored(folder, tile), width_of(current, whole) == current.width
        if part is not None and is_whole and part != beginning(tile, whole):
            yield _content(tile)


def _history_faults(log: Log, seen: Checkpoint, now: Checkpoint) -> Iterator[Fault]:
    if seen.size > now.size:
        words = _entries(now.size), _entries(seen.size)
        yield Fault("log-rolled-back", CHECKPOINT, *words)
    elif not log.continues(seen):
        found, claimed = Words.verbatim(now.root.hex()), Words.verbatim(seen.root.hex())
        yield Fault("log-forked", CHECKPOINT, found, claimed)


def _entries(count: int) -> Words:
    return Words(f"{count} entries", f"{count} 条")
