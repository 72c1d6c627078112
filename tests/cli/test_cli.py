"""The command line: exit codes, both languages, JSON, and how fast it starts."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LIANJIN_LANG": lang}
    command = [sys.executable, "-c", "from lianjin.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def test_help_needs_less_than_half_a_second_of_processor_time_and_no_arrow() -> None:
    program = """
import sys
from lianjin.cli import main
try:
    main(["--help"])
except SystemExit as end:
    assert not end.code
print([name for name in ("pyarrow", "numpy", "pydantic", "yaml", "rich") if name in sys.modules])
"""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert said.stdout.endswith("[]\n"), said
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < 0.5


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["--version"], 0),
        (["operators"], 0),
        ([], 2),
        (["biuld"], 2),
        (["operators", "--bad"], 2),
        (["operators", "minhas"], 2),
        (["recipe", "check", "no-such-preset"], 2),
        (["recipe", "check", "missing.yaml"], 2),
        (["recipe", "list", "--lang", "fr"], 2),
        (["recipe", "check", "/"], 3),
    ],
)
def test_the_exit_code_says_who_must_act(arguments: list[str], code: int) -> None:
    said = run(*arguments)
    assert (said.returncode, "Traceback" in said.stderr) == (code, False), said


def test_a_refusal_gives_code_sentence_and_next_step() -> None:
    assert run("operators", "minhas").stderr == (
        "refused: unknown-operator: no operator is called 'minhas'; nearest is 'minhash'\n"
        "  next: run `lianjin operators` for the list\n"
    )


def test_a_refusal_is_json_for_machines(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text("name: a\nsteps: [{keep: 'chars ='}]\n", "utf-8")
    said = run("recipe", "check", str(tmp_path / "r.yaml"), "--json")
    (problem,) = json.loads(said.stderr)["error"]["problems"]
    assert (problem["code"], problem["line"], problem["column"]) == ("rule-syntax", 2, 23)


def test_both_languages_are_spoken() -> None:
    assert "列出全部算子" in run("--help", "--lang", "zh").stdout
    assert "列出全部算子" in run("--help", lang="zh").stdout
    assert "List all operators" in run("--help", "--lang=en", lang="zh").stdout
    assert run("operators", "minhas", lang="zh").stderr.startswith(
        "拒绝：unknown-operator: 没有名为 'minhas' 的算子；最接近的是 'minhash'"
    )


@pytest.mark.parametrize(("arguments", "code"), [(["operators"], 0), (["verify", "OUT"], 1)])
def test_who_reads_may_stop_early_and_the_exit_code_stays(
    out: Path, arguments: list[str], code: int
) -> None:
    for number in range(2_000):
        (out / "data" / f"extra-{number}").touch()
    given = [str(out) if word == "OUT" else word for word in arguments]
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "lianjin", *given]
    said = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (said.returncode, said.stderr) == (code, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("verb", [["operators"], ["operators", "minhash"], ["recipe", "list"]])
def test_output_that_cannot_be_written_is_a_failed_environment(verb: list[str]) -> None:
    command = [sys.executable, "-m", "lianjin", *verb, "--json"]
    with Path("/dev/full").open("w") as full:
        said = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert said.returncode == 3, said
    assert json.loads(said.stderr)["error"]["code"] == "storage-enospc"


def test_a_bug_is_loud_and_is_no_finding(tmp_path: Path) -> None:
    program = """
import lianjin.cli
def broken(given): raise AssertionError("values")
lianjin.cli.app = broken
lianjin.cli.main([])
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert said.returncode == 70
    assert "AssertionError: values" in said.stderr


@pytest.mark.parametrize(
    "verb",
    [["recipe"], ["recipe", "list"], ["recipe", "show"], ["recipe", "check"], ["operators"]],
)
@pytest.mark.parametrize(("lang", "example"), [("en", "Example: lianjin"), ("zh", "示例：lianjin")])
def test_every_help_has_an_example(verb: list[str], lang: str, example: str) -> None:
    assert example in run(*verb, "--help", lang=lang).stdout
