"""`lianjin build RECIPE --out DIR`: the main job, with a progress bar and the funnel at the end."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianjin.cli.screen import (
    NARROW,
    Json,
    Lang,
    columns,
    say,
    show,
    text_columns,
    told,
    width,
    wrapped,
)
from lianjin.cli.usage import Command
from lianjin.core.errors import UsageError
from lianjin.core.words import Words

if TYPE_CHECKING:
    from lianjin.curate.build import Built, Progress

DRY_RUN_RECORDS = 100
NUMBER = 11
"""Columns of a number in the funnel."""


Recipe = Annotated[
    str,
    typer.Argument(metavar="RECIPE", help=told("A preset or a YAML file.", "预设名或 YAML 文件。")),
]
Out = Annotated[
    Path | None,
    typer.Option(
        "--out", metavar="DIR", help=told("Folder to write the dataset to.", "数据集写到哪个目录。")
    ),
]
Input = Annotated[
    str | None,
    typer.Option(
        "--input",
        metavar="PATH",
        help=told("File, folder or glob; not the recipe's.", "文件、目录或通配符，取代配方里的。"),
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(
        "--limit", min=1, max=2**53, help=told("Only the first N records.", "只取前 N 条记录。")
    ),
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run",
        help=told(
            f"Try the recipe on the first {DRY_RUN_RECORDS} records; write nothing.",
            f"只试前 {DRY_RUN_RECORDS} 条记录，不写任何文件。",
        ),
    ),
]
Overwrite = Annotated[
    bool,
    typer.Option("--overwrite", help=told("Replace the dataset in DIR.", "替换 DIR 里的数据集。")),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, help=told("Threads; default: all cores.", "线程数；默认全部核。")
    ),
]


def register(app: typer.Typer) -> None:
    """Adds `build`."""
    app.command(
        "build",
        cls=Command,
        help=told(
            "Build a dataset directory from files, as a recipe says. "
            "A run that was stopped is continued by the same command.",
            "按配方把文件做成数据集目录。中断的运行，用同一条命令继续。",
        ),
        epilog=told(
            "Example: lianjin build zh-web --input raw --out clean",
            "示例：lianjin build zh-web --input raw --out clean",
        ),
    )(build_)


def build_(
    recipe: Recipe,
    out: Out = None,
    input_: Input = None,
    limit: Limit = None,
    dry_run: DryRun = False,
    overwrite: Overwrite = False,
    workers: Workers = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Builds, and prints the funnel and where the report is."""
    from lianjin.curate.build import build

    _keep_memory()
    if out is None and not dry_run:
        raise UsageError(
            "missing-out",
            Words(
                "--out is missing; expected the folder to write to",
                "缺少 --out；应给出要写入的目录",
            ),
            hint=Words(
                "add `--out DIR`, or `--dry-run` to try the recipe",
                "加 `--out DIR`；或用 `--dry-run` 试运行配方",
            ),
        )
    with _place(out, dry_run) as folder, _stoppable(), _bar() as progress:
        built = build(
            recipe,
            out=folder,
            input=input_,
            limit=limit or (DRY_RUN_RECORDS if dry_run else None),
            workers=workers,
            overwrite=overwrite,
            progress=progress,
        )
    show(_data(built, dry_run), as_json=as_json, text=_text(built, dry_run))


def _keep_memory() -> None:
    """Has the system's allocator give pyarrow its memory, unless another was asked for.

    mimalloc, pyarrow's own choice, lets go of a batch's memory at once and clears new pages for the
    next one: 5 % of a build's CPU time, and 50 MB. A process of somebody else keeps its own choice.
    """
    import pyarrow as pa

    if pa.default_memory_pool().backend_name == "mimalloc":
        pa.set_memory_pool(pa.system_memory_pool())


@contextmanager
def _place(out: Path | None, dry_run: bool) -> Iterator[Path]:
    if out is not None and not dry_run:
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="lianjin-") as folder:
        yield Path(folder) / "out"


@contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM stops the run as Ctrl-C does: finished work is kept."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    """A progress bar on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    names = {
        "hash": say("hash", "核对"),
        "read": say("read", "读取"),
        "link": say("link", "去重"),
        "write": say("write", "写出"),
    }
    shown = [
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[records]}"),
    ]
    if columns() >= NARROW:
        shown += [TextColumn("{task.fields[rate]}"), TimeRemainingColumn()]
    with Bars(*shown, console=Console(stderr=True), transient=True) as bars:
        rows: dict[str, Any] = {}

        def update(progress: Progress) -> None:
            if progress.stage not in rows:
                rows[progress.stage] = bars.add_task(names[progress.stage], records="", rate="")
            row = rows[progress.stage]
            speed = next((task.speed for task in bars.tasks if task.id == row), None)
            bars.update(
                row,
                completed=progress.done,
                total=progress.total,
                records=say(f"{progress.records:,} records", f"{progress.records:,} 条")
                if progress.stage != "hash"
                else "",
                rate=f"{speed / 1e6:.1f} MB/s" if speed and progress.stage == "read" else "",
            )

        yield update


def _data(built: Built, dry_run: bool) -> dict[str, Any]:
    manifest = built.manifest
    return {
        "out": None if dry_run else str(built.out),
        "root": built.root,
        "continued": built.continued,
        "records": built.records,
        "kept": built.kept,
        "dropped": built.dropped,
        "quarantined": built.quarantined,
        "tokens": manifest.get("tokens", {}),
        "steps": manifest["steps"],
        "errors": manifest["errors"],
    }


def _text(built: Built, dry_run: bool) -> str:
    from lianjin.corpus.tokens import tokens_of

    lines = [_funnel(built), ""]
    if (tokens := tokens_of(built.manifest)) is not None:
        lines.append(say("tokens: ", "词元：") + str(tokens.wording))
    if dry_run:
        lines.append(say("dry run: nothing was written", "试运行：没有写任何文件"))
    else:
        if built.continued:
            lines.append(say("already built; nothing to do", "已经建成，无需再做"))
        lines.append(say("report: ", "报告：") + str(built.out / "report.html"))
        if built.records > built.kept:
            lines.append(
                say(
                    f"why a record went: lianjin why {quote(str(built.out))} ID",
                    f"某条记录为何去掉：lianjin why {quote(str(built.out))} 标识",
                )
            )
    return "\n".join(lines)


def _funnel(built: Built) -> str:
    """What each step left and removed, as a table that adds up; long rules break within it."""
    from lianjin.curate.why import step_texts

    left = built.records
    rows: list[tuple[int, int | None, str]] = [(left, None, say("read", "读入"))]
    left -= built.quarantined
    rows.append((left, built.quarantined, say("quarantine", "隔离")))
    for index, said in enumerate(step_texts(built.manifest)):
        if said.en.startswith(("keep:", "link:")):
            removed = built.manifest["steps"].get(str(index), 0)
            left -= removed
            rows.append((left, removed, str(said)))
    rows.append((left, None, say("kept", "保留")))
    heads = (say("left", "剩余"), say("removed", "减少"), say("step", "步骤"))
    lines = [f"{_right(heads[0])}  {_right(heads[1])}  {heads[2]}"]
    for remaining, gone, text in rows:
        taken = "" if gone is None else f"{-gone:,}" if gone else "—"
        first, *more = wrapped(text, text_columns(2 * (NUMBER + 2)))
        lines.append(f"{_right(f'{remaining:,}')}  {_right(taken)}  {first}")
        lines += [" " * (2 * (NUMBER + 2)) + line for line in more]
    return "\n".join(lines)


def _right(text: str) -> str:
    return " " * (NUMBER - width(text)) + text
