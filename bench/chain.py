"""One repair of the kernel over many texts, through the border that a build uses.

Takes a repair's name and settings; gives mended texts and megabytes per CPU second.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
from lianjin import _kernel

ROUNDS = 5
"""How often texts are run through; the fastest counts, the others were disturbed."""


class Pass:
    """One repair, ready to run."""

    def __init__(self, name: str, **settings: Any) -> None:
        self._chain = _kernel.Chain([(name, json.dumps(settings))])

    def texts(self, texts: Sequence[str]) -> list[str]:
        """The mended texts, in order."""
        found: list[str] = self._chain.run(pa.array(texts, pa.large_string()))[0].to_pylist()
        return found

    def megabytes_per_s(self, texts: Sequence[str]) -> tuple[float, float]:
        """(megabytes per CPU second, megabytes) of the repair itself.

        What an empty chain costs on the same texts, the border's copies, is taken off.
        """
        column = pa.array(texts, pa.large_string())
        megabytes = sum(len(text.encode()) for text in texts) / 1e6
        own_s = _fastest(self._chain, column) - _fastest(_kernel.Chain([]), column)
        return megabytes / max(own_s, 1e-9), megabytes


def _fastest(chain: _kernel.Chain, column: pa.Array) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        chain.run(column)
        times.append(time.process_time() - start)
    return min(times)
