"""How fast a log takes entries and gives proofs, on a disk that has to have them."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lianjin.core.entry import Entry
from lianjin.core.key import make_key
from lianjin.core.log import Log
from lianjin.core.proof import check_proof
from lianjin.core.store import json_text
from lianjin.core.verify import verify

from bench.row import Row
from bench.usage import ROOT

WHEN = "2026-01-31T08:00:00Z"
DIGEST = "sha256:" + "0" * 64
SIZE = 1_000_000
PROOFS = 1_000
FOLDER = ROOT / "target" / "bench" / "log"


def rows(megabytes: int) -> Iterator[Row]:
    """Appends in batches and one by one, proofs and a whole check at a million entries."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    key = make_key(FOLDER / "log.key", "example.com/log")
    with Log.create(FOLDER / "log", key) as log:
        yield _batches(log)
        yield _one_by_one(log, 1)
        yield _one_by_one(log, 64)
        yield from _filled(log)
    shutil.rmtree(FOLDER)


def _entries(start: int, count: int) -> list[Entry]:
    return [
        Entry("version_listed", WHEN, {"dataset": f"news-{n}", "party": "a"}, {"manifest": DIGEST})
        for n in range(start, start + count)
    ]


def _batches(log: Log) -> Row:
    n, batch, rates = 50_000, 1_000, []
    for _ in range(5):
        entries = _entries(0, n)
        began = time.perf_counter()
        for at in range(0, n, batch):
            log.append(entries[at : at + batch])
        rates.append(n / (time.perf_counter() - began))
    rate = sorted(rates)[2]
    return Row(
        "append, 1,000 entries a commit, each on disk when it returns; median of 5",
        f"{rate:,.0f} entries/s",
        "≥ 50,000 entries/s",
        f"write and flush one file: {_flush_ms():.2f} ms",
        rate >= 50_000,
        f"from {min(rates):,.0f} to {max(rates):,.0f}",
    )


def _flush_ms() -> float:
    """The median time until 100 kB are on disk."""
    times = []
    for number in range(50):
        began = time.perf_counter()
        descriptor = os.open(FOLDER / f"flushed-{number}", os.O_CREAT | os.O_WRONLY)
        os.write(descriptor, bytes(100_000))
        os.fsync(descriptor)
        os.close(descriptor)
        times.append(time.perf_counter() - began)
    return 1_000 * sorted(times)[25]


def _one_by_one(log: Log, callers: int) -> Row:
    entries = _entries(0, 500 * min(callers, 10))
    with ThreadPoolExecutor(callers) as pool:
        began = time.perf_counter()
        list(pool.map(lambda entry: log.append([entry]), entries))
        rate = len(entries) / (time.perf_counter() - began)
    return Row(f"append, one entry a call, {callers} callers at once", f"{rate:,.0f} entries/s")


def _filled(log: Log) -> Iterator[Row]:
    size = log.checkpoint().size
    while size < SIZE:
        size = log.append(_entries(size, min(10_000, SIZE - size))).stop
    times = []
    for number in range(PROOFS):
        index = int.from_bytes(hashlib.sha256(str(number).encode()).digest()[:8]) % size
        began = time.perf_counter()
        log.prove(index)
        times.append(1_000 * (time.perf_counter() - began))
    median, slowest = sorted(times)[PROOFS // 2], sorted(times)[PROOFS * 99 // 100]
    yield Row(
        f"proof at {size:,} entries: read, made and checked; median of {PROOFS:,}",
        f"{median:.2f} ms",
        "< 1 ms",
        holds=median < 1,
        note=f"99 of 100 within {slowest:.2f} ms",
    )
    yield _check(log, size)
    yield _whole(log.folder, size)


def _check(log: Log, size: int) -> Row:
    proof, began = json_text(log.prove(size // 3).to_json()).encode(), time.perf_counter()
    for _ in range(PROOFS):
        check_proof(proof, log.verifier)
    each_ms = 1_000 * (time.perf_counter() - began) / PROOFS
    return Row("proof checked from its JSON", f"{each_ms:.2f} ms", note=f"{len(proof):,} bytes")


def _whole(folder: Path, size: int) -> Row:
    size_bytes = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    began = time.perf_counter()
    found = verify(folder)
    wall_s = time.perf_counter() - began
    return Row(
        "`log verify`: every tile again from the entries",
        f"{size_bytes / 1e6 / wall_s:,.0f} MB/s, {wall_s:.1f} s",
        holds=found.faults == () and found.size == size,
        note=f"{size_bytes / 1e6:,.0f} MB, {found.n_files:,} files",
    )
