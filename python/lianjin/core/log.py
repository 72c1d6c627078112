"""The log: what happened, in order, for ever; changed nowhere without showing.

Takes entries; gives indices, checkpoints and proofs. A log is a folder: `checkpoint` (signed),
`verifier` (the public key), `tile/…` as C2SP tlog-tiles lays it, `lock`. One process appends, any
number reads, and a web server may hand the folder out as it is.

    key = make_key(Path("log.key"), "example.com/log")
    with Log.create(Path("log"), key) as log:
        log.append([Entry("built", "2026-01-31T08:00:00Z", {"dataset": "news"})])
        log.prove(0)
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lianjin import _kernel
from lianjin.core.checkpoint import Checkpoint, NotACheckpoint, read_checkpoint, sign
from lianjin.core.entry import Entry
from lianjin.core.errors import Conflict, NotFound, UsageError
from lianjin.core.key import SigningKey, VerifierKey
from lianjin.core.proof import Proof
from lianjin.core.store import already_exists, damaged, guarded, write_text_if_absent
from lianjin.core.tile import WIDTH, bytes_of, read_tile, tile_at
from lianjin.core.words import Words
from lianjin.core.writer import Writer

CHECKPOINT = "checkpoint"
VERIFIER = "verifier"


class Log:
    """An open log: read by anyone, appended to by who opened it with the key."""

    def __init__(self, folder: Path, verifier: VerifierKey, writer: Writer | None = None) -> None:
        self.folder = folder
        self.verifier = verifier
        self._writer = writer

    @classmethod
    def create(cls, folder: Path, key: SigningKey) -> Log:
        """A new, empty log with the name of the key; Conflict `already-exists` if there is one.

        A folder with tiles has lost its checkpoint: they are never signed away.
        """
        with guarded(folder, "write"):
            folder.mkdir(parents=True, exist_ok=True)
        if (folder / VERIFIER).exists():
            _check_key(folder, key)
        if (folder / "tile").exists() and not (folder / CHECKPOINT).exists():
            hint = Words(
                "put its checkpoint back, or choose another folder", "放回检查点，或换一个目录"
            )
            raise already_exists(folder / "tile", hint)
        if not (folder / VERIFIER).exists():
            write_text_if_absent(folder / VERIFIER, f"{key.verifier}\n")
        empty = sign(key, 0, _kernel.log_root([]))
        write_text_if_absent(folder / CHECKPOINT, empty.note)
        return cls.open(folder, key)

    @classmethod
    def open(cls, folder: Path, key: SigningKey | None = None) -> Log:
        """The log of a folder, to read, or with its key to append.

        NotFound `not-a-log`; Conflict `log-in-use` if another writer has it, `key-differs` if it is
        another log's key.
        """
        if not (folder / CHECKPOINT).is_file():
            raise NotFound(
                "not-a-log",
                Words(f"{str(folder)!r} holds no log", f"{str(folder)!r} 里没有日志"),
                hint=Words("expected a folder with `checkpoint`", "应为含有 `checkpoint` 的目录"),
            )
        if key is None:
            return cls(folder, read_verifier(folder))
        _check_key(folder, key)
        return cls(folder, key.verifier, Writer(folder, key))

    def close(self) -> None:
        """Lets the next writer in. A log that was opened to be read has nothing to close."""
        if self._writer is not None:
            self._writer.close()

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def append(self, entries: Sequence[Entry]) -> range:
        """The indices of the entries, once all of them are on disk under a signed checkpoint.

        Indices have no gaps and are never used again. Threads may append at once and share a
        commit. LimitExceeded over LOG_BATCH_ENTRIES. After a StorageError the entries are in the
        log all or none: look before trying again.
        """
        if self._writer is None:
            raise UsageError(
                "log-read-only",
                Words("the log was opened to be read", "日志是以只读方式打开的"),
                hint=Words("open it with its key to append", "要追加，请带密钥打开"),
            )
        return self._writer.append([entry.to_bytes() for entry in entries])

    def checkpoint(self) -> Checkpoint:
        """The last signed checkpoint; StorageError if it is not as the log's key signed it."""
        path = self.folder / CHECKPOINT
        try:
            return read_checkpoint(bytes_of(path) or b"", self.verifier)
        except NotACheckpoint as error:
            raise damaged(
                path, Words("is no checkpoint: ", "不是检查点：") + error.words
            ) from error

    def entry(self, index: int) -> Entry:
        """The entry with this index; NotFound `no-such-entry`."""
        return self._entry(index, self.checkpoint())

    def prove(self, index: int) -> Proof:
        """The proof that an entry is in the log as the last checkpoint signs it.

        NotFound `no-such-entry`. O(log size): reads a bundle and at most two tiles of each level.
        StorageError `damaged-file` if the tiles do not prove what they should.
        """
        checkpoint = self.checkpoint()
        entry = self._entry(index, checkpoint)
        places = _kernel.log_inclusion_tiles(index, checkpoint.size)
        tiles = self._tiles(places, checkpoint.size)
        path = _kernel.log_inclusion(index, checkpoint.size, tiles)
        if not _kernel.log_is_included(entry.to_bytes(), index, checkpoint.head, path):
            raise damaged(self.folder, Words("does not prove its entry", "无法证明其条目"))
        return Proof(index, entry, tuple(path), checkpoint)

    def prove_consistency(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """The hashes that prove that the log of `old` entries is the beginning of that of `new`.

        RFC 6962 section 2.1.2; `new` is by default the size of the last checkpoint.
        """
        size = self.checkpoint().size
        later = size if new is None else new
        if not 0 <= old <= later <= size:
            raise _no_entry(self.folder, max(old, later), size)
        tiles = self._tiles(_kernel.log_consistency_tiles(old, later), later)
        return tuple(_kernel.log_consistency(old, later, tiles))

    def continues(self, seen: Checkpoint) -> bool:
        """Whether the log as it is now begins with what an earlier checkpoint signed."""
        now = self.checkpoint()
        if seen.origin != now.origin or seen.size > now.size:
            return False
        path = list(self.prove_consistency(seen.size, now.size))
        return _kernel.log_is_consistent(seen.head, now.head, path)

    def _entry(self, index: int, checkpoint: Checkpoint) -> Entry:
        if not 0 <= index < checkpoint.size:
            raise _no_entry(self.folder, index, checkpoint.size)
        bundle = tile_at(None, index // WIDTH, checkpoint.size)
        try:
            entries = _kernel.log_entries(read_tile(self.folder, bundle))
            return Entry.read(entries[index % WIDTH])
        except (ValueError, IndexError) as error:
            what = Words(f"is damaged ({error})", "已损坏")
            raise damaged(self.folder / bundle.path, what) from error

    def _tiles(self, places: Sequence[tuple[int, int]], size: int) -> list[bytes]:
        return [read_tile(self.folder, tile_at(level, index, size)) for level, index in places]


def read_verifier(folder: Path) -> VerifierKey:
    """The public key that stands in a log's folder; StorageError if it is damaged.

    Who doubts the folder brings the key along from elsewhere.
    """
    path = folder / VERIFIER
    content = bytes_of(path) or b""
    try:
        key = VerifierKey.read(content.decode("utf-8").removesuffix("\n"))
        if f"{key}\n".encode() != content:
            raise ValueError("no line feed at its end")
    except ValueError as error:
        raise damaged(path, Words("is no public key", "不是公钥")) from error
    return key


def _check_key(folder: Path, key: SigningKey) -> None:
    if (verifier := read_verifier(folder)) != key.verifier:
        raise Conflict(
            "key-differs",
            Words(
                f"the key is {str(key.verifier)!r}; the log {str(folder)!r} has {str(verifier)!r}",
                f"密钥是 {str(key.verifier)!r}；日志 {str(folder)!r} 的是 {str(verifier)!r}",
            ),
            hint=Words("use the key that the log began with", "请用日志创建时的密钥"),
        )


def _no_entry(folder: Path, index: int, size: int) -> NotFound:
    return NotFound(
        "no-such-entry",
        Words(
            f"the log {str(folder)!r} has no number {index}; it has {size} entries",
            f"日志 {str(folder)!r} 没有第 {index} 条；共 {size} 条",
        ),
        hint=Words("count from 0", "从 0 数起"),
    )
