"""`lianjin build`: from files and a recipe to a dataset directory one can explain.

Takes a recipe and a folder; gives a Built. Finished tasks stay in the work folder, so a run that was
killed goes on where it stopped and ends in the same bytes, whatever the number of workers.
"""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

from lianjin.core.clock import Stopwatch
from lianjin.core.errors import LimitExceeded
from lianjin.core.identity import digest
from lianjin.core.limits import QUARANTINED_AT_LEAST
from lianjin.core.memory import available_bytes
from lianjin.core.store import read_json, remove_tree, write_if_absent, write_json
from lianjin.core.words import Words
from lianjin.corpus.manifest import manifest
from lianjin.corpus.tokens import COUNTED_BY
from lianjin.curate.budget import refuse_beyond
from lianjin.curate.card import write_card
from lianjin.curate.conserve import Balance, balance
from lianjin.curate.engines.local import LocalEngine
from lianjin.curate.freeze import Part, freeze, parts
from lianjin.curate.link import link_all
from lianjin.curate.measure import Tools, measure, tools
from lianjin.curate.plan import Plan, plan
from lianjin.curate.reading import Reading
from lianjin.curate.recipe import Recipe, load
from lianjin.curate.report import write_report
from lianjin.curate.rights import slots
from lianjin.curate.task import Task, tasks
from lianjin.curate.work import Work, open_work, write_table
from lianjin.version import VERSION


@dataclass(frozen=True)
class Progress:
    """How far a run is: `done` of `total` bytes of `stage`, and the records seen so far."""

    stage: str  # hash | read | link | write
    done: int
    total: int
    records: int


@dataclass(frozen=True)
class Built:
    """A finished dataset: its folder, its root, and what became of the records."""

    out: Path
    root: str
    records: int
    kept: int
    dropped: int
    quarantined: int
    continued: bool  # the folder held this run, finished, before the call
    manifest: dict[str, Any]


def build(
    recipe: Recipe | str | os.PathLike[str],
    *,
    out: str | os.PathLike[str],
    input: str | os.PathLike[str] | None = None,
    limit: int | None = None,
    workers: int | None = None,
    overwrite: bool = False,
    progress: Callable[[Progress], None] | None = None,
    cancel: Event | None = None,
) -> Built:
    """Builds the dataset that `recipe` describes under `out`.

    `recipe`: a Recipe, a path to YAML, or a preset's name. `input` overrides the recipe's path.
    `limit`: only the first records in input order. `workers`: threads, all cores by default.
    A finished folder of the same run is returned as it is; an unfinished one is continued.
    Raises RecipeError, Conflict, StorageError, LimitExceeded, Cancelled.
    """
    watch = Stopwatch()
    checked = recipe if isinstance(recipe, Recipe) else load(recipe)
    report = progress or (lambda _: None)
    planned = plan(
        checked.input,
        path=input,
        without=Path(out),
        report=lambda done, total: report(Progress("hash", done, total, 0)),
    )
    run = Run(
        recipe=checked,
        plan=planned,
        limit=limit,
        engine=LocalEngine(workers or os.cpu_count() or 1, cancel or Event()),
        report=report,
        available_bytes=available_bytes(),
    )
    with open_work(Path(out), run.digest, overwrite=overwrite) as (work, finished):
        if not finished:
            _run(run, work, watch)
        remove_tree(work.folder)
        return _built(work.out, continued=finished)


@dataclass(frozen=True)
class Run:
    """What one call of `build` works with."""

    recipe: Recipe
    plan: Plan
    limit: int | None
    engine: LocalEngine
    report: Callable[[Progress], None]
    available_bytes: int | None = None  # memory that is free as the run begins

    def refuse_beyond_memory(self, n_tasks: int, documents: int) -> None:
        """Refuses a run whose workers, files and documents need more memory than there is."""
        refuse_beyond(
            self.available_bytes,
            workers=min(self.engine.workers, max(1, n_tasks)),
            files=len(self.plan.files),
            documents=documents if self.recipe.links else 0,
        )

    @property
    def digest(self) -> str:
        """What decides the bytes: recipe, input, limit and version; never workers or time."""
        return digest(
            {
                "recipe": self.recipe.digest,
                "input": [[file.path, file.size_bytes, file.sha256] for file in self.plan.files],
                "limit": self.limit,
                "version": VERSION,
            }
        )


def _built(out: Path, *, continued: bool) -> Built:
    value = read_json(out / "manifest.json")
    counts = {name: value[name] for name in ("records", "kept", "dropped", "quarantined")}
    return Built(out=out, root=value["root"], continued=continued, manifest=value, **counts)


def _run(run: Run, work: Work, watch: Stopwatch) -> None:
    read = _measure_all(run, work)
    ledgers = [read_json(work.ledger(task.name)) for task in read]
    _refuse_too_many_failures(run.recipe, ledgers)
    run.report(Progress("link", 0, 1, _records(ledgers)))
    link_all(run.engine, work, run.recipe, read)
    frozen = _freeze_all(run, work, read, ledgers)
    sums = balance((entry for ledger in ledgers for entry in ledger["pieces"]), frozen)
    facts = _facts(run, sums, frozen)
    files = [entry for part in frozen for entry in part.files]
    value = manifest([*files, *write_card(work.out, facts, files)], facts)
    write_report(work.out, value)
    write_json(work.out / "run.json", _circumstances(run, watch, sums))
    write_if_absent(work.out / "manifest.json", value)


