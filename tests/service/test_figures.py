"""Figures over HTTP: open to all, each with its definition and its query."""

from __future__ import annotations

from fastapi.testclient import TestClient
from lianjin.service.app import make_app

from ..trade import Trade, tiny, trade

__all__ = ["tiny", "trade"]


def test_figures_are_open_and_say_how_they_were_counted(trade: Trade) -> None:
    trade.listed()
    with TestClient(make_app(trade.state)) as client:
        said = client.get("/api/figures").json()
    found = {figure["name"]: figure for figure in said["figures"]}
    assert (found["datasets"]["value"], found["turnover"]["value"]) == (1, 0)
    assert found["high_turnover"]["value"] is None
    assert found["datasets"]["query"].startswith("SELECT count(*)")
    assert all(f["definition"]["zh"] and f["definition"]["en"] for f in said["figures"])
    assert (said["months"], said["by_grade"]) == ([], {})
