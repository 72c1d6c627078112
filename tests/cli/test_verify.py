"""`lianjin verify`: 0 intact, 1 something differs, 2 no dataset."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize("more", [[], ["--records"]])
def test_an_intact_dataset_is_said_to_be(run: Run, out: Path, more: list[str]) -> None:
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    said = run("verify", out, *more)
    sizes = sum(entry["size_bytes"] for entry in manifest["files"])
    expected = f"intact: 6 files, {sizes:,} bytes, root {manifest['root']}\n"
    assert (said.code, said.out, said.err) == (0, expected, "")


def test_what_differs_is_listed_and_is_a_finding(run: Run, out: Path) -> None:
    (out / "data" / "x").write_text("x")
    (out / "README.md").unlink()
    said = run("verify", out)
    assert said.code == 1
    assert [line.partition(": found")[0] for line in said.out.splitlines()] == [
        "file-missing: README.md",
        "file-unknown: data/x",
    ]
    told = json.loads(run("verify", out, "--json").out)
    assert [(f["code"], f["path"]) for f in told["faults"]] == [
        ("file-missing", "README.md"),
        ("file-unknown", "data/x"),
    ]


def test_a_damaged_manifest_is_a_finding(run: Run, out: Path) -> None:
    text = (out / "manifest.json").read_text("utf-8")
    (out / "manifest.json").write_text(text.replace('"kept": 2', '"kept": 3'), "utf-8")
    said = run("verify", out)
    assert (said.code, said.out.partition(": found")[0]) == (1, "manifest-differs: manifest.json")


def test_a_folder_that_is_no_dataset_is_a_wrong_call(run: Run, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nothing"):
        said = run("verify", folder)
        assert (said.code, said.out) == (2, "")
        assert "not-a-dataset" in said.err
