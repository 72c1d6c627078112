"""`lianjin push DIR NAME@VERSION --to REGISTRY`: a dataset becomes a version that never changes."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from lianjin.cli.screen import Json, Lang, say, show, told
from lianjin.cli.transfer import TokenFile, bar, place_of
from lianjin.cli.usage import Command
from lianjin.corpus.version import DatasetVersion, VersionName
from lianjin.core.clock import now_utc


def register(app: typer.Typer) -> None:
    """Adds `push`."""
    app.command(
        "push",
        cls=Command,
        help=told(
            "Put a built dataset into a registry as a version, which never changes. What was "
            "stopped is continued by the same command.",
            "把建成的数据集作为一个版本放进仓库，版本永不更改。中断后用同一条命令继续。",
        ),
        epilog=told(
            "Example: lianjin push clean lab/zh-web@1.0.0 --to registry",
            "示例：lianjin push clean lab/zh-web@1.0.0 --to registry",
        ),
    )(push_)
