"""`/api/invitations`: codes by which people become members; no e-mail is needed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, Field

from lianjin.core.database import Transaction
from lianjin.core.errors import Conflict, UsageError
from lianjin.core.words import Words
from lianjin.market import party
from lianjin.service.access import Caller, Here, cookie_name, need, within
from lianjin.service.account import invitation as account
from lianjin.service.account.membership import add_member
from lianjin.service.account.session import act_for, begin, session_of
from lianjin.service.account.user import make_user
from lianjin.service.body import Body, Identity, PathIdentity, Secret
from lianjin.service.route import router
from lianjin.service.session import SessionView, address_of, set_cookie, view_of
from lianjin.service.setup import Person, check_password

ROUTER = router("invitation")


class InvitationView(BaseModel):
    """An invitation without its code."""

    id: str
    organisation: str
    roles: list[str]
    created_utc: str
    ends_utc: str


class NewInvitation(InvitationView):
    """An invitation with its `code`, which is shown this once."""

    code: str


class Wanted(Body):
    """Whom to invite: into one's organisation by default."""

    organisation: Identity | None = None
    roles: list[Annotated[str, Field(max_length=20, pattern="^[a-z]+$")]] = Field(
        min_length=1, max_length=8
    )


class Acceptance(Body):
    """A code, and the account to make; without `user` the one that is signed in becomes a member."""

    code: Secret
    user: Person | None = None


@ROUTER.get("/invitations")
def list_invitations(
    who: Annotated[Caller, need("invitation.read")], state: Here
) -> list[InvitationView]:
    """The invitations of one's organisation that are in force."""
    with state.database.read() as connection:
        found = account.invitations(connection, who.acting_for, state.clock())
    return [_view(one) for one in found]


@ROUTER.post("/invitations", status_code=201)
def make_invitation(
    who: Annotated[Caller, need("invitation.make")], state: Here, asked: Wanted
) -> NewInvitation:
    """Makes an invitation; its code is shown this once. The operator may invite into any."""
    identity = asked.organisation or who.acting_for
    within(who, lambda: party.no_organisation(identity), organisation=identity)

    def work(tx: Transaction) -> tuple[account.Invitation, str]:
        found = party.organisation(tx.connection, identity)
        return account.invite(tx, who.user_id, found, asked.roles)

    made, code = state.database.write(work)
    return NewInvitation(**_view(made).model_dump(), code=code)


@ROUTER.delete("/invitations/{invitation_id}", status_code=204)
def revoke_invitation(
    who: Annotated[Caller, need("invitation.revoke")], state: Here, invitation_id: PathIdentity
) -> None:
    """Ends an invitation."""

    def work(tx: Transaction) -> None:
        found = account.invitation_by_id(tx.connection, invitation_id)
        within(
            who,
            lambda: account.no_invitation(invitation_id),
            organisation=found.organisation,
        )
        account.withdraw(tx, who.user_id, invitation_id)

    state.database.write(work)


@ROUTER.post("/invitations/accept", status_code=201)
def accept_invitation(
    who: Annotated[Caller, need("invitation.accept")],
    state: Here,
    asked: Acceptance,
    request: Request,
    response: Response,
) -> SessionView:
    """Becomes a member: with a new account, or with the one that is signed in."""
    state.address_tries.take(address_of(request))
    if asked.user is None:
        secret = _joined(who, state, asked, request)
    else:
        secret = _began(who, state, asked.user, asked.code)
        set_cookie(response, state, secret)
    with state.database.read() as connection:
        found = session_of(connection, secret, state.clock())
        assert found is not None
        return view_of(connection, found)


def _began(who: Caller, state: Here, person: Person, code: str) -> str:
    """The secret of the first session of a new account."""
    if who.is_known:
        raise Conflict(
            "signed-in",
            Words("somebody is signed in already", "当前已有人登录"),
            hint=Words("sign out to make another account", "要新建账户，请先退出登录"),
        )
    check_password(person.password, person.login)
    password_hash = state.passwords.hash(person.password)

    def work(tx: Transaction) -> str:
        invitation = account.use(tx, code)
        user = make_user(tx, person.login, person.name, password_hash)
        _add(tx, user.id, invitation)
        return begin(tx, user.id)

    return state.database.write(work)


def _joined(who: Caller, state: Here, asked: Acceptance, request: Request) -> str:
    """The secret of the session, which acts for the organisation that was joined."""
    session = who.session_id
    if session is None:
        raise UsageError(
            "no-account",
            Words(
                "nobody is signed in, and no account was asked for", "尚未登录，也没有填写新账户"
            ),
            hint=Words("sign in, or send `user`", "请登录，或填写 `user`"),
        )

    def work(tx: Transaction) -> None:
        invitation = account.use(tx, asked.code)
        _add(tx, who.user_id, invitation)
        act_for(tx, session, invitation.organisation)

    state.database.write(work)
    return request.cookies[cookie_name(state)]


def _add(tx: Transaction, user: str, invitation: account.Invitation) -> None:
    found = party.organisation(tx.connection, invitation.organisation)
    add_member(tx, user, user, found, invitation.roles)
    ids = {"invitation": invitation.id, "made_by": invitation.made_by}
    tx.record("invitation_accepted", user, found.id, ids)


def _view(one: account.Invitation) -> InvitationView:
    known = asdict(one)
    return InvitationView(
        **{name: known[name] for name in InvitationView.model_fields} | {"roles": list(one.roles)}
    )
