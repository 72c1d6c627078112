"""`lianjin certify` and `lianjin verify --certificate`: from an evaluation to what a buyer checks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lianjin.core.key import make_key
from lianjin.core.log import Log

from .conftest import Run
from .test_evaluate import REQUIREMENT


@pytest.fixture
def evaluated(run: Run, out: Path, tmp_path: Path) -> Path:
    """The folder of an evaluation whose gates are passed, and two keys beside it."""
    (tmp_path / "q.yaml").write_text(REQUIREMENT, "utf-8")
    run("evaluate", out, "--requirement", tmp_path / "q.yaml", "--out", tmp_path / "ev")
    for name in ("issuer", "log"):
        make_key(tmp_path / f"{name}.key", f"example.com/{name}")
    return tmp_path / "ev"


def call(out: Path, evaluated: Path, *more: object) -> list[object]:
    folder = evaluated.parent
    return [
        "certify", out, "--evaluation", evaluated, "--key", folder / "issuer.key",
        "--log", folder / "log", "--log-key", folder / "log.key",
        "--out", evaluated / "certificate.json", *more,
    ]  # fmt: skip


def test_a_certificate_is_made_and_verified(run: Run, out: Path, evaluated: Path) -> None:
    said = run(*call(out, evaluated, "--name", "lab/said@1.0.0", "--json"))
    told = json.loads(said.out)
    assert (said.code, told["log_index"]) == (0, 0)
    with Log.open(evaluated.parent / "log") as log:
        assert log.entry(0).ids["dataset"] == "lab/said@1.0.0"
    path = evaluated / "certificate.json"
    found = run("verify", out, "--certificate", path, "--key", told["key"])
    assert (found.code, found.err) == (0, "")
    assert found.out.startswith("the certificate holds: ")
    assert (
        "checked: signature, entry in the log, evaluation, every byte of the dataset" in found.out
    )
    assert "--key" not in found.out
    assert "give the one you trust with --key" in run("verify", out, "--certificate", path).out


def test_what_does_not_hold_is_a_finding(run: Run, out: Path, evaluated: Path) -> None:
    assert run(*call(out, evaluated)).code == 0
    path = evaluated / "certificate.json"
    (evaluated / "evaluation.json").write_bytes(b"{}")
    (out / "README.md").write_text("changed")
    said = run("verify", out, "--certificate", path, "--json")
    told = json.loads(said.out)
    assert said.code == 1
    assert [(f["code"], f["path"]) for f in told["faults"]] == [
        ("evaluation-differs", "evaluation.json"),
        ("size-differs", "README.md"),
    ]
    path.write_bytes(b"nothing")
    said = run("verify", out, "--certificate", path)
    assert (said.code, said.out.partition(": found")[0]) == (
        1,
        "not-a-certificate: certificate.json",
    )


def test_no_certificate_for_a_failed_gate_or_another_dataset(
    run: Run, out: Path, evaluated: Path, tmp_path: Path
) -> None:
    (out / "README.md").write_text("changed")
    said = run(*call(out, evaluated))
    assert said.code == 1
    assert "subject-differs" in said.err
    run("evaluate", out, "--out", evaluated)
    said = run(*call(out, evaluated))
    assert said.code == 1
    assert not (tmp_path / "log" / "checkpoint").exists()


def test_wrong_calls_are_refused(run: Run, out: Path, evaluated: Path, tmp_path: Path) -> None:
    assert "wrong-name" in run(*call(out, evaluated, "--name", "lab/said")).err
    elsewhere = ["--evaluation", tmp_path, "--out", tmp_path / "other.json"]
    assert "not-an-evaluation" in run(*call(out, evaluated, *elsewhere)).err
    assert run(*call(out, evaluated)).code == 0
    assert "already-exists" in run(*call(out, evaluated)).err
    inside = [
        word if word != evaluated / "certificate.json" else out / "c.json"
        for word in call(out, evaluated)
    ]
    assert "out-in-dataset" in run(*inside).err
    for key in ("a", "example.com/x+00000000+AAAA"):
        said = run("verify", out, "--certificate", evaluated / "certificate.json", "--key", key)
        assert (said.code, said.out) == (2, "")
        assert "wrong-value" in said.err
    assert run("verify", out, "--certificate", tmp_path / "none.json").code == 3
