"""The clockwork: what time makes due in a server is done, whoever looks or does not.

Takes a state; does each duty at once when it is started, and again whenever its time has passed. All that
it knows is in the database and on disk, so that after a kill it goes on, and twice is once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping

from lianjin.core.clock import seconds
from lianjin.core.limits import CLOCKWORK_S, SWEEP_S
from lianjin.service.leftover import sweep
from lianjin.service.state import State
from lianjin.service.window import move_on

LOG = logging.getLogger("lianjin")
Duty = Callable[[State], object]
DUTIES: Mapping[Duty, float] = {move_on: CLOCKWORK_S, sweep: SWEEP_S}
"""What time makes due, and the seconds until it is looked at again; a new duty is a line here."""


def beat(state: State, duties: Iterable[Duty] = DUTIES) -> None:
    """Does each duty; one that fails is told of in the server's output and keeps back no other."""
    for duty in duties:
        try:
            duty(state)
        except Exception:
            LOG.exception("the clockwork: %s failed, and is tried again", duty.__name__)


class Clockwork:
    """A thread that beats until it is closed."""

    def __init__(self, state: State, duties: Mapping[Duty, float] = DUTIES) -> None:
        self._state = state
        self._duties = duties
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
        due_s = dict.fromkeys(self._duties, seconds())
        while True:
            due = [duty for duty in due_s if due_s[duty] <= seconds()]
            beat(self._state, due)
            due_s |= {duty: seconds() + self._duties[duty] for duty in due}
            if self._ends.wait(max(0.0, min(due_s.values()) - seconds())):
                return
