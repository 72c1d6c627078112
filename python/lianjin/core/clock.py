"""What time it is and how long things took: the only place that asks the clock."""

from __future__ import annotations

import resource
import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache


def now_utc() -> str:
    """The time as text, to the microsecond: `2026-01-31T08:00:00.000000Z`; sorts as time does."""
    return utc(datetime.now(UTC))


def utc(time: datetime) -> str:
    """A time as text, as `now_utc` gives it."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@lru_cache(maxsize=256)
def later(time_utc: str, seconds: float) -> str:
    """The text of a time so many seconds after another; works of one transaction ask for the same.

    >>> later("2026-01-31T23:59:30.000000Z", 60)
    '2026-02-01T00:00:30.000000Z'
    """
    return utc(datetime.fromisoformat(time_utc) + timedelta(seconds=seconds))


def seconds() -> float:
    """Seconds of a clock that never goes back, from a start of its own."""
    return time.monotonic()


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
