"""A batch of kept records as measures see it: texts, own fields, scores, and what they claim.

Takes a batch of `data`; gives columns, read or computed when they are first asked for. Scores that the
build stored with today's version of the operator are read; the others are computed in one pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from lianjin import _kernel
from lianjin.corpus.batch import viewed_text, with_columns
from lianjin.corpus.document import MESSAGES, PARTS, PREFERENCE
from lianjin.evaluate.requirement import Requirement
from lianjin.operators.score import language_model

NAME_CHARS = 200
_SHAPES = {
    "text": pa.large_string(),
    "messages": MESSAGES,
    "preference": PREFERENCE,
    "parts": PARTS,
}


@dataclass(frozen=True)
class Scores:
    """Which scores there are: `stored` by the build and still of today's version, `scorer` for
    the rest of `wanted`."""

    wanted: tuple[str, ...]
    stored: frozenset[str]

    @cached_property
    def missing(self) -> list[str]:
        """Those to be computed."""
        return [name for name in self.wanted if name not in self.stored]

    @cached_property
    def scorer(self) -> Any:
        """The kernel's form of all that are missing."""
        return _kernel.Scorer(self.missing, language_model())

    @cached_property
    def chain(self) -> Any:
        """The repairs that find what is wrong with a text, built once."""
        from lianjin.evaluate.measures.content import REPAIRS

        return _kernel.Chain([(name, "{}") for name in REPAIRS])


@dataclass(frozen=True)
class Records:
    """`batch` with the requirement it is judged by.

    `is_first`: bool[n], false for a record whose content repeats an earlier one's. `has_own_id`:
    false for one whose id is an earlier one's. `receipt_hash`: the content hash that each record's
    receipt gives, null if it has none. `inputs`: paths of the inputs that the manifest hashes.
    `is_mended`: whether the recipe repairs texts.
    """

    batch: pa.RecordBatch
    requirement: Requirement
    scores: Scores
    is_first: np.ndarray
    has_own_id: np.ndarray
    receipt_hash: pa.Array
    inputs: frozenset[str]
    is_mended: bool = False
    values: dict[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return int(self.batch.num_rows)

    def has(self, name: str) -> bool:
        """Whether the dataset has this column."""
        return name in self.batch.schema.names

    def column(self, name: str) -> pa.Array:
        """A column; all null if the dataset does not have it."""
        if self.has(name):
            return self.batch.column(name)
        return pa.nulls(len(self), _SHAPES.get(name, pa.string()))

    def plain(self, name: str) -> Sequence[Any]:
        """A column as a list."""
        key = f"plain {name}"
        if key not in self.values:
            self.values[key] = self.column(name).to_pylist()
        found: Sequence[Any] = self.values[key]
        return found

    def is_present(self, name: str) -> np.ndarray:
        """bool[n]: where a text column holds more than white space."""
        return np.array([bool(value and str(value).strip()) for value in self.plain(name)], bool)

    @cached_property
    def ids(self) -> Sequence[str]:
        """The ids."""
        found: Sequence[str] = self.batch.column("id").to_pylist()
        return found

    @cached_property
    def view(self) -> pa.Array:
        """The text that scores look at: `viewed_text`."""
        return viewed(self.batch)

    @cached_property
    def texts(self) -> Sequence[str]:
        """`view` as a list, empty where there is none."""
        return [text or "" for text in self.view.to_pylist()]

    @cached_property
    def fields(self) -> Sequence[dict[str, Any]]:
        """The records' own fields; empty where there are none, or no object."""
        return [_object(text) for text in self.plain("fields")]

    @cached_property
    def times(self) -> Sequence[str]:
        """When each record's content came to exist: `2024`, `2024-05`, `2024-05-31…`; else empty.

        The time of publication, else what its own fields call `original_time` (TC609-5-2025-02) or
        `published`, unless they say that it is not known.
        """
        pairs = zip(self.plain("published"), self.fields, strict=True)
        return [_time(published) or _own_time(own) for published, own in pairs]

    def kind(self, name: str) -> np.ndarray:
        """bool[n]: the records of this kind."""
        return np.array([kind == name for kind in self.plain("kind")], bool)

    def score(self, name: str) -> np.ndarray:
        """float64[n] of a score, NaN where it is null; stored, or computed for the whole batch."""
        if name in self.scores.stored:
            column = self.batch.column(name)
        else:
            column = self._computed.field(name)
        found: np.ndarray = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
        return found

    @cached_property
    def _computed(self) -> pa.StructArray:
        return self.scores.scorer.run(self.view)

    def value_at(self, path: str) -> Sequence[Any]:
        """What stands at `path` in each record: `folder`, a column, or `fields.a.b`; else None."""
        if path not in self.values:
            self.values[path] = self._value_at(path)
        found: Sequence[Any] = self.values[path]
        return found

    def _value_at(self, path: str) -> Sequence[Any]:
        head, *rest = path.split(".")
        if head == "fields":
            return [_within(own, rest) for own in self.fields]
        if path == "folder":
            return [source["path"].rpartition("/")[0] or None for source in self.plain("source")]
        return self.plain(path)


def named(value: Any) -> str:
    """A value of a record as a name to count by: text that has bytes, and no more than 200 characters.

    JSON may hold halves of surrogate pairs, which no file can.
    """
    return str(value)[:NAME_CHARS].encode("utf-8", "replace").decode()


def viewed(batch: pa.RecordBatch) -> pa.Array:
    """`viewed_text` of a batch of a dataset, which leaves out the columns that hold nothing."""
    absent = {
        name: pa.nulls(batch.num_rows, kind)
        for name, kind in _SHAPES.items()
        if name not in batch.schema.names
    }
    return viewed_text(with_columns(batch, absent))


_TIME = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2})(?!\d))?)?(?!\d)")


def _time(value: Any) -> str:
    """The time with two digits for month and day, as `2025-1-1` of TC609 is not written."""
    found = _TIME.match(str(value or "").strip())
    if found is None:
        return ""
    return "-".join([found[1], *(part.zfill(2) for part in found.groups()[1:] if part)])


def _own_time(own: dict[str, Any]) -> str:
    if own.get("original_time_is_known") is False:
        return _time(own.get("published"))
    return _time(own.get("original_time")) or _time(own.get("published"))


def _object(text: str | None) -> dict[str, Any]:
    try:
        value = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _within(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value
