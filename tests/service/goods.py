"""Things of the market, one of each kind: versions, listings, orders, demands."""

from __future__ import annotations

from typing import Any

from lianjin.core.database import Transaction
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.market import demand, ledger, listing, order, party
from lianjin.market.actor import Actor
from lianjin.market.content import Content
from lianjin.market.demand import Cell
from lianjin.market.listing import Certified, Listing
from lianjin.market.manual import Facts, Manual
from lianjin.market.offer import Offer

from .dataset import dataset
from .world import Tenant, World

VERSION = "canaryours/news@1.0.0"
LATER = "2999-01-01T00:00:00Z"


def listing_body(version: str = VERSION, **changes: Any) -> dict[str, Any]:
    """A body for a draft over a version."""
    return {
        "version": version,
        "title": "新闻",
        "summary": "",
        "kind": "text",
        "domain": "新闻",
        "languages": ["zh"],
        "manual": {"content": "新闻", "source": "网页", "scenarios": ["预训练"]},
        "price_fen": 100,
        "offer": {"permissions": ["lj:pretrain"]},
        "certificate": "{}",
    } | changes


def made_dataset(world: World, tenant: Tenant, _: str = "") -> str:
    """The name of a dataset of the tenant, of which there is a version."""
    name = VersionName.parse(f"{tenant.canary}/news@1.0.0")
    Registry(world.state.registry).commit(
        dataset(), name, created_by="user_x", now="2026-01-31T08:00:00Z"
    )
    return "news"


def made_listing(world: World, tenant: Tenant, user: str) -> str:
    """The id of a draft of the tenant."""
    made_dataset(world, world.ours)
    content, actor = _content(f"{tenant.canary}/news@1.0.0"), Actor(user, tenant.organisation.id)
    return world.state.database.write(lambda tx: listing.draft(tx, actor, content).id)


def made_order(world: World, tenant: Tenant, user: str) -> str:
    """The id of an order in which the tenant buys from somebody else."""
    buyer = Actor(user, tenant.organisation.id)

    def work(tx: Transaction) -> str:
        found = _listed(tx, world)
        wallet = ledger.open_account(tx, f"wallet/{buyer.organisation}").id
        ledger.open_account(tx, "bank", ledger.DEBIT)
        ledger.move(tx, found.id, "bank", wallet, 100, purpose="deposit", subject=found.id)
        return order.place(tx, buyer, found.id, found.content_digest).id

    return world.state.database.write(work)


def made_demand(world: World, tenant: Tenant, user: str) -> str:
    """The id of a demand of the tenant."""
    made_dataset(world, world.ours)
    actor, cell = Actor(user, tenant.organisation.id), Cell("0301", "cell", "domain=方言", 9, 0)
    return world.state.database.write(
        lambda tx: (
            demand.ask(
                tx, actor, title="方言", text="", cells=[cell], reward_fen=0, deadline_utc=LATER
            ).id
        )
    )


def _listed(tx: Transaction, world: World) -> Listing:
    world.number += 1
    name = f"seller-{world.number}"
    seller = Actor("user_seller", party.create(tx, "system", name, name, ["supplier"]).id)
    assessor = Actor(
        "user_assessor", party.create(tx, "system", f"{name}-a", name, ["assessor"]).id
    )
    content = _content(f"{name}/news@1.0.0")
    found = listing.draft(tx, seller, content)
    said = Certified(listing.digest_bytes(b"{}"), content.root, assessor.organisation, "ore", None)
    listing.submit(tx, seller, found.id, said)
    return listing.review(tx, assessor, found.id, content.digest, lists=True, reasons="")


def _content(version: str) -> Content:
    known = {"root": "5f" * 32, "facts": Facts(1, 1, None, 1).to_value(), "title_en": ""}
    said = listing_body(version) | known | {"keywords": [], "annotators": {}}
    manual = Manual("新闻", "网页", ("预训练",)).to_value()
    return Content.read(said | {"manual": manual, "offer": Offer(("lj:pretrain",)).to_value()})
