"""Demands: what a set lacks, asked for in public, and the version that answers it.

Takes what an evaluation found missing, or what a buyer wants; gives a request that a supplier can
answer with a version of its own. Records every move as an event. So the loop begins anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, Finding, UsageError
from lianjin.core.identity import canonical, digest, new_id
from lianjin.core.limits import DEMAND_CELLS, LISTING_TITLE_CHARS
from lianjin.core.words import Words
from lianjin.market import ledger
from lianjin.market.actor import Actor, absent
from lianjin.market.ledger import ESCROW, checked_amount
from lianjin.market.manual import checked_text
from lianjin.market.move import Moves, moved

DEMANDS = sa.Table(
    "demand",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("organisation", sa.String(40), nullable=False, index=True),
    sa.Column("created_by", sa.String(40), nullable=False),
    sa.Column("state", sa.String(16), nullable=False, index=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("dataset", sa.String(160), nullable=True, index=True),
    sa.Column("evaluation_digest", sa.String(71), nullable=True),
    sa.Column("cells", sa.Text, nullable=False),
    sa.Column("reward_fen", sa.BigInteger, nullable=False),
    sa.Column("deadline_utc", sa.String(27), nullable=False),
    sa.Column("supplier", sa.String(40), nullable=True),
    sa.Column("answered_by", sa.String(40), nullable=True),
    sa.Column("version", sa.String(255), nullable=True),
    sa.Column("root", sa.String(64), nullable=True),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.Column("changed_utc", sa.String(27), nullable=False),
)

MOVES: Moves = {
    ("open", "answer", "supplier"): "answered",
    ("open", "withdraw", "owner"): "withdrawn",
    ("answered", "return", "owner"): "open",
    ("answered", "take_back", "supplier"): "open",
    ("answered", "accept", "owner"): "met",
}


KINDS = ("cell", "scale", "aspect", "index", "gate")


class Lack(Protocol):
    """What an evaluation says is missing."""

    @property
    def code(self) -> str:
        """The index or gate."""

    @property
    def kind(self) -> str:
        """What `name` is the name of: a cell, a scale, an aspect, an index, a gate."""

    @property
    def name(self) -> str:
        """Which one."""

    @property
    def needed(self) -> float:
        """How much there should be."""

    @property
    def found(self) -> float:
        """How much there is."""


@dataclass(frozen=True)
class Cell:
    """One thing wanted, as an evaluation says that it is missing: of which index, how much.

    UsageError `wrong-demand`.
    """

    code: str
    kind: str
    name: str
    needed: float
    found: float

    def __post_init__(self) -> None:
        checked_text("code", self.code, needed=True, most=LISTING_TITLE_CHARS)
        checked_text("name", self.name, needed=True)
        if self.kind not in KINDS:
            raise _wrong(Words(f"there is no kind {self.kind!r}", f"没有 {self.kind!r} 这一类"))
        if not all(0 <= number < 2**53 for number in (self.needed, self.found)):
            raise _wrong(Words(f"{self.name!r} has no amount", f"{self.name!r} 的数量不合要求"))

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it in another evaluation."""
        return self.code, self.kind, self.name


@dataclass(frozen=True)
class Demand:
    """A request. `dataset`: the set that lacks it, if it is one's; `version`: the answer."""

    id: str
    organisation: str
    created_by: str
    state: str
    title: str
    text: str
    dataset: str | None
    evaluation_digest: str | None
    cells: tuple[Cell, ...]
    reward_fen: int
    deadline_utc: str
    supplier: str | None
    answered_by: str | None
    version: str | None
    root: str | None
    reason: str
    created_utc: str
    changed_utc: str


def cells_of(missing: Iterable[Lack]) -> tuple[Cell, ...]:
    """What an evaluation found missing, as cells to ask for; each once, in its order."""
    cells = (Cell(m.code, m.kind, m.name, float(m.needed), float(m.found)) for m in missing)
    return tuple({cell.key: cell for cell in cells}.values())


