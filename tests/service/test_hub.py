"""What was bought is fetched by the clients that people already have, and by nobody else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from lianjin.core.key import read_key
from lianjin.corpus.registry import Registry
from lianjin.market import order
from lianjin.market.delivery import check_receipt, fetches, receipt
from lianjin.service.account.token import revoke
from lianjin.service.app import make_app
from lianjin.service.hub import span_of

from ..trade import Trade, tiny, trade

__all__ = ["tiny", "trade"]
REPOSITORY = "lanshi/gov-qa"
RESOLVE = f"/hub/datasets/{REPOSITORY}/resolve"
API = f"/hub/api/datasets/{REPOSITORY}"


@pytest.fixture
def client(trade: Trade) -> Iterator[TestClient]:
    with TestClient(make_app(trade.state)) as found:
        yield found


def data_path(trade: Trade) -> str:
    (path,) = (trade.dataset / "data").iterdir()
    return f"data/{path.name}"


def test_a_buyer_fetches_every_byte_and_gets_a_receipt(trade: Trade, client: TestClient) -> None:
    bought, headers = trade.agreed(trade.listed()), trade.buyer.headers
    path = data_path(trade)
    whole = (trade.dataset / path).read_bytes()
    head = client.head(f"{RESOLVE}/main/{path}", headers=headers)
    assert head.status_code == 200
    assert head.headers["etag"] == f'"{hashlib.sha256(whole).hexdigest()}"'
    assert head.headers["content-length"] == str(len(whole))
    assert head.headers["x-repo-commit"] == trade.version.manifest[:40]
    assert trade.order(bought.id).state == "agreed"
    part = client.get(f"{RESOLVE}/1.0.0/{path}", headers=headers | {"Range": "bytes=0-99"})
    assert (part.status_code, part.content) == (206, whole[:100])
    assert part.headers["content-range"] == f"bytes 0-99/{len(whole)}"
    assert trade.order(bought.id).state == "delivering"
    rest = client.get(
        f"{RESOLVE}/{trade.version.manifest[:40]}/{path}", headers=headers | {"Range": "bytes=50-"}
    )
    assert rest.content == whole[50:]
    assert trade.order(bought.id).state == "delivered"
    with trade.state.database.read() as connection:
        signed = receipt(connection, bought.id)
        served = [(row["start"], row["sent_bytes"]) for row in fetches(connection, bought.id)]
    assert served == [(0, 100), (50, len(whole) - 50)]
    assert signed is not None
    said = json.loads(signed.text)
    assert said["files"] == [
        {
            "path": path,
            "received_bytes": len(whole),
            "sha256": hashlib.sha256(whole).hexdigest(),
            "size_bytes": len(whole),
        }
    ]
    assert (said["root"], said["agreement"]) == (trade.version.root, bought.agreement_digest)
    check_receipt(signed, read_key(trade.state.folder / "log.key").verifier)


def test_the_clients_questions_are_answered(trade: Trade, client: TestClient) -> None:
    trade.agreed(trade.listed())
    headers, path = trade.buyer.headers, data_path(trade)
    info = client.get(f"{API}/revision/main", headers=headers).json()
    assert (info["id"], info["sha"]) == (REPOSITORY, trade.version.manifest[:40])
    assert [s["rfilename"] for s in info["siblings"]] == ["README.md", path]
    assert client.get(API, headers=headers).json() == info
    top = client.get(f"{API}/tree/main", headers=headers).json()
    assert [(entry["type"], entry["path"]) for entry in top] == [
        ("file", "README.md"),
        ("directory", "data"),
    ]
    every = client.get(f"{API}/tree/1.0.0?recursive=true", headers=headers).json()
    assert [entry["path"] for entry in every] == ["README.md", "data", path]
    below = client.get(f"{API}/tree/main/data", headers=headers).json()
    assert [entry["path"] for entry in below] == [path]
    asked = client.post(
        f"{API}/paths-info/main", headers=headers, json={"paths": [path, "none"], "expand": True}
    )
    assert asked.json() == below
    form = client.post(f"{API}/paths-info/main", headers=headers, data={"paths": [path, "none"]})
    assert form.json() == below
    for wrong in (b"", b"[]", b"{", b'{"paths": 1}', b'{"paths": [1]}'):
        sent = headers | {"Content-Type": "application/json"}
        said = client.post(f"{API}/paths-info/main", headers=sent, content=wrong)
        assert said.status_code == 400
    card = client.get(f"{RESOLVE}/main/README.md", headers=headers)
    assert card.text.startswith("---\nconfigs: ")
    assert card.headers["content-type"] == "text/markdown; charset=utf-8"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("main/data/none.parquet", "EntryNotFound"),
        ("main/manifest.json", "EntryNotFound"),
        ("main/receipts/part-00000.parquet", "EntryNotFound"),
        ("main/..%2f..%2f..%2fserver%2flog.key", "EntryNotFound"),
        ("main/data/..%2f..%2flog.key", "EntryNotFound"),
        ("main/%2fetc%2fpasswd", "EntryNotFound"),
        ("main/data%5c..%5clog.key", "EntryNotFound"),
        ("main/data/%00", "EntryNotFound"),
        ("9.9.9/README.md", None),
        ("0" * 40 + "/README.md", "RevisionNotFound"),
    ],
)
def test_only_what_the_manifest_names_is_there(
    trade: Trade, client: TestClient, path: str, code: str | None
) -> None:
    trade.agreed(trade.listed())
    said = client.get(f"{RESOLVE}/{path}", headers=trade.buyer.headers)
    assert said.status_code in (403, 404)
    if code is not None:
        assert (said.status_code, said.headers["x-error-code"]) == (404, code)


def test_nobody_without_a_right_gets_a_byte(trade: Trade, client: TestClient) -> None:
    found = trade.listed()
    path = f"{RESOLVE}/main/{data_path(trade)}"

    def asked(headers: dict[str, str], where: str = path) -> tuple[int, str | None]:
        said = client.get(where, headers=headers)
        assert b"PAR1" not in said.content
        return said.status_code, said.headers.get("x-error-code")

    assert asked({}) == (401, "GatedRepo")
    assert asked({"Authorization": "Bearer lj_wrong"}) == (401, "GatedRepo")
    assert asked(trade.buyer.headers) == (403, "GatedRepo")
    trade.agreed(found)
    assert asked(trade.other.headers) == (403, "GatedRepo")
    assert asked(trade.assessor.headers) == (403, "GatedRepo")
    assert asked(trade.buyer.headers, path.replace("gov-qa", "none")) == (404, "RepoNotFound")
    assert client.get(path, headers=trade.buyer.headers).status_code == 200
    trade.state.database.write(lambda tx: revoke(tx, "user_x", trade.buyer.token_id))
    assert asked(trade.buyer.headers) == (401, "GatedRepo")


def test_a_set_that_nobody_lists_is_not_found(trade: Trade, client: TestClient) -> None:
    said = client.get(f"{API}/revision/main", headers=trade.other.headers)
    assert (said.status_code, said.headers["x-error-code"]) == (404, "RepoNotFound")


def test_a_refunded_order_gives_no_right(trade: Trade, client: TestClient) -> None:
    bought = trade.agreed(trade.listed())
    trade.state.database.write(lambda tx: order.cancel(tx, trade.buyer.actor, bought.id, ""))
    assert client.get(f"{API}/revision/main", headers=trade.buyer.headers).status_code == 403


def test_the_supplier_looks_at_its_own_without_a_delivery(trade: Trade, client: TestClient) -> None:
    bought = trade.agreed(trade.listed())
    path = f"{RESOLVE}/main/{data_path(trade)}"
    assert client.get(path, headers=trade.supplier.headers).status_code == 200
    with trade.state.database.read() as connection:
        assert fetches(connection, bought.id) == ()


def test_many_ranges_at_once_deliver_once(trade: Trade, client: TestClient) -> None:
    bought = trade.agreed(trade.listed())
    path = data_path(trade)
    size = (trade.dataset / path).stat().st_size
    step = size // 20 + 1

    def fetch(start: int) -> bytes:
        ranged = trade.buyer.headers | {"Range": f"bytes={start}-{start + step - 1}"}
        return client.get(f"{RESOLVE}/main/{path}", headers=ranged).content

    with ThreadPoolExecutor(8) as pool:
        whole = b"".join(pool.map(fetch, range(0, size, step)))
    assert whole == (trade.dataset / path).read_bytes()
    assert trade.order(bought.id).state == "delivered"


def test_what_was_changed_after_its_certificate_is_not_delivered(
    trade: Trade, client: TestClient
) -> None:
    bought = trade.agreed(trade.listed())
    path = data_path(trade)
    assert client.get(f"{RESOLVE}/main/{path}", headers=trade.buyer.headers).status_code == 200
    blob = Registry(trade.state.registry).open(trade.version).folder / path
    whole = blob.read_bytes()
    blob.resolve().chmod(0o644)
    blob.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    said = client.get(f"{RESOLVE}/main/{path}", headers=trade.buyer.headers)
    assert (said.status_code, said.json()["error"]["code"]) == (503, "unavailable")
    with trade.state.database.read() as connection:
        assert len(fetches(connection, bought.id)) == 1


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, (0, 10)),
        ("bytes=0-0", (0, 1)),
        ("bytes=3-99", (3, 10)),
        ("bytes=-99", (0, 10)),
        ("bytes=-0", None),
        ("bytes=5-4", None),
        ("bytes=10-", None),
        ("bytes=0-1,3-4", (0, 10)),
        ("bytes=-", (0, 10)),
        ("bytes=a-b", (0, 10)),
        ("lines=0-1", (0, 10)),
        ("bytes=" + "9" * 100 + "-", (0, 10)),
    ],
)
def test_a_range_is_read_as_http_says(header: str | None, span: Any) -> None:
    assert span_of(header, 10) == span
