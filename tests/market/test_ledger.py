"""Money moves once, in whole fen, and never out of nothing."""

from __future__ import annotations

import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from lianjin.core.database import METADATA, Database
from lianjin.core.errors import Conflict, NotFound, UsageError
from lianjin.core.limits import AMOUNT_FEN
from lianjin.market.books import check_books
from lianjin.market.ledger import (
    ACCOUNTS,
    CREDIT,
    DEBIT,
    FREE,
    TRANSFERS,
    Account,
    account,
    move,
    open_account,
    post,
    transfers_of,
    void,
)


@pytest.fixture
def world(anywhere: Any) -> Any:
    """On each database."""
    return anywhere


@pytest.fixture
def funded(world: Any) -> Database:
    """Two wallets, 1,000 fen in the first."""

    def work(tx: Any) -> None:
        open_account(tx, "bank", DEBIT)
        open_account(tx, "a")
        open_account(tx, "b")
        move(tx, "t0", "bank", "a", 1_000, purpose="deposit", subject="d")

    world.database.write(work)
    return world.database


def pay(tx: Any, identity: str, amount: Any, *, pending: bool = False, to: str = "b") -> Any:
    return move(tx, identity, "a", to, amount, purpose="test", subject="s", pending=pending)


def sums(database: Database, name: str) -> tuple[int, int, int, int]:
    with database.read() as connection:
        check_books(connection)
        found = account(connection, name)
    return (
        found.debits_pending_fen, found.debits_posted_fen, found.credits_pending_fen,
        found.credits_posted_fen,
    )  # fmt: skip


def test_a_transfer_moves_money_at_once(funded: Database) -> None:
    funded.write(lambda tx: pay(tx, "t1", 300))
    assert sums(funded, "a") == (0, 300, 0, 1_000)
    assert sums(funded, "b") == (0, 0, 0, 300)


def test_a_pending_transfer_holds_money_until_it_is_posted(funded: Database) -> None:
    funded.write(lambda tx: pay(tx, "t1", 300, pending=True))
    assert sums(funded, "a") == (300, 0, 0, 1_000)
    assert sums(funded, "b") == (0, 0, 300, 0)
    funded.write(lambda tx: post(tx, "t2", "t1"))
    assert sums(funded, "a") == (0, 300, 0, 1_000)
    assert sums(funded, "b") == (0, 0, 0, 300)


def test_a_part_may_be_posted_and_the_rest_is_let_go(funded: Database) -> None:
    funded.write(lambda tx: pay(tx, "t1", 300, pending=True))
    funded.write(lambda tx: post(tx, "t2", "t1", 120))
    assert sums(funded, "a") == (0, 120, 0, 1_000)
    assert sums(funded, "b") == (0, 0, 0, 120)


def test_a_void_leaves_nothing_held(funded: Database) -> None:
    funded.write(lambda tx: pay(tx, "t1", 300, pending=True))
    funded.write(lambda tx: void(tx, "t2", "t1"))
    assert sums(funded, "a") == (0, 0, 0, 1_000)
    assert sums(funded, "b") == (0, 0, 0, 0)


@pytest.mark.parametrize("first", [post, void])
@pytest.mark.parametrize("second", [post, void])
def test_a_pending_transfer_is_resolved_once(funded: Database, first: Any, second: Any) -> None:
    funded.write(lambda tx: pay(tx, "t1", 300, pending=True))
    funded.write(lambda tx: first(tx, "t2", "t1"))
    before = sums(funded, "a")
    with pytest.raises(Conflict, match="transfer-resolved"):
        funded.write(lambda tx: second(tx, "t3", "t1"))
    assert funded.write(lambda tx: first(tx, "t2", "t1")).id == "t2"
    assert sums(funded, "a") == before


def test_the_same_transfer_again_has_no_effect(funded: Database) -> None:
    first = funded.write(lambda tx: pay(tx, "t1", 300))
    assert funded.write(lambda tx: pay(tx, "t1", 300)) == first
    assert sums(funded, "a") == (0, 300, 0, 1_000)


