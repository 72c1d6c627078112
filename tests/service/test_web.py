from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lianjin.service import web
from starlette.routing import Route

PAGE = b"<!doctype html><title>app</title>" + b" " * 2_000
SCRIPT = b"console.log(1);" * 200


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(PAGE)
    (folder / "assets" / "app-1a2b.js").write_bytes(SCRIPT)
    (tmp_path / "secret.txt").write_text("nobody's", "utf-8")
    monkeypatch.setattr(web, "files", lambda: web.read_files(folder))
    return folder


@pytest.fixture
def client(built: Path) -> TestClient:
    app = FastAPI()
    app.router.routes.append(Route("/api/known", lambda request: None, methods=["GET"]))
    app.router.routes.append(web.PAGES)
    return TestClient(app)


def test_a_script_is_kept_for_ever_under_its_digest(client: TestClient) -> None:
    said = client.get("/assets/app-1a2b.js", headers={"Accept-Encoding": "identity"})
    assert (said.status_code, said.content) == (200, SCRIPT)
    assert said.headers["content-type"] == "text/javascript; charset=utf-8"
    assert said.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "content-encoding" not in said.headers


@pytest.mark.parametrize("path", ["/", "/datasets", "/datasets/a/b/1.0.0", "/market/listing_1"])
def test_every_address_of_the_app_is_its_one_page(client: TestClient, path: str) -> None:
    said = client.get(path)
    assert (said.status_code, said.content) == (200, PAGE)
    assert said.headers["cache-control"] == "no-cache"
    assert said.headers["content-type"] == "text/html; charset=utf-8"


def test_files_go_out_packed_and_only_when_they_changed(client: TestClient) -> None:
    first = client.get("/datasets", headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) == len(gzip.compress(PAGE, 9, mtime=0))
    again = client.get("/datasets", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    ["/assets/gone.js", "/assets/../../secret.txt", "/assets/%2e%2e/%2e%2e/secret.txt", "/api/no"],
)
def test_what_was_not_built_is_not_there(client: TestClient, path: str) -> None:
    assert b"nobody's" not in client.get(path).content
    assert client.get(path).status_code == 404 or client.get(path).content == PAGE


def test_addresses_of_programs_are_not_pages(client: TestClient) -> None:
    for path in ("/api", "/api/no", "/hub/x", "/log/checkpoint"):
        assert client.get(path).status_code == 404, path
    assert client.post("/api/no").status_code == 404
    assert client.post("/api/known").status_code == 405
    assert client.post("/datasets").status_code == 405


def test_a_server_without_the_app_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not web.is_built(tmp_path)
    (page,) = web.read_files(tmp_path).values()
    assert b"make web" in page.body
    assert web.NOT_BUILT.zh.encode() in page.body
