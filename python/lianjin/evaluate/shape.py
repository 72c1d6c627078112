"""Whether plain values have the shape of what we wrote: evaluations and certificates come from strangers.

Takes a value of JSON; gives the first place where it is another, so that whoever reads it later need not
look twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Maybe:
    """A shape, or null."""

    shape: Any


@dataclass(frozen=True)
class Least:
    """An object with at least these keys."""

    keys: Mapping[str, Any]


NUMBER = (int, float)
WORDS = {"en": str, "zh": str}
SUBJECT = {
    "name": str,
    "recipe_version": int,
    "root": str,
    "manifest": str,
    "records": int,
    "chars": int,
}
STANDARD = {
    "id": str,
    "version": int,
    "number": str,
    "title": WORDS,
    "wording": WORDS,
    "digest": str,
    "pass_line": NUMBER,
    "least_measured": NUMBER,
}
REQUIREMENT = Maybe({"name": str, "version": int, "digest": str})
GRADE = Maybe({"id": str, "title": WORDS, "seal": str})
DIMENSION = {
    "code": str,
    "title": WORDS,
    "score": Maybe(NUMBER),
    "line": NUMBER,
    "reached": bool,
    "measured": NUMBER,
}
GATE = {"id": str, "title": WORDS, "passed": bool}
MISSING = {"code": str, "kind": str, "name": str, "needed": NUMBER, "found": NUMBER}

EVALUATION = Least(
    {
        "schema_version": int,
        "subject": SUBJECT,
        "standard": STANDARD,
        "requirement": REQUIREMENT,
        "grade": GRADE,
        "gates": [Least(GATE | {"reason": WORDS})],
        "dimensions": [Least(DIMENSION)],
        "missing": [MISSING],
    }
)
"""What of an evaluation a certificate and a demand are made of."""

CERTIFICATE = {
    "schema_version": int,
    "name": str,
    "subject": SUBJECT,
    "standard": STANDARD,
    "requirement": REQUIREMENT,
    "grade": GRADE,
    "dimensions": [DIMENSION],
    "gates": [GATE],
    "evaluation": str,
    "issuer": {"name": str, "key": str},
    "log": str,
    "issued_utc": str,
    "valid_until_utc": str,
}
"""All that a certificate states."""

PROOF = {"index": int, "entry": str, "path": [str], "checkpoint": str}
"""The proof of its entry, as `core/proof.py` writes it."""


def misfit(value: Any, shape: Any, path: str = "") -> str | None:
    """Where a value is of another shape, `gates.0.title`; None if it fits. `.` is the whole.

    >>> misfit({"a": [1, "b"]}, {"a": [int]})
    'a.1'
    """
    if isinstance(shape, Maybe):
        return None if value is None else misfit(value, shape.shape, path)
    if isinstance(shape, Least):
        if isinstance(value, Mapping):
            value = {name: item for name, item in value.items() if name in shape.keys}
        return misfit(value, dict(shape.keys), path)
    if isinstance(shape, Mapping):
        if not isinstance(value, Mapping) or value.keys() != shape.keys():
            return path or "."
        return _first(misfit(value[name], shape[name], _at(path, name)) for name in shape)
    if isinstance(shape, list):
        if not isinstance(value, Sequence) or isinstance(value, str):
            return path or "."
        return _first(misfit(item, shape[0], _at(path, n)) for n, item in enumerate(value))
    kinds = shape if isinstance(shape, tuple) else (shape,)
    return None if type(value) in kinds else path or "."


def _first(found: Iterable[str | None]) -> str | None:
    return next((place for place in found if place is not None), None)


def _at(path: str, name: str | int) -> str:
    return f"{path}.{name}" if path else str(name)