@pytest.mark.parametrize(
    "again",
    [
        lambda tx: pay(tx, "t1", 301),
        lambda tx: pay(tx, "t1", 300, pending=True),
        lambda tx: pay(tx, "t1", 300, to="bank"),
        lambda tx: move(tx, "t1", "a", "b", 300, purpose="other", subject="s"),
        lambda tx: move(tx, "t1", "a", "b", 300, purpose="test", subject="other"),
    ],
)
def test_the_same_id_with_other_content_is_refused(funded: Database, again: Any) -> None:
    funded.write(lambda tx: pay(tx, "t1", 300))
    with pytest.raises(Conflict, match="transfer-differs"):
        funded.write(again)
    assert sums(funded, "a") == (0, 300, 0, 1_000)


@pytest.mark.parametrize("amount", [-1, 1.0, 0.5, True, "5", None, AMOUNT_FEN + 1, 2**70])
def test_what_is_no_whole_number_of_fen_is_refused(funded: Database, amount: Any) -> None:
    with pytest.raises(UsageError, match="wrong-amount"):
        funded.write(lambda tx: pay(tx, "t1", amount))
    assert sums(funded, "a") == (0, 0, 0, 1_000)


def test_held_money_cannot_be_spent_and_money_to_come_neither(funded: Database) -> None:
    funded.write(lambda tx: pay(tx, "t1", 700, pending=True))
    with pytest.raises(Conflict, match="insufficient-funds"):
        funded.write(lambda tx: pay(tx, "t2", 301))
    with pytest.raises(Conflict, match="insufficient-funds"):
        funded.write(lambda tx: move(tx, "t3", "b", "a", 1, purpose="test", subject="s"))
    funded.write(lambda tx: pay(tx, "t2", 300))
    assert sums(funded, "a") == (700, 300, 0, 1_000)


def test_the_bank_owes_no_more_than_it_has_got(funded: Database) -> None:
    with pytest.raises(Conflict, match="insufficient-funds"):
        funded.write(
            lambda tx: move(tx, "t1", open_account(tx, "x", FREE).id, "bank", 1_001,
                            purpose="test", subject="s")
        )  # fmt: skip
    funded.write(lambda tx: pay(tx, "t2", 1_000, to="bank"))
    assert sums(funded, "bank") == (0, 1_000, 0, 1_000)


def test_unknown_accounts_transfers_and_oneself_are_refused(funded: Database) -> None:
    with pytest.raises(NotFound, match="no-such-account"):
        funded.write(lambda tx: pay(tx, "t1", 1, to="nobody"))
    with pytest.raises(UsageError, match="wrong-value"):
        funded.write(lambda tx: pay(tx, "t1", 1, to="a"))
    with pytest.raises(NotFound, match="no-such-transfer"):
        funded.write(lambda tx: post(tx, "t1", "t0"))
    with pytest.raises(UsageError, match="wrong-amount"):
        funded.write(lambda tx: (pay(tx, "t1", 5, pending=True), post(tx, "t2", "t1", 6)))
    with pytest.raises(Conflict, match="account-differs"):
        funded.write(lambda tx: open_account(tx, "a", DEBIT))
    with funded.read() as connection:
        assert transfers_of(connection, "s") == ()


@pytest.mark.parametrize("statement", [TRANSFERS.update().values(amount_fen=1), TRANSFERS.delete()])
def test_the_database_itself_refuses_to_change_a_transfer(funded: Database, statement: Any) -> None:
    with pytest.raises(sa.exc.DBAPIError, match="a transfer is never changed"):
        funded.write(lambda tx: tx.connection.execute(statement))
    assert sums(funded, "a") == (0, 0, 0, 1_000)


def test_a_changed_balance_is_found_and_named(funded: Database) -> None:
    change = ACCOUNTS.update().where(ACCOUNTS.c.id == "b").values(credits_posted_fen=5)
    funded.write(lambda tx: tx.connection.execute(change))
    with funded.read() as connection, pytest.raises(Exception, match=r"books-differ.*'b'"):
        check_books(connection)


