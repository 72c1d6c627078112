"""A sliding view of a source, for formats whose records end where only a parser knows."""

from __future__ import annotations

from collections.abc import Iterator

from lianjin.core import limits
from lianjin.core.words import Words
from lianjin.curate.ingest.row import Row, quarantined
from lianjin.curate.ingest.source import Source

WINDOW_BYTES = 4 << 20
"""About how many bytes a parser sees at once."""


class Window:
    """`content` stands at `start` of the decompressed file; `is_last`: nothing follows it.

    Of a stream that broke off, nothing is last: what remains is read as far as it is whole.
    """

    def __init__(self, source: Source, start: int) -> None:
        self.content = b""
        self.start = start
        self.is_last = False
        self._source = source
        self._blocks = iter(source)

    def grow(self) -> bool:
        """Adds the next bytes, at least as many as there are; False if there are none."""
        wanted = max(WINDOW_BYTES, len(self.content))
        parts, added = [self.content], 0
        for block in self._blocks:
            parts.append(block)
            added += len(block)
            if added >= wanted:
                break
        else:
            self.is_last = self._source.damage is None
        self.content = b"".join(parts)
        return added > 0 or self.is_last

    def drop(self, size_bytes: int) -> None:
        """Moves the window forward."""
        self.content = self.content[size_bytes:]
        self.start += size_bytes

    @property
    def is_stuck(self) -> bool:
        """Whether a record begins here that is longer than a record may be."""
        return len(self.content) > limits.RECORD_SIZE_BYTES

    def rest(self, position: int) -> Iterator[Row]:
        """What is left of a broken stream, or from a record on that is too large, as one record."""
        damage = self._source.damage
        if damage is None and not self.is_stuck:
            return
        size_bytes = len(self.content) + sum(map(len, self._blocks))
        code, sentence = "broken-stream", self._source.damage
        if sentence is None:
            code = "record-too-large"
            sentence = Words(
                f"a record of over {limits.RECORD_SIZE_BYTES} bytes; the rest is not read",
                f"一条记录超过 {limits.RECORD_SIZE_BYTES} 字节；其后不再读取",
            )
        end = self.start + size_bytes
        yield quarantined(position, self.start, end, code, sentence, self.content)
        self.content = b""
