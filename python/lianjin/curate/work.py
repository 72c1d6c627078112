"""The work folder of a run: what is finished, so that a killed run goes on where it stopped.

Takes the folder of the dataset to be; gives paths for finished tasks. A file there under its
final name is complete; everything else is thrown away and made again.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from lianjin.core.errors import Conflict, UsageError
from lianjin.core.store import guarded, read_json, remove_tree, whole, write_json
from lianjin.core.words import Words

_ELSEWHERE = Words("choose another folder with --out", "用 --out 换一个目录")
FOLDERS = ("data", "dropped", "quarantine", "receipts")
OURS = {".work", "manifest.json", "run.json", "report.html", "README.md", "croissant.json"}


@dataclass(frozen=True)
class Work:
    """The work folder `out/.work` of a run with this `digest`."""

    out: Path
    digest: str

    @property
    def folder(self) -> Path:
        """`out/.work`."""
        return self.out / ".work"

    def measured(self, task: str) -> Path:
        """The measured records of a task, an Arrow file."""
        return self.folder / "measured" / f"{task}.arrow"

    def ledger(self, task: str) -> Path:
        """What a task read of each file: bytes, framing, records."""
        return self.folder / "measured" / f"{task}.json"

    def linked(self, step: int, kind: str, name: str) -> Path:
        """A file of link step `step`: keys, pairs, verified pairs or clusters."""
        return self.folder / "linked" / str(step) / kind / f"{name}.arrow"

    def part(self, name: str) -> Path:
        """What the finished output part `name` consists of."""
        return self.folder / "parts" / f"{name}.json"


def is_ours(out: Path) -> bool:
    """Whether a folder holds nothing but a dataset of ours, finished or not."""
    names = {path.name for path in out.iterdir() if not _is_left_over(path)}
    marked = ".work" in names or "manifest.json" in names
    return not names or (marked and names <= OURS | set(FOLDERS))


def _is_left_over(path: Path) -> bool:
    """Whether a file is one of ours that a kill left half written."""
    return path.name.startswith(".") and path.name.endswith(".part")


@contextmanager
def open_work(out: Path, digest: str, *, overwrite: bool) -> Iterator[tuple[Work, bool]]:
    """The work folder for this run, and whether the dataset is finished already; held while open.

    A folder with the same run is continued; another run, foreign files, or a run that is going on
    there raise Conflict. `overwrite` removes a dataset of ours but never foreign files.
    """
    work = Work(out, digest)
    if os.fsencode(out).decode("utf-8", "replace") != str(out):
        raise UsageError(
            "path-not-utf8",
            Words(
                f"{str(out)!r} is not UTF-8; expected a name that Parquet readers can open",
                f"{str(out)!r} 不是 UTF-8；应为 Parquet 读取器能打开的名称",
            ),
            hint=_ELSEWHERE,
        )
    with guarded(out, "open"):
        if out.exists() and not out.is_dir():
            raise Conflict(
                "not-a-folder",
                Words(
                    f"{str(out)!r} is a file; expected a folder or nothing",
                    f"{str(out)!r} 是文件；应为目录，或尚不存在",
                ),
                hint=_ELSEWHERE,
            )
        out.mkdir(parents=True, exist_ok=True)
        ours = is_ours(out)
    if not ours:
        raise Conflict(
            "foreign-files",
            Words(
                f"{str(out)!r} holds files that are not of a dataset; expected an empty folder",
                f"{str(out)!r} 里有不属于数据集的文件；应为空目录",
            ),
            hint=_ELSEWHERE,
        )
    with _held(work):
        yield work, _claimed(work, overwrite=overwrite)


def _claimed(work: Work, *, overwrite: bool) -> bool:
    """Makes the folder that of this run; whether the run is finished there."""
    found = _digest_found(work)
    if found == work.digest and not overwrite:
        finished = (work.out / "manifest.json").exists()
        if finished:
            _sweep(work)
        return finished
    if found is not None and not overwrite:
        raise Conflict(
            "another-run",
            Words(
                f"{str(work.out)!r} holds another run (recipe, input, limit or version differ)",
                f"{str(work.out)!r} 里是另一次运行（配方、输入、条数上限或版本不同）",
            ),
            hint=Words(
                "choose another folder, or `--overwrite` to replace it",
                "换一个目录，或加 `--overwrite` 替换它",
            ),
        )
    _clear(work)
    write_json(work.folder / "run.json", {"digest": work.digest})
    return False


@contextmanager
def _held(work: Work) -> Iterator[None]:
    """The work folder for this process alone; the system lets go of it if the process dies."""
    with guarded(work.folder, "lock"):
        work.folder.mkdir(exist_ok=True)
        descriptor = os.open(work.folder / "lock", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        if not _locked(descriptor, work.folder / "lock"):
            raise Conflict(
                "already-running",
                Words(
                    f"another process is building in {str(work.out)!r}",
                    f"另一个进程正在 {str(work.out)!r} 里构建",
                ),
                hint=Words(
                    "wait for it, or choose another folder with --out",
                    "等它结束，或用 --out 换一个目录",
                ),
            )
        yield
    finally:
        os.close(descriptor)


def _locked(descriptor: int, path: Path) -> bool:
    """Whether this process alone holds the file that stands under `path` now.

    A run that ends removes its lock: one that had opened it before would hold a file that nobody
    else sees.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except (BlockingIOError, FileNotFoundError):
        return False


def _digest_found(work: Work) -> str | None:
    for path, key in ((work.out / "manifest.json", "run"), (work.folder / "run.json", "digest")):
        if path.exists():
            return str(read_json(path).get(key, "unknown"))
    return None


def _clear(work: Work) -> None:
    """Removes the manifest first: without it nobody takes the rest for a dataset."""
    out = work.out
    with guarded(out, "empty"):
        for name in ("manifest.json", *sorted(OURS - {".work", "manifest.json"})):
            (out / name).unlink(missing_ok=True)
        for left in work.folder.glob("*.json"):
            left.unlink()
    _sweep(work)
    for name in FOLDERS:
        remove_tree(out / name)
    for name in ("measured", "linked", "parts"):
        remove_tree(work.folder / name)


def _sweep(work: Work) -> None:
    """Removes what a kill left half written beside the dataset."""
    with guarded(work.out, "empty"):
        for left in work.out.glob(".*.part"):
            left.unlink()


def write_table(path: Path, batches: Iterable[pa.RecordBatch]) -> None:
    """Writes batches as an Arrow file, whole or not at all; no batch gives an empty file."""
    with whole(path) as part, pa.OSFile(str(part), "wb") as sink, ExitStack() as stack:
        writer = None
        for batch in batches:
            if writer is None:
                writer = stack.enter_context(pa.ipc.new_file(sink, batch.schema))
            writer.write_batch(batch)


def read_batches(path: Path) -> list[pa.RecordBatch]:
    """The batches in an Arrow file, mapped into memory rather than read."""
    with guarded(path, "read"):
        if path.stat().st_size == 0:
            return []
        file = pa.ipc.open_file(pa.memory_map(str(path)))
        return [file.get_batch(index) for index in range(file.num_record_batches)]
