"""`/api/jobs`: builds and evaluations, and how far they are, as it happens."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field, StringConstraints, model_validator
from starlette.concurrency import run_in_threadpool

from lianjin.core.errors import Conflict, NotFound, UsageError
from lianjin.core.limits import (
    JOB_STREAMS,
    RECIPE_SIZE_BYTES,
    VERSION_MESSAGE_CHARS,
    VERSION_PARENTS,
)
from lianjin.core.settings import Language
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry, no_such_version
from lianjin.corpus.version import DatasetName, VersionName
from lianjin.curate.recipe import load, parse_foreign, presets
from lianjin.evaluate.requirement import parse_requirement
from lianjin.evaluate.standard import DEFAULT, standards
from lianjin.market.party import organisation
from lianjin.service.access import Caller, Here, is_still, need, within
from lianjin.service.body import IDENTITY, Body, Handle, Identity, PathIdentity
from lianjin.service.errors import language_of
from lianjin.service.route import REFUSALS_OF_A_STREAM, router
from lianjin.service.sent import Sending
from lianjin.service.state import State
from lianjin.service.upload import files_of
from lianjin.service.work import job as work
from lianjin.service.work.upload import no_upload, upload_by_id

ROUTER = router("job", body_bytes=RECIPE_SIZE_BYTES + (64 << 10))
LOOK_S = 0.25
"""How often a stream looks for new lines."""
ALIVE_S = 15
"""A stream that has nothing to tell says so this often, so that no proxy takes it for dead."""
_STREAMS = threading.BoundedSemaphore(JOB_STREAMS)


class Input(Body):
    """What to build from: an upload, or a version of one's own organisation; one of the two."""

    upload: Identity | None = None
    version: Annotated[str, StringConstraints(max_length=256)] | None = None

    @model_validator(mode="after")
    def _one(self) -> Input:
        if (self.upload is None) == (self.version is None):
            raise ValueError("expected an upload or a version")
        return self


class Build(Body):
    """A build: `recipe` is a preset's name or YAML; it becomes `dataset` at `version`.

    `parents`: versions of one's own that the uploaded files were made from.
    """

    kind: Literal["build"]
    recipe: Annotated[
        str, StringConstraints(min_length=1, max_length=RECIPE_SIZE_BYTES, pattern=r"^[^\x00]+$")
    ]
    input: Input
    dataset: Handle
    version: Annotated[str, StringConstraints(max_length=64)]
    parents: Annotated[
        list[Annotated[str, StringConstraints(max_length=256)]], Field(max_length=VERSION_PARENTS)
    ] = Field(default_factory=list)
    limit: Annotated[int, Field(ge=1, le=2**53)] | None = None
    message: Annotated[
        str, StringConstraints(max_length=VERSION_MESSAGE_CHARS, pattern=r"^[^\x00]*$")
    ] = ""


class Evaluate(Body):
    """An evaluation of a `version` of one's own against a standard and, as YAML, a requirement.

    `assessor`: the organisation that shall see it and may certify it.
    """

    kind: Literal["evaluate"]
    version: Annotated[str, StringConstraints(max_length=256)]
    standard: Annotated[str, StringConstraints(max_length=64)] = DEFAULT
    requirement: (
        Annotated[str, StringConstraints(max_length=RECIPE_SIZE_BYTES, pattern=r"^[^\x00]*$")]
        | None
    ) = None

    assessor: Identity | None = None


Asked = Annotated[Build | Evaluate, Field(discriminator="kind")]


class JobView(BaseModel):
    """A job: what for, how it stands, and what came of it. `failure` says why it failed."""

    id: str
    kind: str
    dataset: str
    version: str
    user: str
    state: str
    attempts: int
    created_utc: str
    started_utc: str | None
    ended_utc: str | None
    result: dict[str, Any] | None
    failure: dict[str, str] | None


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


