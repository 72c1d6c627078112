"""Samples: as many of the first records as the supplier shows, to whoever sees the listing."""

from __future__ import annotations

import pytest
from lianjin.service import sample

from .goods import listing_body, made_dataset
from .world import World, code_of


def drafted(world: World, samples: int) -> str:
    made_dataset(world, world.ours)
    client = world.client(world.ours.users["engineer"])
    said = client.post("/api/listings", json=listing_body(samples=samples))
    assert said.status_code == 201, said.text
    return str(said.json()["id"])


def test_a_supplier_shows_so_many_records_and_no_more(sqlite_world: World) -> None:
    found = drafted(sqlite_world, 1)
    client = sqlite_world.client(sqlite_world.ours.users["engineer"])
    said = client.get(f"/api/listings/{found}/samples").json()
    assert said == {
        "shows": 1,
        "samples": [{"title": None, "text": "早市&天不亮就开了", "turns": [], "is_cut": False}],
    }


def test_none_are_shown_unless_the_supplier_says_so(sqlite_world: World) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["engineer"])
    said = client.get(f"/api/listings/{drafted(sqlite_world, 0)}/samples").json()
    assert said == {"shows": 0, "samples": []}


def test_a_draft_shows_nothing_to_others(sqlite_world: World) -> None:
    found = drafted(sqlite_world, 2)
    for client in (sqlite_world.client(), sqlite_world.client(sqlite_world.theirs.users["buyer"])):
        said = client.get(f"/api/listings/{found}/samples")
        assert (said.status_code, code_of(said)) == (404, "not-found")


@pytest.mark.parametrize("samples", [-1, 21, "1"])
def test_more_samples_than_the_limit_are_refused(sqlite_world: World, samples: object) -> None:
    client = sqlite_world.client(sqlite_world.ours.users["engineer"])
    assert client.post("/api/listings", json=listing_body(samples=samples)).status_code == 422


def test_a_long_text_is_cut(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "SAMPLE_CHARS", 2)
    client = sqlite_world.client(sqlite_world.ours.users["engineer"])
    said = client.get(f"/api/listings/{drafted(sqlite_world, 1)}/samples").json()
    assert (said["samples"][0]["text"], said["samples"][0]["is_cut"]) == ("早市", True)
