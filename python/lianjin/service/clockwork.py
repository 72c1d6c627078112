"""The clockwork: what time makes due in a server is done, whoever looks or does not.

Takes a state; every CLOCKWORK_S, and at once when it is started, does each duty. All that it knows is in
the database and on disk, so that after a kill it goes on, and doing a thing twice is doing it once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from lianjin.core.limits import CLOCKWORK_S
from lianjin.service.leftover import sweep
from lianjin.service.state import State
from lianjin.service.window import move_on

LOG = logging.getLogger("lianjin")
Duty = Callable[[State], object]
DUTIES: Sequence[Duty] = (move_on, sweep)
"""What time makes due; a new one is a function here."""


def beat(state: State, duties: Sequence[Duty] = DUTIES) -> None:
    """Does each duty; one that fails is told of in the server's output and keeps back no other."""
    for duty in duties:
        try:
            duty(state)
        except Exception:
            LOG.exception("the clockwork: %s failed, and is tried again", duty.__name__)


class Clockwork:
    """A thread that beats until it is closed."""

    def __init__(self, state: State, *, every_s: float = CLOCKWORK_S) -> None:
        self._state = state
        self._every_s = every_s
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lianjin-clockwork", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends after the beat that goes on."""
        self._ends.set()
        self._thread.join()

    def __enter__(self) -> Clockwork:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while True:
            beat(self._state)
            if self._ends.wait(self._every_s):
                return
