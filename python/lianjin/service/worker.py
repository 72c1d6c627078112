"""`python -m lianjin.service.worker`: does one job, in a process of its own.

Takes an Order as a line of its input; tells on its output, line by line, how far it is, and at the
end `done` or `failed`. It writes nothing into the database; an export alone reads there. When its input
ends, so does it: a server that was killed leaves nobody behind.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from lianjin.core.clock import seconds
from lianjin.core.errors import Conflict, LianjinError
from lianjin.core.store import link_if_absent, place, remove_tree
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry, no_such_version
from lianjin.corpus.version import DatasetName, DatasetVersion, VersionName

EVERY_S = 0.5
"""Progress is told this often at most."""
PATIENCE_S = 30
"""How long a worker waits for the one before it."""

T = TypeVar("T")


@dataclass(frozen=True)
class Order:
    """What to do: the job's `kind` and what was `asked`, where its files are, for whom."""

    id: str
    kind: str
    asked: Mapping[str, Any]
    organisation: str  # its name
    user: str
    now_utc: str
    folder: str
    uploads: str
    registry: str
    results: str
    exports: str
    database: str  # its URL, with its password
    threads: int

    def to_json(self) -> str:
        """The order as one line."""
        return json.dumps(asdict(self), ensure_ascii=False)


Tell = Callable[[Mapping[str, Any]], None]


def build(order: Order, tell: Tell) -> dict[str, Any]:
    """Builds a dataset and commits it to the registry; both go on from where they were."""
    from lianjin.curate.build import build as build_dataset
    from lianjin.curate.recipe import load, parse_foreign, presets

    asked, registry = order.asked, Registry(Path(order.registry))
    name = VersionName(DatasetName(order.organisation, asked["dataset"]), asked["version"])
    recipe = asked["recipe"]
    checked = load(recipe) if recipe in presets() else parse_foreign(recipe)
    source, parents = _source(order, registry)
    progress = _sparing(tell)
    built = _alone(
        lambda: build_dataset(
            checked,
            out=Path(order.folder) / "out",
            input=source,
            limit=asked.get("limit"),
            workers=order.threads,
            progress=lambda p: progress(p.stage, p.done, p.total, p.records),
        )
    )
    version = registry.commit(
        built.out,
        name,
        created_by=order.user,
        now=order.now_utc,
        parents=parents,
        message=asked.get("message", ""),
        report=lambda done, total: progress("commit", done, total, built.records),
    )
    return said_of(version) | {"kept": built.kept, "dropped": built.dropped}


def _alone(work: Callable[[], T]) -> T:
    """What `work` gives, once the worker before is gone: that of a killed server takes a moment."""
    ends_at = seconds() + PATIENCE_S
    while True:
        try:
            return work()
        except Conflict as error:
            if error.code != "already-running" or seconds() > ends_at:
                raise
            time.sleep(0.1)


def said_of(version: DatasetVersion) -> dict[str, Any]:
    """What a job that made a version tells of it."""
    return {
        "version": str(version.name),
        "root": version.root,
        "manifest": version.manifest,
        "records": version.records,
    }


def _source(order: Order, registry: Registry) -> tuple[Path, tuple[VersionName, ...]]:
    """The files to build from, and the version that they are of, if they are of one."""
    asked = order.asked["input"]
    if "upload" in asked:
        parents = tuple(_own(order, name) for name in order.asked.get("parents", ()))
        return Path(order.uploads) / asked["upload"], parents
    name = _own(order, asked["version"])
    return registry.open(registry.version(name)).folder / "data", (name,)


def _own(order: Order, text: str) -> VersionName:
    """The name of a version of the organisation that the job is for; no other is there."""
    name = VersionName.parse(text)
    if name.dataset.organisation != order.organisation:
        raise no_such_version(name)
    return name


def evaluate(order: Order, tell: Tell) -> dict[str, Any]:
    """Evaluates a version of the registry; the files of the evaluation stand in a folder of the job."""
    from lianjin.evaluate.evaluation import evaluate as evaluate_dataset
    from lianjin.evaluate.evaluation_record import gist_of
    from lianjin.evaluate.report import write_evaluation
    from lianjin.evaluate.requirement import parse_requirement

    asked, registry = order.asked, Registry(Path(order.registry))
    version = registry.version(_own(order, asked["version"]))
    needed, progress = asked.get("requirement"), _sparing(tell)
    found = evaluate_dataset(
        registry.open(version),
        asked["standard"],
        None if needed is None else parse_requirement(needed),
        progress=lambda done, total: progress("evaluate", done, total, done),
    )
    write_evaluation(found, Path(order.results) / order.id)
    return {"version": str(version.name)} | gist_of(found.value)


