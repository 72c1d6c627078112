"""Reading a folder whole, with the sums asserted on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.corpus.document import RECORD
from lianjin.curate.ingest import InputSpec, Summary, read
from lianjin.curate.plan import plan

Rows = Callable[..., list[dict[str, Any]]]


def _rows(
    path: Path, spec: InputSpec | None = None, piece_bytes: int = 1 << 30
) -> list[dict[str, Any]]:
    spec = spec or InputSpec()
    found: list[dict[str, Any]] = []
    for piece in plan(spec, path=path, piece_bytes=piece_bytes).pieces:
        summary, covered = Summary(), 0
        for batch in read(piece, spec, summary):
            assert batch.schema == RECORD
            part = batch.to_pylist()
            covered += sum(row["end"] - row["start"] for row in part)
            found += [row | {"path": piece.path} for row in part]
        assert summary.complete
        assert covered + summary.framing == summary.length, piece.path
    return found


@pytest.fixture
def rows() -> Rows:
    """Every record below a path, each with its path; asserts schema and sums of every piece."""
    return _rows
