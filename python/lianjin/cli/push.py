"""`lianjin push DIR NAME@VERSION --to REGISTRY`: a dataset becomes a version that never changes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lianjin.cli.screen import Json, Lang, say, show, told
from lianjin.cli.transfer import TokenFile, bar, refuse_foreign, registry_of, who
from lianjin.cli.usage import Command

if TYPE_CHECKING:
    from lianjin.corpus.registry import Source


Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help=told("A built dataset.", "建成的数据集。"))
]
Name = Annotated[
    str,
    typer.Argument(
        metavar="NAME@VERSION",
        help=told("Like organisation/name@1.0.0.", "形如 organisation/name@1.0.0。"),
    ),
]
To = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="REGISTRY",
        help=told("Folder of the registry, or http(s)://…", "仓库所在目录，或 http(s)://…"),
    ),
]
Parents = Annotated[
    list[str] | None,
    typer.Option(
        "--parent",
        metavar="NAME@VERSION|ROOT",
        help=told(
            "A version it was made from, in the same registry, or the root of one from elsewhere; "
            "may be given several times.",
            "它由哪个版本做成：同一仓库里的版本，或别处版本的根；可多次给出。",
        ),
    ),
]
Message = Annotated[
    str,
    typer.Option(
        "--message", metavar="TEXT", help=told("What is new in it.", "这个版本有什么变化。")
    ),
]


def register(app: typer.Typer) -> None:
    """Adds `push`."""
    app.command(
        "push",
        cls=Command,
        help=told(
            "Put a built dataset into a registry as a version, which never changes. "
            "A push that was stopped is continued by the same command.",
            "把建成的数据集作为一个版本放进仓库，版本永不更改。中断的推送，用同一条命令继续。",
        ),
        epilog=told(
            "Example: lianjin push clean lab/zh-web@1.0.0 --to registry",
            "示例：lianjin push clean lab/zh-web@1.0.0 --to registry",
        ),
    )(push_)


def push_(
    folder: Folder,
    name: Name,
    to: To,
    parent: Parents = None,
    message: Message = "",
    token_file: TokenFile = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Pushes and prints the version."""
    from lianjin.core.clock import now_utc
    from lianjin.corpus.registry import Registry
    from lianjin.corpus.version import VersionName

    version_name = VersionName.parse(name)
    parents: list[Source] = [VersionName.parse(p) if "@" in p else p for p in parent or ()]
    registry = registry_of(to, token_file)
    if isinstance(registry, Registry):
        refuse_foreign(registry)
    with bar(say("push", "推送")) as report:
        version = registry.commit(
            folder,
            version_name,
            created_by=who(),
            now=now_utc(),
            parents=parents,
            message=message,
            report=report,
        )
    text = say(
        f"{version.name}: {version.n_files} files, {version.size_bytes:,} bytes, "
        f"{version.kept:,} of {version.records:,} records kept\n"
        f"root {version.root}",
        f"{version.name}：{version.n_files} 个文件，{version.size_bytes:,} 字节，"
        f"{version.records:,} 条记录中保留 {version.kept:,} 条\n"
        f"根 {version.root}",
    )
    show(version.to_json(), as_json=as_json, text=text)
