"""The ledger: who owes whom, as accounts and transfers in integer fen that nobody changes.

Takes transfers with ids that the caller made; moves money once for each. Records every transfer for
ever; the balances beside the accounts are what the transfers add up to (`market/books.py` checks).
The rules are TigerBeetle's: a pending transfer holds money until it is posted or voided, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, NotFound, UsageError
from lianjin.core.limits import AMOUNT_FEN
from lianjin.core.words import Words

FREE = "free"
CREDIT = "debits_must_not_exceed_credits"
DEBIT = "credits_must_not_exceed_debits"
ESCROW = "escrow"
"""The account in which prices and rewards are held until it is clear whose they are."""
RULES = (FREE, CREDIT, DEBIT)
"""What an account's balance may be: anything; never below zero in credit; nor in debit."""

ACCOUNTS = sa.Table(
    "account",
    METADATA,
    sa.Column("id", sa.String(96), primary_key=True),
    sa.Column("rule", sa.String(40), nullable=False),
    sa.Column("debits_pending_fen", sa.BigInteger, nullable=False),
    sa.Column("debits_posted_fen", sa.BigInteger, nullable=False),
    sa.Column("credits_pending_fen", sa.BigInteger, nullable=False),
    sa.Column("credits_posted_fen", sa.BigInteger, nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
)
TRANSFERS = sa.Table(
    "transfer",
    METADATA,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(128), nullable=False, unique=True),
    sa.Column("kind", sa.String(8), nullable=False),  # plain, pending, post, void
    sa.Column("debit", sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("credit", sa.ForeignKey("account.id"), nullable=False, index=True),
    sa.Column("amount_fen", sa.BigInteger, nullable=False),
    # Unique: a pending transfer is resolved once, whoever tries.
    sa.Column("resolves", sa.ForeignKey("transfer.id"), nullable=True, unique=True),
    sa.Column("purpose", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(40), nullable=False, index=True),
    sa.Column("created_utc", sa.String(27), nullable=False),
    sa.CheckConstraint("amount_fen >= 0", name="amount"),
    sa.CheckConstraint("debit <> credit", name="sides"),
    sqlite_autoincrement=True,
)


@dataclass(frozen=True)
class Account:
    """An account, its rule and its four sums."""

    id: str
    rule: str
    debits_pending_fen: int
    debits_posted_fen: int
    credits_pending_fen: int
    credits_posted_fen: int

    @property
    def balance_fen(self) -> int:
        """What is posted to its credit; below zero, to its debit."""
        return self.credits_posted_fen - self.debits_posted_fen

    @property
    def free_fen(self) -> int:
        """What it may still give away: its balance without what is held."""
        return self.balance_fen - self.debits_pending_fen


@dataclass(frozen=True)
class Transfer:
    """An amount from `debit` to `credit`: `plain`, `pending`, or the `post` or `void` of one.

    `purpose`: a word such as `escrow`. `subject`: the id of the order or deposit that it is for.
    """

    id: str
    kind: str
    debit: str
    credit: str
    amount_fen: int
    resolves: str | None
    purpose: str
    subject: str
    created_utc: str


def open_account(tx: Transaction, identity: str, rule: str = CREDIT) -> Account:
    """The account with this id, made if it is not there. Conflict `account-differs`: another rule."""
    assert rule in RULES, rule
    found = _account(tx.connection, identity)
    if found is None:
        zero = dict.fromkeys((c.name for c in ACCOUNTS.c if c.name.endswith("_fen")), 0)
        row = {"id": identity, "rule": rule, "created_utc": tx.now_utc}
        tx.connection.execute(ACCOUNTS.insert(), row | zero)
        return Account(identity, rule, 0, 0, 0, 0)
    if found.rule != rule:
        raise Conflict(
            "account-differs",
            Words(
                f"the account {identity!r} has the rule {found.rule!r}, not {rule!r}",
                f"账户 {identity!r} 的规则是 {found.rule!r}，不是 {rule!r}",
            ),
        )
    return found


def account(connection: sa.Connection, identity: str) -> Account:
    """The account with this id; NotFound `no-such-account`."""
    if (found := _account(connection, identity)) is None:
        raise NotFound(
            "no-such-account",
            Words(f"there is no account {identity!r}", f"没有账户 {identity!r}"),
        )
    return found


def transfer(connection: sa.Connection, identity: str) -> Transfer | None:
    """The transfer with this id, or None."""
    query = sa.select(TRANSFERS).where(TRANSFERS.c.id == identity)
    row = connection.execute(query).one_or_none()
    return None if row is None else _read(row)


def transfers_of(connection: sa.Connection, subject: str) -> tuple[Transfer, ...]:
    """All transfers for an order or a deposit, in their order."""
    query = sa.select(TRANSFERS).where(TRANSFERS.c.subject == subject).order_by(TRANSFERS.c.number)
    return tuple(map(_read, connection.execute(query)))


def move(
    tx: Transaction,
    identity: str,
    debit: str,
    credit: str,
    amount_fen: int,
    *,
    purpose: str,
    subject: str,
    pending: bool = False,
) -> Transfer:
    """The transfer of an amount, done; `pending`: only held until `post` or `void`.

    The same call again moves nothing and gives the transfer that is there. UsageError
    `wrong-amount`; Conflict `transfer-differs`: the id was used otherwise; Conflict
    `insufficient-funds`: an account's rule would be broken; NotFound `no-such-account`.
    """
    kind = "pending" if pending else "plain"
    amount = checked_amount(amount_fen)
    if debit == credit:
        raise UsageError(
            "wrong-value",
            Words(f"the account {debit!r} cannot pay itself", f"账户 {debit!r} 不能向自己转账"),
        )
    wanted = Transfer(identity, kind, debit, credit, amount, None, purpose, subject, tx.now_utc)
    sums = "pending" if pending else "posted"
    change = {debit: {f"debits_{sums}_fen": amount}, credit: {f"credits_{sums}_fen": amount}}
    # The accounts are locked before anything is looked at, so that two servers that are sent the
    # same come one after the other, and the second finds what the first has done.
    locked = _locked(tx, change)
    if (found := _repeated(tx, wanted)) is not None:
        return found
    _add(tx, change, locked)
    return _put(tx, wanted)


def post(tx: Transaction, identity: str, pending: str, amount_fen: int | None = None) -> Transfer:
    """The post of a pending transfer: the amount moves, all of it by default; the rest is let go.

    Conflict `transfer-resolved`: it was posted or voided before, by another transfer.
    """
    held = _held(tx, pending)
    amount = held.amount_fen if amount_fen is None else checked_amount(amount_fen)
    if amount > held.amount_fen:
        raise _amount(amount, held.amount_fen)
    return _resolve(tx, identity, held, "post", amount)


def void(tx: Transaction, identity: str, pending: str) -> Transfer:
    """The end of a pending transfer without a move: what it held is let go. As `post` refuses."""
    held = _held(tx, pending)
    return _resolve(tx, identity, held, "void", held.amount_fen)


def checked_amount(amount_fen: object) -> int:
    """The amount, if it is a whole number of fen in bounds; UsageError `wrong-amount`."""
    if type(amount_fen) is not int or not 0 <= amount_fen <= AMOUNT_FEN:
        raise _amount(amount_fen, AMOUNT_FEN)
    return amount_fen


def _held(tx: Transaction, pending: str) -> Transfer:
    found = transfer(tx.connection, pending)
    if found is None or found.kind != "pending":
        raise NotFound(
            "no-such-transfer",
            Words(f"no pending transfer has the id {pending!r}", f"没有待定转账 {pending!r}"),
        )
    return found


def _resolve(tx: Transaction, identity: str, held: Transfer, kind: str, amount: int) -> Transfer:
    wanted = Transfer(
        identity, kind, held.debit, held.credit, amount, held.id, held.purpose, held.subject,
        tx.now_utc,
    )  # fmt: skip
    change = {
        held.debit: {"debits_pending_fen": -held.amount_fen},
        held.credit: {"credits_pending_fen": -held.amount_fen},
    }
    if kind == "post":
        change[held.debit]["debits_posted_fen"] = amount
        change[held.credit]["credits_posted_fen"] = amount
    locked = _locked(tx, change)
    if (found := _repeated(tx, wanted)) is not None:
        return found
    query = sa.select(TRANSFERS).where(TRANSFERS.c.resolves == held.id)
    if (before := tx.connection.execute(query).one_or_none()) is not None:
        raise Conflict(
            "transfer-resolved",
            Words(
                f"the pending transfer {held.id!r} was resolved by {before.id!r} ({before.kind})",
                f"待定转账 {held.id!r} 已由 {before.id!r}（{before.kind}）了结",
            ),
        )
    _add(tx, change, locked)
    return _put(tx, wanted)


def _repeated(tx: Transaction, wanted: Transfer) -> Transfer | None:
    """The transfer that is there under this id, if it is the same; its time does not count."""
    found = transfer(tx.connection, wanted.id)
    if found is None:
        return None
    if _content(found) != _content(wanted):
        raise Conflict(
            "transfer-differs",
            Words(
                f"the id {wanted.id!r} is of another transfer",
                f"编号 {wanted.id!r} 已用于另一笔转账",
            ),
            hint=Words("make a new id for a new transfer", "新的转账请用新的编号"),
        )
    return found


def _content(found: Transfer) -> tuple[Any, ...]:
    return (
        found.kind, found.debit, found.credit, found.amount_fen, found.resolves, found.purpose,
        found.subject,
    )  # fmt: skip


def _locked(tx: Transaction, change: dict[str, dict[str, int]]) -> dict[str, Account]:
    """The accounts of a change, locked in one order for all who write."""
    query = (
        sa.select(ACCOUNTS)
        .where(ACCOUNTS.c.id.in_(change))
        .order_by(ACCOUNTS.c.id)
        .with_for_update()
    )
    found = {row.id: _account_of(row) for row in tx.connection.execute(query)}
    for identity in change:
        if identity not in found:
            account(tx.connection, identity)  # refuses
    return found


def _add(tx: Transaction, change: dict[str, dict[str, int]], locked: dict[str, Account]) -> None:
    """Adds to the sums of the accounts; Conflict if a rule would be broken."""
    for identity, found in locked.items():
        added = change[identity]
        sums = {name: getattr(found, name) + amount for name, amount in added.items()}
        after = Account(**(vars(found) | sums))
        assert min(v for v in vars(after).values() if isinstance(v, int)) >= 0, after
        if not _is_kept(after) and _is_kept(found):
            raise Conflict(
                "insufficient-funds",
                Words(
                    f"the account {identity!r} has {found.free_fen} fen free; not enough",
                    f"账户 {identity!r} 可用 {found.free_fen} 分，余额不足",
                ),
                hint=Words("deposit first", "请先充值"),
            )
        statement = ACCOUNTS.update().where(ACCOUNTS.c.id == identity).values(**sums)
        tx.connection.execute(statement)


def _is_kept(found: Account) -> bool:
    """Whether an account keeps its rule; what is held counts as gone, what is to come does not."""
    if found.rule == CREDIT:
        return found.debits_pending_fen + found.debits_posted_fen <= found.credits_posted_fen
    if found.rule == DEBIT:
        return found.credits_pending_fen + found.credits_posted_fen <= found.debits_posted_fen
    return True


def _put(tx: Transaction, wanted: Transfer) -> Transfer:
    tx.connection.execute(TRANSFERS.insert(), vars(wanted))
    return wanted


def _account(connection: sa.Connection, identity: str) -> Account | None:
    row = connection.execute(sa.select(ACCOUNTS).where(ACCOUNTS.c.id == identity)).one_or_none()
    return None if row is None else _account_of(row)


def _account_of(row: sa.Row[Any]) -> Account:
    return Account(
        row.id, row.rule, row.debits_pending_fen, row.debits_posted_fen, row.credits_pending_fen,
        row.credits_posted_fen,
    )  # fmt: skip


def _read(row: sa.Row[Any]) -> Transfer:
    return Transfer(
        row.id, row.kind, row.debit, row.credit, row.amount_fen, row.resolves, row.purpose,
        row.subject, row.created_utc,
    )  # fmt: skip


def _amount(amount: object, most: int) -> UsageError:
    return UsageError(
        "wrong-amount",
        Words(
            f"{amount!r} is no amount; expected a whole number of fen from 0 to {most}",
            f"{amount!r} 不是合法金额；应为 0 到 {most} 的整数（分）",
        ),
    )


def protect(connection: sa.Connection) -> None:
    """Lets the database itself refuse to change or remove a transfer; may be called again.

    `create` does it with the table; who migrates calls it, too. Without the table nothing happens.
    """
    if not sa.inspect(connection).has_table(TRANSFERS.name):
        return
    for statement in _PROTECTION[connection.dialect.name]:
        connection.exec_driver_sql(statement)


_PROTECTION = {
    "sqlite": tuple(
        f"CREATE TRIGGER IF NOT EXISTS transfer_no_{verb} BEFORE {verb} ON transfer "
        "BEGIN SELECT RAISE(ABORT, 'a transfer is never changed'); END"
        for verb in ("update", "delete")
    ),
    "postgresql": (
        "CREATE OR REPLACE FUNCTION transfer_stays() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a transfer is never changed'; END $$",
        "DROP TRIGGER IF EXISTS transfer_stays ON transfer",
        "CREATE TRIGGER transfer_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON transfer "
        "FOR EACH STATEMENT EXECUTE FUNCTION transfer_stays()",
    ),
}


@sa.event.listens_for(TRANSFERS, "after_create")
def _created(_: sa.Table, connection: sa.Connection, **__: object) -> None:
    protect(connection)
