"""Orders over HTTP: what the domain refuses is refused, with its code; each side sees its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.core.clock import later, now_utc
from lianjin.core.encoded import encoded
from lianjin.core.event import events
from lianjin.core.key import VerifierKey, make_key
from lianjin.core.proof import check_proof
from lianjin.market.organisation_key import register_key
from lianjin.service.app import make_app

from ..trade import Trade, tiny, trade

__all__ = ["tiny", "trade"]


@pytest.fixture
def client(trade: Trade) -> Iterator[TestClient]:
    trade.deposit("buyer", 10_000_000)
    with TestClient(make_app(trade.state)) as found:
        yield found


def post(client: TestClient, trade: Trade, who: str, path: str, body: Any = None) -> Any:
    said = client.post(f"/api/orders{path}", json=body, headers=trade.people[who].headers)
    return said.json() | {"status": said.status_code}


def placed(client: TestClient, trade: Trade) -> Any:
    found = trade.listed()
    body = {"listing_id": found.id, "content_digest": found.content_digest}
    return post(client, trade, "buyer", "", body)


def test_an_organisation_signs_with_a_key_of_its_own(
    trade: Trade, client: TestClient, tmp_path: Any
) -> None:
    made = placed(client, trade)
    key, actor = make_key(tmp_path / "own.key", "huaixu"), trade.buyer.actor
    trade.state.database.write(lambda tx: register_key(tx, actor, actor.organisation, key.verifier))
    path = f"/{made['id']}/sign"
    assert post(client, trade, "buyer", path, {})["error"]["code"] == "no-signature"
    body = {"verifier": str(key.verifier), "signature": "not base64"}
    assert post(client, trade, "buyer", path, body)["error"]["code"] == "no-signature"
    body["signature"] = encoded(key.sign(b"something else"))
    assert post(client, trade, "buyer", path, body)["error"]["code"] == "signature-differs"
    body["signature"] = encoded(key.sign(made["agreement"].encode()))
    signed = post(client, trade, "buyer", path, body)
    assert (signed["state"], len(signed["signatures"])) == ("signed_by_buyer", 1)


def test_each_side_sees_what_it_can_do(trade: Trade, client: TestClient) -> None:
    made = placed(client, trade)
    assert made["moves"] == ["cancel", "sign"]
    found = [
        client.get(f"/api/orders/{made['id']}", headers=trade.people[who].headers).json()
        for who in ("supplier", "operator")
    ]
    assert [one["moves"] for one in found] == [["cancel", "sign"], []]
    for who in ("other", "assessor"):
        said = client.get(f"/api/orders/{made['id']}", headers=trade.people[who].headers)
        assert said.status_code in (403, 404)
    seen = client.get("/api/orders", headers=trade.other.headers)
    assert (seen.status_code, seen.json()) == (200, [])


def test_both_sides_can_prove_every_step_whoever_took_it(trade: Trade, client: TestClient) -> None:
    made = placed(client, trade)
    signed = post(client, trade, "supplier", f"/{made['id']}/sign", {})
    key = VerifierKey.read(client.get("/log/verifier").text.strip())
    assert [arrow["event"] for arrow in signed["arrows"]] == ["order_placed", "order_signed"]
    for who in ("buyer", "supplier", "operator"):
        for step, arrow in enumerate(signed["arrows"], start=1):
            path = f"/api/orders/{made['id']}/proof?step={step}"
            said = client.get(path, headers=trade.people[who].headers)
            assert check_proof(said.content, key).entry.ids["id"] == arrow["event_id"]
    path = f"/api/orders/{made['id']}/proof"
    assert client.get(path, headers=trade.other.headers).status_code == 404
    assert client.get(f"{path}?step=3", headers=trade.buyer.headers).status_code == 404


def test_a_refused_move_is_recorded(trade: Trade, client: TestClient) -> None:
    made = placed(client, trade)
    said = post(client, trade, "buyer", f"/{made['id']}/accept")
    assert (said["status"], said["error"]["code"]) == (409, "illegal-move")
    with trade.state.database.read() as connection:
        last = events(connection, actor=trade.buyer.actor.user_id, limit=1)[0]
    assert last.entry.event == "refused"
    assert last.entry.ids["code"] == "illegal-move"


def test_a_dispute_is_decided_by_the_operator_alone(trade: Trade, client: TestClient) -> None:
    bought = trade.agreed(trade.listed())
    (file,) = (trade.dataset / "data").iterdir()
    ranged = trade.buyer.headers | {"Range": "bytes=0-9"}
    client.get(f"/hub/datasets/lanshi/gov-qa/resolve/main/data/{file.name}", headers=ranged)
    path = f"/{bought.id}"
    assert (
        post(client, trade, "buyer", f"{path}/dispute", {"reason": "缺行"})["state"] == "disputed"
    )
    body = {"upholds": False, "reason": "不属实"}
    assert post(client, trade, "supplier", f"{path}/decide", body)["status"] == 403
    assert post(client, trade, "operator", f"{path}/decide", body)["state"] == "accepted"
    decided = client.get(f"/api/orders{path}", headers=trade.buyer.headers).json()
    assert (decided["state"], decided["reason"]) == ("settled", "不属实")


def test_a_window_that_is_over_is_settled_when_somebody_looks(
    trade: Trade, client: TestClient
) -> None:
    bought = trade.agreed(trade.listed())
    (file,) = (trade.dataset / "data").iterdir()
    ranged = trade.buyer.headers | {"Range": "bytes=0-9"}
    client.get(f"/hub/datasets/lanshi/gov-qa/resolve/main/data/{file.name}", headers=ranged)
    object.__setattr__(trade.state, "clock", lambda: later(now_utc(), 8 * 86_400))
    said = client.get(f"/api/orders/{bought.id}", headers=trade.operator.headers)
    assert said.status_code == 200, said.text
    found = said.json()
    assert (found["state"], found["receipt"] is not None) == ("settled", True)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"listing_id": "x", "content_digest": "sha256:" + "0" * 64},
        {"listing_id": "listing_" + "0" * 26, "content_digest": "0"},
        {
            "listing_id": "listing_" + "0" * 26,
            "content_digest": "sha256:" + "0" * 64,
            "price_fen": 1,
        },
    ],
)
def test_a_body_that_is_not_as_described_is_refused(
    trade: Trade, client: TestClient, body: Any
) -> None:
    assert post(client, trade, "buyer", "", body)["status"] == 422
