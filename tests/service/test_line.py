"""What rules judge by, over HTTP: lines, how scores lie about them, and another line."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from .test_document import DOCUMENTS, client  # noqa: F401  (a fixture)
from .world import code_of

VERSION = DOCUMENTS.removesuffix("/documents")


@pytest.fixture
def reader(client: TestClient) -> TestClient:  # noqa: F811
    return client


LINE = {
    "step": 1,
    "number": 0,
    "score": "chars",
    "operator": ">=",
    "value": 4.0,
    "text": "chars >= 4",
}


def test_a_version_tells_its_lines(reader: TestClient) -> None:
    said = reader.get(f"{VERSION}/lines").json()
    assert said["lines"] == [LINE]
    assert {"name": "chars", "title": "Characters"} in said["scores"]


def test_a_spread_counts_every_readable_document(reader: TestClient) -> None:
    said = reader.get(f"{VERSION}/spread?score=chars").json()
    assert [sum(b[name] for b in said["bins"]) for name in ("kept", "removed")] == [2, 2]
    assert [said[name] for name in ("absent", "looked_at", "records")] == [0, 5, 5]


def test_what_if_counts_what_another_line_would_keep(reader: TestClient) -> None:
    said = reader.get(f"{VERSION}/what-if?step=1&number=0&value=10").json()
    counts = {"kept": 2, "gained": 1, "lost": 1, "is_exact": True}
    # The longer twin passes alone, where its shorter copy stood for both before.
    assert said == {"line": LINE, "value": 10.0, **counts}


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("what-if?step=0", "no-such-line"),
        ("what-if?step=1&number=1", "no-such-line"),
        ("spread?score=title", "no-such-score"),
    ],
)
def test_what_is_not_judged_is_refused(reader: TestClient, path: str, code: str) -> None:
    said = reader.get(f"{VERSION}/{path}")
    assert (said.status_code, code_of(said)) == (400, code)


def test_a_value_that_is_no_number_is_refused(reader: TestClient) -> None:
    assert reader.get(f"{VERSION}/what-if?step=1&value=nan").status_code == 422
