"""The table, and that every route keeps to it: role x route x whose thing it is."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from httpx import Response
from lianjin.core.errors import Forbidden, Unauthenticated
from lianjin.core.words import Words
from lianjin.service import policy
from lianjin.service.account.membership import ROLE_WORDS, ROLES
from lianjin.service.app import permission_of, routes

from .samples import BODIES, OWNERLESS, PUBLIC, SAMPLES
from .world import Tenant, World

REFUSED = {401, 403, 404}


def expected(permission: str, role: str | None) -> str:
    """How far the table lets a role, or `401`, `403`."""
    try:
        return policy.reach_of(
            permission,
            is_known=role is not None,
            roles=[role] if role else [],
            scopes=None,
            is_verified=True,
        )
    except Unauthenticated:
        return "401"
    except Forbidden:
        return "403"


def send(
    client: TestClient,
    world: World,
    route: APIRoute,
    tenant: Tenant,
    owner: str,
    caller: str | None,
    is_denied: bool,
) -> Response:
    """A request to the route, about things of `owner` in the tenant.

    Whoever is denied changes nothing: the same things do for all of them.
    """
    names = re.findall(r"\{(\w+)(?::\w+)?\}", route.path)
    path = route.path
    for name in names:
        key = f"{name} of {tenant.canary}"
        if name in PUBLIC:
            value = PUBLIC[name]
        elif is_denied and key in world.kept:
            value = world.kept[key]
        else:
            value = world.kept[key] = SAMPLES[name](world, tenant, owner)
        path = re.sub(rf"\{{{name}(:\w+)?\}}", value, path)
    cookie = {} if caller is None else {"Cookie": f"lianjin={kept_session(world, route, caller)}"}
    method = sorted(route.methods)[0]
    return client.request(method, path, json=BODIES.get(route.name), headers=cookie)


def kept_session(world: World, route: APIRoute, user: str) -> str:
    """The secret of a session of the user: a new one for a route that ends or changes sessions."""
    key = f"session of {user}"
    if key not in world.kept or route.path.startswith(("/api/session", "/api/user")):
        world.kept[key] = world.session(user)
    return world.kept[key]


def is_owned(route: APIRoute) -> bool:
    names = set(re.findall(r"\{(\w+)", route.path))
    return bool(names & set(SAMPLES)) and route.name not in OWNERLESS


def test_every_route_has_a_permission_and_every_sample_it_needs(sqlite_world: World) -> None:
    asked = set()
    for route in routes(sqlite_world.app):
        asked.add(permission_of(route))
        for name in re.findall(r"\{(\w+)", route.path):
            assert name in SAMPLES or name in PUBLIC, f"{route.path}: a line in SAMPLES for {name}"
        if is_owned(route) and route.body_field is not None:
            assert route.name in BODIES, f"{route.path}: a line in BODIES for {route.name}"
    assert set(policy.POLICY) - asked == set(), "permissions that no route asks for"


@pytest.mark.slow  # hundreds of requests, each as somebody else
def test_every_route_keeps_to_the_table(sqlite_world: World) -> None:
    wrong: list[str] = []
    with sqlite_world.client() as client:  # one thread for all of them
        for route in routes(sqlite_world.app):
            wrong += wrong_cells(client, sqlite_world, route)
    assert not wrong, "\n".join(wrong)


def wrong_cells(client: TestClient, world: World, route: APIRoute) -> Iterator[str]:
    """What is not as the table says, for a route, by role and whose thing it is."""
    permission = permission_of(route)
    for role in (None, *ROLES):
        reach = expected(permission, role)
        caller = world.ours.users[role] if role else None
        owners = {"own": (world.ours, caller or world.ours.users["owner"])}
        if is_owned(route):
            owners["colleague"] = (world.ours, world.member(world.ours, "engineer"))
            owners["foreign"] = (world.theirs, world.theirs.users["owner"])
        for whose, (tenant, owner) in owners.items():
            is_denied = reach in ("401", "403")
            got = send(client, world, route, tenant, owner, caller, is_denied)
            if problem := _problem(world, reach, whose, got):
                cell = f"{sorted(route.methods)[0]} {route.path} {role} {whose} ({reach})"
                yield f"{cell}: {problem}"


def _problem(world: World, reach: str, whose: str, got: Response) -> str:
    """What is wrong with an answer; empty if nothing is."""
    if reach != "any" and world.theirs.canary in got.text + str(got.headers):
        return f"tells of another tenant: {got.text[:200]}"
    if got.status_code >= 500:
        return f"failed: {got.text}"
    if reach in ("401", "403"):
        right = got.status_code == int(reach)
    elif reach == "public":
        right = True
    elif whose == "own" or reach == "any" or (whose, reach) == ("colleague", "organisation"):
        right = got.status_code not in REFUSED
    else:
        right = got.status_code == 404
    return "" if right else f"{got.status_code} {got.text[:200]}"


def test_a_foreign_thing_and_one_that_is_not_there_are_refused_alike(world: World) -> None:
    client = world.client(world.ours.users["owner"])
    foreign = SAMPLES["token_id"](world, world.theirs, world.theirs.users["owner"])
    absent = foreign[:-1] + ("0" if foreign[-1] != "0" else "1")
    said = [client.delete(f"/api/tokens/{name}") for name in (foreign, absent)]
    assert [one.status_code for one in said] == [404, 404]
    errors = [one.json()["error"] for one in said]
    for error, name in zip(errors, (foreign, absent), strict=True):
        assert error.pop("request_id")
        error["message"] = error["message"].replace(name, "…")
    assert errors[0] == errors[1]


@pytest.mark.parametrize(
    ("scopes", "permission", "refused"),
    [
        ({"read"}, "organisation.read", None),
        ({"read"}, "job.make", "token-scope"),
        ({"write"}, "job.make", None),
        ({"pull"}, "organisation.read", "token-scope"),
        ({"write", "read", "pull"}, "token.make", "token-scope"),
    ],
)
def test_a_token_may_do_what_its_scopes_say(
    scopes: set[str], permission: str, refused: str | None
) -> None:
    def ask() -> str:
        return policy.reach_of(
            permission, is_known=True, roles=["owner"], scopes=scopes, is_verified=True
        )

    if refused is None:
        assert ask() in ("own", "organisation")
    else:
        with pytest.raises(Forbidden, match=refused):
            ask()


def test_who_is_not_verified_may_look_and_not_change() -> None:
    def ask(permission: str) -> str:
        return policy.reach_of(
            permission, is_known=True, roles=["owner"], scopes=None, is_verified=False
        )

    assert ask("organisation.read") == "organisation"
    with pytest.raises(Forbidden, match="organisation-not-verified"):
        ask("job.make")


def test_what_is_not_in_the_table_is_denied() -> None:
    with pytest.raises(Forbidden, match="not-permitted"):
        policy.reach_of("no.such", is_known=True, roles=ROLES, scopes=None, is_verified=True)


def test_a_refusal_names_the_roles_that_may_in_words() -> None:
    with pytest.raises(Forbidden) as refused:
        policy.reach_of(
            "answer.review", is_known=True, roles=["annotator"], scopes=None, is_verified=True
        )
    assert refused.value.message == Words(
        "this needs the role reviewer (answer.review)",
        "此操作需要以下角色之一：审核（answer.review）",
    )
    assert list(ROLE_WORDS) == list(ROLES)


def test_every_rule_names_roles_that_there_are() -> None:
    for permission, rules in policy.POLICY.items():
        assert rules, permission
        for rule in rules:
            assert (rule.roles or set()) <= set(ROLES), permission
