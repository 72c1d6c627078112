"""A job goes from queued to its end once, whatever is asked of it when."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lianjin.core.database import Database, Transaction
from lianjin.core.errors import Conflict, LimitExceeded, NotFound
from lianjin.core.event import events
from lianjin.core.limits import JOB_ATTEMPTS, JOB_LINES, JOBS_WAITING
from lianjin.market import party
from lianjin.service.account.user import make_user
from lianjin.service.work import job as work

NOW = "2026-01-31T08:00:00.000000Z"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url, clock=lambda: NOW) as found:
        yield found


def made(database: Database) -> work.Job:
    def first(tx: Transaction) -> work.Job:
        user = make_user(tx, "ada", "Ada", "-").id
        organisation = party.create(tx, user, "lab", "Lab", ["supplier"]).id
        return work.make_job(tx, user, organisation, "build", {"dataset": "news"})

    return database.write(first)


def told(database: Database, identity: str) -> list[str]:
    with database.read() as connection:
        return [line.data.get("state", "·") for line in work.lines(connection, identity)]


def test_a_job_waits_runs_and_ends_once(database: Database) -> None:
    job = made(database)
    assert (job.state, job.attempts, job.result) == ("queued", 0, None)
    running = database.write(work.claim)
    assert running is not None
    assert (running.id, running.state, running.attempts) == (job.id, "running", 1)
    assert database.write(work.claim) is None
    assert database.write(lambda tx: work.settle(tx, job.id, "done", {"kept": 1}))
    assert not database.write(lambda tx: work.settle(tx, job.id, "failed", None))
    with database.read() as connection:
        ended = work.job_by_id(connection, job.id)
        said = [event.entry.event for event in events(connection, subject=job.id)]
    assert (ended.state, ended.result, ended.ended_utc) == ("done", {"kept": 1}, NOW)
    assert said == ["job_done", "job_made"]
    assert told(database, job.id) == ["queued", "running", "done"]


def test_a_job_that_is_cut_off_begins_again_and_at_last_fails(database: Database) -> None:
    job = made(database)
    for _ in range(JOB_ATTEMPTS):
        database.write(work.claim)
        assert database.write(work.put_back) == 1
    with database.read() as connection:
        found = work.job_by_id(connection, job.id)
    assert (found.state, found.attempts) == ("failed", JOB_ATTEMPTS)
    assert found.result is not None
    assert found.result["error"]["code"] == "job-cut-off"


def test_stopping_the_server_is_no_attempt(database: Database) -> None:
    job = made(database)
    for _ in range(JOB_ATTEMPTS + 1):
        database.write(work.claim)
        database.write(lambda tx: work.resume_later(tx, job.id))
    with database.read() as connection:
        assert work.job_by_id(connection, job.id).attempts == 0


def test_a_cancelled_job_stays_so(database: Database) -> None:
    job = made(database)
    database.write(work.claim)
    assert database.write(lambda tx: work.cancel(tx, job.id)).state == "cancelled"
    assert database.write(lambda tx: work.cancel(tx, job.id)).state == "cancelled"
    database.write(lambda tx: work.retry(tx, job.id))
    assert not database.write(lambda tx: work.settle(tx, job.id, "done", {}))
    assert told(database, job.id) == ["queued", "running", "cancelled"]


def test_a_job_that_is_done_is_not_cancelled(database: Database) -> None:
    job = made(database)
    database.write(lambda tx: work.settle(tx, job.id, "done", {}))
    with pytest.raises(Conflict, match="job-ended"):
        database.write(lambda tx: work.cancel(tx, job.id))


def test_the_last_lines_are_kept_under_their_numbers(database: Database) -> None:
    job = made(database)

    def tell(tx: Transaction) -> None:
        for n in range(JOB_LINES + 10):
            work.tell(tx, job.id, "progress", {"done": n})

    database.write(tell)
    with database.read() as connection:
        found = work.lines(connection, job.id)
        later = work.lines(connection, job.id, after=found[-2].number)
    assert [line.number for line in found] == list(range(12, JOB_LINES + 12))
    assert later == found[-1:]


def test_an_organisation_has_only_so_many_jobs_that_wait(database: Database) -> None:
    job = made(database)

    def more(tx: Transaction) -> None:
        for _ in range(JOBS_WAITING - 1):
            work.make_job(tx, job.user, job.organisation, "build", {})

    database.write(more)
    with pytest.raises(LimitExceeded, match="too-many-jobs"):
        database.write(lambda tx: work.make_job(tx, job.user, job.organisation, "build", {}))


def test_a_job_that_is_not_there_is_not_found(database: Database) -> None:
    with database.read() as connection, pytest.raises(NotFound, match="no-such-job"):
        work.job_by_id(connection, "job_0")
