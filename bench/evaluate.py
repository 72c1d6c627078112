"""What an evaluation costs beside the build of the same dataset, and the check of a certificate."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from lianjin.core.key import make_key
from lianjin.core.log import Log
from lianjin.evaluate.certificate import certify, check_certificate, read_evaluation

from bench import corpus
from bench.row import Row
from bench.usage import ROOT, least

FOLDER = ROOT / "target" / "bench" / "evaluate"
RUNS = 3
CHECKS = 200
REQUIREMENT = """
name: bench
source: {kind: 自采, details: the corpus of the bench}
licence: {name: LicenseRef-bench, evidence: the corpus of the bench}
"""


def rows(megabytes: int) -> Iterator[Row]:
    """`lianjin evaluate` after `lianjin build zh-web` of the corpus."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    source, _ = corpus.build(megabytes)
    command, out = Path(sys.executable).with_name("lianjin"), FOLDER / "built"
    built = least(1, command, "build", "zh-web", "--input", source, "--out", out)
    (FOLDER / "requirement.yaml").write_text(REQUIREMENT, "utf-8")
    asked = ("--requirement", FOLDER / "requirement.yaml", "--out", FOLDER / "evaluation")
    used = least(RUNS, command, "evaluate", out, *asked)
    _, value = read_evaluation(FOLDER / "evaluation")
    chars = value["subject"]["chars"]
    yield Row(
        f"`lianjin evaluate` of what `zh-web` kept of {megabytes} MB of JSONL",
        f"{used.cpu_s:.1f} CPU s, {used.cpu_s / built.cpu_s:.2f} × the build",
        floor=f"`lianjin build zh-web`: {built.cpu_s:.1f} CPU s",
        note=f"{value['subject']['records']:,} records, {chars / 1e6:.1f} M characters, "
        f"peak {used.peak_mb:.0f} MB",
    )
    yield _check(value)
    shutil.rmtree(FOLDER)


def _check(value: dict[str, object]) -> Row:
    key = make_key(FOLDER / "key", "example.com/issuer")
    with Log.create(FOLDER / "log", key) as log:
        made = certify(value, key, log, issued_utc="2026-01-31T08:00:00Z")
    data, began = made.to_bytes(), time.perf_counter()
    for _ in range(CHECKS):
        assert not check_certificate(data, [key.verifier]).faults
    each_ms = 1_000 * (time.perf_counter() - began) / CHECKS
    return Row(
        "certificate checked: signature, proof, checkpoint",
        f"{each_ms:.2f} ms",
        note=f"{len(data):,} bytes; without the dataset, which is hashed at the speed of `verify`",
    )
