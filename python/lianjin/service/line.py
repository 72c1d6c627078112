"""`/api/datasets/…/lines`: what a version's rules judge by, how scores lie about it, and what if.

Takes a version; gives the lines of its recipe, the spread of a score, and what another value on a
line would keep. Records nothing, and changes no version.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Query, Request
from pydantic import BaseModel

from lianjin.corpus.dataset import Dataset
from lianjin.curate import line as curate
from lianjin.operators.registry import operators
from lianjin.service.access import Caller, Here, need
from lianjin.service.document import as_built
from lianjin.service.errors import language_of
from lianjin.service.facts import has_recipe
from lianjin.service.registry import version_of
from lianjin.service.route import router
from lianjin.service.state import State

ROUTER = router("line")
MOST = 1e300


class LineView(BaseModel):
    """One number that a rule compares a score with; `number` counts the lines of a step from 0."""

    step: int
    number: int
    score: str
    operator: str
    value: float
    text: str


class ScoreView(BaseModel):
    """A score that receipts have as numbers; `title` is its name where no operator is known."""

    name: str
    title: str


class LineList(BaseModel):
    """The lines of a version's rules, and the scores that its receipts have."""

    lines: list[LineView]
    scores: list[ScoreView]


class BinView(BaseModel):
    """Documents with a score from `low` on and below `high`; the last bin has all beyond."""

    low: float
    high: float
    kept: int
    removed: int


class SpreadView(BaseModel):
    """How a score is spread over a version's readable documents.

    `absent`: without a value. The counts are of `looked_at` receipts out of `records`.
    """

    score: str
    bins: list[BinView]
    absent: int
    looked_at: int
    records: int


class MovedView(BaseModel):
    """What another value on a line would keep; `is_exact` is false for an estimate."""

    line: LineView
    value: float
    kept: int
    gained: int
    lost: int
    is_exact: bool


@ROUTER.get("/datasets/{organisation}/{name}/versions/{version}/lines")
def list_lines(
    who: Annotated[Caller, need("document.read")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
    request: Request,
) -> LineList:
    """The lines of the version's rules, in the order of its recipe."""
    dataset = _dataset(state, who, organisation, name, version)
    with as_built():
        scores = curate.scored(dataset)
        found = curate.lines(dataset.manifest) if has_recipe(dataset.manifest) else ()
        lines = [LineView(**asdict(line)) for line in found if line.score in scores]
    language = language_of(request.headers.get("accept-language"))
    titles = {score.name: score.title.of(language) for score in operators("score")}
    shown = [ScoreView(name=name, title=titles.get(name, name)) for name in scores]
    return LineList(lines=lines, scores=shown)


@ROUTER.get("/datasets/{organisation}/{name}/versions/{version}/spread")
def read_spread(
    who: Annotated[Caller, need("document.read")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
    score: Annotated[str, Query(max_length=100)] = "chars",
) -> SpreadView:
    """How a score is spread over the version's documents, kept and removed."""
    dataset = _dataset(state, who, organisation, name, version)
    with as_built():
        return SpreadView(**asdict(curate.spread(dataset, score)))


@ROUTER.get("/datasets/{organisation}/{name}/versions/{version}/what-if")
def ask_what_if(
    who: Annotated[Caller, need("document.read")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
    step: Annotated[int, Query(ge=0, le=255)] = 0,
    number: Annotated[int, Query(ge=0, le=10_000)] = 0,
    value: Annotated[float, Query(ge=-MOST, le=MOST, allow_inf_nan=False)] = 0.0,
) -> MovedView:
    """How many documents the recipe would keep with another value on one line."""
    dataset = _dataset(state, who, organisation, name, version)
    with as_built():
        manifest = dataset.manifest if has_recipe(dataset.manifest) else {}
        line = curate.line_at(manifest, step, number)
        found = curate.moved(dataset, line, value)
        return MovedView(line=LineView(**asdict(line)), value=value, **asdict(found))


def _dataset(state: State, who: Caller, organisation: str, name: str, version: str) -> Dataset:
    registry, found = version_of(state, who, organisation, name, version)
    return registry.open(found)
