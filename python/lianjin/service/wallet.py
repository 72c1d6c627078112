"""`/api/wallet`, `/api/ledger`: money that an organisation has here, and the whole books."""

from __future__ import annotations

from typing import Annotated

from fastapi.responses import PlainTextResponse, Response
from pydantic import BaseModel, Field

from lianjin.core.database import Transaction
from lianjin.core.errors import NotFound
from lianjin.core.limits import AMOUNT_FEN
from lianjin.market import ledger, party
from lianjin.market.books import check_books
from lianjin.market.journal import journal
from lianjin.service.access import Caller, Here, need
from lianjin.service.body import Body, PathIdentity
from lianjin.service.route import router
from lianjin.service.sent import Sending

ROUTER = router("wallet")
BANK = "bank"


class WalletView(BaseModel):
    """What an organisation has: `free_fen` may be spent, the rest is held for orders."""

    organisation: str
    balance_fen: int
    free_fen: int


class EarningsView(BaseModel):
    """What a person has earned by annotating."""

    earned_fen: int


class Deposit(Body):
    """Money that came in, by the bank's own reference: the same one counts once."""

    amount_fen: int = Field(ge=1, le=AMOUNT_FEN)
    reference: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")]


class BooksView(BaseModel):
    """The sums of the ledger, made again from its transfers."""

    n_transfers: int
    n_accounts: int
    posted_fen: int
    pending_fen: int


@ROUTER.get("/wallet")
def read_wallet(who: Annotated[Caller, need("wallet.read")], state: Here) -> WalletView:
    """The money of one's organisation."""
    with state.database.read() as connection:
        try:
            found = ledger.account(connection, f"wallet/{who.acting_for}")
        except NotFound:
            return WalletView(organisation=who.acting_for, balance_fen=0, free_fen=0)
    return WalletView(
        organisation=who.acting_for, balance_fen=found.balance_fen, free_fen=found.free_fen
    )


@ROUTER.get("/earnings")
def read_earnings(who: Annotated[Caller, need("earnings.read")], state: Here) -> EarningsView:
    """What one's own answers have earned: shares in sets that were settled."""
    with state.database.read() as connection:
        try:
            found = ledger.account(connection, f"annotator/{who.user_id}")
        except NotFound:
            return EarningsView(earned_fen=0)
    return EarningsView(earned_fen=found.credits_posted_fen)


@ROUTER.post("/organisations/{organisation_id}/deposits", status_code=201)
def make_deposit(
    who: Annotated[Caller, need("deposit.make")],
    state: Here,
    sent: Sending,
    organisation_id: PathIdentity,
    asked: Deposit,
) -> WalletView:
    """Books money that an organisation paid in; the operator says so."""

    def work(tx: Transaction) -> dict[str, str | int]:
        organisation = party.organisation(tx.connection, organisation_id).id
        ledger.open_account(tx, BANK, ledger.DEBIT)
        wallet = ledger.open_account(tx, f"wallet/{organisation}").id
        identity = f"deposit/{organisation}/{asked.reference}"
        before = ledger.transfer(tx.connection, identity)
        ledger.move(
            tx, identity, BANK, wallet, asked.amount_fen, purpose="deposit", subject=organisation
        )
        if before is None:
            ids = {"transfer": identity, "amount_fen": str(asked.amount_fen)}
            tx.record("deposited", who.user_id, organisation, ids)
        found = ledger.account(tx.connection, wallet)
        return {
            "organisation": organisation,
            "balance_fen": found.balance_fen,
            "free_fen": found.free_fen,
        }

    return WalletView(**sent.write(who, work))


@ROUTER.get("/ledger")
def check_ledger(who: Annotated[Caller, need("ledger.read")], state: Here) -> BooksView:
    """The books, added up again from every transfer."""
    with state.database.read() as connection:
        found = check_books(connection)
    return BooksView(**vars(found))


@ROUTER.get(
    "/ledger/journal",
    response_class=Response,
    responses={200: {"content": {"text/plain": {}}}},
)
def read_journal(who: Annotated[Caller, need("ledger.read")], state: Here) -> Response:
    """The books as a journal that hledger reads."""
    with state.database.read() as connection:
        return PlainTextResponse(journal(connection))
