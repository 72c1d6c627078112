"""How likely a character is after the two before it: the language model of the repairs, read.

Takes the bytes of `repair.lm.z`; gives costs, negative logarithms in integers; records nothing.
Slow and plain: the reference of the kernel's reader.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from bisect import bisect_left
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from lianjin._kernel import repair_model
from lianjin.operators.repair.han import to_simplified

NAT = 48
"""Units of cost to one nat."""

_STEP, _LEVEL, _NONE = NAT // 16, NAT // 3, 0xFFFF_FFFF
_FOLDED = dict(zip("！？，：；（）．", "!?,:;().", strict=True))
_DIGITS = "0123456789０１２３４５６７８９"
_KEPT = "!?,.:;()\n。、“”‘’《》〈〉【】「」『』—…·~～%-/'\"<>[]{}|=+*&#@$_^`\\"


class Context(NamedTuple):
    """The last two tokens, and the number of the bigram they are."""

    before: int
    last: int
    bigram: int


class Model(NamedTuple):
    """The file, taken apart.

    `followers[starts[t]:starts[t + 1]]` are the tokens seen after token t, ascending; each is a
    bigram with a cost and a back-off weight. `trigrams[trigram_starts[b]:trigram_starts[b + 1]]`
    are what follows bigram b: 11 bits say which bigram of its last token, 5 bits what it costs.
    """

    ids: dict[int, int]
    unigrams: bytes
    unigram_rests: bytes
    starts: list[int]
    followers: array[int]
    bigrams: bytes
    bigram_rests: bytes
    trigram_starts: list[int]
    trigrams: array[int]


@cache
def model() -> Model:
    """The model that comes with the kernel."""
    data = zlib.decompress(repair_model())
    magic, n, n_bigrams, n_trigrams = struct.unpack_from("<8s3I", data)
    assert magic == b"LJLM0001", magic
    at = 20

    def take(size: int) -> bytes:
        nonlocal at
        at += size
        return data[at - size : at]

    code_points = struct.unpack(f"<{n}I", take(4 * n))
    unigrams, unigram_rests = take(n), take(n)
    starts = _running(_u16s(take(2 * n)))
    followers = _u16s(take(2 * n_bigrams))
    bigrams, bigram_rests = take(n_bigrams), take(n_bigrams)
    trigram_starts = _running(_lengths(take(struct.unpack("<I", take(4))[0])))
    return Model(
        {code_point: id for id, code_point in enumerate(code_points)},
        unigrams,
        unigram_rests,
        starts,
        followers,
        bigrams,
        bigram_rests,
        trigram_starts,
        _u16s(take(2 * n_trigrams)),
    )


def _u16s(data: bytes) -> array[int]:
    numbers = array("H", data)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def _running(lengths: array[int] | list[int]) -> list[int]:
    return list(accumulate(lengths, initial=0))


def _lengths(data: bytes) -> list[int]:
    """One byte each; 255 and two more bytes for long ones."""
    lengths, at = [], 0
    while at < len(data):
        if data[at] == 255 and at + 2 < len(data):
            lengths.append(data[at + 1] | data[at + 2] << 8)
            at += 3
        else:
            lengths.append(data[at])
            at += 1
    return lengths


def _fold(char: str) -> str:
    """The character whose token stands for `char`."""
    if "㐀" <= char <= "鿿" or char == "〇":
        return to_simplified(char)
    if char in _DIGITS:
        return "0"
    if char in _FOLDED:
        return _FOLDED[char]
    if "A" <= char <= "Z" or "a" <= char <= "z" or "Ａ" <= char <= "Ｚ" or "ａ" <= char <= "ｚ":
        return "a"
    if char in _KEPT:
        return char
    return " " if char.isascii() or char.isspace() else "\0"


@lru_cache(1 << 17)
def token(char: str) -> int:
    """The token of a character: simplified, digits and letters as classes."""
    ids = model().ids
    if ord(char) > 0xFFFF:
        return ids[0]
    folded = ord(_fold(char))
    return ids.get(folded, ids[0]) if folded <= 0xFFFF else ids[0]


def knows(char: str) -> bool:
    """Whether the model has met the character."""
    return token(char) != model().ids[0]


def unigram(char: str) -> int:
    """What a character costs out of context."""
    return model().unigrams[token(char)] * _STEP * 2


def line_start() -> Context:
    """The context at the start of a line."""
    return Context(token("\n"), token("\n"), _NONE)


def after(last: int) -> Context:
    """The context after a token of which nothing before it is known."""
    return Context(last, last, _NONE)


@lru_cache(1 << 17)
def step(context: Context, to: int) -> tuple[int, Context]:
    """What token `to` costs after `context`, and the context then.

    A run of letters or digits counts once.
    """
    if to == context.last and to in (token("a"), token("0")):
        return 0, context
    bigram = _find(context.last, to)
    return _cost(context, to, bigram), Context(context.last, to, bigram)


def _cost(context: Context, to: int, bigram: int) -> int:
    """The trigram's cost, or back-off weights and the cost of what is known."""
    cost = 0
    if context.bigram != _NONE:
        trigram = _trigram(context, bigram)
        if trigram is not None:
            return trigram
        cost = _rest(model().bigram_rests[context.bigram])
    if bigram != _NONE:
        return cost + model().bigrams[bigram] * _STEP
    return cost + _rest(model().unigram_rests[context.last]) + model().unigrams[to] * _STEP * 2


def _rest(weight: int) -> int:
    """Back-off weights are stored with 192 for a weight of one."""
    return (192 - weight) * _STEP


def _find(first: int, second: int) -> int:
    starts, followers = model().starts, model().followers
    at = bisect_left(followers, second, starts[first], starts[first + 1])
    return at if at < starts[first + 1] and followers[at] == second else _NONE


def _trigram(context: Context, bigram: int) -> int | None:
    if bigram == _NONE:
        return None
    place = bigram - model().starts[context.last]
    starts, trigrams = model().trigram_starts, model().trigrams
    start, end = starts[context.bigram], starts[context.bigram + 1]
    at = bisect_left(trigrams, place << 5, start, end)
    return (trigrams[at] & 31) * _LEVEL if at < end and trigrams[at] >> 5 == place else None
