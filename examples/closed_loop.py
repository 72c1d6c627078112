"""The closed loop: from dirty pages to a paid, verified delivery, and round again. Run by `make demo`.

Every arrow is an act of somebody at the server; the log's number of its entry stands behind it.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from people import Market, open_market

EXAMPLES = Path(__file__).parent
QUESTION = {"en": "Which answer is better?", "zh": "哪个回答更好？"}


def main(folder: Path, client: str) -> None:
    """Walks the whole way at a server whose data is in `folder`; again, it goes on from where it was."""
    with open_market(folder, client) as market:
        labelled, evaluation, certificate = trade(market)
        demand_more(market, labelled, evaluation)
        market.verify(certificate["text"])


def trade(market: Market) -> tuple[Any, Any, Any]:
    """Pages become a version, people judge answers, somebody certifies, somebody else buys."""
    supplier, buyer = market.supplier, market.buyer

    pages = market.build("pages@1.0.0", "zh-web", supplier.upload(EXAMPLES / "pages"))
    market.show("pages ─build→ version", pages["version"])

    labelled = label(market, "first.jsonl", "qa", pages["version"])
    market.show("version ─annotate→ version", labelled["version"])

    evaluation, certificate = certify(market, "1.1.0")
    market.show(
        "version ─evaluate→ certificate", f"grade {certificate['grade']}", "lanshi/qa@1.1.0"
    )

    listing = offer(market, certificate, labelled["project"])
    market.show("certificate ─list→ listing", listing["id"])

    seen = {"listing_id": listing["id"], "content_digest": listing["content_digest"]}
    order = buyer.post("/orders", **seen)["id"]
    market.show("listing ─order→ escrow", "the price is held", order)

    for party in (supplier, buyer):
        party.post(f"/orders/{order}/sign")
    market.show("escrow ─sign→ agreement", "signed by both", order)

    rows = market.load("lanshi/qa", "1.1.0")
    market.show("agreement ─deliver→ receipt", f"{rows} rows in an unmodified client", order)

    settled = buyer.post(f"/orders/{order}/accept")
    market.show("receipt ─accept→ settled", f"{settled['price_fen'] / 100:.2f} yuan", order)
    return labelled, evaluation, certificate


def demand_more(market: Market, labelled: Any, evaluation: Any) -> None:
    """What the evaluation found missing is asked for, answered with a version, and proven."""
    said = json.loads((EXAMPLES / "demand.json").read_text("utf-8"))
    said["cells"] = [lack for lack in evaluation["missing"] if lack["kind"] == "cell"]
    demand = market.buyer.post("/demands", **said, evaluation_digest=evaluation["digest"])["id"]
    market.show("evaluation ─miss→ demand", said["cells"][0]["name"], demand)

    added = label(market, "more.jsonl", "more", "lanshi/pages@1.0.0")
    upload = market.supplier.upload(market.gathered(labelled, added))
    parents = [labelled["version"], added["version"]]
    better = market.build("qa@1.2.0", "annotated", upload, parents)["version"]
    market.supplier.post(f"/demands/{demand}/answer", version=better)
    proof, certificate = certify(market, "1.2.0")
    measured = market.supplier.get_text(f"/evaluations/{proof['id']}/evaluation.json")
    proven = {"certificate": certificate["text"], "evaluation": measured}
    market.buyer.post(f"/demands/{demand}/accept", **proven)
    market.show("demand ─answer→ met", better, demand)


def label(market: Market, file: str, dataset: str, pages: str) -> Any:
    """Version 1.1.0: two people said which answer is better, and a third reviewed a part of it."""
    supplier = market.supplier
    upload = supplier.upload(EXAMPLES / "answers" / file)
    source = market.build(f"{dataset}@1.0.0", "annotated", upload, [pages])["version"]
    plan = {"name": source, "dataset": source, "kind": "pair", "question": QUESTION, "overlap": 2}
    people = [person.session["user_id"] for person in (*market.annotators, market.reviewer)]
    plan |= {"annotators": people[:2], "reviewers": people[2:], "review_share": 0.25}
    project = supplier.post("/projects", **plan)["id"]
    if supplier.get(f"/projects/{project}")["state"] != "closed":
        supplier.post(f"/projects/{project}/tasks")
        supplier.post(f"/projects/{project}/state", to="open")
        market.work_through(project)
    supplier.post(f"/projects/{project}/state", to="closed")
    upload = supplier.job(f"/projects/{project}/export", version="1.1.0")["upload"]
    return market.build(f"{dataset}@1.1.0", "annotated", upload, [source]) | {"project": project}


def certify(market: Market, version: str) -> tuple[Any, Any]:
    """(evaluation, certificate): measured for the supplier, certified by another organisation."""
    requirement = (EXAMPLES / "answers" / "requirement.yaml").read_text("utf-8")
    asked = {"version": f"lanshi/qa@{version}", "assessor": market.assessor.organisation}
    done = market.supplier.job(kind="evaluate", requirement=requirement, **asked)["id"]
    evaluation = market.supplier.get(f"/evaluations/{done}")
    return evaluation, market.assessor.post("/certificates", evaluation=done)


def offer(market: Market, certificate: Any, project: str) -> Any:
    """The listing of a certified version, once an assessor has listed it; annotators share in it."""
    content = json.loads((EXAMPLES / "listing.json").read_text("utf-8"))
    content |= {"certificate": certificate["text"], "projects": [project]}
    draft = market.supplier.post("/listings", **content)
    market.supplier.post(f"/listings/{draft['id']}/submit")
    word = {"content_digest": draft["content_digest"], "lists": True}
    return market.assessor.post(f"/listings/{draft['id']}/review", **word)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
