"""A build that is killed, starved or interrupted: it continues to the same bytes, or says what failed."""

from __future__ import annotations

import hashlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

RECIPE = """
name: attacked
version: 1
steps:
  - keep: "chars >= 20"
  - link: minhash
output: {shard: 1MiB}
"""
SEED = 20


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Eight files of JSON lines, 12 MB in all, a third of the records near-duplicates."""
    choose = random.Random(SEED)
    folder = tmp_path / "raw"
    folder.mkdir()
    words = [chr(choose.randrange(0x4E00, 0x9FA5)) for _ in range(3000)]
    for number in range(8):
        texts = ["".join(choose.choices(words, k=choose.randrange(10, 900))) for _ in range(1000)]
        texts[::3] = [text + "&amp;完" for text in texts[1::3] + texts[:1]][: len(texts[::3])]
        lines = [
            json.dumps({"id": i, "text": text}, ensure_ascii=False) for i, text in enumerate(texts)
        ]
        (folder / f"{number}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "recipe.yaml").write_text(RECIPE, "utf-8")
    return folder


def start(source: Path, out: Path, **options) -> subprocess.Popen:
    command = [sys.executable, "-m", "lianjin", "build", str(source.parent / "recipe.yaml")]
    return subprocess.Popen(
        [*command, "--input", str(source), "--out", str(out)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def finish(source: Path, out: Path) -> None:
    process = start(source, out)
    _, error = process.communicate(timeout=120)
    assert process.returncode == 0, error


def digest(folder: Path) -> str:
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in ("run.json", "report.html"):
            total.update(path.relative_to(folder).as_posix().encode())
            total.update(path.read_bytes())
    return total.hexdigest()


def killed_and_resumed(source: Path, tmp_path: Path, n_kills: int) -> None:
    began = time.monotonic()
    finish(source, tmp_path / "whole")
    duration_s = time.monotonic() - began
    expected = digest(tmp_path / "whole")
    choose = random.Random(SEED)
    for number in range(n_kills):
        out = tmp_path / f"killed-{number}"
        process = start(source, out)
        time.sleep(choose.uniform(0.1, duration_s))
        process.kill()
        process.communicate()
        finish(source, out)
        assert digest(out) == expected, f"kill {number} of seed {SEED}"
        assert not (out / ".work").exists()
        shutil.rmtree(out)


@pytest.mark.slow  # seven whole runs of the command
def test_three_kills_end_in_the_same_bytes(source, tmp_path):
    killed_and_resumed(source, tmp_path, 3)


@pytest.mark.attack
def test_twenty_kills_end_in_the_same_bytes(source, tmp_path):
    killed_and_resumed(source, tmp_path, 20)


@pytest.mark.slow  # two whole runs of the command
def test_an_interrupt_stops_cleanly_and_the_same_command_continues(source, tmp_path):
    out = tmp_path / "out"
    process = start(source, out)
    while not list(out.glob(".work/measured/*.json")) and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    if process.returncode != 0:  # the run may have ended before the signal came
        assert process.returncode == 130
        assert "Traceback" not in error
    finish(source, out)
    finish(source, tmp_path / "whole")
    assert digest(out) == digest(tmp_path / "whole")


@pytest.mark.slow  # a whole run of the command after a starved one
@pytest.mark.skipif(not hasattr(resource, "RLIMIT_FSIZE"), reason="needs a limit on file sizes")
def test_a_disk_that_takes_no_more_is_a_typed_error_and_work_is_kept(source, tmp_path):
    def starve() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    out = tmp_path / "out"
    process = start(source, out, preexec_fn=starve)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 3, error
    assert "storage-" in error
    assert "Traceback" not in error
    assert not (out / "manifest.json").exists()
    finish(source, out)


@pytest.mark.slow  # a whole run on a small file system
@pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to mount a small file system")
def test_a_full_disk_is_a_typed_error_that_says_what_to_do(source, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], check=False
    )
    if mounted.returncode != 0:
        pytest.skip("cannot mount a small file system here")
    try:
        process = start(source, disk / "out")
        _, error = process.communicate(timeout=60)
        assert process.returncode == 3, error
        assert "storage-enospc" in error
        assert "free some space" in error
    finally:
        subprocess.run(["umount", str(disk)], check=True)
