"""The pulse: how the server is, looked at now and then, and told as often as somebody asks.

Takes a look at database and log; gives what it saw, or the refusal it ran into, for HEALTH_S. One looks at
a time: a database that hangs holds one caller and not all who ask for its health.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from lianjin.core.clock import seconds
from lianjin.core.errors import StorageError
from lianjin.core.limits import HEALTH_S
from lianjin.core.words import Words

STALE = 3
"""While somebody looks, what was seen is told for so many HEALTH_S at most."""


@dataclass(frozen=True)
class Vitals:
    """What was seen. `is_empty`: nobody has an account; `is_logging`: the log takes what happens."""

    is_empty: bool
    is_logging: bool
    log_size: int


class Pulse:
    """The last look, for all threads."""

    def __init__(self, *, clock: Callable[[], float] = seconds) -> None:
        self._clock = clock
        self._turn = threading.Lock()
        self._seen: tuple[float, Vitals | StorageError] | None = None

    def read(self, look: Callable[[], Vitals]) -> Vitals:
        """What `look` gave, now or less than HEALTH_S ago; StorageError if it could not."""
        if (known := self._known(HEALTH_S)) is None:
            if self._turn.acquire(timeout=0 if self._known(STALE * HEALTH_S) else HEALTH_S):
                try:
                    known = self._known(HEALTH_S) or self._looked(look)
                finally:
                    self._turn.release()
            elif (known := self._known(STALE * HEALTH_S)) is None:
                known = _slow()
        if isinstance(known, StorageError):
            raise known
        return known

    def forget(self) -> None:
        """Looks anew at the next question: something has changed."""
        self._seen = None

    def _known(self, age_s: float) -> Vitals | StorageError | None:
        """What was seen, if it is not older than that."""
        seen = self._seen
        return seen[1] if seen is not None and self._clock() - seen[0] < age_s else None

    def _looked(self, look: Callable[[], Vitals]) -> Vitals | StorageError:
        try:
            found: Vitals | StorageError = look()
        except StorageError as error:
            found = error
        self._seen = (self._clock(), found)
        return found


def _slow() -> StorageError:
    return StorageError(
        "health-slow",
        Words("database or log did not answer in time", "数据库或日志未及时应答"),
        hint=Words("try again later", "请稍后重试"),
    )
