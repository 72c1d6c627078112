"""How long things took: the only place that asks the clock."""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime


class Stopwatch:
    """Started when it is made; wall seconds and CPU seconds (user + system) of this process."""

    def __init__(self) -> None:
        self.started_utc = datetime.now(UTC)
        self._wall = time.perf_counter()
        self._cpu = _cpu_s()

    def wall_s(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._wall

    def cpu_s(self) -> float:
        """CPU seconds of all threads since the start."""
        return _cpu_s() - self._cpu


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
