"""A throttle: how often somebody may try, whoever they say they are.

Takes a key such as account and address; gives leave, or a LimitExceeded that says when to come back.
Keeps counts in memory, of the keys that came last: a folder has one server, in one process, and a
second one is refused (`server-running`), so there is nowhere else to count.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable

from lianjin.core.clock import seconds
from lianjin.core.errors import LimitExceeded
from lianjin.core.limits import THROTTLE_KEYS
from lianjin.core.words import Words


class TooOften(LimitExceeded):
    """Tried too often; `retry_s` seconds from now there is another try."""

    def __init__(self, retry_s: int) -> None:
        super().__init__(
            "too-often",
            Words("too many tries", "尝试次数过多"),
            hint=Words(f"try again in {retry_s} s", f"请在 {retry_s} 秒后重试"),
        )
        self.retry_s = retry_s


class Throttle:
    """`tries` at once for each key, and then one more each `every_s` seconds (a token bucket)."""

    def __init__(self, tries: int, every_s: float, *, clock: Callable[[], float] = seconds) -> None:
        self._tries = tries
        self._every_s = every_s
        self._clock = clock
        self._lock = threading.Lock()
        self._free_at: OrderedDict[str, float] = OrderedDict()

    def take(self, key: str) -> None:
        """Counts a try; TooOften if the key has none left."""
        with self._lock:
            now = self._clock()
            # `free_at` is when all tries would be back; each try moves it on by one step.
            free_at = max(self._free_at.get(key, 0.0), now) + self._every_s
            wait_s = free_at - now - self._tries * self._every_s
            if wait_s > 0:
                raise TooOften(int(wait_s) + 1)
            self._free_at[key] = free_at
            self._free_at.move_to_end(key)
            while len(self._free_at) > THROTTLE_KEYS:
                self._free_at.popitem(last=False)

    def forget(self, key: str) -> None:
        """Gives a key all its tries back: what it tried went well."""
        with self._lock:
            self._free_at.pop(key, None)
