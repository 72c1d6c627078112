"""The whole trade over HTTP, twice: what the first evaluation found missing comes with the second."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.core.event import events
from lianjin.core.verify import verify
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.curate.build import build
from lianjin.evaluate.evaluation import Evaluation, evaluate
from lianjin.evaluate.requirement import Axis, Requirement
from lianjin.service.app import make_app

from ..trade import RECIPE, TEXTS, Trade, tiny, trade

__all__ = ["tiny", "trade"]
NEEDED = Requirement(
    name="gov",
    source_kind="自采",
    source_details="政务大厅记录",
    licence="LicenseRef-lianjin-agreement",
    licence_evidence="授权书",
    commercial=True,
    taxonomy=(Axis("fields.domain", ("政务", "方言"), 1),),
)


class Market:
    """The server as people reach it."""

    def __init__(self, trade: Trade, client: TestClient) -> None:
        self.trade, self.client = trade, client

    def ask(self, who: str, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        headers = self.trade.people[who].headers
        said = self.client.request(method, f"/api/{path}", json=body, headers=headers)
        assert said.status_code == status, said.text
        return said.json()

    def certified(self, version: str) -> tuple[Evaluation, str]:
        registry = Registry(self.trade.state.registry)
        found = evaluate(
            registry.open(registry.version(VersionName.parse(version))), "tc609-5-2025-04", NEEDED
        )
        assessor = self.trade.assessor.actor.organisation
        asked = {"kind": "evaluate", "version": version, "assessor": assessor}
        self.done("supplier", "jobs", asked)
        asked = {"version": version, "evaluation": found.to_bytes().decode()}
        handed = self.done("assessor", "evaluations", asked)
        wanted = {"evaluation": handed["id"]}
        return found, self.ask("assessor", "POST", "certificates", wanted, 201)["text"]

    def done(self, who: str, path: str, body: Any) -> Any:
        """The job that was asked for, once it is done."""
        job = f"jobs/{self.ask(who, 'POST', path, body, 202)['id']}"
        headers = self.trade.people[who].headers
        assert self.client.get(f"/api/{job}/events", headers=headers).status_code == 200
        found = self.ask(who, "GET", job)
        assert found["state"] == "done", found
        return found

    def listed(self, version: str, certificate: str) -> Any:
        body = {
            "version": version,
            "title": "中文政务问答",
            "summary": "四条问答",
            "kind": "text",
            "domain": "政务",
            "languages": ["zh"],
            "manual": {"content": "问答", "source": "政务大厅", "scenarios": ["政务热线助手"]},
            "price_fen": 6_800_001,
            "offer": {"permissions": ["lj:finetune"], "prohibitions": ["lj:redistribute"]},
            "certificate": certificate,
        }
        draft = self.ask("supplier", "POST", "listings", body, 201)
        path = f"listings/{draft['id']}"
        self.ask("other", "GET", path, status=404)
        self.ask("supplier", "POST", f"{path}/submit")
        (waiting,) = self.ask("assessor", "GET", "reviews")
        assert waiting["id"] == draft["id"]
        seen = self.ask("assessor", "GET", path)
        word = {"content_digest": seen["content_digest"], "lists": True}
        return self.ask("assessor", "POST", f"{path}/review", word)

    def bought(self, listed: Any) -> Any:
        body = {"listing_id": listed["id"], "content_digest": listed["content_digest"]}
        headers = self.trade.buyer.headers | {"Idempotency-Key": listed["id"]}
        said = [self.client.post("/api/orders", json=body, headers=headers) for _ in range(3)]
        assert [one.status_code for one in said] == [201] * 3
        assert len({one.content for one in said}) == 1
        placed = said[0].json()
        self.ask("other", "GET", f"orders/{placed['id']}", status=404)
        self.ask("buyer", "POST", f"orders/{placed['id']}/sign", {})
        agreed = self.ask("supplier", "POST", f"orders/{placed['id']}/sign", {})
        assert (agreed["state"], agreed["moves"]) == ("agreed", ["cancel"])
        return agreed


@pytest.fixture
def market(trade: Trade) -> Iterator[Market]:
    with TestClient(make_app(trade.state)) as client:
        yield Market(trade, client)


def second_version(trade: Trade, folder: Path) -> str:
    """The same texts and one in a dialect, each with its domain."""
    rows = [{"text": text, "domain": "政务"} for text in TEXTS]
    rows.append({"text": "蚌埠话问：俺要补办身份证，该咋弄？", "domain": "方言"})
    (folder / "b.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n", "utf-8")
    (folder / "recipe.yaml").write_text(RECIPE, "utf-8")
    out = build(folder / "recipe.yaml", input=folder / "b.jsonl", out=folder / "out").out
    name = VersionName.parse("lanshi/gov-qa@1.1.0")
    Registry(trade.state.registry).commit(
        out, name, created_by="user_x", now="2026-02-01T08:00:00Z", parents=[trade.version.name]
    )
    return str(name)


@pytest.mark.slow  # two evaluations, each a look at every record, four worker processes, 50 requests
def test_a_set_is_traded_and_what_it_lacked_is_asked_for_and_met(
    market: Market, trade: Trade, tmp_path: Path
) -> None:
    evaluation, certificate = market.certified("lanshi/gov-qa@1.0.0")
    listed = market.listed("lanshi/gov-qa@1.0.0", certificate)
    found = market.client.get("/api/catalogue", params={"text": "政務熱線"}).json()
    assert [hit["id"] for hit in found["hits"]] == [listed["id"]]
    buyer = trade.buyer.actor.organisation
    paid = {"amount_fen": 10_000_000, "reference": "b-1"}
    for _ in range(2):
        wallet = market.ask("operator", "POST", f"organisations/{buyer}/deposits", paid, 201)
    assert wallet == {"organisation": buyer, "balance_fen": 10_000_000, "free_fen": 10_000_000}
    agreed = market.bought(listed)
    (file,) = (trade.dataset / "data").iterdir()
    fetched = market.client.get(
        f"/hub/datasets/lanshi/gov-qa/resolve/main/data/{file.name}", headers=trade.buyer.headers
    )
    assert fetched.content == file.read_bytes()
    accepted = market.ask("buyer", "POST", f"orders/{agreed['id']}/accept")
    assert accepted["state"] == "accepted"
    settled = market.ask("buyer", "GET", f"orders/{agreed['id']}")
    assert (settled["state"], settled["moves"]) == ("settled", [])
    shares = [t["amount_fen"] for t in settled["transfers"] if t["purpose"] == "share"]
    assert sum(shares) == 6_800_001
    assert market.ask("operator", "GET", "ledger")["pending_fen"] == 0
    figures = {f["name"]: f["value"] for f in market.client.get("/api/figures").json()["figures"]}
    assert (figures["datasets"], figures["turnover"]) == (1, 6_800_001)

    lacks = [vars(m) for m in evaluation.missing if m.kind == "cell"]
    assert [lack["name"] for lack in lacks] == ["fields.domain=政务", "fields.domain=方言"]
    asked = market.ask(
        "buyer", "POST", "demands",
        {"title": "方言问法", "text": "", "cells": lacks, "reward_fen": 500_000,
         "deadline_utc": "2999-01-01T00:00:00Z", "dataset": "lanshi/gov-qa",
         "evaluation_digest": evaluation.digest}, 201,
    )  # fmt: skip
    path = f"demands/{asked['id']}"
    market.ask("buyer", "POST", f"{path}/answer", {"version": "lanshi/gov-qa@1.0.0"}, 404)
    version = second_version(trade, tmp_path)
    market.ask("supplier", "POST", f"{path}/answer", {"version": version})
    old = {"certificate": certificate, "evaluation": evaluation.to_bytes().decode()}
    market.ask("buyer", "POST", f"{path}/accept", old, 409)
    better, second = market.certified(version)
    proof = {"certificate": second, "evaluation": better.to_bytes().decode()}
    assert market.ask("buyer", "POST", f"{path}/accept", proof)["state"] == "met"
    wallet = market.ask("buyer", "GET", "wallet")
    assert wallet["balance_fen"] == wallet["free_fen"] == 10_000_000 - 6_800_001 - 500_000
    market.listed(version, second)
    found = market.client.get("/api/catalogue", params={"text": "政务"}).json()
    assert [hit["version"] for hit in found["hits"]] == [version]

    with trade.state.database.read() as connection:
        last = events(connection, limit=1)[0]
        told = {e.entry.event for e in events(connection, limit=1_000)}
    trade.state.sequencer.wait(last.id)
    assert verify(trade.state.folder / "log").faults == ()
    assert {
        "certified", "listing_listed", "order_placed", "order_signed", "delivery_started",
        "receipt_signed", "order_settled", "demand_met", "listing_superseded", "refused",
    } <= told  # fmt: skip


@pytest.mark.slow  # two worker processes
def test_a_certificate_of_the_suppliers_own_or_a_changed_one_is_refused(
    market: Market, trade: Trade
) -> None:
    asked = {"version": "lanshi/gov-qa@1.0.0", "evaluation": "{}"}
    market.ask("supplier", "POST", "evaluations", asked, 403)
    market.ask("assessor", "POST", "evaluations", asked, 404)  # nobody has asked it yet
    _, certificate = market.certified("lanshi/gov-qa@1.0.0")
    for text in (
        certificate.replace('"grade":', '"grade": '),
        certificate.replace("a", "b", 1),
        "{}",
    ):
        listing = trade.content
        body = {
            "version": listing.version, "title": "x", "summary": "", "kind": "text", "domain": "x",
            "languages": ["zh"], "price_fen": 1, "certificate": text,
            "manual": {"content": "x", "source": "x", "scenarios": ["x"]},
            "offer": {"permissions": ["lj:finetune"]},
        }  # fmt: skip
        draft = market.ask("supplier", "POST", "listings", body, 201)
        said = market.ask("supplier", "POST", f"listings/{draft['id']}/submit", status=422)
        assert said["error"]["code"] == "certificate-unfit"
