"""The bytes of a piece, decompressed as they are read.

Takes a piece; gives its bytes in blocks, never more than a block beyond what was asked for, and
says where a stream broke off: what came before the break is still read.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

import zstandard

from lianjin.core.errors import StorageError
from lianjin.core.store import reason_of
from lianjin.core.words import Words
from lianjin.curate.ingest.piece import Piece

BLOCK_BYTES = 1 << 20
"""Bytes asked of the disk at once."""


_ALONE = Words(
    "leave the input alone while a build runs, and run it again",
    "构建期间不要动输入；请重新运行",
)
_GZIP_MARK = b"\x1f\x8b\x08"


class Source:
    """The decompressed bytes of a piece, once, in order.

    `length` counts what was given so far. `damage` is set where the stream ended before its time:
    a sentence about what was found. With `skips_damage` a gzip stream goes on at the next member
    that can be found; archives are compressed record by record.
    """

    def __init__(self, piece: Piece, *, skips_damage: bool = False) -> None:
        self.piece = piece
        self.skips_damage = skips_damage and piece.compression == "gzip"
        self.length = 0
        self.damage: Words | None = None
        self._blocks = self._decompressed()

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.length += len(block)
            yield block

    def _decompressed(self) -> Iterator[bytes]:
        if not self.piece.compression:
            yield from raw_blocks(self.piece)
            return
        opened = _DECOMPRESSORS[self.piece.compression]
        stream: Any = None
        rest = b""
        for block in raw_blocks(self.piece):
            pending = rest + block
            rest = b""
            while pending:
                if stream is None:
                    if not any(pending):  # padding between and after members
                        break
                    stream = opened()
                try:
                    yield from _outputs(stream, pending)
                except (
                    zlib.error,
                    zstandard.ZstdError,
                    lzma.LZMAError,
                    OSError,
                    EOFError,
                ) as error:
                    self.damage = Words(
                        f"the {self.piece.compression} stream is broken: {error}",
                        f"{self.piece.compression} 流已损坏",
                    )
                    if not self.skips_damage:
                        return
                    stream, pending = None, pending[1:]
                    at = pending.find(_GZIP_MARK)
                    if at < 0:
                        rest, pending = pending[-2:], b""
                    else:
                        pending = pending[at:]
                    continue
                pending = stream.unused_data if stream.eof else b""
                if stream.eof:
                    stream = None
        if stream is not None:
            self.damage = Words(
                f"the {self.piece.compression} stream ends before its end mark",
                f"{self.piece.compression} 流在结束标记之前中断",
            )


class Decompressor(Protocol):
    """What gzip, bz2, xz and zstd have in common."""

    eof: bool
    unused_data: bytes

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """At most `max_length` bytes; the rest waits for the next call."""


class _Gzip:
    """zlib with the names of bz2 and lzma."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._stream.eof

    @property
    def unused_data(self) -> bytes:
        return self._stream.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._stream.decompress(self._stream.unconsumed_tail + data, max_length)


class _Zstd:
    """zstandard with the names of bz2 and lzma.

    It gives all that its input holds at once, and 4 bytes may hold 128 KiB: fed in small slices,
    so that a crafted file costs no more than 128 MiB at a time.
    """

    SLICE_BYTES = 4 << 10

    def __init__(self) -> None:
        self._stream = zstandard.ZstdDecompressor().decompressobj()
        self._waiting = memoryview(b"")
        self.unused_data = b""

    @property
    def eof(self) -> bool:
        return bool(self._stream.eof)

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if data:
            self._waiting = memoryview(data)
        outputs: list[bytes] = []
        size_bytes = 0
        while len(self._waiting) and size_bytes < max_length and not self.eof:
            output = self._stream.decompress(self._waiting[: self.SLICE_BYTES])
            self._waiting = self._waiting[self.SLICE_BYTES :]
            outputs.append(output)
            size_bytes += len(output)
        if self.eof:
            self.unused_data = bytes(self._stream.unused_data) + bytes(self._waiting)
        return b"".join(outputs)


_DECOMPRESSORS: dict[str, Callable[[], Any]] = {
    "gzip": _Gzip,
    "zstd": _Zstd,
    "bz2": bz2.BZ2Decompressor,
    "xz": lzma.LZMADecompressor,
}


def _outputs(stream: Decompressor, data: bytes) -> Iterator[bytes]:
    """What the stream gives for `data`, block by block."""
    output = stream.decompress(data, BLOCK_BYTES)
    while output:
        yield output
        if stream.eof:
            return
        output = stream.decompress(b"", BLOCK_BYTES)


def raw_blocks(piece: Piece) -> Iterator[bytes]:
    """The bytes of the piece as they are on disk. Raises StorageError."""
    try:
        with open(piece.absolute, "rb") as file:
            yield from _span(file, piece)
    except OSError as error:
        raise unreadable(piece.path, error) from error


def _span(file: BinaryIO, piece: Piece) -> Iterator[bytes]:
    file.seek(0 if piece.compression else piece.start)
    left = piece.size_bytes
    while left:
        block = file.read(min(BLOCK_BYTES, left))
        if not block:
            raise StorageError(
                "file-changed",
                Words(
                    f"{piece.path!r} is shorter than when the run was planned",
                    f"{piece.path!r} 比计划运行时短了",
                ),
                hint=_ALONE,
            )
        left -= len(block)
        yield block


def unreadable(path: str, error: OSError) -> StorageError:
    """The StorageError that says why an input file cannot be read."""
    if isinstance(error, FileNotFoundError):
        return StorageError(
            "file-vanished",
            Words(
                f"{path!r} is no longer there, or is a link to nothing",
                f"{path!r} 已不在原处，或是指向空处的链接",
            ),
            hint=_ALONE,
        )
    return StorageError(
        "unreadable-file",
        Words(f"cannot read {path!r}: ", f"无法读取 {path!r}：") + reason_of(error),
        hint=Words("check who owns the file and its permissions", "检查该文件的所有者与权限"),
    )