def _measure_all(run: Run, work: Work) -> tuple[Task, ...]:
    """Reads and measures every task that is not finished; the tasks that were read."""
    shares = tasks(run.plan.pieces)
    total = sum(task.size_bytes for task in shares)
    run.refuse_beyond_memory(len(shares), 0)
    if run.limit is not None:
        return _measure_some(run, work, shares, run.limit)
    compiled = tools(run.recipe)
    done = records = 0
    for task in run.engine.map(lambda task: _measured(run, work, task, compiled, None), shares):
        done += task.size_bytes
        records += read_json(work.ledger(task.name))["records"]
        run.report(Progress("read", done, total, records))
        if 10 * done >= total:  # a tenth of the input tells how many documents the whole has
            run.refuse_beyond_memory(len(shares), records * total // max(1, done))
    return shares


def _measure_some(run: Run, work: Work, shares: Sequence[Task], limit: int) -> tuple[Task, ...]:
    """One task after the other until `limit` records are read."""
    compiled, rest = tools(run.recipe), limit
    read = []
    for task in shares:
        if rest == 0:
            break
        _measured(run, work, task, compiled, rest)
        rest -= read_json(work.ledger(task.name))["records"]
        read.append(task)
        run.report(Progress("read", limit - rest, limit, limit - rest))
    return tuple(read)


def _measured(run: Run, work: Work, task: Task, compiled: Tools, limit: int | None) -> Task:
    """Makes sure that the task's measured records and then its ledger are on disk."""
    if not work.ledger(task.name).exists():
        reading = Reading(task, run.recipe.input, limit)
        batches = reading.batches(run.engine.cancel)
        write_table(
            work.measured(task.name), (reading.watch(measure(b, compiled)) for b in batches)
        )
        write_json(work.ledger(task.name), reading.ledger(), indent=None)
    return task


def _records(ledgers: Sequence[dict[str, Any]]) -> int:
    return sum(ledger["records"] for ledger in ledgers)


def _refuse_too_many_failures(recipe: Recipe, ledgers: Sequence[dict[str, Any]]) -> None:
    failed, records = sum(ledger["failed"] for ledger in ledgers), _records(ledgers)
    if failed > max(recipe.quarantine_limit * records, QUARANTINED_AT_LEAST):
        codes = sum((Counter(ledger["errors"]) for ledger in ledgers), Counter[str]())
        worst = ", ".join(f"{code} ({count})" for code, count in codes.most_common(3))
        raise LimitExceeded(
            "too-many-quarantined",
            Words(
                f"{failed} of {records} records could not be read ({worst}); the recipe allows a "
                f"share of {recipe.quarantine_limit:g}",
                f"{records} 条记录中有 {failed} 条读不出（{worst}）；"
                f"配方允许的占比是 {recipe.quarantine_limit:g}",
            ),
            hint=Words(
                "look at the input, or raise `quarantine: {limit: …}` in the recipe",
                "检查输入，或在配方中调高 `quarantine: {limit: …}`",
            ),
        )


def _freeze_all(
    run: Run, work: Work, read: Sequence[Task], ledgers: Sequence[dict[str, Any]]
) -> list[Part]:
    present = frozenset(name for ledger in ledgers for name in ledger["present"])
    groups = parts(read, run.recipe.shard_bytes)
    frozen: list[Part] = []
    names = [f"{index:05d}" for index in range(len(groups))]
    jobs = list(zip(names, groups, strict=True))
    for part in run.engine.map(lambda job: freeze(work, run.recipe, *job, present), jobs):
        frozen.append(part)
        run.report(Progress("write", len(frozen), len(groups), _records(ledgers)))
    return frozen


def _facts(run: Run, sums: Balance, frozen: Sequence[Part]) -> dict[str, Any]:
    """What the manifest says beside its files; nothing that differs between two equal runs."""
    return {
        "run": run.digest,
        "version": VERSION,
        "recipe": run.recipe.resolved,
        "recipe_digest": run.recipe.digest,
        "operators": run.recipe.operator_versions,
        "limit": run.limit,
        "inputs": _inputs(run.plan, sums),
        "parents": [],
        "records": sums.records,
        "kept": sums.kept,
        "dropped": sums.dropped,
        "quarantined": sums.quarantined,
        "steps": {str(step): count for step, count in sums.steps.items()},
        "errors": dict(sums.errors),
        "rights": slots((part.rights for part in frozen), sums.kept),
        "tokens": _tokens(run.recipe, frozen),
    }


def _tokens(recipe: Recipe, frozen: Sequence[Part]) -> dict[str, int]:
    """The tokens of all kept records by the scores that counted them."""
    counted = [name for name in COUNTED_BY if name in recipe.scores]
    return {name: sum(part.tokens.get(name, 0) for part in frozen) for name in counted}


def _inputs(plan: Plan, sums: Balance) -> list[dict[str, Any]]:
    read = {file.path: vars(file) for file in sums.files}
    return [vars(file) | read[file.path] for file in plan.files if file.path in read]


def _circumstances(run: Run, watch: Stopwatch, sums: Balance) -> dict[str, Any]:
    """What differs between two equal runs: time, machine, rates."""
    wall_s, size_bytes = watch.wall_s(), sum(file.size_bytes for file in run.plan.files)
    return {
        "started_utc": watch.started_utc.isoformat(timespec="seconds"),
        "wall_s": round(wall_s, 3),
        "cpu_s": round(watch.cpu_s(), 3),
        "workers": run.engine.workers,
        "engine": "local",
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "input_bytes": size_bytes,
        "input_bytes_per_s": round(size_bytes / wall_s) if wall_s else None,
        "records_per_s": round(sums.records / wall_s) if wall_s else None,
    }
