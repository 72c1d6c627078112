"""`/api/organisations`: who takes part, whether the operator vouches for them, and their members."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from lianjin.core.database import Transaction
from lianjin.market import party
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.account import membership
from lianjin.service.account.token import revoke_all
from lianjin.service.account.user import no_user
from lianjin.service.body import IDENTITY, Body, Handle, PathIdentity, Title
from lianjin.service.route import router

ROUTER = router("organisation")
PAGE = 100


class OrganisationView(BaseModel):
    """An organisation as those see it who may."""

    id: str
    name: str
    title: str
    kinds: list[str]
    state: str
    created_utc: str


class AssessorView(BaseModel):
    """An assessor by its `title`, as people call it in their language, and `name`, as addresses do."""

    id: str
    name: str
    title: str


class NewOrganisation(Body):
    """An organisation that takes part from now on."""

    name: Handle
    title: Title
    kinds: list[party.Kind] = Field(min_length=1, max_length=5)


class NewState(Body):
    """`verified`: the operator vouches for it; `suspended`: no longer."""

    state: Annotated[str, Field(pattern="^(verified|suspended)$")]


class MemberView(BaseModel):
    """A member and what they may do."""

    user: str
    login: str
    name: str
    roles: list[str]


class Roles(Body):
    """What a member may do from now on."""

    roles: list[Annotated[str, Field(max_length=20, pattern="^[a-z]+$")]] = Field(
        min_length=1, max_length=8
    )


@ROUTER.get("/organisations")
def list_organisations(
    who: Annotated[Caller, need("organisation.list")],
    state: Here,
    after: Annotated[str, Query(pattern=f"^$|{IDENTITY}")] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> list[OrganisationView]:
    """All organisations in order of their ids, those behind `after`."""
    with state.database.read() as connection:
        found = party.organisations(connection, after=after, limit=limit)
    return [view_of(one) for one in found]


@ROUTER.get("/assessors")
def list_assessors(
    who: Annotated[Caller, need("assessor.list")],
    state: Here,
    after: Annotated[str, Query(pattern=f"^$|{IDENTITY}")] = "",
    limit: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
) -> list[AssessorView]:
    """Who may be asked for a certificate: verified assessors by their ids, those behind `after`.

    One's own organisation is not among them: nobody certifies for itself.
    """
    with state.database.read() as connection:
        found = party.organisations(
            connection, kind="assessor", state="verified", after=after, limit=limit,
            without=who.organisation,
        )  # fmt: skip
    return [AssessorView(id=one.id, name=one.name, title=one.title) for one in found]


@ROUTER.post("/organisations", status_code=201)
def make_organisation(
    who: Annotated[Caller, need("organisation.make")], state: Here, asked: NewOrganisation
) -> OrganisationView:
    """Makes an organisation that has applied; its owner comes by an invitation."""
    kinds = list(dict.fromkeys(asked.kinds))
    made = state.database.write(
        lambda tx: party.create(tx, who.user_id, asked.name, asked.title, kinds)
    )
    return view_of(made)


@ROUTER.get("/organisations/{organisation_id}")
def read_organisation(
    who: Annotated[Caller, need("organisation.read")], state: Here, organisation_id: PathIdentity
) -> OrganisationView:
    """An organisation: one's own, or any for the operator."""
    within(who, lambda: party.no_organisation(organisation_id), organisation=organisation_id)
    with state.database.read() as connection:
        return view_of(party.organisation(connection, organisation_id))


@ROUTER.put("/organisations/{organisation_id}/state")
def change_organisation(
    who: Annotated[Caller, need("organisation.verify")],
    state: Here,
    organisation_id: PathIdentity,
    asked: NewState,
) -> OrganisationView:
    """Vouches for an organisation, or no longer."""
    move = party.verify if asked.state == "verified" else party.suspend
    return view_of(state.database.write(lambda tx: move(tx, who.user_id, organisation_id)))


@ROUTER.get("/organisations/{organisation_id}/members")
def list_members(
    who: Annotated[Caller, need("member.read")], state: Here, organisation_id: PathIdentity
) -> list[MemberView]:
    """Who belongs to an organisation, by login."""
    within(who, lambda: party.no_organisation(organisation_id), organisation=organisation_id)
    with state.database.read() as connection:
        party.organisation(connection, organisation_id)
        found = membership.members(connection, organisation_id)
    return [MemberView(**asdict(member) | {"roles": list(member.roles)}) for member in found]


@ROUTER.put("/organisations/{organisation_id}/members/{user_id}")
def change_member(
    who: Annotated[Caller, need("member.change")],
    state: Here,
    organisation_id: PathIdentity,
    user_id: PathIdentity,
    asked: Roles,
) -> MemberView:
    """Changes what a member may do, from the next request on."""
    within(who, lambda: party.no_organisation(organisation_id), organisation=organisation_id)

    def work(tx: Transaction) -> membership.Member:
        found = party.organisation(tx.connection, organisation_id)
        membership.change_roles(tx, who.user_id, user_id, found, asked.roles)
        return next(
            member
            for member in membership.members(tx.connection, organisation_id)
            if member.user == user_id
        )

    member = state.database.write(work)
    return MemberView(**asdict(member) | {"roles": list(member.roles)})


@ROUTER.delete("/organisations/{organisation_id}/members/{user_id}", status_code=204)
def remove_member(
    who: Annotated[Caller, need("member.change")],
    state: Here,
    organisation_id: PathIdentity,
    user_id: PathIdentity,
) -> None:
    """Ends a membership: from the next request on the user may do nothing here.

    Their tokens for this organisation are revoked: they do not come back with a later membership.
    """
    within(who, lambda: no_user(user_id), organisation=organisation_id)

    def work(tx: Transaction) -> None:
        membership.remove_member(tx, who.user_id, user_id, organisation_id)
        revoke_all(tx, who.user_id, user_id, organisation_id)

    state.database.write(work)


def view_of(one: party.Organisation) -> OrganisationView:
    """An organisation as an answer."""
    return OrganisationView(**asdict(one) | {"kinds": sorted(one.kinds)})
