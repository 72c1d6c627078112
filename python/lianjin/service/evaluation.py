"""`/api/evaluations`: what was measured of a version, for its owner and the assessor who was asked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel

from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import PathIdentity
from lianjin.service.evaluated import Evaluated, all_evaluated, evaluated, no_evaluation
from lianjin.service.registry import SANDBOX
from lianjin.service.route import REFUSALS_OF_A_STREAM, router
from lianjin.service.state import State

ROUTER = router("evaluation")
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


@ROUTER.get("/evaluations")
def list_evaluations(
    who: Annotated[Caller, need("evaluation.read")],
    state: Here,
    version: Annotated[str | None, Query(max_length=200)] = None,
) -> list[EvaluationView]:
    """The evaluations of one's organisation and those it is asked to certify; the newest first."""
    party = None if who.reach == "any" else who.acting_for
    with state.database.read() as connection:
        found = all_evaluated(connection, party=party, version=version)
    return [_view(one) for one in found]


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
    headers = {"Content-Security-Policy": SANDBOX, "X-Frame-Options": "SAMEORIGIN"}
    path = state.results / found.id / file
    return FileResponse(path, media_type=FILES[file], headers=headers)


def evaluation_of(state: State, who: Caller, identity: str) -> Evaluated:
    """The evaluation, for its owner and its assessor; to all others it is not found."""
    with state.database.read() as connection:
        found = evaluated(connection, identity)
    mine = who.organisation if who.organisation in (found.organisation, found.assessor) else None
    within(who, lambda: no_evaluation(identity), organisation=mine)
    return found


def _view(found: Evaluated) -> EvaluationView:
    return EvaluationView(**vars(found) | {"missing": [dict(lack) for lack in found.missing]})
