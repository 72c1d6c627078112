"""Organisations: named once, vouched for by the operator, described as they are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from lianjin.core.database import Database
from lianjin.core.errors import Conflict, NotFound, UsageError
from lianjin.core.event import events
from lianjin.market import party

NOW = "2026-01-31T08:00:00.000000Z"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database(database_url, clock=lambda: NOW) as found:
        yield found


def made(database: Database, name: str = "lab") -> party.Organisation:
    kinds: list[party.Kind] = ["supplier", "buyer"]
    return database.write(lambda tx: party.create(tx, "user_a", name, "某某实验室", kinds))


def test_an_organisation_applies_and_is_verified_once(database: Database) -> None:
    found = made(database)
    assert found == party.Organisation(
        found.id, "lab", "某某实验室", frozenset({"supplier", "buyer"}), "applied", NOW
    )
    for _ in range(2):
        verified = database.write(lambda tx: party.verify(tx, "user_b", found.id))
        assert verified.state == "verified"
    with database.read() as connection:
        assert party.organisation(connection, found.id) == verified
        assert party.organisation_named(connection, "lab") == verified
        said = [event.entry.event for event in events(connection, subject=found.id)]
    assert said == ["organisation_verified", "organisation_applied"]


def test_a_name_is_given_once(database: Database) -> None:
    made(database)
    with pytest.raises(Conflict, match="name-taken"):
        made(database)


@pytest.mark.parametrize(
    ("name", "title", "kinds"),
    [
        ("Lab", "Lab", ["buyer"]),
        ("a/b", "Lab", ["buyer"]),
        ("..", "Lab", ["buyer"]),
        ("a" * 65, "Lab", ["buyer"]),
        ("lab", " ", ["buyer"]),
        ("lab", "a\nb", ["buyer"]),
        ("lab", "x" * 129, ["buyer"]),
        ("lab", "Lab", []),
        ("lab", "Lab", ["king"]),
    ],
)
def test_what_describes_no_organisation_is_refused(
    database: Database, name: str, title: str, kinds: list[party.Kind]
) -> None:
    with pytest.raises(UsageError, match="wrong-organisation"):
        database.write(lambda tx: party.create(tx, "user_a", name, title, kinds))


def test_an_organisation_that_is_not_there_is_not_found(database: Database) -> None:
    with database.read() as connection:
        with pytest.raises(NotFound, match="no-such-organisation"):
            party.organisation(connection, "organisation_0")
        with pytest.raises(NotFound, match="no-such-organisation"):
            party.organisation_named(connection, "nobody")
    with pytest.raises(NotFound, match="no-such-organisation"):
        database.write(lambda tx: party.verify(tx, "user_a", "organisation_0"))


def test_organisations_come_in_pages(database: Database) -> None:
    names = [made(database, f"lab-{n}").name for n in range(5)]
    with database.read() as connection:
        first = party.organisations(connection, limit=2)
        rest = party.organisations(connection, after=first[-1].id)
    assert sorted(one.name for one in first + rest) == names
