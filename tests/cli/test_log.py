from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from lianjin.core.entry import Entry
from lianjin.core.key import make_key, read_key
from lianjin.core.log import Log

from .conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Log.create(tmp_path / "log", make_key(tmp_path / "log.key", "example.com/log")) as log:
        log.append([Entry("built", "2026-01-31T08:00:00Z", {"dataset": str(n)}) for n in range(3)])
    return tmp_path / "log"


def test_an_intact_log_is_said_to_be_so(run: Run, folder: Path) -> None:
    said = run("log", "verify", folder, "--lang", "zh")
    assert (said.code, said.out[:7]) == (0, "完好：3 条，")
    value = json.loads(run("log", "verify", folder, "--json").out)
    assert (value["size"], value["faults"]) == (3, [])


def test_a_damaged_file_is_named_and_exits_1(run: Run, folder: Path) -> None:
    (folder / "tile/0/000.p/3").write_bytes(bytes(96))
    said = run("log", "verify", folder, "--lang", "en")
    assert (said.code, said.err) == (1, "")
    assert said.out.startswith("content-differs: tile/0/000.p/3: ")


def test_a_key_and_a_checkpoint_from_elsewhere_are_believed_before_the_folder(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    key = (folder / "verifier").read_text().strip()
    (tmp_path / "seen").write_bytes((folder / "checkpoint").read_bytes())
    assert run("log", "verify", folder, "--key", key, "--seen", tmp_path / "seen").code == 0
    other = make_key(tmp_path / "other.key", "example.com/log").verifier
    said = run("log", "verify", folder, "--key", other)
    assert said.code == 1
    assert "key-differs: verifier" in said.out


def test_a_proof_is_printed_and_checked_without_the_log(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    key = (folder / "verifier").read_text().strip()
    said = run("log", "prove", folder, 1)
    assert said.code == 0
    (tmp_path / "proof.json").write_text(said.out, "utf-8")
    checked = run("log", "check", tmp_path / "proof.json", "--key", key, "--lang", "en")
    assert checked.code == 0
    assert checked.out.startswith("proven: number 1 of 3 in example.com/log\n")
    (tmp_path / "proof.json").write_text(said.out.replace('"index": 1', '"index": 2'), "utf-8")
    assert run("log", "check", tmp_path / "proof.json", "--key", key).code == 1


def test_an_entry_that_is_not_there_and_a_folder_without_a_log_exit_2(
    run: Run, folder: Path, tmp_path: Path
) -> None:
    assert run("log", "prove", folder, 3).code == 2
    assert run("log", "verify", tmp_path).code == 2


def test_a_key_is_made_by_its_own_command_and_once(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "new.key"
    said = run("log", "key", path, "--name", "example.com/log")
    assert said.out.splitlines()[-1] == str(read_key(path).verifier)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert run("log", "key", path, "--name", "example.com/log").code == 2
