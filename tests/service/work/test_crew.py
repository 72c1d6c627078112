"""Workers are real processes here: what they tell is written down, whoever is killed when."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lianjin.core.database import Database, Transaction
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.market import party
from lianjin.service.account.user import make_user
from lianjin.service.work import job as work
from lianjin.service.work.crew import Crew, Places

NAME = VersionName.parse("lab/news@1.0.0")
PAGE = "今天天气很好，我们一起去公园散步，看见许多人在湖边放风筝。\n"

pytestmark = pytest.mark.slow  # each starts processes that import pyarrow


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    with Database(sqlite_url) as found:
        yield found


@pytest.fixture
def places(tmp_path: Path) -> Places:
    found = Places(
        *(tmp_path / name for name in ("jobs", "uploads", "registry", "results", "exports"))
    )
    for folder in (found.jobs, found.uploads / "upload_1", found.registry):
        folder.mkdir(parents=True)
    (found.uploads / "upload_1" / "a.txt").write_text(PAGE * 20, "utf-8")
    return found


def made(database: Database, **asked: object) -> str:
    build = {"recipe": "zh-repair", "input": {"upload": "upload_1"}, "dataset": "news"}

    def first(tx: Transaction) -> str:
        user = make_user(tx, "ada", "Ada", "-").id
        organisation = party.create(tx, user, "lab", "Lab", ["supplier"]).id
        given = build | {"version": "1.0.0"} | asked
        return work.make_job(tx, user, organisation, "build", given).id

    return database.write(first)


def ended(database: Database, crew: Crew, identity: str) -> work.Job:
    """The job once its worker is gone."""
    crew.start()
    with crew._changed:
        crew._changed.wait_for(lambda: not crew._tending and _has_ended(database, identity), 60)
    with database.read() as connection:
        return work.job_by_id(connection, identity)


def _has_ended(database: Database, identity: str) -> bool:
    with database.read() as connection:
        return work.job_by_id(connection, identity).has_ended


def test_a_build_becomes_a_version_and_leaves_no_folder(database: Database, places: Places) -> None:
    identity = made(database)
    with Crew(database, places) as crew:
        job = ended(database, crew, identity)
    assert job.state == "done", job
    version = Registry(places.registry).version(NAME)
    assert job.result is not None
    assert job.result["root"] == version.root
    assert list(places.jobs.iterdir()) == []


@pytest.mark.parametrize("told", ["read", "write", "commit"])
def test_a_worker_that_is_killed_begins_again_and_commits_once(
    database: Database, places: Places, told: str
) -> None:
    identity, killed = made(database), []

    class Killing(Crew):
        def _noted(self, job: work.Job, kind: str, value: object) -> Callable[[Transaction], None]:
            if isinstance(value, dict) and value.get("stage") == told and not killed:
                killed.append(told)
                os.kill(self._working[job.id].pid, signal.SIGKILL)
            return super()._noted(job, kind, value)  # type: ignore[arg-type]

    with Killing(database, places) as crew:
        job = ended(database, crew, identity)
    assert killed == [told]
    assert (job.state, Registry(places.registry).versions(NAME.dataset)) == ("done", (NAME,))
    with database.read() as connection:
        lines = work.lines(connection, identity)
    assert [line.data["state"] for line in lines if line.event == "state"][-1] == "done"


def test_a_job_whose_server_was_killed_is_found_again(database: Database, places: Places) -> None:
    identity = made(database)
    database.write(work.claim)  # and then the server was killed
    with Crew(database, places) as crew:
        job = ended(database, crew, identity)
    assert (job.state, job.attempts) == ("done", 2)


def test_a_refused_build_fails_in_both_languages_without_the_servers_folders(
    database: Database, places: Places
) -> None:
    identity = made(database, input={"upload": "upload_2"})
    with Crew(database, places) as crew:
        job = ended(database, crew, identity)
    assert job.state == "failed"
    assert job.result is not None
    error = job.result["error"]
    assert error["code"] == "input-not-found"
    assert len(error["message"].splitlines()) == 2
    assert str(places.uploads) not in str(error)


def test_a_recipe_that_brings_code_along_is_refused_by_the_worker_too(
    database: Database, places: Places, tmp_path: Path
) -> None:
    (tmp_path / "own.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", "utf-8")
    recipe = f"name: a\noperators: {tmp_path}/own.py\nsteps: []\n"
    identity = made(database, recipe=recipe)
    with Crew(database, places) as crew:
        job = ended(database, crew, identity)
    assert job.state == "failed"
    assert not (tmp_path / "ran").exists()


def test_a_cancelled_job_loses_its_worker(database: Database, places: Places) -> None:
    identity, began = made(database), threading.Event()

    class Watched(Crew):
        def _noted(self, job: work.Job, kind: str, value: object) -> Callable[[Transaction], None]:
            if not began.is_set():
                database.write(lambda tx: work.cancel(tx, job.id))
                self.stop(job.id)
                began.set()
            return super()._noted(job, kind, value)  # type: ignore[arg-type]

    with Watched(database, places) as crew:
        job = ended(database, crew, identity)
    assert job.state == "cancelled"
    assert list(places.jobs.iterdir()) == []


def test_a_crew_that_is_closed_leaves_its_jobs_to_the_next(
    database: Database, places: Places
) -> None:
    identity, began = made(database), threading.Event()

    class Watched(Crew):
        def _noted(self, job: work.Job, kind: str, value: object) -> Callable[[Transaction], None]:
            began.set()
            return super()._noted(job, kind, value)  # type: ignore[arg-type]

    crew = Watched(database, places)
    crew.start()
    assert began.wait(60)
    crew.close()
    with database.read() as connection:
        assert work.job_by_id(connection, identity).state in ("queued", "done")
    with Crew(database, places) as crew:
        assert ended(database, crew, identity).state == "done"
    assert Registry(places.registry).versions(NAME.dataset) == (NAME,)
