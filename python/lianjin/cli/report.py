"""`lianjin report DIR`: draws the report of a dataset again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lianjin.cli.screen import Json, Lang, show, told
from lianjin.cli.usage import Command


def register(app: typer.Typer) -> None:
    """Adds `report`."""
    app.command(
        "report",
        cls=Command,
        help=told("Write the report of a dataset again.", "重新生成数据集的报告。"),
        epilog=told("Example: lianjin report clean", "示例：lianjin report clean"),
    )(report_)


def report_(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=told("A built dataset.", "建成的数据集。"))
    ],
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Writes report.html and prints where it is."""
    from lianjin.corpus.dataset import open_dataset
    from lianjin.curate.report import write_report

    path = write_report(folder, open_dataset(folder).manifest)
    show({"report": str(path)}, as_json=as_json, text=str(path))
