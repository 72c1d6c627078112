"""Whole lines of a piece, in buffers that a kernel reads at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lianjin.core import limits
from lianjin.core.words import Words
from lianjin.curate.ingest.piece import Piece
from lianjin.curate.ingest.row import HEAD_BYTES, Row, quarantined
from lianjin.curate.ingest.source import Source
from lianjin.curate.ingest.summary import Summary

BUFFER_BYTES = 4 << 20
"""About how many bytes of lines go to the kernel at once."""


@dataclass(frozen=True)
class Buffer:
    """Lines that stand at `start`; or, if `bad` (code, sentence), how one unreadable line begins,
    which ends at `end`."""

    content: bytes
    start: int
    end: int
    bad: tuple[str, Words] | None = None

    def quarantined(self, position: int) -> Row:
        """The unreadable line as a record."""
        assert self.bad is not None
        return quarantined(position, self.start, self.end, *self.bad, self.content)


def line_buffers(piece: Piece, summary: Summary) -> Iterator[Buffer]:
    """The piece's lines in buffers of about BUFFER_BYTES, each ending where a line ends.

    A line over the record limit, and the line at which a compressed stream breaks off, come alone
    and bad. Counts the piece's length, and as framing the line ends of bad lines.
    """
    source = Source(piece)
    waiting: list[bytes] = []
    size = 0
    start = piece.start
    oversize: bytes | None = None  # how the line begins that is being skipped
    for block in source:
        if oversize is not None:
            end = block.find(b"\n")
            if end < 0:
                size += len(block)
                continue
            yield _oversize(oversize, start, size + end)
            summary.framing += 1
            start, size, oversize = start + size + end + 1, 0, None
            block = block[end + 1 :]
        waiting.append(block)
        size += len(block)
        if size < BUFFER_BYTES:
            continue
        # Mostly the last block holds a line end: then the whole buffer need not be copied again.
        head, tail = waiting[:-1], waiting[-1]
        if b"\n" not in tail:
            head, tail = [], b"".join(waiting)
        cut = tail.rfind(b"\n") + 1
        if cut:
            content = b"".join([*head, tail[:cut]])
            yield Buffer(content, start, start + len(content))
            waiting, start, size = [tail[cut:]], start + len(content), len(tail) - cut
        elif size > limits.RECORD_SIZE_BYTES:
            waiting, oversize = [], tail[:HEAD_BYTES]
        else:
            waiting = [tail]
    summary.length = source.length
    yield from _last(source, summary, b"".join(waiting), start, size, oversize)


def _last(
    source: Source, summary: Summary, content: bytes, start: int, size: int, oversize: bytes | None
) -> Iterator[Buffer]:
    """What is left when the source has ended."""
    if oversize is not None:
        yield _oversize(oversize, start, size)
    elif source.damage:
        cut = content.rfind(b"\n") + 1
        if cut:
            yield Buffer(content[:cut], start, start + cut)
        yield Buffer(content[cut:], start + cut, start + size, ("broken-stream", source.damage))
    elif content:
        yield Buffer(content, start, start + size)


def _oversize(head: bytes, start: int, size: int) -> Buffer:
    sentence = Words(
        f"{size} bytes; at most {limits.RECORD_SIZE_BYTES} are read",
        f"{size} 字节；最多读 {limits.RECORD_SIZE_BYTES} 字节",
    )
    return Buffer(head, start, start + size, ("record-too-large", sentence))
