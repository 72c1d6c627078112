"""Text written in one charset and read in another, up to three times over: damage and its truth.

Takes clean text of many genres; gives (damaged, truth) pairs in five shapes (titles of 6 to 20
characters, lines, fragments of mixed script, pages, pages of which some lines are damaged) and
three kinds: *lossless* (each line's damage can be undone byte for byte), *lossy* (UTF-8 read as
GBK, U+FFFD for lost bytes) and *destroyed* (GBK read as UTF-8, which keeps nothing to read).

    python -m bench.damage.codec        # pairs by chain, and one of each
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

from opencc import OpenCC

from bench.damage.genres import Split, documents

GENRES = (
    *("news", "laws", "docs", "docs_traditional", "answers", "translated_answers"),
    *("medical_dialogues", "medical_questions", "textbook", "fiction", "reviews", "headlines"),
    *("comments", "exam_questions", "law_questions", "literary_prose", "classical"),
    *("knowledge_questions", "web_simplified", "web_traditional"),
)
Shape = Literal["title", "line", "page", "some lines"]
SHAPES: tuple[Shape, ...] = ("title", "line", "page", "some lines")
Kind = Literal["lossless", "lossy", "destroyed"]
Pair = tuple[str, str]
"""(charset a text was written in, charset it was read in)."""

LATIN: tuple[str, ...] = ("latin-1", "windows-1252")
ONCE: tuple[Pair, ...] = (
    *(("utf-8", read) for read in ("gbk", "gb18030", "big5", "shift_jis", "euc_jp", "cp949")),
    *(("gbk", read) for read in ("big5", "cp932", "euc_jp", "cp949")),
    *(("big5", read) for read in ("gbk", "gb18030", "cp932", "cp949")),
    *((write, read) for write in ("utf-8", "gbk", "big5") for read in LATIN),
)
TWICE: tuple[tuple[Pair, ...], ...] = (
    *((("utf-8", first), ("utf-8", second)) for first in LATIN for second in LATIN),
    *((("utf-8", "gb18030"), ("utf-8", read)) for read in ("gb18030", *LATIN)),
    *((("utf-8", read), ("utf-8", "gb18030")) for read in LATIN),
    *((("gbk", read), ("utf-8", other)) for read in LATIN for other in (*LATIN, "gb18030")),
    *((("big5", "gbk"), ("utf-8", read)) for read in ("gb18030", *LATIN)),
    (("big5", "latin-1"), ("utf-8", "latin-1")),
)
THRICE: tuple[tuple[Pair, ...], ...] = (
    *((("utf-8", read),) * 3 for read in ("gb18030", *LATIN)),
    *((("gbk", read), ("utf-8", read), ("utf-8", read)) for read in LATIN),
    (("utf-8", "gb18030"), ("utf-8", "latin-1"), ("utf-8", "latin-1")),
    (("big5", "gbk"), ("utf-8", "latin-1"), ("utf-8", "latin-1")),
)
CHAINS: tuple[tuple[Pair, ...], ...] = (*((pair,) for pair in ONCE), *TWICE, *THRICE)
LOSSY: tuple[Pair, ...] = (("utf-8", "gbk"),)
DESTROYED: tuple[tuple[Pair, ...], ...] = (
    (("gbk", "utf-8"),),
    (("gbk", "utf-8"), ("utf-8", "gbk")),
)


@dataclass(frozen=True)
class Case:
    """A damaged text, what it was, by which charsets, and how."""

    genre: str
    shape: Shape
    kind: Kind
    chain: str
    damaged: str
    truth: str


def name_of(chain: tuple[Pair, ...]) -> str:
    """The chain in words.

    >>> name_of((("gbk", "latin-1"), ("utf-8", "latin-1")))
    'gbk as latin-1, utf-8 as latin-1'
    """
    return ", ".join(f"{write} as {read}" for write, read in chain)


def _written(text: str, charset: str) -> bytes:
    return text.encode(_codec(charset))


def _codec(charset: str) -> str:
    """Python's name for what browsers mean: Big5 with the signs of its Hong Kong supplement."""
    return "big5hkscs" if charset == "big5" else charset


def _read(data: bytes, charset: str, errors: str = "strict") -> str:
    """The text of bytes; Windows-1252 as browsers read it, C1 controls where it has no sign."""
    if charset == "windows-1252":
        return "".join(map(_windows_1252, data))
    return data.decode(_codec(charset), errors)


@cache
def _windows_1252(byte: int) -> str:
    try:
        return bytes([byte]).decode("cp1252")
    except UnicodeDecodeError:
        return chr(byte)