def ask(
    tx: Transaction,
    actor: Actor,
    *,
    title: str,
    text: str,
    cells: Sequence[Cell],
    reward_fen: int,
    deadline_utc: str,
    dataset: str | None = None,
    evaluation_digest: str | None = None,
) -> Demand:
    """A new demand, open to all, its reward held until it is met or withdrawn.

    UsageError `wrong-demand`: nothing is asked, or it is over; Conflict `insufficient-funds`.
    """
    checked_text("title", title, needed=True, most=LISTING_TITLE_CHARS)
    checked_text("text", text)
    checked_amount(reward_fen)
    if not 0 < len(cells) <= DEMAND_CELLS:
        raise _wrong(
            Words(
                f"it asks for {len(cells)} cells; expected 1 to {DEMAND_CELLS}",
                f"列出了 {len(cells)} 项；应为 1 到 {DEMAND_CELLS} 项",
            )
        )
    if deadline_utc <= tx.now_utc:
        raise _wrong(Words(f"{deadline_utc} is over", f"{deadline_utc} 已过"))
    found = Demand(
        new_id("demand"), actor.organisation, actor.user_id, "open", title, text, dataset,
        evaluation_digest, tuple(cells), reward_fen, deadline_utc, None, None, None, None, "",
        tx.now_utc, tx.now_utc,
    )  # fmt: skip
    tx.connection.execute(DEMANDS.insert(), _row(found))
    if reward_fen:
        wallet = ledger.open_account(tx, f"wallet/{actor.organisation}").id
        escrow = ledger.open_account(tx, ESCROW).id
        ledger.move(
            tx, f"{found.id}/reward", wallet, escrow, reward_fen,
            purpose="reward", subject=found.id, pending=True,
        )  # fmt: skip
    return _told(tx, actor, "demand_asked", found)


def answer(tx: Transaction, actor: Actor, identity: str, version: str, root: str) -> Demand:
    """The demand with a supplier's version as its answer.

    Conflict `own-demand`: nobody answers himself. Conflict `demand-over`: its deadline is.
    """
    found = locked(tx, identity)
    if actor.organisation == found.organisation:
        raise Conflict(
            "own-demand",
            Words(
                f"{identity!r} was asked by your own organisation",
                f"{identity!r} 由你所在的机构提出",
            ),
            hint=Words("another organisation has to answer it", "须由其他机构来应答"),
        )
    state = moved(MOVES, identity, found.state, "answer", "supplier")
    if found.deadline_utc <= tx.now_utc:
        raise Conflict(
            "demand-over",
            Words(
                f"{identity!r} was open until {found.deadline_utc}",
                f"{identity!r} 已于 {found.deadline_utc} 截止",
            ),
        )
    after = replace(
        found,
        state=state,
        supplier=actor.organisation,
        answered_by=actor.user_id,
        version=version,
        root=root,
        reason="",
    )
    return _kept(tx, actor, "demand_answered", after)


def accept(
    tx: Transaction, actor: Actor, identity: str, evaluated_root: str, missing: Iterable[Lack]
) -> Demand:
    """The demand, met and paid: the answer's own evaluation lacks none of what was asked for.

    `evaluated_root`: what was evaluated, `missing`: what it lacks still. Finding `still-missing`
    names the first cell; Conflict `root-differs` if the evaluation is of another root.
    """
    found = own(tx, actor, identity)
    state = moved(MOVES, identity, found.state, "accept", "owner")
    if evaluated_root != found.root:
        raise Conflict(
            "root-differs",
            Words(
                f"the evaluation is of {evaluated_root!r}, the answer has {found.root!r}",
                f"评测针对的是 {evaluated_root!r}，应答版本的根为 {found.root!r}",
            ),
        )
    lacking = {cell.key for cell in cells_of(missing)}
    if still := [cell for cell in found.cells if cell.key in lacking]:
        name = still[0].name
        raise Finding(
            "still-missing",
            Words(
                f"{len(still)} of {len(found.cells)} are missing still, {name!r} first",
                f"{len(found.cells)} 项中仍缺 {len(still)} 项，首先是 {name!r}",
            ),
            hint=Words("return it with the reason", "请写明理由后退回"),
        )
    if found.reward_fen:
        supplier = ledger.open_account(tx, f"wallet/{found.supplier}").id
        ledger.post(tx, f"{identity}/post", f"{identity}/reward")
        ledger.move(
            tx, f"{identity}/pay", ESCROW, supplier, found.reward_fen,
            purpose="reward", subject=identity,
        )  # fmt: skip
    return _kept(tx, actor, "demand_met", replace(found, state=state))


