"""Datasets over HTTP: whose they are, what they say, and that nothing of them changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.core.event import event_by_id
from lianjin.corpus.registry import Registry
from lianjin.corpus.shipment import Shipment, pack
from lianjin.corpus.version import DatasetVersion, VersionName
from lianjin.service.registry import REPORT

from .dataset import dataset
from .served import token_of
from .world import World, code_of

VERSIONS = "/api/datasets/canaryours/news/versions"
NEWS = "/api/datasets/canaryours/news"


def asked(shipment: Shipment, version: str = "1.0.0", **more: Any) -> dict[str, Any]:
    extras = {item.path: item.sha256 for item in shipment.extras}
    return {"version": version, "manifest": shipment.manifest.sha256, "extras": extras, **more}


def send(client: TestClient, shipment: Shipment) -> None:
    for item in shipment.items:
        said = client.put(f"/api/blobs/{item.sha256}", content=b"".join(shipment.blocks(item)))
        assert said.status_code == 201, said.text


@pytest.fixture
def shipment() -> Shipment:
    return pack(dataset())


@pytest.fixture
def client(sqlite_world: World) -> TestClient:
    """An engineer of ours, who has sent the dataset's bytes."""
    found = sqlite_world.client(sqlite_world.ours.users["engineer"])
    send(found, pack(dataset()))
    return found


def test_a_version_is_committed_once_its_bytes_are_there(world: World, shipment: Shipment) -> None:
    client = world.client(world.ours.users["engineer"])
    said = client.post(VERSIONS, json=asked(shipment))
    assert (said.status_code, code_of(said)) == (409, "blobs-missing")
    send(client, shipment)
    said = client.post(VERSIONS, json=asked(shipment, message="首版"))
    assert said.status_code == 201, said.text
    registry = Registry(world.state.registry)
    stands = registry.version(VersionName.parse("canaryours/news@1.0.0"))
    assert said.json()["version"] == stands.to_json()
    assert stands.created_by == world.ours.users["engineer"]
    with world.state.database.read() as connection:
        event = event_by_id(connection, said.json()["event"])
    assert (event.entry.event, event.subject) == ("version_committed", "canaryours/news@1.0.0")
    again = client.post(VERSIONS, json=asked(shipment, message="首版"))
    assert again.json() == said.json()
    said = client.post(VERSIONS, json=asked(shipment, message="another"))
    assert (said.status_code, code_of(said)) == (409, "version-exists")


def test_others_bytes_make_no_version(world: World, shipment: Shipment) -> None:
    ours, theirs = (world.client(t.users["engineer"]) for t in (world.ours, world.theirs))
    send(ours, shipment)
    path = "/api/datasets/canarytheirs/news/versions"
    said = theirs.post(path, json=asked(shipment))
    assert (said.status_code, code_of(said)) == (409, "blobs-missing")
    manifest = shipment.manifest
    data = b"".join(shipment.blocks(manifest))
    assert theirs.put(f"/api/blobs/{manifest.sha256}", content=data).status_code == 201
    said = theirs.post(path, json=asked(shipment, extras={}))
    assert (said.status_code, code_of(said)) == (409, "blobs-missing")
    send(theirs, shipment)
    assert theirs.post(path, json=asked(shipment)).status_code == 201


def test_a_name_of_another_organisation_is_not_there(
    client: TestClient, shipment: Shipment
) -> None:
    for organisation in ("canarytheirs", "nobody"):
        path = f"/api/datasets/{organisation}/news"
        said = [client.get(path), client.post(f"{path}/versions", json=asked(shipment))]
        assert [(one.status_code, code_of(one)) for one in said] == [(404, "no-such-dataset")] * 2


