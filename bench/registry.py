"""How fast versions go into a registry and come out, each byte hashed, and on the disk at the end."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from lianjin.core.clock import Stopwatch
from lianjin.core.store import json_text
from lianjin.corpus.manifest import file_entry, manifest
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetVersion, VersionName

from bench.row import Row
from bench.usage import ROOT

FOLDER = ROOT / "target" / "bench" / "registry"
WHEN = "2026-01-31T08:00:00Z"
SHARD_BYTES = 100 << 20
BLOCK_BYTES = 1 << 20
SMALL_FILES = 1_000


def rows(megabytes: int) -> Iterator[Row]:
    """Push, push again, view, pull and check of a dataset of so many megabytes, and of small files."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    sizes = [SHARD_BYTES] * max(1, round(megabytes * 1_000_000 / SHARD_BYTES))
    dataset, floor = _dataset(FOLDER / "large", sizes), ""
    registry, name = Registry(FOLDER / "registry"), VersionName.parse("bench/large@1.0.0")
    hash_s, write_s = _floor(dataset)
    floor = (
        f"SHA-256 of the same bytes {hash_s:.2f} s; written and flushed as they are {write_s:.2f} s"
    )
    yield _row("push", sum(sizes), lambda: _push(registry, dataset, name), floor)
    yield _row("push again: nothing is written", sum(sizes), lambda: _push(registry, dataset, name))
    version = registry.version(name)
    yield _row("pull", sum(sizes), lambda: registry.pull(version, FOLDER / "out"))
    yield _row(
        "pull again: nothing is written", sum(sizes), lambda: registry.pull(version, FOLDER / "out")
    )
    yield _row("check of all bytes", sum(sizes), lambda: registry.check())
    yield _view(registry, version)
    yield _small()
    shutil.rmtree(FOLDER)


def _dataset(folder: Path, sizes: list[int]) -> Path:
    """A dataset of random files: what a registry does depends on their bytes alone."""
    (folder / "data").mkdir(parents=True)
    entries = []
    for number, size in enumerate(sizes):
        path = folder / "data" / f"part-{number:05}.parquet"
        with path.open("wb") as file:
            for _ in range(size // min(size, BLOCK_BYTES)):
                file.write(os.urandom(min(size, BLOCK_BYTES)))
        entries.append(file_entry(folder, path))
    facts = dict.fromkeys(("records", "kept", "dropped", "quarantined"), 0)
    (folder / "manifest.json").write_text(json_text(manifest(entries, facts)), "utf-8")
    return folder


def _floor(dataset: Path) -> tuple[float, float]:
    """(CPU seconds to hash, wall seconds to write and flush) the files of a dataset, and no more."""
    watch, total = Stopwatch(), hashlib.sha256()
    for path in sorted((dataset / "data").iterdir()):
        with path.open("rb", buffering=0) as file:
            while block := file.read(BLOCK_BYTES):
                total.update(block)
    hash_s, watch = watch.cpu_s(), Stopwatch()
    with (FOLDER / "floor").open("wb", buffering=0) as copy:
        for path in sorted((dataset / "data").iterdir()):
            with path.open("rb", buffering=0) as file:
                while block := file.read(BLOCK_BYTES):
                    copy.write(block)
        os.fsync(copy.fileno())
    (FOLDER / "floor").unlink()
    return hash_s, watch.wall_s()


def _push(registry: Registry, dataset: Path, name: VersionName) -> DatasetVersion:
    return registry.commit(dataset, name, created_by="bench", now=WHEN)


def _row(job: str, size_bytes: int, work: Callable[[], object], floor: str = "") -> Row:
    watch = Stopwatch()
    work()
    cpu_s, wall_s = watch.cpu_s(), watch.wall_s()
    return Row(
        f"{job}, {size_bytes / 1e6:,.0f} MB",
        f"{cpu_s:.2f} CPU s, {size_bytes / 1e6 / cpu_s:,.0f} MB per CPU s",
        floor=floor,
        note=f"{wall_s:.2f} s on the clock",
    )


def _view(registry: Registry, version: DatasetVersion) -> Row:
    began = time.perf_counter()
    registry.open(version)
    first_ms, times = 1_000 * (time.perf_counter() - began), []
    for _ in range(20):
        began = time.perf_counter()
        registry.open(version)
        times.append(1_000 * (time.perf_counter() - began))
    return Row(
        "a version opened as a dataset",
        f"{sorted(times)[10]:.2f} ms",
        note=f"the first time {first_ms:.1f} ms",
    )


def _small() -> Row:
    dataset = _dataset(FOLDER / "small", [2_000] * SMALL_FILES)
    registry, name = Registry(FOLDER / "registry"), VersionName.parse("bench/small@1.0.0")
    watch = Stopwatch()
    _push(registry, dataset, name)
    each_ms = 1_000 * watch.cpu_s() / SMALL_FILES
    return Row(
        f"push, {SMALL_FILES:,} files of 2 kB",
        f"{each_ms:.2f} CPU ms a file",
        note=f"{1_000 * watch.wall_s() / SMALL_FILES:.1f} ms on the clock, each on disk",
    )
