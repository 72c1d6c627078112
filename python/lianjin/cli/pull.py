"""`lianjin pull NAME@VERSION --from REGISTRY --out DIR`: a version as a dataset folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lianjin.cli.screen import Json, Lang, say, show, told
from lianjin.cli.transfer import TokenFile, bar, refuse_absent, registry_of
from lianjin.cli.usage import Command


def register(app: typer.Typer) -> None:
    """Adds `pull`."""
    app.command(
        "pull",
        cls=Command,
        help=told(
            "Copy a version out of a registry, every byte checked. "
            "A pull that was stopped is continued by the same command.",
            "从仓库取出一个版本，逐字节核对。中断的拉取，用同一条命令继续。",
        ),
        epilog=told(
            "Example: lianjin pull lab/zh-web@1.0.0 --from registry --out copy",
            "示例：lianjin pull lab/zh-web@1.0.0 --from registry --out copy",
        ),
    )(pull_)


def pull_(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME[@VERSION]",
            help=told(
                "Like organisation/name@1.0.0; without a version the latest.",
                "形如 organisation/name@1.0.0；不写版本则取最新的。",
            ),
        ),
    ],
    from_: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="REGISTRY",
            help=told("Folder of the registry, or http(s)://…", "仓库所在目录，或 http(s)://…"),
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DIR",
            help=told("Folder to write the dataset to.", "数据集写到哪个目录。"),
        ),
    ],
    token_file: TokenFile = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Pulls and prints what came and where it is."""
    from lianjin.corpus.registry import Registry
    from lianjin.corpus.version import DatasetName, VersionName

    wanted = VersionName.parse(name) if "@" in name else DatasetName.parse(name)
    registry = registry_of(from_, token_file)
    if isinstance(registry, Registry):
        refuse_absent(registry)
    found = wanted if isinstance(wanted, VersionName) else registry.latest(wanted)
    version = registry.version(found)
    with bar(say("pull", "拉取")) as report:
        is_new = registry.pull(version, out, report)
    said = say(
        f"{version.name}: {version.n_files} files, {version.size_bytes:,} bytes → {out}",
        f"{version.name}：{version.n_files} 个文件，{version.size_bytes:,} 字节 → {out}",
    )
    if not is_new:
        said += "\n" + say("was there already, whole", "早已在此，完好无缺")
    data = {"out": str(out), "is_new": is_new, "version": version.to_json()}
    show(data, as_json=as_json, text=said)
