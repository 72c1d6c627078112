"""How a page was decoded: what became of bytes that are no character."""

from __future__ import annotations

from enum import Enum

from lianjin.operators.repair.language_model import NAT
from lianjin.operators.repair.phase.tokens import Token

DROPPED = 2 * NAT
"""A byte was dropped without a trace, on a page that does not tell how it was decoded."""
UNMARKED = 2 * NAT
"""A mark was cut from two characters where any mark may have been."""


class Decoder(Enum):
    """What a decoder leaves of bytes that are no character; the value holds its markers.

    `DROP` leaves nothing and goes on with the byte after the first, `QUESTION` leaves `?` for a
    pair, even where its second byte is ASCII, `PAIR` U+FFFD for a pair, `BYTE` U+FFFD for the
    first byte. `UNKNOWN` may be any: the page does not tell.
    """

    UNKNOWN = ("unknown", "?\ufffd")
    DROP = ("drop", "")
    QUESTION = ("question", "?")
    PAIR = ("pair", "\ufffd")
    BYTE = ("byte", "\ufffd")

    @classmethod
    def candidates(cls, text: str) -> tuple[Decoder, Decoder]:
        """The decoders that may have left `text`."""
        return (cls.PAIR, cls.BYTE) if "\ufffd" in text else (cls.QUESTION, cls.DROP)

    def marks(self, token: Token) -> bool:
        """Whether it puts `token` where it gave up."""
        return token.kind == "plain" and token.char in self.value[1]

    @property
    def dropped(self) -> int | None:
        """What a byte costs that was dropped without a trace; `None` where that may not be."""
        return {Decoder.UNKNOWN: DROPPED, Decoder.DROP: 0}.get(self)

    @property
    def unmarked(self) -> int | None:
        """What it costs that a run opens without a marker; `None` where that may not be."""
        return None if self.dropped is None else max(self.dropped, UNMARKED)

    @property
    def loses_pairs(self) -> bool:
        """Whether a marker may stand for two bytes."""
        return self is not Decoder.BYTE

    def lost_one(self, marker: str) -> int | None:
        """What a marker before a character costs that stands for one byte, if that may be."""
        if self is Decoder.UNKNOWN and marker == "?":
            return DROPPED
        return 0 if self in {Decoder.UNKNOWN, Decoder.BYTE} else None
