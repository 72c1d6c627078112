"""`/api/evaluations`: what was measured of a version, for its owner and the assessor who was asked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Query, Request
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field

from lianjin.core.database import Transaction
from lianjin.core.errors import NotFound
from lianjin.core.identity import new_id
from lianjin.core.limits import EVALUATION_SIZE_BYTES
from lianjin.core.store import remove_tree, whole
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry, no_such_version
from lianjin.corpus.version import VersionName
from lianjin.evaluate.certificate import EVALUATION
from lianjin.evaluate.evaluation_record import (
    EvaluationRecord,
    evaluation_by_id,
    evaluations,
    is_asked,
    no_evaluation,
)
from lianjin.market.listing import is_on_offer, own_listing
from lianjin.market.party import organisation
from lianjin.service.access import Caller, Foreign, Here, need, within
from lianjin.service.body import Body, PathIdentity
from lianjin.service.job import JobView
from lianjin.service.job import view_of as view_of_job
from lianjin.service.registry import SANDBOX
from lianjin.service.route import REFUSALS_OF_A_STREAM, router
from lianjin.service.sent import Sending
from lianjin.service.state import State
from lianjin.service.work.job import Job, make_job

ROUTER = router("evaluation", body_bytes=2 * EVALUATION_SIZE_BYTES)
FILES = {
    "evaluation.json": "application/json",
    "report.html": "text/html; charset=utf-8",
    "documentation.md": "text/markdown; charset=utf-8",
    "documentation.en.md": "text/markdown; charset=utf-8",
}
"""What an evaluation consists of."""
FileOfEvaluation = Literal[
    "evaluation.json", "report.html", "documentation.md", "documentation.en.md"
]


class EvaluationView(BaseModel):
    """An evaluation. `missing`: what the version lacks, each with what is needed and found."""

    id: str
    organisation: str
    assessor: str | None
    version: str
    root: str
    digest: str
    standard: str
    grade: str | None
    is_passed: bool
    missing: list[dict[str, Any]]
    created_utc: str


class HandedIn(Body):
    """A version, and the bytes of `evaluation.json` as `lianjin evaluate` writes it of that version."""

    version: Annotated[str, Field(max_length=200)]
    evaluation: Annotated[str, Field(max_length=EVALUATION_SIZE_BYTES)]


@ROUTER.get("/evaluations")
def list_evaluations(
    who: Annotated[Caller, need("evaluation.read")],
    state: Here,
    version: Annotated[str | None, Query(max_length=200)] = None,
) -> list[EvaluationView]:
    """The evaluations of one's organisation and those it is asked to certify; the newest first."""
    own = None if who.reach == "any" else who.acting_for
    with state.database.read() as connection:
        found = evaluations(connection, party=own, version=version)
    return [_view(one) for one in found]


@ROUTER.post("/evaluations", status_code=202)
def hand_in_evaluation(
    who: Annotated[Caller, need("evaluation.make")],
    state: Here,
    sent: Sending,
    asked: HandedIn,
    request: Request,
) -> JobView:
    """Takes what an assessor evaluated elsewhere; a job holds it against every byte of its version.

    The evaluation has the job's id. A version is there for an assessor whom its owner asked, or to
    whom a listing shows it.
    """
    name, assessor = VersionName.parse(asked.version), who.acting_for
    _check_open(state, assessor, name)
    identity = new_id("job")
    with whole(state.results / identity / EVALUATION) as part:
        part.write_text(asked.evaluation, "utf-8", newline="")
    told = {"version": str(name)}

    def work(tx: Transaction) -> dict[str, Any]:
        return asdict(make_job(tx, who.user_id, assessor, "hand_in", told, identity))

    made = ""
    try:
        job = Job(**sent.write(who, work))
        made = job.id
    finally:
        if made != identity:  # refused, or the same request came before
            remove_tree(state.results / identity)
    state.crew.wake()
    return view_of_job(job, request)


@ROUTER.get("/evaluations/{evaluation_id}")
def read_evaluation(
    who: Annotated[Caller, need("evaluation.read")], state: Here, evaluation_id: PathIdentity
) -> EvaluationView:
    """One evaluation."""
    return _view(evaluation_of(state, who, evaluation_id))


@ROUTER.get(
    "/evaluations/{evaluation_id}/{file}", response_model=None, responses=REFUSALS_OF_A_STREAM
)
def read_evaluation_file(
    who: Annotated[Caller, need("evaluation.read")],
    state: Here,
    evaluation_id: PathIdentity,
    file: FileOfEvaluation,
) -> Response:
    """A file of the evaluation; the report is a page that may show and nothing else."""
    found = evaluation_of(state, who, evaluation_id)
    path = state.results / found.id / file
    if not path.is_file():
        raise NotFound(
            "no-such-file",
            Words(f"the evaluation came without {file!r}", f"该评测没有附带 {file!r}"),
        )
    return FileResponse(path, media_type=FILES[file], headers=SANDBOX)


def _check_open(state: State, assessor: str, name: VersionName) -> None:
    """NotFound `no-such-version` unless the version is open to the assessor.

    One that is not there is refused as another's is, and recorded as that is, too.
    """
    with state.database.read() as connection:
        is_own = organisation(connection, assessor).name == name.dataset.organisation
        version = str(name)
        is_open = is_asked(connection, assessor, version) or is_on_offer(connection, version)
    if not (is_own or is_open):
        said = no_such_version(name)
        raise Foreign(said.code, said.message)
    Registry(state.registry).version(name)
    if is_own:
        raise own_listing(version)


def evaluation_of(state: State, who: Caller, identity: str) -> EvaluationRecord:
    """The evaluation, for its owner and its assessor; to all others it is not found."""
    with state.database.read() as connection:
        found = evaluation_by_id(connection, identity)
    mine = who.organisation if who.organisation in (found.organisation, found.assessor) else None
    within(who, lambda: no_evaluation(identity), organisation=mine)
    return found


def _view(found: EvaluationRecord) -> EvaluationView:
    return EvaluationView(**vars(found) | {"missing": [dict(lack) for lack in found.missing]})
