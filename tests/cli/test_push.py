"""`lianjin push` into a folder: 0 pushed, 1 the dataset differs, 2 refused."""

from __future__ import annotations

import json
from pathlib import Path

from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName

from .conftest import Run


def test_a_dataset_becomes_a_version(run: Run, out: Path, tmp_path: Path) -> None:
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    said = run("push", out, "lab/news@1.0.0", "--to", tmp_path / "registry", "--message", "首版")
    size_bytes = sum(entry["size_bytes"] for entry in manifest["files"])
    expected = (
        f"lab/news@1.0.0: 6 files, {size_bytes:,} bytes, 2 of 5 records kept\n"
        f"root {manifest['root']}\n"
    )
    assert (said.code, said.out, said.err) == (0, expected, "")
    again = run(
        "push", out, "lab/news@1.0.0", "--to", tmp_path / "registry", "--message", "首版", "--json"
    )
    version = Registry(tmp_path / "registry").version(VersionName.parse("lab/news@1.0.0"))
    assert (again.code, json.loads(again.out)) == (0, version.to_json())
    assert version.message == "首版"


def test_parents_are_named_or_roots(run: Run, out: Path, tmp_path: Path) -> None:
    to = ["--to", tmp_path / "registry"]
    run("push", out, "lab/news@1.0.0", *to)
    more = ["--parent", "lab/news@1.0.0", "--parent", "ab" * 32]
    said = run("push", out, "lab/news@1.1.0", *to, *more, "--json")
    names = [parent["name"] for parent in json.loads(said.out)["parents"]]
    assert (said.code, names) == (0, ["lab/news@1.0.0", None])
    said = run("push", out, "lab/news@1.2.0", *to, "--parent", "lab/none@1.0.0")
    assert (said.code, "no-such-version" in said.err) == (2, True)


def test_a_dataset_that_differs_is_a_finding(run: Run, out: Path, tmp_path: Path) -> None:
    (out / "README.md").write_text("mine")
    said = run("push", out, "lab/news@1.0.0", "--to", tmp_path / "registry")
    assert (said.code, "size-differs" in said.err) == (1, True)


def test_a_wrong_name_or_place_is_a_wrong_call(run: Run, out: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes").touch()
    (tmp_path / "token").write_text("two words")
    for name, to, code, more in (
        ("../x@1.0.0", tmp_path / "registry", "wrong-name", []),
        ("lab/news", tmp_path / "registry", "wrong-name", []),
        ("lab/news@1.0.0", tmp_path / "full", "not-a-registry", []),
        ("lab/news@1.0.0", tmp_path / "token", "not-a-registry", []),
        ("lab/news@1.0.0", "ftp://a.cn", "wrong-address", []),
        ("lab/news@1.0.0", "https://a.cn", "wrong-value", ["--token-file", tmp_path / "token"]),
    ):
        said = run("push", out, name, "--to", to, *more)
        assert (said.code, said.out) == (2, "")
        assert said.err.startswith(f"refused: {code}: "), said.err
        assert "two words" not in said.err
    assert sorted(p.name for p in (tmp_path / "full").iterdir()) == ["notes"]
    assert not (tmp_path / "registry").exists()
