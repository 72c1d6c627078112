"""`/api/figures`: how the market stands, and how each number was counted."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel

from lianjin.market.statistics import figures, months, shares
from lianjin.service.access import Caller, Here, need
from lianjin.service.listing import Both, both
from lianjin.service.route import router

ROUTER = router("figures")


class FigureView(BaseModel):
    """A number, what it means, and the query that counted it; null where nothing can be said."""

    name: str
    title: Both
    definition: Both
    unit: str
    value: int | float | None
    query: str


class MonthView(BaseModel):
    """What was settled in a month."""

    month: str
    turnover_fen: int
    high_fen: int
    n_orders: int


class FiguresView(BaseModel):
    """All figures as of a time."""

    as_of_utc: str
    figures: list[FigureView]
    months: list[MonthView]
    by_grade: dict[str, int]
    by_domain: dict[str, int]


@ROUTER.get("/figures")
def read_figures(who: Annotated[Caller, need("figures.read")], state: Here) -> FiguresView:
    """Every figure of the market, counted now."""
    with state.database.read() as connection:
        found = [
            FigureView(
                name=f.name,
                title=Both(**both(f.title)),
                definition=Both(**both(f.definition)),
                unit=f.unit,
                value=f.value,
                query=f.query,
            )
            for f in figures(connection)
        ]
        return FiguresView(
            as_of_utc=state.clock(),
            figures=found,
            months=[MonthView(**vars(month)) for month in months(connection)],
            by_grade=dict(shares(connection, "grade")),
            by_domain=dict(shares(connection, "domain")),
        )
