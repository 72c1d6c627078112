"""Records over HTTP: found by what became of them, shown with what was done and why."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi.testclient import TestClient
from lianjin.core.store import json_text
from lianjin.corpus.manifest import file_entry, manifest
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.service import document

from .dataset import dataset
from .world import World, code_of

DOCUMENTS = "/api/datasets/canaryours/news/versions/1.0.0/documents"


@pytest.fixture
def client(sqlite_world: World) -> TestClient:
    """Somebody who may read the version."""
    name = VersionName.parse("canaryours/news@1.0.0")
    registry = Registry(sqlite_world.state.registry)
    registry.commit(dataset(), name, created_by="lin", now="2026-01-31T08:00:00Z")
    return sqlite_world.client(sqlite_world.ours.users["reviewer"])


def listed(client: TestClient, query: str = "") -> list[dict[str, Any]]:
    said = client.get(f"{DOCUMENTS}{query}")
    assert said.status_code == 200, said.text
    return list(said.json()["documents"])


def shown(client: TestClient, identifier: str) -> dict[str, Any]:
    said = client.get(f"{DOCUMENTS}/{quote(identifier, safe='')}")
    assert said.status_code == 200, said.text
    return dict(said.json())


def test_records_are_listed_with_what_became_of_them(client: TestClient) -> None:
    found = listed(client)
    assert [(d["id"], d["outcome"], d["step"], d["length_chars"]) for d in found] == [
        ("a.jsonl#0", "kept", None, 9),
        ("a.jsonl#1", "dropped", 1, 2),
        ("a.jsonl#2", "dropped", 2, 10),
        ("a.jsonl#3", "kept", None, 30),
        ("a.jsonl#4", "quarantined", None, None),
    ]
    assert [d["head"] for d in found][:2] == ["早市&天不亮就开了", "太短"]
    assert found[1]["reason"] == "chars >= 4"
    assert found[4]["reason_text"].startswith("invalid-json: ")


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ("?outcome=kept", [0, 3]),
        ("?outcome=quarantined", [4]),
        ("?step=1", [1]),
        ("?reason=chars%20%3E%3D%204", [1]),
        ("?outcome=kept&step=1", []),
        ("?limit=2&place=1", [1, 2]),
        ("?place=99", []),
    ],
)
def test_records_are_found_by_what_became_of_them(
    client: TestClient, query: str, positions: list[int]
) -> None:
    assert [d["id"] for d in listed(client, query)] == [f"a.jsonl#{n}" for n in positions]


def test_pages_go_on_where_the_last_one_ended(client: TestClient) -> None:
    said = client.get(f"{DOCUMENTS}?limit=2&outcome=dropped").json()
    assert ([d["id"] for d in said["documents"]], said["following"]) == (
        ["a.jsonl#1", "a.jsonl#2"],
        None,
    )
    said = client.get(f"{DOCUMENTS}?limit=1&outcome=dropped").json()
    assert [d["id"] for d in listed(client, f"?outcome=dropped&place={said['following']}")] == [
        "a.jsonl#2"
    ]


@pytest.mark.parametrize(
    "query", ["?outcome=good", "?limit=0", "?limit=201", "?place=-1", "?step=x"]
)
def test_a_wrong_query_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"{DOCUMENTS}{query}").status_code == 422


def test_a_kept_record_shows_its_repairs_and_the_rules_it_passed(client: TestClient) -> None:
    found = shown(client, "a.jsonl#0")
    assert found["outcome"] == "kept"
    assert [(span["kind"], span["text"]) for span in found["text"]] == [
        ("same", "早市"),
        ("cut", "&amp;"),
        ("put", "&"),
        ("same", "天不亮就开了"),
    ]
    assert [(e["step"], e["count"]) for e in found["edits"]] == [(0, 1)]
    assert found["claims"] == [
        {"step": 1, "text": "chars >= 4", "holds": True, "values": {"chars": 9}}
    ]
    assert found["scores"]["chars"] == 9
    assert [found["source"][name] for name in ("path", "position", "start")] == ["a.jsonl", 0, 0]
    assert found["steps"] == ["repair: entities", "keep: chars >= 4", "link: exact (keep=longest)"]


def test_a_dropped_record_says_which_part_of_which_rule(client: TestClient) -> None:
    found = shown(client, "a.jsonl#1")
    assert (found["step"], found["reason"], found["decided_by"]) == (1, "chars >= 4", "chars >= 4")
    assert found["claims"][0]["holds"] is False
    twin = shown(client, "a.jsonl#2")
    assert twin["links"][0]["kept_id"] == "a.jsonl#0"


def test_an_unreadable_record_shows_its_first_bytes(client: TestClient) -> None:
    found = shown(client, "a.jsonl#4")
    assert bytes.fromhex(found["head"]) == b"{<b>broken"
    assert (found["outcome"], found["text"], found["claims"]) == ("quarantined", [], [])
    assert found["error"]


def test_texts_stay_texts(client: TestClient) -> None:
    said = client.get(f"{DOCUMENTS}/a.jsonl%233")
    assert said.headers["content-type"] == "application/json"
    assert said.json()["text"][0]["text"] == "<img src=x onerror=alert(1)>湿地"


@pytest.mark.parametrize("identifier", ["none", "a.jsonl#9", "../../etc/passwd#0", "a#" + "9" * 30])
def test_an_id_that_is_not_there_is_not_found(client: TestClient, identifier: str) -> None:
    said = client.get(f"{DOCUMENTS}/{quote(identifier, safe='')}")
    assert (said.status_code, code_of(said)) == (404, "unknown-id")
    assert "views" not in said.text, "a path of the server is nobody's business"


def test_a_long_text_is_cut(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "DOCUMENT_CHARS", 8)
    found = shown(client, "a.jsonl#0")
    assert (found["is_cut"], [span["text"] for span in found["text"]]) == (
        True,
        ["早市", "&amp;", "&"],
    )


def _parquet(rows: list[dict[str, Any]]) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return bytes(sink.getvalue())


RECEIPT = {
    "id": "a#0", "outcome": "kept", "step": None, "reason": None, "links": None, "scores": {"x": 1.0},
    "source": {"path": "a", "position": 0, "start": 0, "end": 1},
    "edits": [{"step": 0, "rule": "r", "start": 0, "end": 1, "before": "a", "after": "b", "confidence": 1.0}],
}  # fmt: skip
ROW = {"id": "a#0", "text": "ab", "source": RECEIPT["source"]}
STRANGE = [
    (b"", b""),
    (b"PAR1", b"rubbish"),
    (_parquet([{"x": 1}]), _parquet([{"x": 1}])),
    (_parquet([{**RECEIPT, "outcome": "good"}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "outcome": 3}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "id": 3}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "source": "x"}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "edits": "x"}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "edits": [{"step": 0}]}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "links": [{"x": 1}]}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "step": "x"}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "step": 99, "outcome": "dropped"}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "scores": "x"}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "scores": {"x": [1]}}]), _parquet([ROW])),
    (_parquet([RECEIPT]), _parquet([{**ROW, "text": 3}])),
    (_parquet([RECEIPT]), _parquet([{**ROW, "text": b"\xff"}])),
    (_parquet([RECEIPT]), _parquet([{**ROW, "id": "b#0"}])),
    (_parquet([{**RECEIPT, "edits": [{**RECEIPT["edits"][0], "start": 99, "end": 3}]}]), _parquet([ROW])),
    (_parquet([{**RECEIPT, "edits": [{**RECEIPT["edits"][0], "start": -9}]}]), _parquet([ROW])),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(STRANGE)))
def test_files_that_no_build_wrote_are_said_to_be(
    sqlite_world: World, tmp_path: Path, number: int
) -> None:
    world, (receipts, data) = sqlite_world, STRANGE[number]
    for kind, content in (("receipts", receipts), ("data", data)):
        (tmp_path / "d" / kind).mkdir(parents=True)
        (tmp_path / "d" / kind / "part-0.parquet").write_bytes(content)
    entries = [file_entry(tmp_path / "d", p) for p in (tmp_path / "d").rglob("*.parquet")]
    facts = {"records": 1, "kept": 1, "dropped": 0, "quarantined": 0}
    facts |= {"recipe": {"steps": [{"keep": "chars >"}]}, "steps": 3, "errors": 3, "rights": 3}
    (tmp_path / "d" / "manifest.json").write_text(json_text(manifest(entries, facts)), "utf-8")
    name = VersionName.parse("canaryours/news@1.0.0")
    registry = Registry(world.state.registry)
    registry.commit(tmp_path / "d", name, created_by="lin", now="2026-01-31T08:00:00Z")
    client = world.client(world.ours.users["reviewer"])
    for path in ("", "?outcome=kept", "?step=1", "/a%230", "/b%230"):
        said = client.get(f"{DOCUMENTS}{path}")
        assert said.status_code in (200, 404, 422), (path, said.text)
        if said.status_code != 200:
            assert code_of(said) in ("not-as-built", "unknown-id")
    assert client.get("/api/datasets/canaryours/news/versions/1.0.0").json()["funnel"] == []


def test_a_dialogue_is_shown_turn_by_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"messages": [{"role": "user", "content": "几点开？"}, {"role": "x", "content": None}]}
    turns, is_cut = document._turns(said)
    assert [(turn.role, turn.content) for turn in turns] == [("user", "几点开？"), ("x", "")]
    assert not is_cut
    asked = {"preference": {"prompt": "几点开？", "chosen": "天不亮", "rejected": "不知道"}}
    monkeypatch.setattr(document, "DOCUMENT_CHARS", 5)
    turns, is_cut = document._turns(asked)
    assert [(turn.role, turn.content) for turn in turns] == [
        ("prompt", "几点开？"),
        ("chosen", "天"),
    ]
    assert is_cut
    assert document._turns({"text": "无"}) == ([], False)


@pytest.mark.parametrize(
    ("query", "positions"),
    [
        ("?score=chars&low=9&high=10", [0, 2]),
        ("?score=chars&high=9", [0, 1]),
        ("?repaired=0", [0, 2]),
        ("?repaired=1", []),
        ("?words=不亮", [0]),
        ("?words=不亮&outcome=dropped", [2]),
        ("?words=濕地", [3]),
        ("?words=不亮&score=chars&low=100", []),
        ("?words=不亮&repaired=0&outcome=dropped&step=2", [2]),
        ("?words=不亮&outcome=dropped&step=1", []),
        ("?words=broken&outcome=quarantined", []),
    ],
)
def test_records_are_found_by_score_repair_and_words(
    client: TestClient, query: str, positions: list[int]
) -> None:
    assert [d["id"] for d in listed(client, query)] == [f"a.jsonl#{n}" for n in positions]


@pytest.mark.parametrize("query", ["?score=none", "?score=language", "?words=a&score=none"])
def test_a_score_that_receipts_do_not_have_is_refused(client: TestClient, query: str) -> None:
    said = client.get(f"{DOCUMENTS}{query}")
    assert (said.status_code, code_of(said)) == (400, "no-such-score")
