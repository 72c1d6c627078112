"""The GBK phase shift, done forward: text in, damaged text and its truth out.

A site writes glosses after traditional characters and replaces full-width marks, both bytewise
in a GBK stream, wherever the bytes occur; the pieces are then decoded by one of five decoders.
Every byte carries the character it came from, so that each damaged character is known
with the number of its bytes that are left.

>>> damage("程度。“比如有的", Style(marks="！？", ascii_marks=True, decoder="question")).text
'程度?!氨热缬械?'
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

Decoder = Literal["question", "drop", "replace", "replace_byte", "private_use"]
DECODERS: tuple[Decoder, ...] = ("question", "drop", "replace", "replace_byte", "private_use")
MARK_SETS = ("！？", "！？", "！？", "！？：；", "！？，：；（）", "！？。", "！？，。：；")
ASCII = {"！": "!", "？": "?", "，": ",", "。": ".", "：": ":", "；": ";", "（": "(", "）": ")"}

Byte = tuple[int, int]
"""(value, index of the truth's character it belongs to; -1 for a gloss)."""


@dataclass(frozen=True)
class Style:
    """What one site does to all its pages.

    `marks` are cut bytewise and survive as ASCII or full-width; `ascii_commas` were ASCII before.
    `glosses` maps a character to its reading; empty for a page without glosses.
    """

    marks: str = "！？"
    ascii_marks: bool = True
    decoder: Decoder = "question"
    ascii_commas: bool = False
    glosses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Damaged:
    """A damaged text, what it should become, and how many bytes each damaged character kept.

    `truth` has no glosses; `left` maps an index in `truth` to 2, 1 or 0 bytes left.
    """

    text: str
    truth: str
    left: Mapping[int, int]
    n_sites: int


def encodable(text: str) -> str:
    """The text without what GBK has no two bytes for."""
    return text.encode("gbk", "ignore").decode("gbk")


def damage(text: str, style: Style) -> Damaged:
    """What `style` makes of `text`, line by line."""
    if style.ascii_commas:
        text = text.translate(str.maketrans({c: a for c, a in ASCII.items() if c != "。"}))
    truth: list[str] = []
    shown: list[str] = []
    left: dict[int, int] = {}
    n_sites = 0
    for line in encodable(text).split("\n"):
        first = sum(map(len, truth)) + len(truth)
        damaged, clean, lost, sites = _damage_line(line, style)
        truth.append(clean)
        shown.append(damaged)
        left |= {first + i: n for i, n in lost.items()}
        n_sites += sites
    return Damaged("\n".join(shown), "\n".join(truth), left, n_sites)


def _damage_line(line: str, style: Style) -> tuple[str, str, dict[int, int], int]:
    stream: list[Byte] = [(b, i) for i, c in enumerate(line) for b in c.encode("gbk")]
    if style.glosses:
        stream = _gloss(stream, style.glosses)
    clean = list(line)
    pieces, aligned = _cut(stream, style.marks)
    shown: list[str] = []
    kept: dict[int, list[int]] = {}  # character: its bytes that can still be read
    whole: set[int] = set()
    for piece, mark in pieces:
        for char, used in _decode(piece, style.decoder):
            shown.append(char)
            if len(used) == len({i for _, i in used}) * (2 if used[0][0] > 0x7F else 1):
                whole |= {i for _, i in used}
            for value, i in used if char not in "?\ufffd" or used[0][0] == ord("?") else ():
                kept.setdefault(i, []).append(value)
        if mark is not None:
            name, used = mark
            form = ASCII[name] if style.ascii_marks else name
            shown.append(form)
            for value, i in used:
                kept.setdefault(i, []).append(value)
            if used[0][1] == used[1][1]:
                whole.add(used[0][1])
                clean[used[0][1]] = form
    del aligned
    lost = {
        i: min(2, len(kept.get(i, [])))
        for i, c in enumerate(line)
        if i not in whole and (not c.isascii() or not kept.get(i))
    }
    n_sites = sum(1 for _, mark in pieces if mark and mark[1][0][1] != mark[1][1][1])
    return "".join(shown), "".join(clean), lost, n_sites


def _gloss(stream: list[Byte], glosses: Mapping[str, str]) -> list[Byte]:
    """Each pair of bytes that spells a glossed character is followed by its gloss.

    One character after the other, in the table's order, as a replacement in a loop does it.
    """
    present = {bytes((a, b)) for (a, _), (b, _) in pairwise(stream)}
    for char, reading in glosses.items():
        pair = char.encode("gbk")
        if pair not in present:
            continue
        gloss: list[Byte] = [(b, -1) for b in f"({reading})".encode("gbk")]
        out: list[Byte] = []
        i = 0
        while i < len(stream):
            if i + 1 < len(stream) and (stream[i][0], stream[i + 1][0]) == tuple(pair):
                out += [stream[i], stream[i + 1], *gloss]
                i += 2
            else:
                out.append(stream[i])
                i += 1
        stream = out
    return stream


Piece = tuple[list[Byte], tuple[str, list[Byte]] | None]


def _cut(stream: list[Byte], marks: str) -> tuple[list[Piece], int]:
    """(piece, the mark after it), the marks found bytewise from left to right."""
    names = {tuple(mark.encode("gbk")): mark for mark in marks}
    pieces: list[Piece] = []
    piece: list[Byte] = []
    i = 0
    while i < len(stream):
        pair = (stream[i][0], stream[i + 1][0]) if i + 1 < len(stream) else None
        if pair in names:
            pieces.append((piece, (names[pair], [stream[i], stream[i + 1]])))
            piece = []
            i += 2
        else:
            piece.append(stream[i])
            i += 1
    pieces.append((piece, None))
    return pieces, 0


def _decode(piece: list[Byte], decoder: Decoder) -> Iterator[tuple[str, list[Byte]]]:
    """(character shown, bytes it used)."""
    marker = {"question": "?", "drop": ""}.get(decoder, "\ufffd")
    i = 0
    while i < len(piece):
        value = piece[i][0]
        if value < 0x80:
            yield chr(value), [piece[i]]
            i += 1
            continue
        pair = piece[i : i + 2]
        char = _pair(pair, decoder == "private_use")
        if char:
            yield char, pair
            i += 2
            continue
        if len(pair) == 1:
            size = 1
        elif decoder == "question":
            size = 2
        elif decoder in ("replace", "private_use"):
            size = 1 if pair[1][0] < 0x80 else 2
        else:
            size = 1
        if marker:
            yield marker, piece[i : i + size]
        i += size


def _pair(pair: list[Byte], private_use: bool) -> str:
    """The character of two bytes; empty if there is none."""
    if len(pair) < 2 or not 0x81 <= pair[0][0] <= 0xFE or pair[1][0] < 0x40:
        return ""
    try:
        return bytes((pair[0][0], pair[1][0])).decode("gb18030" if private_use else "gbk")
    except UnicodeDecodeError:
        return ""


def draw_style(rng: random.Random, glosses: Mapping[str, str]) -> Style:
    """A site drawn by `rng`; it glosses if `glosses` has any."""
    decoder = rng.choice(DECODERS[:4] if rng.random() < 0.9 else DECODERS)
    return Style(
        marks=rng.choice(MARK_SETS),
        ascii_marks=rng.random() < 0.75,
        decoder=decoder,
        ascii_commas=rng.random() < 0.4,
        glosses=glosses,
    )
