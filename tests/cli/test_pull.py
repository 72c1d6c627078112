"""`lianjin pull` from a folder: 0 pulled, 2 refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lianjin.corpus.verify import verify

from .conftest import Run


@pytest.fixture
def registry(run: Run, out: Path, tmp_path: Path) -> Path:
    """A registry with two versions and a pre-release."""
    for version in ("1.0.0", "1.1.0", "2.0.0-rc.1"):
        assert run("push", out, f"lab/news@{version}", "--to", tmp_path / "registry").code == 0
    return tmp_path / "registry"


def test_a_version_comes_out_as_a_dataset(run: Run, registry: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    said = run("pull", "lab/news@1.0.0", "--from", registry, "--out", copy)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith("lab/news@1.0.0: 6 files, ")
    assert verify(copy, records=True).faults == ()
    again = run("pull", "lab/news@1.0.0", "--from", registry, "--out", copy, "--lang", "zh")
    assert (again.code, again.out.splitlines()[1]) == (0, "早已在此，完好无缺")


def test_without_a_version_the_latest_comes(run: Run, registry: Path, tmp_path: Path) -> None:
    said = run("pull", "lab/news", "--from", registry, "--out", tmp_path / "copy", "--json")
    told = json.loads(said.out)
    assert (told["version"]["name"], told["is_new"]) == ("lab/news@1.1.0", True)


def test_what_is_not_there_is_a_wrong_call(run: Run, registry: Path, tmp_path: Path) -> None:
    for name, place, code in (
        ("lab/news@9.0.0", registry, "no-such-version"),
        ("lab/newz", registry, "no-such-dataset"),
        ("lab/news", tmp_path / "nowhere", "not-a-registry"),
        ("lab/../news", registry, "wrong-name"),
    ):
        said = run("pull", name, "--from", place, "--out", tmp_path / "copy", "--lang", "en")
        assert (said.code, said.err.startswith(f"refused: {code}: ")) == (2, True), said.err
    said = run("pull", "lab/news", "--from", registry, "--out", registry)
    assert (said.code, "foreign-files" in said.err) == (2, True)


def test_a_registry_is_verified(run: Run, registry: Path) -> None:
    said = run("verify", registry, "--lang", "en")
    assert (said.code, said.out.startswith("intact: 3 versions, ")) == (0, True)
    blob = next((registry / "objects").glob("*/*"))
    blob.chmod(0o644)
    blob.write_bytes(bytes(blob.stat().st_size))
    said = run("verify", registry, "--json")
    told = json.loads(said.out)
    assert (said.code, {fault["code"] for fault in told["faults"]}) == (1, {"content-differs"})
    assert len(told["faults"]) == 3
