"""Who calls, and whether they may: asked by every route before it does anything.

Takes a request; gives the Caller, or refuses. A route names its permission:

    @ROUTER.get("/tokens")
    def tokens(who: Annotated[Caller, need("token.read")], state: Here) -> ...:
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from lianjin.core.clock import later
from lianjin.core.errors import Forbidden, NotFound, Unauthenticated
from lianjin.core.limits import SESSION_SEEN_S
from lianjin.core.words import Words
from lianjin.service.account.membership import membership
from lianjin.service.account.session import seen, session_of, sessions
from lianjin.service.account.token import bearer_of, tokens
from lianjin.service.policy import POLICY, Reach, not_signed_in, reach_of
from lianjin.service.state import State, state_of

Here = Annotated[State, Depends(state_of)]
"""The state, as a parameter of a route."""

SAFE = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Caller:
    """Who calls: the user, the organisation acted for, the roles there.

    `token_id`: the token of a program, `session_id`: the session of a person. `reach`: how far the
    permission that was asked for goes.
    """

    user_id: str
    organisation: str | None
    roles: frozenset[str]
    token_id: str | None = None
    session_id: str | None = None
    scopes: frozenset[str] | None = None
    is_verified: bool = False
    reach: Reach = "public"

    @property
    def is_known(self) -> bool:
        """Whether it is anybody."""
        return self.user_id != NOBODY.user_id

    @property
    def acting_for(self) -> str:
        """The organisation; Forbidden `no-organisation` if there is none."""
        if self.organisation is None:
            raise Forbidden(
                "no-organisation",
                Words("you belong to no organisation", "您不属于任何机构"),
                hint=Words("accept an invitation first", "请先接受邀请"),
            )
        return self.organisation


NOBODY = Caller("nobody", None, frozenset())


class Foreign(NotFound):
    """A thing that is there, and not for this caller: said as if it were not, and recorded."""


def need(permission: str) -> Any:
    """A dependency that gives the Caller if the policy permits it. KeyError: no such permission."""
    POLICY[permission]

    async def permitted(request: Request) -> Caller:
        state: State = request.app.state.lianjin
        # SQLite answers in a tenth of a millisecond and waits for nobody: a thread for it would
        # cost each request twice that.
        if state.database.engine.dialect.name == "sqlite":
            caller = caller_of(request)
        else:
            caller = await run_in_threadpool(caller_of, request)
        request.state.caller = caller
        reach = reach_of(
            permission,
            is_known=caller.is_known,
            roles=caller.roles,
            scopes=caller.scopes,
            is_verified=caller.is_verified,
        )
        return replace(caller, reach=reach)

    permitted.permission = permission  # type: ignore[attr-defined]
    return Depends(permitted)


def caller_of(request: Request) -> Caller:
    """Who calls; NOBODY without a session and a token.

    Unauthenticated `wrong-token` for a token that is not in force; Forbidden `cross-site` for a
    change that another site's page asks for.
    """
    state: State = request.app.state.lianjin
    if (header := request.headers.get("authorization")) is not None:
        return _bearer(state, header)
    check_site(request)
    secret = request.cookies.get(cookie_name(state))
    if secret is None:
        return NOBODY
    now_utc = state.clock()
    with state.database.read() as connection:
        found = session_of(connection, secret, now_utc)
    if found is None:
        return NOBODY
    if later(found.seen_utc, SESSION_SEEN_S) < now_utc:
        identity = found.id
        state.database.submit(lambda tx: seen(tx, identity))
    return Caller(
        found.user,
        found.organisation,
        found.roles,
        session_id=found.id,
        is_verified=found.is_verified,
    )


def _bearer(state: State, header: str) -> Caller:
    scheme, _, secret = header.partition(" ")
    found = None
    if scheme.lower() == "bearer":
        with state.database.read() as connection:
            found = bearer_of(connection, secret.strip(), state.clock())
    if found is None:
        raise Unauthenticated(
            "wrong-token",
            Words("the token is not in force", "令牌无效或已失效"),
            hint=Words("make a new one", "请另建一个令牌"),
        )
    return Caller(
        found.user,
        found.organisation,
        found.roles,
        token_id=found.token,
        scopes=found.scopes,
        is_verified=found.is_verified,
    )


def is_still(connection: sa.Connection, who: Caller, now_utc: str) -> bool:
    """Whether the caller's session or token is in force, with the same roles: for answers that go on."""
    if who.session_id is not None:
        return any(
            (one.id, one.organisation, one.roles) == (who.session_id, who.organisation, who.roles)
            for one in sessions(connection, who.user_id, now_utc)
        )
    if who.organisation is None:
        return False
    found = membership(connection, who.user_id, who.organisation)
    return (found is not None and found.roles == who.roles) and any(
        one.id == who.token_id and one.revoked_utc is None and one.ends_utc > now_utc
        for one in tokens(connection, who.user_id)
    )


def check_site(request: Request) -> None:
    """Refuses what another site's page sends: Forbidden `cross-site`.

    Browsers say where a request comes from (Sec-Fetch-Site, or Origin at least); with a cookie, one
    of the two has to be there.
    """
    if request.method in SAFE:
        return
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        is_ours = site in ("same-origin", "none")
    elif origin is not None:
        is_ours = urlsplit(origin).netloc == request.headers.get("host")
    else:
        is_ours = not request.cookies
    if not is_ours:
        raise Forbidden(
            "cross-site",
            Words("the request comes from another site", "请求来自其他网站"),
            hint=Words("use this server's own pages, or a token", "请使用本服务自己的页面，或令牌"),
        )


def cookie_name(state: State) -> str:
    """The session cookie's name: by https browsers hold `__Host-` to this host and path alone."""
    return "__Host-lianjin" if state.is_https else "lianjin"


def within(
    caller: Caller,
    missing: Callable[[], NotFound],
    *,
    organisation: str | None = None,
    user: str | None = None,
) -> None:
    """Refuses a thing beyond the caller's reach, as if it were not there: what `missing` makes.

    `organisation`, `user`: whose thing it is.
    """
    reaches = {
        "any": True,
        "organisation": organisation is not None and organisation == caller.organisation,
        "own": user is not None and user == caller.user_id,
        "public": False,
    }
    if reaches[caller.reach]:
        return
    if not caller.is_known:
        raise not_signed_in()
    said = missing()
    raise Foreign(said.code, said.message, hint=said.hint)
