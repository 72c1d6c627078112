"""`/api/tokens`: tokens for programs, shown once."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, Field

from lianjin.core.database import Transaction
from lianjin.core.limits import TOKEN_DAYS
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.account import token as account
from lianjin.service.body import Body, PathIdentity, Title
from lianjin.service.route import router

ROUTER = router("token")


class TokenView(BaseModel):
    """A token without its secret."""

    id: str
    name: str
    organisation: str
    scopes: list[str]
    created_utc: str
    ends_utc: str
    revoked_utc: str | None


class NewToken(TokenView):
    """A token with its `secret`, which is shown this once."""

    secret: str


class Wanted(Body):
    """A token to make, for the organisation that one acts for."""

    name: Title
    scopes: list[account.Scope] = Field(min_length=1, max_length=3)
    days: int = Field(default=90, ge=1, le=TOKEN_DAYS)


@ROUTER.get("/tokens")
def list_tokens(who: Annotated[Caller, need("token.read")], state: Here) -> list[TokenView]:
    """One's own tokens, the newest first."""
    with state.database.read() as connection:
        return [_view(token) for token in account.tokens(connection, who.user_id)]


@ROUTER.post("/tokens", status_code=201)
def make_token(who: Annotated[Caller, need("token.make")], state: Here, asked: Wanted) -> NewToken:
    """Makes a token; its secret is shown this once."""
    organisation = who.acting_for
    token, secret = state.database.write(
        lambda tx: account.make_token(
            tx, who.user_id, organisation, asked.name, asked.scopes, asked.days
        )
    )
    return NewToken(**_view(token).model_dump(), secret=secret)


@ROUTER.delete("/tokens/{token_id}", status_code=204)
def revoke_token(
    who: Annotated[Caller, need("token.revoke")], state: Here, token_id: PathIdentity
) -> None:
    """Revokes a token: the next request with it is refused."""

    def work(tx: Transaction) -> None:
        found = account.token_by_id(tx.connection, token_id)
        within(who, lambda: account.no_token(token_id), user=found.user)
        account.revoke(tx, who.user_id, token_id)

    state.database.write(work)


def _view(token: account.Token) -> TokenView:
    known = asdict(token)
    return TokenView(
        **{name: known[name] for name in TokenView.model_fields} | {"scopes": list(token.scopes)}
    )
