"""`lianjin export DIR --out PATH`: the kept documents for other tools."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lianjin.cli.screen import Json, Lang, say, show, told
from lianjin.cli.usage import Command


def register(app: typer.Typer) -> None:
    """Adds `export`."""
    app.command(
        "export",
        cls=Command,
        help=told(
            "Write the kept documents as JSON lines, Parquet, or a folder for `load_dataset`.",
            "把保留的文档写成 JSONL、Parquet，或 `load_dataset` 能读的目录。",
        ),
        epilog=told(
            "Example: lianjin export clean --format jsonl --out clean.jsonl",
            "示例：lianjin export clean --format jsonl --out clean.jsonl",
        ),
    )(export_)


def export_(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=told("A built dataset.", "建成的数据集。"))
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out", metavar="PATH", help=told("File or folder to write.", "写到哪个文件或目录。")
        ),
    ],
    format_: Annotated[
        str,
        typer.Option(
            "--format", metavar="jsonl|parquet|hf", help=told("Default: jsonl.", "默认 jsonl。")
        ),
    ] = "jsonl",
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Exports and prints how many documents went where."""
    from lianjin.corpus.dataset import open_dataset
    from lianjin.curate.export import checked_format, export

    done = export(open_dataset(folder), out, checked_format(format_))
    data = {"path": str(done.path), "documents": done.documents}
    text = say(
        f"{done.documents:,} document{'s' if done.documents != 1 else ''} → {done.path}",
        f"{done.documents:,} 篇 → {done.path}",
    )
    show(data, as_json=as_json, text=text)
