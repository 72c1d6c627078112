"""What `push` and `pull` share: which registry is meant, the token shown to it, the progress bar."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lianjin.cli.screen import NARROW, columns, settings, told
from lianjin.core.errors import Conflict, NotFound, UsageError
from lianjin.core.words import Words

if TYPE_CHECKING:
    from lianjin.corpus.registry import Registry
    from lianjin.corpus.remote import RemoteRegistry
    from lianjin.corpus.shipment import Report

TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        metavar="FILE",
        help=told(
            "File with the token for a server; default: LIANJIN_TOKEN.",
            "存放服务器令牌的文件；默认取 LIANJIN_TOKEN。",
        ),
    ),
]
TOKEN_BYTES = 4_096


def registry_of(place: str, token_file: Path | None) -> Registry | RemoteRegistry:
    """The registry of a folder, or of the server whose address it is."""
    if "://" in place:
        from lianjin.corpus.remote import RemoteRegistry

        return RemoteRegistry.at(place, _token(token_file))
    from lianjin.corpus.registry import Registry

    return Registry(Path(place))


def refuse_foreign(registry: Registry) -> None:
    """Refuses to make a registry of a folder that holds something else."""
    folder = registry.folder
    if registry.exists or not folder.exists():
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise Conflict(
            "not-a-registry",
            Words(
                f"{str(folder)!r} is no registry; expected one, an empty folder, or nothing",
                f"{str(folder)!r} 不是仓库；应为仓库、空目录，或尚不存在",
            ),
            hint=Words("choose another folder with --to", "用 --to 换一个目录"),
        )


def refuse_absent(registry: Registry) -> None:
    """Refuses to look for versions where there is no registry."""
    if not registry.exists:
        raise NotFound(
            "not-a-registry",
            Words(
                f"there is no registry in {str(registry.folder)!r}",
                f"{str(registry.folder)!r} 处没有仓库",
            ),
            hint=Words(
                "name the folder given to `lianjin push --to`",
                "应填 `lianjin push --to` 所给的目录",
            ),
        )


def who() -> str:
    """The name of the person whose process this is."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _token(file: Path | None) -> str | None:
    if file is None:
        return settings().token
    from lianjin.core.store import guarded

    with guarded(file, "read"), file.open("rb") as opened:
        text = opened.read(TOKEN_BYTES).decode("utf-8", "replace").strip()
    if not (text and text.isascii() and text.isprintable() and " " not in text):
        raise UsageError(
            "wrong-value",
            Words(f"{str(file)!r} holds no token", f"{str(file)!r} 里没有令牌"),
            hint=Words("expected one line with the token alone", "应当只有一行令牌"),
        )
    return text


@contextmanager
def bar(label: str) -> Iterator[Report]:
    """A progress bar of bytes on a terminal, silence elsewhere."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars
    from rich.progress import TransferSpeedColumn as Speed

    shown = [TextColumn("{task.description}"), BarColumn(), DownloadColumn()]
    if columns() >= NARROW:
        shown += [Speed(), TimeRemainingColumn()]
    with Bars(*shown, console=Console(stderr=True), transient=True) as bars:
        row = bars.add_task(label, total=None)
        yield lambda done, total: bars.update(row, completed=done, total=total)
