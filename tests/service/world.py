"""Two tenants with somebody in every role, and requests as any of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from lianjin.core.database import Transaction
from lianjin.market import party
from lianjin.service.account.membership import ROLES, add_member
from lianjin.service.account.password import Passwords
from lianjin.service.account.session import begin
from lianjin.service.account.user import make_user
from lianjin.service.app import make_app
from lianjin.service.state import State

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Guessed in no time, and hashed in none: for tests."""
PASSWORD = "four words nobody expects"
BROWSER = {"Sec-Fetch-Site": "same-origin", "Accept-Language": "en"}


def cheap() -> Passwords:
    """Passwords that cost nothing."""
    return Passwords(CHEAP)


@dataclass(frozen=True)
class Tenant:
    """An organisation of every kind, with a user for each role; `canary` is in all its names."""

    organisation: party.Organisation
    canary: str
    users: dict[str, str]


class World:
    """An app over a state, with two tenants."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.app: FastAPI = make_app(state)
        self.ours = self._tenant("ours")
        self.theirs = self._tenant("theirs")
        self.number = 0
        self.kept: dict[str, str] = {}

    def _tenant(self, name: str) -> Tenant:
        canary = f"canary{name}"
        stored = self.state.passwords.hash(PASSWORD)

        def work(tx: Transaction) -> Tenant:
            made = party.create(tx, "system", canary, f"{canary} 公司", party.KINDS)
            party.verify(tx, "system", made.id)
            users = {}
            for role in ROLES:
                user = make_user(tx, f"{canary}-{role}", f"{canary} {role}", stored)
                add_member(tx, "system", user.id, made, [role])
                users[role] = user.id
            return Tenant(party.organisation(tx.connection, made.id), canary, users)

        return self.state.database.write(work)

    def member(self, tenant: Tenant, *roles: str) -> str:
        """A new user of a tenant, who has these roles."""
        self.number += 1
        login = f"{tenant.canary}-{self.number}"

        def work(tx: Transaction) -> str:
            user = make_user(tx, login, f"{login} name", self.state.passwords.hash(PASSWORD))
            add_member(tx, "system", user.id, tenant.organisation, roles)
            return user.id

        return self.state.database.write(work)

    def session(self, user: str) -> str:
        """The secret of a new session."""
        return self.state.database.write(lambda tx: begin(tx, user))

    def client(self, user: str | None = None, **headers: str) -> TestClient:
        """A browser, in which the user is signed in."""
        cookies = {} if user is None else {"lianjin": self.session(user)}
        return TestClient(
            self.app, headers=BROWSER | headers, cookies=cookies, raise_server_exceptions=False
        )

    def bearer(self, secret: str) -> TestClient:
        """A program with a token."""
        headers = {"Authorization": f"Bearer {secret}", "Accept-Language": "en"}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False)


def ended(client: TestClient, response: Response) -> Any:
    """The job that was asked for, once it has ended."""
    assert response.status_code == 202, response.text
    path = f"/api/jobs/{response.json()['id']}"
    assert client.get(f"{path}/events").status_code == 200
    return client.get(path).json()


def code_of(response: Response) -> Any:
    """The code of a refusal."""
    return response.json()["error"]["code"]