def test_parents_are_of_the_same_organisation_or_roots(
    sqlite_world: World, client: TestClient, shipment: Shipment
) -> None:
    registry = Registry(sqlite_world.state.registry)
    theirs = VersionName.parse("canarytheirs/secret@1.0.0")
    registry.commit(dataset(), theirs, created_by="x", now="2026-01-31T08:00:00Z")
    for parent in (str(theirs), "canarytheirs/none@1.0.0", "canaryours/none@1.0.0"):
        said = client.post(VERSIONS, json=asked(shipment, parents=[parent]))
        assert (said.status_code, code_of(said)) == (404, "no-such-version")
    assert client.post(VERSIONS, json=asked(shipment, parents=["ab" * 32])).status_code == 201
    more = asked(shipment, "1.1.0", parents=["canaryours/news@1.0.0"])
    assert client.post(VERSIONS, json=more).status_code == 201
    lineage = client.get(f"{VERSIONS}/1.1.0").json()["lineage"]
    assert [parent["name"] for parent in lineage] == ["canaryours/news@1.0.0", None]
    assert lineage[1]["root"] == "ab" * 32


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"version": "1"}, 400),
        ({"version": "../../x"}, 400),
        ({"version": "1.0.0\n"}, 400),
        ({"manifest": "x"}, 422),
        ({"manifest": None}, 422),
        ({"parents": ["x"]}, 400),
        ({"parents": ["a/b@../.."]}, 400),
        ({"parents": ["ab" * 32] * 101}, 422),
        ({"message": "x" * 2001}, 422),
        ({"message": "\x1b[31m"}, 400),
        ({"extras": {"../x": "ab" * 32}}, 409),
        ({"extras": {"run.json": "x"}}, 422),
        ({"more": 1}, 422),
    ],
)
def test_a_wrong_commit_is_refused(
    client: TestClient, shipment: Shipment, change: dict[str, Any], status: int
) -> None:
    said = client.post(VERSIONS, json=asked(shipment) | change)
    assert said.status_code == status, said.text
    assert client.get(NEWS).status_code == 404


def test_an_extra_is_no_path(client: TestClient, shipment: Shipment) -> None:
    held = shipment.extras[0].sha256
    for path in ("../x", "a/b", "manifest.json", ".pull", ""):
        said = client.post(VERSIONS, json=asked(shipment, extras={path: held}))
        assert (said.status_code, code_of(said)) == (400, "wrong-version"), path


def test_what_is_no_manifest_makes_no_version(client: TestClient, shipment: Shipment) -> None:
    said = client.post(VERSIONS, json=asked(shipment, manifest=shipment.files[0].sha256))
    assert (said.status_code, code_of(said)) == (422, "manifest-differs")


def test_a_version_shows_its_funnel_and_what_it_consists_of(
    client: TestClient, shipment: Shipment
) -> None:
    client.post(VERSIONS, json=asked(shipment))
    found = client.get(f"{VERSIONS}/1.0.0", headers={"Accept-Language": "zh"}).json()
    counts = {name: found[name] for name in ("records", "kept", "dropped", "quarantined")}
    assert counts == {"records": 5, "kept": 2, "dropped": 2, "quarantined": 1}
    assert [(s["text"], s["removed"], s["left"]) for s in found["funnel"]] == [
        ("修复：entities", 0, 4),
        ("规则：chars >= 4", 1, 3),
        ("去重：exact (keep=longest)", 1, 2),
    ]
    assert found["is_latest"]
    assert found["errors"] == {"invalid-json": 1}
    assert {f["path"]: f["sha256"] for f in found["files"]} == {
        item.path: item.sha256 for item in shipment.files
    }
    assert found["rights"]["licence"] == {"unknown": 2}
    english = client.get(f"{VERSIONS}/1.0.0", headers={"Accept-Language": "en"}).json()
    assert english["funnel"][1]["text"] == "keep: chars >= 4"


