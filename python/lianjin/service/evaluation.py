"""`/api/evaluations`: what was measured of a version, for its owner and the assessor who was asked."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel, Field

from lianjin.core.database import Transaction
from lianjin.core.errors import NotFound, UsageError
from lianjin.core.identity import new_id
from lianjin.core.limits import EVALUATION_SIZE_BYTES
from lianjin.core.store import remove_tree, whole
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.evaluate.certificate import EVALUATION, same_subject
from lianjin.evaluate.certificate import evaluation_of as read_evaluation_bytes
from lianjin.market import party
from lianjin.market.listing import own_listing
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import Body, PathIdentity
from lianjin.service.evaluated import Evaluated, all_evaluated, evaluated, hand_in, no_evaluation
from lianjin.service.registry import SANDBOX
from lianjin.service.route import REFUSALS_OF_A_STREAM, router
from lianjin.service.sent import Sending
from lianjin.service.state import State

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
        found = all_evaluated(connection, party=own, version=version)
    return [_view(one) for one in found]


@ROUTER.post("/evaluations", status_code=201)
def hand_in_evaluation(
    who: Annotated[Caller, need("evaluation.make")], state: Here, sent: Sending, asked: HandedIn
) -> EvaluationView:
    """Takes what an assessor evaluated elsewhere; it has to be of this version to the byte."""
    name, value = VersionName.parse(asked.version), _read(asked.evaluation)
    registry = Registry(state.registry)
    same_subject(value, registry.open(registry.version(name)).folder)
    assessor, identity = who.acting_for, new_id("evaluation")
    with state.database.read() as connection:
        owner = party.organisation_named(connection, name.dataset.organisation).id
    if owner == assessor:
        raise own_listing(asked.version)
    with whole(state.results / identity / EVALUATION) as part:
        part.write_text(asked.evaluation, "utf-8", newline="")

    def work(tx: Transaction) -> str:
        return hand_in(tx, who.user_id, identity, owner, assessor, str(name), value).id

    made = sent.write(who, work)
    if made != identity:
        remove_tree(state.results / identity)
    with state.database.read() as connection:
        return _view(evaluated(connection, made))


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


def _read(text: str) -> dict[str, Any]:
    """The evaluation of its text; UsageError `wrong-evaluation` unless it is in its one form."""
    try:
        return read_evaluation_bytes(text.encode())
    except ValueError as error:
        raise UsageError(
            "wrong-evaluation",
            Words("this is no evaluation as one is written", "这不是按原样写出的评测结果"),
            hint=Words("send the bytes of evaluation.json", "请发送 evaluation.json 的原文"),
        ) from error


def evaluation_of(state: State, who: Caller, identity: str) -> Evaluated:
    """The evaluation, for its owner and its assessor; to all others it is not found."""
    with state.database.read() as connection:
        found = evaluated(connection, identity)
    mine = who.organisation if who.organisation in (found.organisation, found.assessor) else None
    within(who, lambda: no_evaluation(identity), organisation=mine)
    return found


def _view(found: Evaluated) -> EvaluationView:
    return EvaluationView(**vars(found) | {"missing": [dict(lack) for lack in found.missing]})
