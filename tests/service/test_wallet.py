"""Money over HTTP: only the operator brings it in, and the same reference counts once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.service.app import make_app

from ..trade import Trade, tiny, trade

__all__ = ["tiny", "trade"]


@pytest.fixture
def client(trade: Trade) -> Iterator[TestClient]:
    with TestClient(make_app(trade.state)) as found:
        yield found


def deposit(client: TestClient, trade: Trade, body: Any, who: str = "operator") -> Any:
    path = f"/api/organisations/{trade.buyer.actor.organisation}/deposits"
    return client.post(path, json=body, headers=trade.people[who].headers)


def test_a_deposit_counts_once_by_its_reference(trade: Trade, client: TestClient) -> None:
    wallet = client.get("/api/wallet", headers=trade.buyer.headers).json()
    assert (wallet["balance_fen"], wallet["free_fen"]) == (0, 0)
    body = {"amount_fen": 500, "reference": "bank-1"}
    for _ in range(3):
        assert deposit(client, trade, body).json()["balance_fen"] == 500
    said = deposit(client, trade, body | {"amount_fen": 501})
    assert (said.status_code, said.json()["error"]["code"]) == (409, "transfer-differs")
    assert client.get("/api/wallet", headers=trade.buyer.headers).json()["free_fen"] == 500


@pytest.mark.parametrize("amount", [0, -1, 1.5, "5", True, None, 10**14])
def test_what_is_no_amount_is_refused(trade: Trade, client: TestClient, amount: Any) -> None:
    body = {"amount_fen": amount, "reference": "bank-1"}
    assert deposit(client, trade, body).status_code == 422


@pytest.mark.parametrize("who", ["buyer", "supplier", "assessor"])
def test_nobody_else_brings_money_in_or_sees_the_books(
    trade: Trade, client: TestClient, who: str
) -> None:
    body = {"amount_fen": 500, "reference": "bank-1"}
    assert deposit(client, trade, body, who).status_code == 403
    for path in ("/api/ledger", "/api/ledger/journal"):
        assert client.get(path, headers=trade.people[who].headers).status_code == 403


def test_a_person_sees_what_their_answers_earned(trade: Trade, client: TestClient) -> None:
    person = trade.assessor
    assert client.get("/api/earnings", headers=person.headers).json() == {"earned_fen": 0}
    agreed = trade.agreed(trade.listed(annotators={person.actor.user_id: 1}))
    (file,) = (trade.dataset / "data").iterdir()
    path = f"/hub/datasets/lanshi/gov-qa/resolve/main/data/{file.name}"
    client.get(path, headers=trade.buyer.headers)
    client.post(f"/api/orders/{agreed.id}/accept", headers=trade.buyer.headers)
    said = client.get("/api/earnings", headers=person.headers).json()
    assert said == {"earned_fen": 476_000}
    assert client.get("/api/earnings").status_code == 401


def test_the_operator_takes_the_books_away_as_text(trade: Trade, client: TestClient) -> None:
    deposit(client, trade, {"amount_fen": 12_345, "reference": "bank-1"})
    said = client.get("/api/ledger/journal", headers=trade.operator.headers)
    assert said.headers["content-type"] == "text/plain; charset=utf-8"
    assert "  CNY 123.45\n" in said.text
    books = client.get("/api/ledger", headers=trade.operator.headers).json()
    assert books == {"n_transfers": 1, "n_accounts": 2, "posted_fen": 12_345, "pending_fen": 0}
