"""Listings and the catalogue over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.service.app import make_app

from ..trade import Trade, tiny, trade
from .goods import listing_body

__all__ = ["tiny", "trade"]
VERSION = "lanshi/gov-qa@1.0.0"


@pytest.fixture
def client(trade: Trade) -> Iterator[TestClient]:
    with TestClient(make_app(trade.state)) as found:
        yield found


def draft(client: TestClient, trade: Trade, **changes: Any) -> Any:
    body = listing_body(**({"version": VERSION} | changes))
    return client.post("/api/listings", json=body, headers=trade.supplier.headers)


def test_facts_are_read_from_the_registry_and_texts_stay_as_typed(
    trade: Trade, client: TestClient
) -> None:
    title = "<img src=x onerror=alert(1)>"
    made = draft(client, trade, title=title).json()
    (file,) = (trade.dataset / "data").iterdir()
    assert made["title"] == title
    assert (made["root"], made["n_records"], made["size_bytes"], made["n_tokens"]) == (
        trade.version.root,
        4,
        file.stat().st_size,
        trade.version.tokens["tokens_estimate"],
    )
    assert made["content"]["facts"]["tokens_by"] == "tokens_estimate"
    assert ["text", "large_string"] in made["content"]["facts"]["fields"]
    assert made["actions"][0] == {
        "action": "lj:pretrain",
        "title": {"en": "pre-training", "zh": "预训练"},
        "verdict": "allowed",
    }
    assert [chapter["heading"]["zh"] for chapter in made["manual"]][:3] == [
        "基本信息",
        "数据来源",
        "数据规模",
    ]


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"price_fen": -1}, 422),
        ({"price_fen": 1.5}, 422),
        ({"price_fen": "100"}, 422),
        ({"price_fen": 10**14}, 422),
        ({"price_fen": True}, 422),
        ({"root": "00" * 32}, 422),
        ({"facts": {}}, 422),
        ({"kind": "magic"}, 422),
        ({"title": "x" * 121}, 422),
        ({"title": ""}, 400),
        ({"title": "a\u0000b"}, 400),
        ({"offer": {"permissions": ["lj:fly"]}}, 400),
        ({"offer": {"permissions": []}}, 400),
        ({"manual": {"content": "c", "source": "s", "scenarios": []}}, 400),
        ({"annotators": {"p": 0}}, 400),
        ({"annotators": {"p": -1}}, 400),
        ({"annotators": {"p": 0.5}}, 422),
        ({"projects": ["project_" + "0" * 26]}, 404),
        ({"version": "../x@1.0.0"}, 400),
        ({"version": "lanshi/gov-qa@9.9.9"}, 404),
        ({"version": "huaixu/gov-qa@1.0.0"}, 404),
    ],
)
def test_a_draft_that_does_not_fit_is_refused(
    trade: Trade, client: TestClient, change: dict[str, Any], status: int
) -> None:
    said = draft(client, trade, **change)
    assert said.status_code == status, said.text
    assert client.get("/api/listings", headers=trade.supplier.headers).json() == []


def test_the_catalogue_is_open_to_all_and_narrows(trade: Trade, client: TestClient) -> None:
    found = trade.listed()

    def ids(**params: Any) -> list[str]:
        said = client.get("/api/catalogue", params=params)
        assert said.status_code == 200, said.text
        return [hit["id"] for hit in said.json()["hits"]]

    assert ids() == ids(text="政務") == ids(kind="text", grade="gold") == [found.id]
    assert ids(text="医药") == ids(kind="benchmark") == ids(price_to=1) == []
    page = client.get("/api/catalogue").json()
    assert page["total"] == 1
    assert page["facets"]["domain"] == {"政务": 1}
    assert page["hits"][0]["supplier_title"] == "lanshi"
    for wrong in ({"limit": 101}, {"offset": -1}, {"price_from": -1}, {"sort": "password"}):
        assert client.get("/api/catalogue", params=wrong).status_code == 422


def test_the_operator_suspends_and_the_supplier_cannot_undo_it(
    trade: Trade, client: TestClient
) -> None:
    path = f"/api/listings/{trade.listed().id}"
    assert (
        client.post(f"{path}/suspend", headers=trade.operator.headers).json()["state"]
        == "suspended"
    )
    assert client.get("/api/catalogue").json()["total"] == 0
    assert client.get(path).status_code == 404
    said = client.post(f"{path}/resume", headers=trade.supplier.headers)
    assert (said.status_code, said.json()["error"]["code"]) == (409, "illegal-move")
    assert client.post(f"{path}/suspend", headers=trade.other.headers).status_code == 404
    assert client.post(f"{path}/explode", headers=trade.supplier.headers).status_code == 422
