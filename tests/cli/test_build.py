"""`lianjin build`: what it prints, what it writes, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

Run = Callable[..., Any]

FUNNEL = """\
 left  removed  step
    5           read
    4       -1  quarantine
    3       -1  keep: chars >= 4
    2       -1  link: exact (keep=longest)
    2           kept
"""


def squeezed(text: str) -> list[str]:
    """Lines with their columns one space apart."""
    return [" ".join(line.split()) for line in text.splitlines()]


def test_the_funnel_adds_up_and_the_report_is_named(
    run: Run, recipe: Path, source: Path, tmp_path: Path
) -> None:
    said = run("build", recipe, "--input", source, "--out", tmp_path / "out")
    assert (said.code, said.err) == (0, "")
    assert squeezed(said.out) == [
        *squeezed(FUNNEL),
        "",
        "tokens: about 9 (Qwen)",
        f"report: {tmp_path / 'out' / 'report.html'}",
        f"why a record went: lianjin why {tmp_path / 'out'} ID",
    ]
    assert (tmp_path / "out" / "report.html").exists()


def test_pyarrow_takes_its_memory_from_the_system(
    run: Run, recipe: Path, source: Path, tmp_path: Path
) -> None:
    run("build", recipe, "--input", source, "--out", tmp_path / "out")
    assert pa.default_memory_pool().backend_name == "system"


def test_json_says_the_same_to_programs(
    run: Run, recipe: Path, source: Path, tmp_path: Path
) -> None:
    said = run("build", recipe, "--input", source, "--out", tmp_path / "out", "--json")
    told = json.loads(said.out)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert told == {
        "out": str(tmp_path / "out"),
        "root": manifest["root"],
        "continued": False,
        "records": 5,
        "kept": 2,
        "dropped": 2,
        "quarantined": 1,
        "tokens": {"tokens_estimate": 9},
        "steps": {"1": 1, "2": 1},
        "errors": {"invalid-json": 1},
    }
    assert (said.code, said.err) == (0, "")


def test_the_same_command_again_has_nothing_to_do(
    run: Run, recipe: Path, source: Path, out: Path
) -> None:
    before = (out / "run.json").read_bytes()
    said = run("build", recipe, "--input", source, "--out", out)
    assert said.code == 0
    assert "already built; nothing to do" in said.out
    assert (out / "run.json").read_bytes() == before


def test_a_limit_takes_the_first_records_and_is_another_run(
    run: Run, recipe: Path, source: Path, out: Path
) -> None:
    command = ("build", recipe, "--input", source, "--out", out, "--limit", 2, "--json")
    said = run(*command)
    assert (said.code, json.loads(said.err)["error"]["code"]) == (2, "another-run")
    said = run(*command, "--overwrite")
    told = json.loads(said.out)
    assert (said.code, told["records"], told["kept"], told["dropped"]) == (0, 2, 1, 1)


def test_a_dry_run_tries_the_first_records_and_writes_nothing(
    run: Run, recipe: Path, tmp_path: Path
) -> None:
    (tmp_path / "many.jsonl").write_text('{"text": "word"}\n' * 150)
    before = sorted(tmp_path.rglob("*"))
    for more in ((), ("--out", tmp_path / "out"), ("--limit", 7)):
        said = run("build", recipe, "--input", tmp_path / "many.jsonl", "--dry-run", *more)
        assert said.code == 0
        read = 7 if "--limit" in more else 100
        assert squeezed(said.out)[1] == f"{read} read"
        assert said.out.endswith("dry run: nothing was written\n")
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("more", "code", "said_code"),
    [
        ([], 2, "missing-out"),
        (["--out", "OUT", "--input", "nothing.jsonl"], 2, "input-not-found"),
        (["--out", "OUT", "--input", "nothing-*.jsonl"], 2, "no-input"),
        (["--out", "OUT"], 2, "no-input"),
        (["--out", "FILE", "--input", "FILE"], 2, "input-in-output"),
        (["--out", "RECIPE", "--input", "FILE"], 2, "not-a-folder"),
        (["--out", ".", "--input", "FILE"], 2, "input-in-output"),
        (["--out", "FOREIGN", "--input", "FILE"], 2, "foreign-files"),
        (["--out", "RECIPE/x", "--input", "FILE"], 3, "storage-enotdir"),
    ],
)
def test_a_refusal_has_its_code_and_leaves_all_as_it_was(
    run: Run,
    recipe: Path,
    source: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
    code: int,
    said_code: str,
) -> None:
    monkeypatch.chdir(source.parent)
    foreign = source.parent / "foreign"
    foreign.mkdir()
    (foreign / "x").write_text("mine")
    names = {"FILE": source.name, "RECIPE": recipe.name, "OUT": "out", "FOREIGN": "foreign"}
    before = {p: p.read_bytes() for p in source.parent.rglob("*") if p.is_file()}
    for word, name in names.items():
        more = [argument.replace(word, name) for argument in more]
    said = run("build", recipe.name, *more, "--json")
    assert (said.code, json.loads(said.err)["error"]["code"]) == (code, said_code)
    assert said.out == ""
    assert {p: p.read_bytes() for p in source.parent.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    "wrong",
    [
        ["--limit", "0"],
        ["--limit", "many"],
        ["--limit", "99999999999999999999"],
        ["--workers", "0"],
        ["--overwirte"],
        ["--lang", "fr"],
        ["extra"],
    ],
)
def test_a_wrong_option_is_refused(run: Run, recipe: Path, out: Path, wrong: list[str]) -> None:
    said = run("build", recipe, "--out", out, *wrong)
    assert (said.code, said.out) == (2, "")
    assert said.err


def test_an_unknown_recipe_is_refused_with_the_nearest(run: Run, tmp_path: Path) -> None:
    said = run("build", "zh-wbe", "--out", tmp_path / "out")
    assert said.code == 2
    assert "nearest is 'zh-web'" in said.err


def test_too_many_broken_records_stop_a_run(
    run: Run, recipe: Path, source: Path, tmp_path: Path
) -> None:
    with source.open("a") as file:
        file.write("\n{" * 30)
    said = run("build", recipe, "--input", source, "--out", tmp_path / "out", "--json")
    assert (said.code, json.loads(said.err)["error"]["code"]) == (2, "too-many-quarantined")


def test_both_languages_print_the_same_numbers(recipe: Path, source: Path, tmp_path: Path) -> None:
    words = {
        "zh": ["读入", "隔离", "保留", "报告"],
        "en": ["read", "quarantine", "kept", "report"],
    }
    numbers = []
    for lang, expected in words.items():
        arguments = ["build", recipe, "--input", source, "--out", tmp_path / lang, "--lang", lang]
        said = subprocess.run(
            [sys.executable, "-m", "lianjin", *map(str, arguments)],
            capture_output=True,
            text=True,
            check=True,
            env=os.environ | {"LIANJIN_LANG": "zh" if lang == "en" else "en"},
        )
        assert [word for word in expected if word in said.stdout] == expected
        numbers.append(re.findall(r"-?[0-9]+", said.stdout))
    assert numbers[0] == numbers[1]


def test_a_path_that_the_terminal_cannot_write_is_printed_all_the_same(
    recipe: Path, source: Path, tmp_path: Path
) -> None:
    arguments = ["build", recipe, "--input", source, "--out", tmp_path / "出处", "--lang", "en"]
    said = subprocess.run(
        [sys.executable, "-m", "lianjin", *map(str, arguments)],
        capture_output=True,
        check=False,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
    )
    assert (said.returncode, said.stderr) == (0, b"")
    assert b"\\u51fa\\u5904" in said.stdout
