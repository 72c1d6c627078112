"""Every route as its description says, asked whatever it can be asked."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from fastapi import APIRouter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from lianjin.service import app as service
from lianjin.service.app import make_app, openapi, routes
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from .world import BROWSER, World

EXAMPLES = 6
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)


@pytest.mark.slow  # a few requests for each of all routes
@pytest.mark.parametrize(
    ("role", "mode"),
    [
        ("owner", GenerationMode.POSITIVE),
        ("operator", GenerationMode.POSITIVE),
        (None, GenerationMode.POSITIVE),
        ("operator", GenerationMode.NEGATIVE),
    ],
)
def test_answers_are_as_they_are_described(
    sqlite_world: World, role: str | None, mode: GenerationMode
) -> None:
    world = sqlite_world
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", world.app)
    user = world.ours.users[role] if role else None
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            derandomize=True,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            cookie = {} if user is None else {"Cookie": f"lianjin={world.session(user)}"}
            case.call_and_validate(headers=BROWSER | cookie, checks=CHECKS)

        if mode is GenerationMode.NEGATIVE:
            with suppress(Unsatisfiable):  # nothing about it can be wrong
                ask()
        else:
            ask()


def test_a_route_without_a_permission_keeps_the_app_from_starting(
    sqlite_world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter()

    @router.get("/open")
    def read_open() -> str:
        return "everything"

    monkeypatch.setattr(service, "ROUTERS", (*service.ROUTERS, router))
    with pytest.raises(RuntimeError, match="/open has to name one permission"):
        make_app(sqlite_world.state)


def test_every_operation_has_a_name_of_its_own_and_declares_refusals(sqlite_world: World) -> None:
    described = openapi()
    names = [
        operation["operationId"]
        for methods in described["paths"].values()
        for operation in methods.values()
    ]
    shown = [route for route in routes(sqlite_world.app) if route.include_in_schema]
    assert len(names) == len(set(names)) == len(shown)
    for methods in described["paths"].values():
        for operation in methods.values():
            assert {"4XX", "5XX"} <= set(operation["responses"])


def test_every_body_is_strict(sqlite_world: World) -> None:
    described = openapi()
    for route in routes(sqlite_world.app):
        if not route.include_in_schema:
            continue
        operation = described["paths"][route.path_format][next(iter(route.methods)).lower()]
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            schema = content["application/json"]["schema"]
            for one in schema.get("oneOf", [schema]):
                body = described["components"]["schemas"][one["$ref"].rpartition("/")[2]]
                assert body["additionalProperties"] is False, route.path


def test_the_description_is_given_as_it_is_checked_in(sqlite_world: World) -> None:
    assert sqlite_world.client().get("/api/openapi.json").json() == json.loads(
        json.dumps(openapi())
    )
