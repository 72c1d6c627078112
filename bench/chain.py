"""One repair of the kernel over many texts, through the border that a build uses.

Takes a repair's name and settings; gives mended texts and megabytes per CPU second.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from lianjin import _kernel

from bench.damage.genres import documents
from bench.row import Row

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

    def speed(self, job: str, texts: Sequence[str]) -> Row:
        """The row of `megabytes_per_s`."""
        rate, megabytes = self.megabytes_per_s(texts)
        note = f"{megabytes:.1f} MB; what the border costs without a repair is taken off"
        return Row(job, f"{rate:.0f} MB/CPU-s", note=note)


def up_to(genre: str, most_chars: int) -> Iterator[str]:
    """The held-back documents of a genre until they would exceed so many characters."""
    n_chars = 0
    for text in documents(genre, "test"):
        n_chars += len(text)
        if n_chars > most_chars:
            return
        yield text


def _fastest(chain: _kernel.Chain, column: pa.Array) -> float:
    times = []
    for _ in range(ROUNDS):
        start = time.process_time()
        chain.run(column)
        times.append(time.process_time() - start)
    return min(times)
