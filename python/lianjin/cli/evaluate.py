"""`lianjin evaluate DIR --out EVAL`: measures a dataset against a standard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianjin.cli.screen import Json, Lang, say, show, table, text_columns, told, wrapped
from lianjin.cli.usage import Command

if TYPE_CHECKING:
    from lianjin.evaluate.evaluation import Evaluation, Score


TAKEN = 52
"""Columns of a terminal that stand before the last one of the table."""


def register(app: typer.Typer) -> None:
    """Adds `evaluate`."""
    app.command(
        "evaluate",
        cls=Command,
        help=told(
            "Measure a dataset against a standard: gates, indices with their counts, documentation, "
            "and what is missing. Exit 1 if a gate fails.",
            "依据标准测量数据集：门禁、各项指标及其计数、说明文档、缺什么。有门禁未过则退出码为 1。",
        ),
        epilog=told(
            "Example: lianjin evaluate clean --requirement requirement.yaml --out clean-evaluation",
            "示例：lianjin evaluate clean --requirement requirement.yaml --out clean-evaluation",
        ),
    )(evaluate_)


def evaluate_(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help=told("A built dataset.", "建成的数据集。"))
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="EVAL",
            help=told("The folder to write to, outside of DIR.", "写入的目录，在 DIR 之外。"),
        ),
    ],
    standard: Annotated[
        str,
        typer.Option(
            "--standard",
            metavar="NAME",
            help=told(
                "A standard, or the YAML file of one; default tc609-5-2025-04.",
                "标准的名称或其 YAML 文件；默认 tc609-5-2025-04。",
            ),
        ),
    ] = "tc609-5-2025-04",
    requirement: Annotated[
        Path | None,
        typer.Option(
            "--requirement",
            metavar="FILE",
            help=told(
                "What the dataset is needed for, as YAML; without it diversity, scale and currency "
                "are not measured.",
                "数据集的需求，YAML 文件；没有它则不测多样性、规模与时效。",
            ),
        ),
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Evaluates, writes the files, prints the verdict."""
    from lianjin.evaluate.evaluation import evaluate
    from lianjin.evaluate.report import write_evaluation
    from lianjin.evaluate.report.folder import refuse_inside
    from lianjin.evaluate.requirement import load_requirement

    refuse_inside(out, folder)
    needed = None if requirement is None else load_requirement(requirement)
    found = evaluate(folder, standard, needed)
    paths = write_evaluation(found, out)
    show(_data(found, paths), as_json=as_json, text=_text(found, paths))
    if not found.is_passed:
        raise SystemExit(1)


def _data(found: Evaluation, paths: tuple[Path, ...]) -> dict[str, Any]:
    return {
        "evaluation": str(paths[0]),
        "report": str(paths[1]),
        "documentation": [str(path) for path in paths[2:]],
        "digest": found.digest,
        "root": found.root,
        "grade": found.grade or None,
        "gates": {gate.id: gate.is_passed for gate in found.gates},
        "dimensions": {score.dimension.code: score.value for score in found.scores},
        "indices": {result.index.code: result.measured.value for result in found.results},
        "missing": [vars(lack) for lack in found.missing],
    }


def _text(found: Evaluation, paths: tuple[Path, ...]) -> str:
    from lianjin.core.words import Words

    lines = [str(found.standard.wording), ""]
    for gate in found.gates:
        mark = "✓" if gate.is_passed else "✗"
        lines.append(f"{mark} " + str(gate.title + Words(": ", "：") + gate.reason))
    lines += ["", table([row for score in found.scores for row in _rows(score)]), ""]
    count = len(found.missing)
    lines.append(say(f"missing: {count} entries", f"缺：{count} 项"))
    lines.append(say(f"report: {paths[1]}", f"报告：{paths[1]}"))
    return "\n".join(lines)


def _rows(score: Score) -> Iterator[tuple[str, str, str, str]]:
    """The dimension and its indices: code, title, score, and the counts or why there are none."""
    yield score.dimension.code, str(score.dimension.title), _number(score.value), ""
    for result in score.results:
        found = result.measured
        counted = f"{found.numerator:g}/{found.denominator:g}" if found.denominator else ""
        first, *more = wrapped(counted or str(found.absent), text_columns(TAKEN))
        shown = f"{first}…" if more else first
        yield f"  {result.index.code}", str(result.index.title), _number(result.score), shown


def _number(score: float | None) -> str:
    return "—" if score is None else f"{int(score * 10) / 10:.1f}"