def test_datasets_and_versions_are_listed_in_pages(client: TestClient, shipment: Shipment) -> None:
    assert client.get("/api/datasets").json() == {"datasets": [], "following": None}
    for version in ("1.9.0", "1.10.0", "2.0.0-rc.1"):
        client.post(VERSIONS, json=asked(shipment, version))
    for name in ("a", "z"):
        client.post(f"/api/datasets/canaryours/{name}/versions", json=asked(shipment))
    listed = client.get("/api/datasets?limit=2").json()
    assert [(d["name"], d["n_versions"]) for d in listed["datasets"]] == [("a", 1), ("news", 3)]
    assert listed["datasets"][1]["latest"]["name"] == "canaryours/news@1.10.0"
    rest = client.get(f"/api/datasets?after={listed['following']}").json()
    assert [d["name"] for d in rest["datasets"]] == ["z"]
    first = client.get(f"{NEWS}?limit=2").json()
    assert [v["version"] for v in first["versions"]] == ["2.0.0-rc.1", "1.10.0"]
    assert (first["latest"], first["following"]) == ("1.10.0", "1.10.0")
    rest = client.get(f"{NEWS}?before=1.10.0").json()
    assert ([v["version"] for v in rest["versions"]], rest["following"]) == (["1.9.0"], None)
    assert client.get(f"{NEWS}?before=x").status_code == 400


def test_files_come_whole_and_in_ranges_as_attachments(
    sqlite_world: World, client: TestClient, shipment: Shipment
) -> None:
    client.post(VERSIONS, json=asked(shipment))
    program = sqlite_world.bearer(token_of(sqlite_world, sqlite_world.ours, "buyer", "pull"))
    for item in shipment.items:
        said = program.get(f"{VERSIONS}/1.0.0/files/{item.path}")
        assert (said.status_code, said.content) == (200, b"".join(shipment.blocks(item)))
        assert said.headers["etag"] == f'"{item.sha256}"'
        assert said.headers["content-disposition"].startswith("attachment")
        assert said.headers["x-content-type-options"] == "nosniff"
    item = shipment.files[0]
    part = program.get(f"{VERSIONS}/1.0.0/files/{item.path}", headers={"Range": "bytes=2-5"})
    assert (part.status_code, part.content) == (206, b"".join(shipment.blocks(item))[2:6])
    refused = program.get(f"{VERSIONS}/1.0.0")
    assert (refused.status_code, code_of(refused)) == (403, "token-scope")


@pytest.mark.parametrize(
    "path",
    [
        "none",
        "..%2F..%2F..%2Fetc%2Fpasswd",
        "%2Fetc%2Fpasswd",
        "data",
        "data/",
        "%00",
    ],
)
def test_a_path_that_the_version_does_not_have_is_not_found(
    client: TestClient, shipment: Shipment, path: str
) -> None:
    client.post(VERSIONS, json=asked(shipment))
    said = client.get(f"{VERSIONS}/1.0.0/files/{path}")
    assert (said.status_code, code_of(said)) == (404, "no-such-file")


def test_the_report_is_a_page_that_reaches_nothing(client: TestClient, shipment: Shipment) -> None:
    client.post(VERSIONS, json=asked(shipment))
    said = client.get(f"{VERSIONS}/1.0.0/report")
    assert said.content == (dataset() / REPORT).read_bytes()
    policy = said.headers["content-security-policy"]
    assert policy.startswith("sandbox")
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    client.post(VERSIONS, json=asked(shipment, "1.1.0", extras={}))
    said = client.get(f"{VERSIONS}/1.1.0/report")
    assert (said.status_code, code_of(said)) == (404, "no-such-file")


def test_a_damaged_registry_tells_the_reader_nothing_of_the_disk(
    sqlite_world: World, client: TestClient, shipment: Shipment
) -> None:
    client.post(VERSIONS, json=asked(shipment))
    path: Path = sqlite_world.state.registry / "datasets/canaryours/news/versions/1.0.0.json"
    assert DatasetVersion.read(path.read_bytes()).kept == 2
    path.write_bytes(b"{}")
    said = client.get(f"{VERSIONS}/1.0.0")
    assert (said.status_code, code_of(said)) == (503, "unavailable")
    assert str(sqlite_world.state.folder) not in said.text
