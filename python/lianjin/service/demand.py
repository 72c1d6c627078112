"""`/api/demands`: what sets lack, asked for and answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from lianjin.core.database import Transaction
from lianjin.core.identity import digest_bytes
from lianjin.core.limits import (
    AMOUNT_FEN,
    CERTIFICATE_SIZE_BYTES,
    DEMAND_CELLS,
    EVALUATION_SIZE_BYTES,
    LISTING_TEXT_CHARS,
    LISTING_TITLE_CHARS,
)
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.market import demand as market
from lianjin.market import party
from lianjin.market.actor import absent
from lianjin.market.certified import certified, unfit
from lianjin.market.demand import Cell, Demand
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import Body, PathIdentity
from lianjin.service.listing import Digest, actor_of
from lianjin.service.route import router
from lianjin.service.sent import Sending, Sent
from lianjin.service.state import State

ROUTER = router("demand", body_bytes=2 * (CERTIFICATE_SIZE_BYTES + EVALUATION_SIZE_BYTES))
Text = Annotated[str, Field(max_length=LISTING_TEXT_CHARS)]
Title = Annotated[str, Field(min_length=1, max_length=LISTING_TITLE_CHARS)]
TIME = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z$"


class CellBody(Body):
    """One thing wanted, as an evaluation says that it is missing."""

    code: Title
    kind: Literal["cell", "scale", "aspect", "index", "gate"]
    name: Text
    needed: float = Field(ge=0, lt=2**53)
    found: float = Field(default=0, ge=0, lt=2**53)


class NewDemand(Body):
    """A request to all suppliers."""

    title: Title
    text: Text
    cells: list[CellBody] = Field(min_length=1, max_length=DEMAND_CELLS)
    reward_fen: int = Field(ge=0, le=AMOUNT_FEN)
    deadline_utc: Annotated[str, Field(pattern=TIME)]
    dataset: Annotated[str, Field(max_length=160)] | None = None
    evaluation_digest: Digest | None = None


class Answer(Body):
    """A version of one's own that has what is asked for."""

    version: Annotated[str, Field(max_length=200)]


class Proof(Body):
    """The answer's own evaluation, as the certificate over it names it."""

    certificate: Annotated[str, Field(max_length=CERTIFICATE_SIZE_BYTES)]
    evaluation: Annotated[str, Field(max_length=EVALUATION_SIZE_BYTES)]


class Why(Body):
    """Why."""

    reason: Text = ""


class DemandView(BaseModel):
    """A demand; `version` is its answer."""

    id: str
    organisation: str
    organisation_title: str
    state: str
    title: str
    text: str
    dataset: str | None
    evaluation_digest: str | None
    cells: list[dict[str, Any]]
    reward_fen: int
    deadline_utc: str
    supplier: str | None
    version: str | None
    root: str | None
    reason: str
    created_utc: str
    changed_utc: str


@ROUTER.get("/demands")
def list_demands(
    who: Annotated[Caller, need("demand.read")],
    state: Here,
    state_is: Annotated[str | None, Query(alias="state", max_length=16)] = None,
) -> list[DemandView]:
    """All demands, the newest first: they are public."""
    with state.database.read() as connection:
        return [_view(connection, found) for found in market.demands(connection, state=state_is)]


@ROUTER.get("/demands/{demand_id}")
def read_demand(
    who: Annotated[Caller, need("demand.read")], state: Here, demand_id: PathIdentity
) -> DemandView:
    """A demand."""
    with state.database.read() as connection:
        return _view(connection, market.demand(connection, demand_id))


@ROUTER.post("/demands", status_code=201)
def ask_demand(
    who: Annotated[Caller, need("demand.make")], state: Here, sent: Sending, asked: NewDemand
) -> DemandView:
    """Asks for what a set lacks."""
    cells = tuple(Cell(**cell.model_dump()) for cell in asked.cells)

    said, actor = asked.model_dump(exclude={"cells"}), actor_of(who)
    return _answered(who, sent, lambda tx: market.ask(tx, actor, cells=cells, **said))


@ROUTER.post("/demands/{demand_id}/answer")
def answer_demand(
    who: Annotated[Caller, need("demand.answer")],
    state: Here,
    sent: Sending,
    demand_id: PathIdentity,
    asked: Answer,
) -> DemandView:
    """Answers it with a version of one's own organisation."""
    name = VersionName.parse(asked.version)
    with state.database.read() as connection:
        own = party.organisation(connection, who.acting_for).name
    if name.dataset.organisation != own:
        raise absent(Words("version", "版本"), asked.version)
    root = Registry(state.registry).version(name).root
    actor, version = actor_of(who), asked.version
    return _answered(who, sent, lambda tx: market.answer(tx, actor, demand_id, version, root))


@ROUTER.post("/demands/{demand_id}/accept")
def accept_demand(
    who: Annotated[Caller, need("demand.change")],
    state: Here,
    sent: Sending,
    demand_id: PathIdentity,
    asked: Proof,
) -> DemandView:
    """Accepts the answer, if its certified evaluation lacks nothing of what was asked for."""
    found = _check_reach(state, who, demand_id)
    root, missing = _proven(state, found, asked)
    actor = actor_of(who)
    return _answered(who, sent, lambda tx: market.accept(tx, actor, demand_id, root, missing))


@ROUTER.post("/demands/{demand_id}/{action}")
def move_demand(
    who: Annotated[Caller, need("demand.move")],
    state: Here,
    sent: Sending,
    demand_id: PathIdentity,
    action: Literal["withdraw", "return", "take_back"],
    asked: Why,
) -> DemandView:
    """Withdraws it or returns an answer (who asked), or takes an answer back (who answered)."""
    _check_reach(state, who, demand_id, answers=True)
    actor, reason = actor_of(who), asked.reason
    return _answered(who, sent, lambda tx: market.change(tx, actor, demand_id, action, reason))


def _proven(state: State, found: Demand, asked: Proof) -> tuple[str, list[Cell]]:
    """(root, what is missing) of an evaluation that a trusted certificate is over."""
    with state.database.read() as connection:
        said = certified(
            connection,
            asked.certificate,
            supplier=found.supplier or "",
            log=state.log.verifier,
            now_utc=state.clock(),
        )
    data = asked.evaluation.encode()
    if digest_bytes(data) != said.evaluation_digest:
        raise unfit(Words("it is over another evaluation", "证书针对的是另一份评测"))
    missing = json.loads(data)["missing"]
    return said.root, [Cell(**lack) for lack in missing]


def _check_reach(state: State, who: Caller, identity: str, *, answers: bool = False) -> Demand:
    missing = absent(Words("demand", "需求"), identity)
    with state.database.read() as connection:
        found = market.demand(connection, identity)
    own = found.supplier if answers and found.supplier == who.organisation else found.organisation
    within(who, lambda: missing, organisation=own)
    return found


def _answered(who: Caller, sent: Sent, work: Callable[[Transaction], Demand]) -> DemandView:
    """The demand as the work left it; the same request again gets the same bytes."""

    def viewed(tx: Transaction) -> Any:
        return _view(tx.connection, work(tx)).model_dump(mode="json")

    return DemandView(**sent.write(who, viewed))


def _view(connection: Any, found: Demand) -> DemandView:
    known = asdict(found)
    title = party.organisation(connection, found.organisation).title
    shown = {n: known[n] for n in DemandView.model_fields if n != "organisation_title"}
    return DemandView(**shown | {"cells": list(known["cells"])}, organisation_title=title)
