"""`/api/session`: signing in and out, and the organisation one acts for."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import Request, Response
from pydantic import BaseModel

from lianjin.core.database import Transaction
from lianjin.core.errors import Unauthenticated
from lianjin.core.limits import SESSION_AGE_S
from lianjin.core.words import Words
from lianjin.market import party
from lianjin.service.access import Caller, Here, cookie_name, need
from lianjin.service.account.membership import membership, memberships
from lianjin.service.account.session import (
    Session,
    act_for,
    begin,
    end,
    session_of,
    sessions,
)
from lianjin.service.account.user import password_of, user_by_id
from lianjin.service.body import Body, Identity, Password, PathIdentity, Secret
from lianjin.service.route import router
from lianjin.service.state import State

ROUTER = router("session")


class Place(BaseModel):
    """An organisation that a user belongs to, with the roles there."""

    id: str
    name: str
    title: str
    kinds: list[str]
    state: str
    roles: list[str]


class SessionView(BaseModel):
    """Who is signed in, and for which organisation; `organisations` are those to choose from."""

    user_id: str
    login: str
    name: str
    organisation: str | None
    roles: list[str]
    organisations: list[Place]


class SignIn(Body):
    """A login and its password."""

    login: Secret
    password: Password


class ActFor(Body):
    """The organisation to act for from now on."""

    organisation: Identity


class OpenSession(BaseModel):
    """A session of one's own."""

    id: str
    created_utc: str
    seen_utc: str
    is_this: bool


@ROUTER.post("/session", status_code=201)
def sign_in(
    who: Annotated[Caller, need("session.make")],
    state: Here,
    asked: SignIn,
    request: Request,
    response: Response,
) -> SessionView:
    """Signs in: a new session, whatever cookie came along."""
    key = f"{asked.login}\n{address_of(request)}"
    state.address_tries.take(address_of(request))
    state.account_tries.take(key)
    with state.database.read() as connection:
        found = password_of(connection, asked.login)
    stored = None if found is None else found[1]
    if not state.passwords.is_right(asked.password, stored) or found is None:
        raise Unauthenticated(
            "wrong-password",
            Words("login or password is wrong", "登录名或密码有误"),
        )
    state.account_tries.forget(key)
    user = found[0].id

    def work(tx: Transaction) -> str:
        if who.session_id is not None:
            end(tx, who.user_id, who.session_id)
        return begin(tx, user)

    secret = state.database.write(work)
    set_cookie(response, state, secret)
    with state.database.read() as connection:
        session = session_of(connection, secret, state.clock())
        assert session is not None
        return view_of(connection, session)


@ROUTER.get("/session")
def read_session(who: Annotated[Caller, need("session.read")], state: Here) -> SessionView:
    """Who is signed in."""
    with state.database.read() as connection:
        return _view(connection, who.user_id, who.organisation, who.roles)


@ROUTER.delete("/session", status_code=204)
def sign_out(who: Annotated[Caller, need("session.end")], state: Here, response: Response) -> None:
    """Ends the session."""
    identity = who.session_id
    assert identity is not None
    state.database.write(lambda tx: end(tx, who.user_id, identity))
    response.delete_cookie(
        cookie_name(state), path="/", secure=state.is_https, httponly=True, samesite="strict"
    )


@ROUTER.put("/session/organisation")
def choose_organisation(
    who: Annotated[Caller, need("session.change")], state: Here, asked: ActFor
) -> SessionView:
    """Acts for another of one's organisations from now on."""
    identity = who.session_id
    assert identity is not None

    def work(tx: Transaction) -> None:
        if membership(tx.connection, who.user_id, asked.organisation) is None:
            raise party.no_organisation(asked.organisation)
        act_for(tx, identity, asked.organisation)

    state.database.write(work)
    with state.database.read() as connection:
        found = membership(connection, who.user_id, asked.organisation)
        roles = found.roles if found is not None else frozenset()
        return _view(connection, who.user_id, asked.organisation, roles)


@ROUTER.get("/sessions")
def list_sessions(who: Annotated[Caller, need("session.read")], state: Here) -> list[OpenSession]:
    """One's own sessions, the newest first."""
    with state.database.read() as connection:
        found = sessions(connection, who.user_id, state.clock())
    return [
        OpenSession(
            id=s.id, created_utc=s.created_utc, seen_utc=s.seen_utc, is_this=s.id == who.session_id
        )
        for s in found
    ]


@ROUTER.delete("/sessions/{session_id}", status_code=204)
def end_session(
    who: Annotated[Caller, need("session.end")], state: Here, session_id: PathIdentity
) -> None:
    """Ends one of one's own sessions."""
    state.database.write(lambda tx: end(tx, who.user_id, session_id))


def set_cookie(response: Response, state: State, secret: str) -> None:
    """Hands the browser a session; no script reads it, no other site sends it."""
    response.set_cookie(
        cookie_name(state),
        secret,
        max_age=SESSION_AGE_S,
        path="/",
        secure=state.is_https,
        httponly=True,
        samesite="strict",
    )


def address_of(request: Request) -> str:
    """Where a request comes from."""
    return request.client.host if request.client is not None else "unknown"


def view_of(connection: sa.Connection, session: Session) -> SessionView:
    """A session as its user sees it."""
    return _view(connection, session.user, session.organisation, session.roles)


def _view(
    connection: sa.Connection, user: str, organisation: str | None, roles: frozenset[str]
) -> SessionView:
    found = user_by_id(connection, user)
    places = [
        (party.organisation(connection, m.organisation), m) for m in memberships(connection, user)
    ]
    return SessionView(
        user_id=found.id,
        login=found.login,
        name=found.name,
        organisation=organisation,
        roles=sorted(roles),
        organisations=[
            Place(
                id=o.id,
                name=o.name,
                title=o.title,
                kinds=sorted(o.kinds),
                state=o.state,
                roles=sorted(m.roles),
            )
            for o, m in places
        ],
    )
