"""One's own list of documents to look at again."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from lianjin.service.account import mark

from .test_document import DOCUMENTS, client  # noqa: F401  (a fixture)
from .world import World, code_of

MARKS = DOCUMENTS.removesuffix("documents") + "marks"


@pytest.fixture
def reader(client: TestClient) -> TestClient:  # noqa: F811
    return client


def put(client: TestClient, document: str, is_marked: bool = True) -> int:  # noqa: F811
    body = {"document": document, "is_marked": is_marked}
    return int(client.put(MARKS, json=body).status_code)


def listed(client: TestClient) -> list[str]:  # noqa: F811
    return [one["document"] for one in client.get(MARKS).json()["marks"]]


def test_marks_are_kept_once_and_taken_off(reader: TestClient) -> None:
    assert [put(reader, "a.jsonl#1"), put(reader, "a.jsonl#1"), put(reader, "a.jsonl#4")] == [
        204,
        204,
        204,
    ]
    assert listed(reader) == ["a.jsonl#1", "a.jsonl#4"]
    found = reader.get(f"{DOCUMENTS}?marked=true&limit=1").json()
    assert [one["id"] for one in found["documents"]] == ["a.jsonl#1"]
    rest = reader.get(f"{DOCUMENTS}?marked=true&limit=1&place={found['following']}").json()
    assert ([one["id"] for one in rest["documents"]], rest["following"]) == (["a.jsonl#4"], None)
    assert [put(reader, "a.jsonl#1", False), put(reader, "a.jsonl#1", False)] == [204, 204]
    assert listed(reader) == ["a.jsonl#4"]


def test_marks_are_of_one_person(reader: TestClient, sqlite_world: World) -> None:
    put(reader, "a.jsonl#1")
    other = sqlite_world.client(sqlite_world.ours.users["engineer"])
    assert listed(other) == []


def test_what_is_not_there_is_not_marked(reader: TestClient) -> None:
    said = reader.put(MARKS, json={"document": "a.jsonl#9", "is_marked": True})
    assert (said.status_code, code_of(said)) == (404, "unknown-id")


def test_a_list_has_a_limit(reader: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mark, "MARKS", 1)
    put(reader, "a.jsonl#1")
    said = reader.put(MARKS, json={"document": "a.jsonl#2", "is_marked": True})
    assert (said.status_code, code_of(said)) == (413, "too-many-marks")