def test_two_servers_on_one_database_keep_one_ledger(funded: Database) -> None:
    funded.write(lambda tx: [pay(tx, f"p{n}", 10, pending=True) for n in range(20)])
    url = funded.engine.url.render_as_string(hide_password=False)
    with Database(url) as other, ThreadPoolExecutor(16) as pool:
        futures = []
        for n in range(20):
            for server in (funded, other):
                futures += [
                    pool.submit(server.write, lambda tx, n=n: pay(tx, f"m{n}", 7)),
                    pool.submit(server.write, lambda tx, n=n: post(tx, f"r{n}", f"p{n}")),
                    pool.submit(server.write, lambda tx, n=n: void(tx, f"v{n}", f"p{n}")),
                ]
        ends = [future.exception() for future in futures]
    refused = {getattr(end, "code", repr(end)) for end in ends if end is not None}
    assert refused == {"transfer-resolved"}
    with funded.read() as connection:
        books = check_books(connection)
        kinds = Counter(found.kind for found in transfers_of(connection, "s"))
    assert (books.pending_fen, kinds["plain"], kinds["pending"]) == (0, 20, 20)
    assert kinds["post"] + kinds["void"] == 20
    assert sums(funded, "a")[:2] == (0, 140 + 10 * kinds["post"])


class Transfers(RuleBasedStateMachine):
    """Any order of transfers, posts, voids and repetitions; a plain dictionary is the oracle."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = Database(f"sqlite:///{self.folder.name}/l.db")
        with self.database.engine.begin() as connection:
            METADATA.create_all(connection, [ACCOUNTS, TRANSFERS])
        self.rules = {"bank": DEBIT, "a": CREDIT, "b": CREDIT, "c": FREE}
        self.posted = dict.fromkeys(self.rules, 0)
        self.held: dict[str, tuple[str, str, int]] = {}
        self.done: list[Any] = []
        self.n = 0
        self.database.write(
            lambda tx: [open_account(tx, name, rule) for name, rule in self.rules.items()]
        )

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def fits(self, debit: str, credit: str, amount: int) -> bool:
        out = sum(a for d, _, a in self.held.values() if d == debit)
        into = sum(a for _, c, a in self.held.values() if c == credit)
        fits = self.rules[debit] != CREDIT or self.posted[debit] - out >= amount
        return fits and (self.rules[credit] != DEBIT or -self.posted[credit] - into >= amount)

    @rule(
        sides=st.permutations(["bank", "a", "b", "c"]),
        amount=st.integers(0, 100),
        pending=st.booleans(),
    )
    def transfer(self, sides: list[str], amount: int, pending: bool) -> None:
        self.n += 1
        identity, debit, credit = f"t{self.n}", *sides[:2]

        def work(tx: Any) -> Any:
            return move(
                tx, identity, debit, credit, amount, purpose="p", subject="s", pending=pending
            )

        if not self.fits(debit, credit, amount):
            with pytest.raises(Conflict, match="insufficient-funds"):
                self.database.write(work)
            return
        self.database.write(work)
        self.done.append(work)
        if pending:
            self.held[identity] = (debit, credit, amount)
        else:
            self.posted[debit] -= amount
            self.posted[credit] += amount

    @precondition(lambda self: self.held)
    @rule(data=st.data(), share=st.integers(0, 4))
    def resolve(self, data: st.DataObject, share: int) -> None:
        pending = data.draw(st.sampled_from(sorted(self.held)))
        debit, credit, amount = self.held.pop(pending)
        self.n += 1
        identity, part = f"t{self.n}", amount * share // 4

        def work(tx: Any) -> Any:
            return post(tx, identity, pending, part) if share else void(tx, identity, pending)

        self.database.write(work)
        self.done.append(work)
        self.posted[debit] -= part
        self.posted[credit] += part
        with pytest.raises(Conflict, match="transfer-resolved"):
            self.database.write(lambda tx: void(tx, f"late-{identity}", pending))

    @precondition(lambda self: self.done)
    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        self.database.write(data.draw(st.sampled_from(self.done)))

    @invariant()
    def everything_adds_up(self) -> None:
        with self.database.read() as connection:
            check_books(connection)
            found: list[Account] = [account(connection, name) for name in self.rules]
        assert {a.id: a.balance_fen for a in found} == self.posted
        assert sum(a.balance_fen for a in found) == 0
        assert sum(a.debits_pending_fen for a in found) == sum(
            amount for _, _, amount in self.held.values()
        )


# Slow: a database on disk for each of 20 stories, of 25 commits each.
TestTransfers = pytest.mark.slow(Transfers.TestCase)
TestTransfers.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
