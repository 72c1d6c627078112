"""A server with a supplier, two buyers and an assessor, and a certified version to be traded."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import uvicorn
from lianjin.core.identity import digest_bytes
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetVersion, VersionName
from lianjin.curate.build import build
from lianjin.market import ledger, listing, order, party
from lianjin.market.actor import Actor
from lianjin.market.content import Content
from lianjin.market.listing import Certified, Listing
from lianjin.market.manual import Facts, Manual
from lianjin.market.offer import Offer
from lianjin.market.order import Order
from lianjin.market.organisation_key import Keyring, register_key
from lianjin.service.account.membership import add_member
from lianjin.service.account.token import make_token
from lianjin.service.account.user import make_user
from lianjin.service.app import make_app
from lianjin.service.state import State, opened

from .service.world import cheap

RECIPE = "name: tiny\nversion: 1\nsteps:\n  - keep: 'chars >= 4'\n"
TEXTS = (
    "残疾人两项补贴可以一起领吗？可以，符合条件的可同时申领。",
    "新生儿落户要带哪些材料？出生医学证明、父母户口簿与身份证。",
    "社保断缴两个月会怎样？断缴期间医保待遇从次月起暂停。",
    "老石桥上的早市天不亮就开了，卖菜的人把韭菜扎成小把。",
)
PEOPLE: dict[str, tuple[str, party.Kind, tuple[str, ...]]] = {
    "supplier": ("lanshi", "supplier", ("owner", "engineer")),
    "buyer": ("huaixu", "buyer", ("owner", "buyer")),
    "other": ("yuntai", "buyer", ("owner", "buyer")),
    "assessor": ("hengchi", "assessor", ("owner", "assessor")),
    "operator": ("lianjin", "operator", ("owner", "operator")),
}


@dataclass(frozen=True)
class Person:
    """One who acts, and the secret of a token with every scope."""

    actor: Actor
    token: str
    token_id: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "en"}


@dataclass(frozen=True)
class Trade:
    """The server, its people by their part, and what they trade."""

    state: State
    people: dict[str, Person]
    version: DatasetVersion
    dataset: Path

    def __getattr__(self, name: str) -> Person:
        return self.people[name]

    @property
    def content(self) -> Content:
        files = [self.dataset / f["path"] for f in self._manifest()["files"]]
        data = [path for path in files if path.parent.name == "data"]
        schema = pq.read_schema(data[0])
        return Content(
            title="中文政务问答",
            title_en="Government questions",
            summary="四条政务问答。",
            version=str(self.version.name),
            root=self.version.root,
            kind="text",
            domain="政务",
            languages=("zh",),
            keywords=("政务",),
            manual=Manual("问答", "公报", ("政务热线助手",)),
            facts=Facts(
                sum(path.stat().st_size for path in data),
                self.version.kept,
                None,
                len(data),
                tuple((field.name, str(field.type)) for field in schema),
            ),
            price_fen=6_800_001,
            offer=Offer(("lj:finetune",), ("lj:redistribute",), ("attribute",)),
            certificate=json.dumps({"root": self.version.root}),
            annotators={"person_a": 3, "person_b": 2},
        )

    def listed(self, **changes: Any) -> Listing:
        content, write = replace(self.content, **changes), self.state.database.write
        supplier, assessor = self.supplier.actor, self.assessor.actor
        digest = digest_bytes(content.certificate.encode())
        certified = Certified(digest, content.root, "hengchi", "gold", None)
        draft = write(lambda tx: listing.draft(tx, supplier, content))
        write(lambda tx: listing.submit(tx, supplier, draft.id, certified))
        return write(
            lambda tx: listing.review(
                tx, assessor, draft.id, content.digest, lists=True, reasons=""
            )
        )

    def deposit(self, who: str, amount_fen: int) -> None:
        wallet = f"wallet/{self.people[who].actor.organisation}"

        def work(tx: Any) -> None:
            ledger.open_account(tx, "bank", ledger.DEBIT)
            ledger.open_account(tx, wallet)
            ledger.move(
                tx, f"deposit_{who}", "bank", wallet, amount_fen, purpose="deposit", subject=who
            )

        self.state.database.write(work)

    def agreed(self, found: Listing, who: str = "buyer") -> Order:
        buyer, write = self.people[who].actor, self.state.database.write
        self.deposit(who, 10_000_000)
        placed = write(lambda tx: order.place(tx, buyer, found.id, found.content_digest))
        for actor in (buyer, self.supplier.actor):
            key = Keyring(self.state.folder / "keys").key(actor.organisation)
            signature = key.sign(placed.agreement.encode())

            def work(tx: Any, actor: Actor = actor, key: Any = key, s: bytes = signature) -> Order:
                register_key(tx, actor, actor.organisation, key.verifier)
                return order.sign(tx, actor, placed.id, key.verifier, s)

            signed = write(work)
        return signed

    def order(self, identity: str) -> Order:
        with self.state.database.read() as connection:
            return order.order(connection, identity)

    def _manifest(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.dataset / "manifest.json").read_text("utf-8"))
        return found


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished dataset of four texts."""
    folder = tmp_path_factory.mktemp("tiny")
    lines = "\n".join(json.dumps({"text": text}) for text in TEXTS)
    (folder / "a.jsonl").write_text(lines + "\n", "utf-8")
    (folder / "recipe.yaml").write_text(RECIPE, "utf-8")
    return build(folder / "recipe.yaml", input=folder / "a.jsonl", out=folder / "out").out


@pytest.fixture
def trade(tiny: Path, sqlite_url: str, tmp_path: Path) -> Iterator[Trade]:
    """The server with everybody in it; nothing is listed yet."""
    with traded(tmp_path / "server", sqlite_url, tiny) as found:
        yield found


@contextmanager
def traded(folder: Path, url: str, tiny: Path) -> Iterator[Trade]:
    """The same, in a folder."""
    with opened(folder, url=url, passwords=cheap()) as state:
        people = {part: _person(state, part, *facts) for part, facts in PEOPLE.items()}
        version = Registry(state.registry).commit(
            tiny,
            VersionName.parse("lanshi/gov-qa@1.0.0"),
            created_by=people["supplier"].actor.user_id,
            now="2026-01-31T08:00:00.000000Z",
        )
        yield Trade(state, people, version, tiny)


@contextmanager
def serving(state: State) -> Iterator[str]:
    """The address of a real server over the state, on a port of its own."""
    config = uvicorn.Config(make_app(state), port=0, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.005)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        thread.join()


def _person(state: State, part: str, name: str, kind: party.Kind, roles: tuple[str, ...]) -> Person:
    def work(tx: Any) -> Person:
        user = make_user(tx, part, part, "no password")
        made = party.verify(tx, user.id, party.create(tx, user.id, name, name, [kind]).id)
        add_member(tx, user.id, user.id, made, roles)
        token, secret = make_token(tx, user.id, made.id, "t", ["read", "write", "pull"], 30)
        return Person(Actor(user.id, made.id), secret, token.id)

    return state.database.write(work)
