"""The clockwork: what time makes due in a server is done, whoever looks or does not.

Takes a state; does each duty at once when it is started, and again whenever its time has passed. All that
it knows is in the database and on disk, so that after a kill it goes on, and twice is once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lianjin.core.clock import seconds
from lianjin.core.limits import CLOCKWORK_S, COLLECT_S, SWEEP_S
from lianjin.service.leftover import collect_unused, sweep
from lianjin.service.state import State
from lianjin.service.window import move_on

LOG = logging.getLogger("lianjin")
Work = Callable[[State], object]


@dataclass(frozen=True)
class Duty:
    """What is to be done every so many seconds, for the first time `first_s` after the start."""

    work: Work
    every_s: float
    first_s: float = 0.0


DUTIES = (
    Duty(move_on, CLOCKWORK_S),
    Duty(sweep, SWEEP_S),
    # It reads every manifest: not while a server that starts has other things to do.
    Duty(collect_unused, COLLECT_S, first_s=SWEEP_S),
)
"""What time makes due; a new duty is a line here."""


def beat(state: State, works: Iterable[Work]) -> None:
    """Does each; one that fails is told of in the server's output and keeps back no other."""
    for work in works:
        try:
            work(state)
        except Exception:
            LOG.exception("the clockwork: %s failed, and is tried again", work.__name__)


class Clockwork:
    """A thread that beats until it is closed."""

    def __init__(self, state: State, duties: Sequence[Duty] = DUTIES) -> None:
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
        due_s = {duty: seconds() + duty.first_s for duty in self._duties}
        while not self._ends.wait(max(0.0, min(due_s.values()) - seconds())):
            due = [duty for duty in due_s if due_s[duty] <= seconds()]
            beat(self._state, (duty.work for duty in due))
            due_s |= {duty: seconds() + duty.every_s for duty in due}
