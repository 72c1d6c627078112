"""The crew: starts a worker process for each job whose turn it is, and writes down what it tells.

Takes jobs from the database; gives them their end there. Whatever is killed when, a job that had not
ended is found again and done again, from its own folder: a build goes on, a commit is made once.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from lianjin.core.database import Database, Transaction
from lianjin.core.errors import StorageError
from lianjin.core.limits import JOBS_AT_ONCE
from lianjin.core.store import remove_tree
from lianjin.core.words import Words
from lianjin.market.party import organisation
from lianjin.service.work.job import (
    Job,
    claim,
    job_by_id,
    put_back,
    resume_later,
    retry,
    settle,
    tell,
)
from lianjin.service.worker import Order

LOG = logging.getLogger("lianjin")
PATIENCE_S = 10
"""How long a worker that is asked to stop may take."""

Done = Callable[[Transaction, Job, Mapping[str, Any]], None]
"""Records what a job made, in the transaction that ends it."""


@dataclass(frozen=True)
class Places:
    """Where the crew finds and puts files: folders of the server."""

    jobs: Path
    uploads: Path
    registry: Path
    results: Path
    exports: Path


class Crew:
    """Workers, at most `at_once` of them; none until `start`."""

    def __init__(
        self,
        database: Database,
        places: Places,
        *,
        at_once: int = JOBS_AT_ONCE,
        done: Done = lambda tx, job, result: None,
    ) -> None:
        self._database = database
        self._places = places
        self._at_once = at_once
        self._done = done
        self._changed = threading.Condition()
        self._working: dict[str, subprocess.Popen[str]] = {}
        self._tending: set[threading.Thread] = set()
        self._has_work = True
        self._ends = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begins, with the jobs that ran when the server was stopped or killed."""
        self._database.write(put_back)
        self._thread = threading.Thread(target=self._run, name="lianjin-crew", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Looks for jobs: there is one more."""
        with self._changed:
            self._has_work = True
            self._changed.notify_all()

    def stop(self, identity: str) -> None:
        """Ends the worker of a job that was cancelled."""
        with self._changed:
            process = self._working.get(identity)
        if process is not None:
            process.terminate()

    def close(self) -> None:
        """Stops all workers; their jobs go on when the server is started again."""
        with self._changed:
            self._ends = True
            self._changed.notify_all()
            for process in self._working.values():
                process.terminate()
        if self._thread is not None:
            self._thread.join()
        for thread in tuple(self._tending):
            thread.join()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(
                    lambda: self._ends or (self._has_work and len(self._tending) < self._at_once)
                )
                if self._ends:
                    return
                self._has_work = False
            self._begin_next()

    def _begin_next(self) -> None:
        try:
            job = self._database.write(claim)
        except StorageError as error:
            LOG.error("no job can be begun: %s", error.message.en)
            return
        if job is None:
            return
        thread = threading.Thread(target=self._tend, args=(job,), name=job.id, daemon=True)
        with self._changed:
            self._tending.add(thread)
            self._has_work = True  # there may be another
        thread.start()

    def _tend(self, job: Job) -> None:
        """Sees a job through, whatever becomes of its worker."""
        try:
            self._see_through(job)
        except Exception:
            # It stands as running, and is found again when the server starts anew.
            LOG.exception("%s: the job cannot be seen through", job.id)
        finally:
            with self._changed:
                self._working.pop(job.id, None)
                self._tending.discard(threading.current_thread())
                self._has_work = True
                self._changed.notify_all()

    def _see_through(self, job: Job) -> None:
        folder = self._places.jobs / job.id
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "output").open("ab") as errors:
            process = self._started(job, errors)
            try:
                verdict = self._heard(job, process)
            finally:
                _ended(process)
        if verdict is None:
            self._cut_off(job, process.returncode)
        with self._database.read() as connection:
            has_ended = job_by_id(connection, job.id).has_ended
        if has_ended:
            remove_tree(folder)

    def _started(self, job: Job, errors: IO[bytes]) -> subprocess.Popen[str]:
        with self._database.read() as connection:
            name = organisation(connection, job.organisation).name
        order = Order(
            id=job.id,
            kind=job.kind,
            asked=job.asked,
            organisation=name,
            user=job.user,
            now_utc=job.created_utc,
            folder=str(self._places.jobs / job.id),
            uploads=str(self._places.uploads),
            registry=str(self._places.registry),
            results=str(self._places.results),
            exports=str(self._places.exports),
            database=self._database.engine.url.render_as_string(hide_password=False),
            threads=max(1, (os.cpu_count() or 1) // self._at_once),
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "lianjin.service.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            encoding="utf-8",
            cwd=self._places.jobs / job.id,
            start_new_session=True,  # Ctrl-C is for the server, which stops its workers itself
        )
        with self._changed:
            self._working[job.id] = process
            if self._ends:
                process.terminate()
        assert process.stdin is not None
        process.stdin.write(order.to_json() + "\n")
        process.stdin.flush()
        return process

    def _heard(self, job: Job, process: subprocess.Popen[str]) -> str | None:
        """Writes down what the worker tells; `done` or `failed`, or None if it told neither."""
        assert process.stdout is not None
        for line in process.stdout:
            if not line.endswith("\n"):
                break  # it was killed in the middle
            ((kind, value),) = json.loads(line).items()
            self._database.write(self._noted(job, kind, value))
            if kind != "progress":
                return str(kind)
        return None

    def _noted(
        self, job: Job, kind: str, value: Mapping[str, Any]
    ) -> Callable[[Transaction], None]:
        """The work that writes down what a worker told."""

        def work(tx: Transaction) -> None:
            if kind == "progress":
                tell(tx, job.id, "progress", value)
            elif kind == "failed":
                settle(tx, job.id, "failed", value)
            elif settle(tx, job.id, "done", value):
                self._done(tx, job, value)

        return work

    def _cut_off(self, job: Job, exit_code: int) -> None:
        """What becomes of a job whose worker ended without a word."""
        with self._changed:
            ends = self._ends
        if ends:
            self._database.write(lambda tx: resume_later(tx, job.id))
        elif exit_code < 0:
            self._database.write(lambda tx: retry(tx, job.id))
        else:
            # The same would come of it again.
            LOG.error("%s: the worker failed; see %s", job.id, self._places.jobs / job.id)
            said = Words("this is a bug in lianjin", "这是 lianjin 的错误")
            failure = {"error": {"code": "bug", "message": said.stored, "hint": ""}}
            self._database.write(lambda tx: settle(tx, job.id, "failed", failure))


def _ended(process: subprocess.Popen[str]) -> None:
    """Waits for a worker that has told its end, and makes sure of it."""
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    assert process.stdout is not None
    process.stdout.close()