def encodable(text: str, charset: str) -> str:
    """The text without what the charset lacks."""
    if charset == "utf-8":
        return text
    if charset == "big5":  # writers have no supplement
        text = text.encode("cp950", "ignore").decode("cp950")
    return text.encode(_codec(charset), "ignore").decode(_codec(charset))


def lossless(text: str, chain: tuple[Pair, ...]) -> str | None:
    """The text after the chain; none if a byte is lost on the way or nothing changes."""
    damaged = text
    for write, read in chain:
        try:
            data = _written(damaged, write)
            damaged = _read(data, read)
            if read != "windows-1252" and _written(damaged, read) != data:
                return None
        except UnicodeError:
            return None
    return None if damaged == text or "\n" in damaged else damaged


def _garble(text: str, chain: tuple[Pair, ...]) -> str:
    """The text after the chain, U+FFFD for what cannot be read."""
    for write, read in chain:
        text = _read(text.encode(write, "replace"), read, "replace")
    return text


@cache
def _converter(config: str) -> Callable[[str], str]:
    convert: Callable[[str], str] = OpenCC(config).convert
    return convert


def _titles(lines: list[str], rng: random.Random) -> list[str]:
    found = [line[: rng.randint(6, 20)].strip() for line in lines]
    return [title for title in found if len(title) >= 6]


def _lines_of(genre: str, split: Split, rng: random.Random) -> list[str]:
    """Up to 4,000 lines of 6 to 200 characters, in the order of the documents."""
    texts = list(documents(genre, split))
    rng.shuffle(texts)
    lines: list[str] = []
    for text in texts:
        lines += [line.strip()[:200] for line in text.split("\n") if len(line.strip()) >= 6]
        if len(lines) > 4_000:
            break
    return [line for line in lines if any(c >= "㐀" for c in line)][:4_000]


def cases(split: Split, n: int, seed: int = 1) -> Iterator[Case]:
    """`n` cases of each genre and shape, chains in turn; fewer where a genre has too few lines."""
    for genre in GENRES:
        rng = random.Random(f"{genre} {seed}")
        lines = _lines_of(genre, split, rng)
        if len(lines) < 40:
            continue
        start = zlib.crc32(genre.encode())
        for shape in SHAPES:
            for i in range(n):
                chain = CHAINS[(start + i) % len(CHAINS)]
                case = _lossless_case(genre, shape, chain, lines, rng)
                if case is not None:
                    yield case
        yield from _lossy_cases(genre, lines, max(1, n // 10), rng)


def _lossless_case(
    genre: str, shape: Shape, chain: tuple[Pair, ...], lines: list[str], rng: random.Random
) -> Case | None:
    """One case; none if the chain leaves hardly a line of the genre whole."""
    first = chain[0][0]
    is_traditional = first == "big5" or rng.random() < 0.3
    convert = _converter("s2t") if is_traditional else str
    n_lines = 1 if shape in ("title", "line") else rng.randint(5, 20)
    at = rng.randrange(len(lines))
    truth: list[str] = []
    damaged: list[str] = []
    for line in (lines[at:] + lines[:at])[:200]:
        text = encodable(convert(line), first).strip()
        if shape == "title":
            text = "".join(_titles([text], rng))
        result = lossless(text, chain) if len(text) >= 6 else None
        if result is None:
            continue
        keep = shape == "some lines" and truth and rng.random() < 0.6
        truth.append(text)
        damaged.append(text if keep else result)
        if len(truth) == n_lines:
            return Case(
                genre, shape, "lossless", name_of(chain), "\n".join(damaged), "\n".join(truth)
            )
    return None


def _lossy_cases(genre: str, lines: list[str], n: int, rng: random.Random) -> Iterator[Case]:
    for kind, chains in (("lossy", (LOSSY,)), ("destroyed", DESTROYED)):
        for chain in chains:
            for _ in range(n):
                at = rng.randrange(len(lines) - 10)
                truth = "\n".join(lines[at : at + 10])
                damaged = _garble(truth, chain)
                if kind == "lossy":
                    yield Case(genre, "page", "lossy", name_of(chain), damaged, truth)
                else:
                    yield Case(genre, "page", "destroyed", name_of(chain), damaged, damaged)


def main() -> None:
    """Prints how many cases each chain has, and the first of each."""
    found: dict[str, list[Case]] = {}
    for case in cases("train", len(CHAINS)):
        found.setdefault(f"{case.kind}: {case.chain}", []).append(case)
    for name, some in found.items():
        print(f"{len(some):5} {name}  {some[0].damaged[:30]!r} was {some[0].truth[:20]!r}")


if __name__ == "__main__":
    main()