def hand_in(order: Order, tell: Tell) -> dict[str, Any]:
    """Holds an evaluation that was made elsewhere against every byte of its version.

    It lies in the folder of the job's results, and goes from there if it does not fit.
    """
    from lianjin.evaluate.certificate import check_evaluation, same_subject
    from lianjin.evaluate.evaluation_record import gist_of

    folder, registry = Path(order.results) / order.id, Registry(Path(order.registry))
    try:
        value = check_evaluation(folder)
        version = registry.version(VersionName.parse(order.asked["version"]))
        tell({"stage": "verify", "done": 0, "total": version.n_files, "records": 0})
        same_subject(value, registry.open(version).folder)
    except LianjinError:
        remove_tree(folder)
        raise
    return {"version": str(version.name)} | gist_of(value)


def export(order: Order, tell: Tell) -> dict[str, Any]:
    """Writes the records and pairs of a closed project, and the records once more as an upload."""
    from lianjin.annotate.export import export as write_export
    from lianjin.annotate.project import project_by_id
    from lianjin.core.database import Database

    asked, registry, progress = order.asked, Registry(Path(order.registry)), _sparing(tell)
    with Database(order.database) as database, database.read() as connection:
        project = project_by_id(connection, asked["project"])
        found = write_export(
            connection,
            project,
            registry.open(registry.version(_own(order, project.plan.dataset))),
            Path(order.folder) / "out",
            version=asked["version"],
            progress=lambda done, total: progress("export", done, total, done),
        )
    link_if_absent(found.records, Path(order.uploads) / asked["upload"] / found.records.name)
    files = [path for path in (found.records, found.dpo) if path is not None]
    for path in files:
        place(path, Path(order.exports) / asked["project"] / asked["version"] / path.name)
    return {
        "version": asked["version"],
        "files": [path.name for path in files],
        "upload": asked["upload"],
        "n_records": found.n_records,
        "n_annotated": found.n_annotated,
        "n_pairs": found.n_pairs,
        "labels": dict(found.labels),
    }


def _sparing(tell: Tell) -> Callable[[str, int, int, int], None]:
    """`tell` for (stage, done, total, records), which says the end and else no more than it has to."""
    told_at = 0.0

    def progress(stage: str, done: int, total: int, records: int) -> None:
        nonlocal told_at
        if done >= total or seconds() - told_at >= EVERY_S:
            told_at = seconds()
            tell({"stage": stage, "done": done, "total": total, "records": records})

    return progress


KINDS: Mapping[str, Callable[[Order, Tell], dict[str, Any]]] = {
    "build": build,
    "evaluate": evaluate,
    "hand_in": hand_in,
    "export": export,
}
"""What a worker can do; a new kind is one line."""


def main() -> None:
    """Does the job that stands in the input."""
    output = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints is not for who reads the output

    def put(kind: str, value: Mapping[str, Any]) -> None:
        output.write(json.dumps({kind: value}, ensure_ascii=False) + "\n")
        output.flush()

    order = Order(**json.loads(sys.stdin.readline()))
    threading.Thread(target=_end_with_the_server, daemon=True).start()
    os.nice(5)
    try:
        result = KINDS[order.kind](order, lambda value: put("progress", value))
    except LianjinError as error:
        message, hint = _plain(order, error.message), _plain(order, error.hint)
        put("failed", {"error": {"code": error.code, "message": message, "hint": hint}})
        return
    put("done", result)


def _plain(order: Order, words: Words) -> str:
    """Both forms, without the server's own folders: they are nobody's business."""
    said = words.stored
    inner = (order.uploads, order.folder, order.registry, order.results, order.exports)
    for folder in (*inner, str(Path(order.registry).parent)):
        said = said.replace(f"{folder}/", "").replace(folder, ".")
    return said


def _end_with_the_server() -> None:
    sys.stdin.read()
    os._exit(1)


if __name__ == "__main__":
    main()