def change(tx: Transaction, actor: Actor, identity: str, action: str, reason: str = "") -> Demand:
    """The demand after `withdraw` or `return` by who asked, or `take_back` by who answered."""
    found = locked(tx, identity)
    roles = {found.organisation: "owner", found.supplier: "supplier"}
    role = roles.get(actor.organisation)
    if role is None:
        raise absent(Words("demand", "需求"), identity)
    if action not in ("withdraw", "return", "take_back"):
        raise UsageError(
            "wrong-value", Words(f"{action!r} is no action", f"没有 {action!r} 这个操作")
        )
    state = moved(MOVES, identity, found.state, action, role)
    after = replace(found, state=state, reason=reason)
    if state == "withdrawn" and found.reward_fen:
        ledger.void(tx, f"{identity}/void", f"{identity}/reward")
    if state == "open":
        after = replace(after, supplier=None, answered_by=None, version=None, root=None)
    return _kept(tx, actor, f"demand_{_EVENT[action]}", after)


_EVENT = {"withdraw": "withdrawn", "return": "returned", "take_back": "taken_back"}


def demand(connection: sa.Connection, identity: str) -> Demand:
    """The demand with this id; NotFound `not-found`."""
    row = connection.execute(sa.select(DEMANDS).where(DEMANDS.c.id == identity)).one_or_none()
    if row is None:
        raise absent(Words("demand", "需求"), identity)
    return _read(row)


def demands(
    connection: sa.Connection, *, state: str | None = None, organisation: str | None = None
) -> tuple[Demand, ...]:
    """Demands in a state, of an organisation, or all; newest first."""
    query = sa.select(DEMANDS).order_by(DEMANDS.c.id.desc())
    if state is not None:
        query = query.where(DEMANDS.c.state == state)
    if organisation is not None:
        query = query.where(DEMANDS.c.organisation == organisation)
    return tuple(map(_read, connection.execute(query)))


def locked(tx: Transaction, identity: str) -> Demand:
    """The demand, its row kept from other writers until the transaction ends."""
    query = sa.select(DEMANDS).where(DEMANDS.c.id == identity).with_for_update()
    row = tx.connection.execute(query).one_or_none()
    if row is None:
        raise absent(Words("demand", "需求"), identity)
    return _read(row)


def own(tx: Transaction, actor: Actor, identity: str) -> Demand:
    """The actor's organisation's own demand; to all others it is not found."""
    found = locked(tx, identity)
    if found.organisation != actor.organisation:
        raise absent(Words("demand", "需求"), identity)
    return found


def _kept(tx: Transaction, actor: Actor, event: str, found: Demand) -> Demand:
    after = replace(found, changed_utc=tx.now_utc)
    tx.connection.execute(DEMANDS.update().where(DEMANDS.c.id == found.id).values(**_row(after)))
    return _told(tx, actor, event, after)


def _told(tx: Transaction, actor: Actor, event: str, found: Demand) -> Demand:
    digests = {"demand": digest([found.title, found.text, [asdict(cell) for cell in found.cells]])}
    if found.root is not None:
        digests["root"] = f"sha256:{found.root}"
    if found.evaluation_digest is not None:
        digests["evaluation"] = found.evaluation_digest
    ids = {"organisation": actor.organisation, "state": found.state}
    if found.version is not None:
        ids["version"] = found.version
    tx.record(event, actor.user_id, found.id, ids, digests)
    return found


def _row(found: Demand) -> dict[str, Any]:
    cells = [asdict(cell) for cell in found.cells]
    return vars(found) | {"cells": canonical(cells).decode()}


def _read(row: sa.Row[Any]) -> Demand:
    cells = tuple(Cell(**cell) for cell in json.loads(row.cells))
    return Demand(**(dict(row._mapping) | {"cells": cells}))


def _wrong(why: Words) -> UsageError:
    return UsageError("wrong-demand", Words("this is no demand: ", "需求不成立：") + why)
