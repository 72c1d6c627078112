"""Demands over HTTP: everybody reads them, a trusted evaluation meets them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.service.app import make_app

from ..trade import Trade, tiny, trade

__all__ = ["tiny", "trade"]
CELL = {"code": "0301", "kind": "cell", "name": "fields.domain=方言", "needed": 9, "found": 0}
BODY = {
    "title": "<b>方言</b>",
    "text": "",
    "cells": [CELL],
    "reward_fen": 0,
    "deadline_utc": "2999-01-01T00:00:00Z",
}


@pytest.fixture
def client(trade: Trade) -> Iterator[TestClient]:
    with TestClient(make_app(trade.state)) as found:
        yield found


def post(client: TestClient, trade: Trade, who: str, path: str, body: Any) -> Any:
    return client.post(f"/api/demands{path}", json=body, headers=trade.people[who].headers)


def test_a_demand_is_read_by_all_and_answered_by_others(trade: Trade, client: TestClient) -> None:
    made = post(client, trade, "buyer", "", BODY).json()
    assert (made["state"], made["title"], made["cells"]) == ("open", "<b>方言</b>", [CELL])
    (found,) = client.get(
        "/api/demands", params={"state": "open"}, headers=trade.other.headers
    ).json()
    assert found == made
    assert client.get("/api/demands").status_code == 401
    path = f"/{made['id']}"
    said = post(client, trade, "buyer", f"{path}/answer", {"version": "huaixu/x@1.0.0"})
    assert said.status_code == 404
    answered = post(
        client, trade, "supplier", f"{path}/answer", {"version": str(trade.version.name)}
    )
    assert answered.json()["root"] == trade.version.root
    for who, action, status in (
        ("other", "withdraw", 404),
        ("supplier", "return", 409),
        ("buyer", "return", 200),
        ("buyer", "withdraw", 200),
        ("buyer", "explode", 422),
    ):
        assert post(client, trade, who, f"{path}/{action}", {}).status_code == status, action


def test_an_evaluation_that_nobody_signed_meets_nothing(trade: Trade, client: TestClient) -> None:
    made = post(client, trade, "buyer", "", BODY).json()
    path = f"/{made['id']}"
    post(client, trade, "supplier", f"{path}/answer", {"version": str(trade.version.name)})
    body = {"certificate": "{}", "evaluation": '{"missing":[]}'}
    said = post(client, trade, "buyer", f"{path}/accept", body)
    assert (said.status_code, said.json()["error"]["code"]) == (422, "certificate-unfit")


@pytest.mark.parametrize(
    "change",
    [
        {"cells": []},
        {"cells": [CELL] * 501},
        {"cells": [CELL | {"needed": -1}]},
        {"cells": [CELL | {"kind": "wish"}]},
        {"reward_fen": -1},
        {"reward_fen": 0.5},
        {"deadline_utc": "tomorrow"},
        {"title": ""},
        {"organisation": "x"},
    ],
)
def test_a_demand_that_is_not_as_described_is_refused(
    trade: Trade, client: TestClient, change: Any
) -> None:
    assert post(client, trade, "buyer", "", BODY | change).status_code == 422
