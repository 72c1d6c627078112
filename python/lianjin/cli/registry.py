"""`lianjin registry collect DIR`: bytes that no version uses, counted or taken away."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianjin.cli.screen import Json, Lang, language, say, show, told
from lianjin.cli.transfer import refuse_absent
from lianjin.cli.usage import Command, Group
from lianjin.core.limits import COLLECTED_AFTER_DAYS

if TYPE_CHECKING:
    from lianjin.corpus.collection import Collection

DAY_S = 86_400
Tell = Callable[["Collection"], None]

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help=told("The folder of a registry.", "仓库所在的目录。"))
]
OlderThan = Annotated[
    int,
    typer.Option(
        "--older-than",
        metavar="DAYS",
        min=1,
        help=told(
            "Only what nobody sent or asked for in so many days.",
            "只算这么多天无人发送或查询的内容。",
        ),
    ),
]
Remove = Annotated[
    bool,
    typer.Option(
        "--remove",
        help=told("Take it away; without this it is only counted.", "清除；不加则只统计。"),
    ),
]
LogFolder = Annotated[
    Path | None,
    typer.Option(
        "--log",
        metavar="LOG",
        help=told(
            "Log that tells of it; default: `log` beside the registry, where there is one.",
            "记入哪个日志；默认是仓库旁边的 `log`，如有。",
        ),
    ),
]
LogKey = Annotated[
    Path | None,
    typer.Option(
        "--log-key",
        metavar="KEY",
        help=told("The log's private key; default: LOG.key.", "日志的私钥；默认 LOG.key。"),
    ),
]
Url = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help=told(
            "Database of the server whose registry it is; default: lianjin.db beside it, where there "
            "is one. The server's log tells of it then.",
            "仓库所属服务的数据库；默认是旁边的 lianjin.db，如有。此时由服务的日志记录。",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Adds `registry` and its command."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, cls=Group)
    example = told(
        "Example: lianjin registry collect registry --remove",
        "示例：lianjin registry collect registry --remove",
    )
    group.command(
        "collect",
        cls=Command,
        help=told(
            "Count the bytes that no version uses, which pushes left that were stopped; with --remove "
            "take them away. A push that goes on loses nothing.",
            "统计不属于任何版本的内容，即中断的推送所留；加 --remove 则清除。仍在进行的推送不受影响。",
        ),
        epilog=example,
    )(collect_)
    group.callback()(language)
    app.add_typer(
        group,
        name="registry",
        help=told("Look after a registry.", "维护仓库。"),
        epilog=example,
    )


def collect_(
    folder: Folder,
    older_than: OlderThan = COLLECTED_AFTER_DAYS,
    remove: Remove = False,
    log: LogFolder = None,
    log_key: LogKey = None,
    url: Url = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Collects, tells the log and prints what was freed."""
    import time

    from lianjin.corpus.collection import collect
    from lianjin.corpus.registry import Registry

    registry = Registry(folder)
    refuse_absent(registry)
    with _teller(folder, log, log_key, url) if remove else _nobody() as (tell, where):
        found = collect(
            registry, older_than_s=older_than * DAY_S, now_s=time.time(), removes=remove
        )
        if found.removed and (found.unused or found.n_parts):
            tell(found)
    show(_data(found, older_than), as_json=as_json, text=_text(found, older_than, where))


@contextmanager
def _nobody() -> Iterator[tuple[Tell, str]]:
    yield lambda found: None, ""


@contextmanager
def _teller(
    folder: Path, log: Path | None, log_key: Path | None, url: str | None
) -> Iterator[tuple[Tell, str]]:
    """What tells of a collection, opened before anything is removed, and where it tells of it."""
    from lianjin.core.log import CHECKPOINT

    beside = folder.resolve().parent
    if url is not None or (log is None and (beside / "lianjin.db").exists()):
        with _database(url or f"sqlite:///{beside / 'lianjin.db'}") as tell:
            yield tell, say("the server's log", "服务的日志")
    elif log is not None or (beside / "log" / CHECKPOINT).exists():
        place = log or beside / "log"
        with _log(place, log_key or place.with_name(f"{place.name}.key")) as tell:
            yield tell, str(place)
    else:
        with _nobody() as nobody:
            yield nobody


@contextmanager
def _database(url: str) -> Iterator[Tell]:
    from lianjin.core.database import Database
    from lianjin.service.collected import tell_collected

    with Database(url) as database:

        def tell(found: Collection) -> None:
            tell_collected(database, found)

        yield tell


@contextmanager
def _log(folder: Path, key: Path) -> Iterator[Tell]:
    from lianjin.core.clock import now_utc
    from lianjin.core.entry import Entry
    from lianjin.core.key import read_key
    from lianjin.core.log import Log

    with Log.open(folder, read_key(key)) as log:

        def tell(found: Collection) -> None:
            log.append([Entry("blobs_collected", now_utc(), *found.told)])

        yield tell


def _data(found: Collection, older_than: int) -> dict[str, Any]:
    return {
        "removed": found.removed,
        "older_than_days": older_than,
        "n_versions": found.n_versions,
        "n_blobs": len(found.unused),
        "size_bytes": found.size_bytes,
        "n_young": found.n_young,
        "n_parts": found.n_parts,
        "blobs": list(found.unused),
        "digest": found.digest,
    }


def _text(found: Collection, older_than: int, where: str) -> str:
    n, size = f"{len(found.unused):,}", f"{found.size_bytes:,}"
    if found.removed:
        said = say(f"removed {n} blobs, {size} bytes freed", f"清除 {n} 份内容，释放 {size} 字节")
        if where and found.unused:
            said += say(f"; told in {where}", f"；已记入{where}")
    else:
        said = say(
            f"{n} blobs of no version, {size} bytes; --remove takes them away",
            f"{n} 份内容不属于任何版本，共 {size} 字节；加 --remove 清除",
        )
    if found.n_parts:
        said += "\n" + say(
            f"{found.n_parts:,} files among them that broke off and nobody went on with",
            f"其中 {found.n_parts:,} 个是中断后无人续传的文件",
        )
    if found.n_young:
        said += "\n" + say(
            f"{found.n_young:,} more were sent or asked for in the last {older_than} days and stay",
            f"另有 {found.n_young:,} 份在最近 {older_than} 天内有人发送或查询，予以保留",
        )
    return said
