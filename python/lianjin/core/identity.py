"""Digests of values and bytes: the same value has the same digest on every machine.

Takes plain values (objects, lists, text, numbers, true, false, null); gives their canonical JSON
after RFC 8785 and its SHA-256. Records nothing.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import time
from collections.abc import Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

_EXACT = 2**53
_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32: no i, l, o, u
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_PAIR_BITS = range(120, -1, -10)
_BLOCK_BYTES = 1 << 20


def canonical(value: Any) -> bytes:
    """The value as canonical JSON (RFC 8785): keys sorted, no spaces, numbers as in ECMAScript.

    Refuses with ValueError what has no such form: NaN, infinities, whole numbers beyond 2**53,
    keys that are no text, lone surrogates, other types.

    >>> canonical({"b": [1.0, 1e-7], "a": "炼"}).decode()
    '{"a":"炼","b":[1,1e-7]}'
    """
    return _text(value).encode("utf-8")


def digest(value: Any) -> str:
    """`sha256:…` of the canonical JSON of a value.

    >>> digest({}) == digest_bytes(b"{}")
    True
    """
    return digest_bytes(canonical(value))


def digest_bytes(data: bytes) -> str:
    """`sha256:…` of bytes."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_file(path: Path) -> str:
    """`sha256:…` of a file's bytes, read in blocks of 1 MiB."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            total.update(block)
    return "sha256:" + total.hexdigest()


def new_id(kind: str) -> str:
    """An id that nothing else has: `order_` and 26 letters, in order of the time it was made.

    48 bits of milliseconds and 80 of chance, as in a ULID.
    """
    number = time.time_ns() // 1_000_000 << 80 | int.from_bytes(os.urandom(10))
    return f"{kind}_" + "".join([_PAIRS[number >> at & 1023] for at in _PAIR_BITS])


def _text(value: Any) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int):
        if abs(value) > _EXACT:
            raise ValueError(f"{value} has no exact canonical form; at most 2**53")
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        pairs = [f"{name}:{_text(value[key])}" for key, name in _ordered(tuple(value))]
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[" + ",".join(map(_text, value)) + "]"
    raise ValueError(f"{type(value).__name__} has no canonical form: {value!r}")


@lru_cache(maxsize=256)
def _ordered(keys: tuple[Any, ...]) -> tuple[tuple[str, str], ...]:
    """(key, its canonical form) in canonical order; rows of a list mostly have the same keys."""
    if wrong := [key for key in keys if not isinstance(key, str)]:
        raise ValueError(f"the key {wrong[0]!r} is no text")
    ordered = sorted(keys, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return tuple((key, encode_basestring(key)) for key in ordered)


def _number(value: float) -> str:
    """A number as ECMAScript writes it: plain from 1e-6 up to 1e21, else with an exponent."""
    if not math.isfinite(value):
        raise ValueError(f"{value} has no canonical form")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, part = mantissa.partition(".")
    point = len(whole) + int(exponent or 0)
    digits = whole + part
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    if 0 < point <= 21:
        if len(digits) <= point:
            return sign + digits.ljust(point, "0")
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"