@ROUTER.get("/jobs")
def list_jobs(
    who: Annotated[Caller, need("job.read")],
    state: Here,
    request: Request,
    before: Annotated[str | None, Query(pattern=IDENTITY)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> list[JobView]:
    """The jobs of one's organisation, or all; the newest first."""
    own = who.organisation if who.reach == "organisation" else None
    with state.database.read() as connection:
        found = work.jobs(connection, organisation=own, before=before, limit=limit)
    return [view_of(job, request) for job in found]


@ROUTER.post("/jobs", status_code=202)
def make_job(
    who: Annotated[Caller, need("job.make")],
    state: Here,
    sent: Sending,
    asked: Asked,
    request: Request,
) -> JobView:
    """Asks for a build or an evaluation. What is wrong with it is said now, not by the job."""
    identity = who.acting_for
    if isinstance(asked, Build):
        _check_build(state, identity, asked)
    else:
        _check_evaluation(state, identity, asked)
    plain = asked.model_dump(exclude={"kind"}, exclude_none=True)
    made = sent.write(
        who, lambda tx: asdict(work.make_job(tx, who.user_id, identity, asked.kind, plain))
    )
    state.crew.wake()
    return view_of(work.Job(**made), request)


@ROUTER.get("/jobs/{job_id}")
def read_job(
    who: Annotated[Caller, need("job.read")], state: Here, job_id: PathIdentity, request: Request
) -> JobView:
    """One job."""
    return view_of(_found(state, who, job_id), request)


@ROUTER.post("/jobs/{job_id}/cancel")
def cancel_job(
    who: Annotated[Caller, need("job.cancel")], state: Here, job_id: PathIdentity, request: Request
) -> JobView:
    """Stops a job: what it did so far goes. Doing so twice changes nothing."""
    _found(state, who, job_id)
    job = state.database.write(lambda tx: work.cancel(tx, job_id))
    state.crew.stop(job_id)
    return view_of(job, request)


@ROUTER.get(
    "/jobs/{job_id}/events",
    response_class=EventStream,
    responses=REFUSALS_OF_A_STREAM
    | {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
)
def follow_job(
    who: Annotated[Caller, need("job.read")],
    state: Here,
    job_id: PathIdentity,
    last_event_id: Annotated[str | None, Header(pattern=r"^[0-9]{1,9}$")] = None,
) -> Response:
    """What a job tells, as it does: events `state` and `progress`, until it has ended.

    It ends, too, with the caller's session or token. `Last-Event-ID`: goes on behind that line, as
    browsers do by themselves.
    """
    _found(state, who, job_id)
    return EventStream(_told(state, who, job_id, int(last_event_id or 0)))


async def _told(state: State, who: Caller, identity: str, after: int) -> AsyncIterator[str]:
    if not _STREAMS.acquire(blocking=False):
        yield "retry: 5000\n\n"
        return
    try:
        idle_s = 0.0
        while True:
            job, lines, is_over = await run_in_threadpool(_news, state, who, identity, after)
            if is_over:
                return
            for line in lines:
                data = json.dumps(line.data, ensure_ascii=False)
                yield f"id: {line.number}\nevent: {line.event}\ndata: {data}\n\n"
                after, idle_s = line.number, 0.0
            if job.has_ended:
                return
            await asyncio.sleep(LOOK_S)
            idle_s += LOOK_S
            if idle_s >= ALIVE_S:
                idle_s = 0.0
                yield ": still there\n\n"
    finally:
        _STREAMS.release()


def _news(
    state: State, who: Caller, identity: str, after: int
) -> tuple[work.Job, tuple[work.Line, ...], bool]:
    """(the job, its new lines, whether they are no longer for this caller)."""
    with state.database.read() as connection:
        is_over = not is_still(connection, who, state.clock())
        job, lines = work.job_by_id(connection, identity), work.lines(connection, identity, after)
    return job, lines, is_over


def _check_build(state: State, organisation_id: str, asked: Build) -> None:
    """Refuses a build that could come to nothing good: recipe, name, input, version."""
    if asked.recipe in presets():
        load(asked.recipe)
    else:
        parse_foreign(asked.recipe)
    with state.database.read() as connection:
        own = organisation(connection, organisation_id).name
        if (upload := asked.input.upload) is not None:
            if upload_by_id(connection, upload).organisation != organisation_id:
                raise no_upload(upload)
            if not files_of(state, upload):
                raise UsageError(
                    "no-files",
                    Words(f"the upload {upload!r} has no files", f"上传 {upload!r} 里没有文件"),
                    hint=Words("send files to it first", "请先上传文件"),
                )
    VersionName(DatasetName(own, asked.dataset), asked.version)
    for name in (asked.input.version, *asked.parents):
        if name is not None:
            _check_own(state, own, name)


def _check_evaluation(state: State, organisation_id: str, asked: Evaluate) -> None:
    """Refuses an evaluation of what is not there, or against what is none."""
    if asked.standard not in standards():
        listed = ", ".join(standards())
        raise NotFound(
            "unknown-standard",
            Words(
                f"there is no standard {asked.standard!r}; there are {listed}",
                f"没有标准 {asked.standard!r}；有 {listed}",
            ),
        )
    if asked.requirement is not None:
        parse_requirement(asked.requirement)
    with state.database.read() as connection:
        own = organisation(connection, organisation_id).name
        if asked.assessor is not None:
            _check_assessor(connection, organisation_id, asked.assessor)
    _check_own(state, own, asked.version)


def _check_assessor(connection: sa.Connection, organisation_id: str, assessor: str) -> None:
    """Conflict `no-assessor` unless it is another organisation that assesses, and is verified."""
    try:
        found = organisation(connection, assessor)
    except NotFound:
        found = None
    if (
        found is None
        or "assessor" not in found.kinds
        or found.state != "verified"
        or assessor == organisation_id
    ):
        raise Conflict(
            "no-assessor",
            Words(
                f"{assessor!r} is no verified assessor other than yourself",
                f"{assessor!r} 不是您以外的、已核验的评测机构",
            ),
            hint=Words("choose one of `GET /api/assessors`", "请从 `GET /api/assessors` 中选择"),
        )


def _check_own(state: State, own: str, text: str) -> None:
    """NotFound `no-such-version` unless it is a version of the organisation of that name."""
    name = VersionName.parse(text)
    if name.dataset.organisation != own:
        raise no_such_version(name)
    Registry(state.registry).version(name)


def _found(state: State, who: Caller, identity: str) -> work.Job:
    with state.database.read() as connection:
        found = work.job_by_id(connection, identity)
    within(who, lambda: work.no_job(identity), organisation=found.organisation)
    return found


def view_of(job: work.Job, request: Request) -> JobView:
    """A job as an answer; why it failed is told in the reader's language."""
    language = language_of(request.headers.get("accept-language"))
    result = dict(job.result) if job.result is not None and job.state == "done" else None
    return JobView(
        id=job.id,
        kind=job.kind,
        dataset=str(job.asked.get("dataset", "")),
        version=str(job.asked.get("version", "")),
        user=job.user,
        state=job.state,
        attempts=job.attempts,
        created_utc=job.created_utc,
        started_utc=job.started_utc,
        ended_utc=job.ended_utc,
        result=result,
        failure=_failure(job, language),
    )


def _failure(job: work.Job, language: Language) -> dict[str, str] | None:
    if job.state != "failed" or job.result is None:
        return None
    said = job.result["error"]
    return {
        "code": said["code"],
        "message": Words.read(said["message"]).of(language),
        "hint": Words.read(said["hint"]).of(language),
    }
