"""The first account: by the printed code, once, and by nothing else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.service.app import make_app
from lianjin.service.state import State, opened

from .world import BROWSER, cheap, code_of


def asked(code: str, **changed: Any) -> dict[str, Any]:
    return {
        "code": code,
        "organisation": {"name": "lianjin", "title": "炼金运营"},
        "user": {"login": "ada", "name": "王安达", "password": "four words nobody expects"},
    } | changed


def test_the_code_makes_the_operator_once(state: State) -> None:
    client = TestClient(make_app(state), headers=BROWSER)
    code = state.setup_code.text
    assert code is not None
    assert client.get("/api/health").json()["is_empty"]
    said = client.post("/api/setup", json=asked(code))
    assert said.status_code == 201
    assert said.json()["roles"] == ["operator", "owner"]
    assert said.json()["organisations"][0]["state"] == "verified"
    assert client.get("/api/organisations").status_code == 200
    assert not client.get("/api/health").json()["is_empty"]
    client.cookies.clear()
    again = client.post("/api/setup", json=asked(code))
    assert (again.status_code, code_of(again)) == (409, "already-set-up")


def test_of_many_at_once_one_makes_it(state: State) -> None:
    app, code = make_app(state), state.setup_code.text
    assert code is not None

    def send(n: int) -> int:
        body = asked(code, organisation={"name": f"lab-{n}", "title": "Lab"})
        return TestClient(app, headers=BROWSER).post("/api/setup", json=body).status_code

    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(send, range(4)))
    assert codes == [201, 409, 409, 409]


@pytest.mark.parametrize("code", ["setup_x", "x", "None"])
def test_another_code_makes_nothing(sqlite_state: State, code: str) -> None:
    client = TestClient(make_app(sqlite_state), headers=BROWSER)
    said = client.post("/api/setup", json=asked(code))
    assert (said.status_code, code_of(said)) == (403, "wrong-code")
    assert client.get("/api/health").json()["is_empty"]


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaaa", "I am ada, hello", "x" * 256])
def test_a_password_that_would_be_guessed_is_refused(sqlite_state: State, password: str) -> None:
    client = TestClient(make_app(sqlite_state), headers=BROWSER)
    user = {"login": "ada", "name": "Ada", "password": password}
    said = client.post("/api/setup", json=asked(sqlite_state.setup_code.text or "", user=user))
    assert (said.status_code, code_of(said)) == (400, "weak-password")
    assert password not in said.text


def test_there_is_no_code_once_somebody_has_an_account(sqlite_url: str, tmp_path: Path) -> None:
    for n in range(2):
        with opened(tmp_path / "d", url=sqlite_url, passwords=cheap(), jobs_at_once=0) as state:
            assert (state.setup_code.text is None) == (n == 1)
            if n == 0:
                client = TestClient(make_app(state), headers=BROWSER)
                client.post("/api/setup", json=asked(state.setup_code.text or ""))
            else:
                assert not state.setup_code.is_right("")
