"""What every verb shares: its language, its options `--json` and `--lang`, and how it prints."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.metadata import version as installed_version
from typing import Annotated, Any

import typer

from lianjin.core.codes import meaning
from lianjin.core.errors import LianjinError, RecipeError
from lianjin.core.settings import Language, read


def _language(environment_language: Language, arguments: Sequence[str]) -> Language:
    """The language of `--lang`, else of the environment; help is printed before options are read.

    >>> _language("en", ["recipe", "list", "--lang=zh"])
    'zh'
    """
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        asked = following if word == "--lang" else word.removeprefix("--lang=")
        if asked in ("zh", "en") and word.startswith("--lang"):
            return "zh" if asked == "zh" else "en"
    return environment_language


# numpy's linear algebra is not used here; its threads would spin for 0.2 CPU s at the start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

LANGUAGE: Language = _language(read(os.environ).language, sys.argv[1:])
"""The language of this process's messages: `--lang`, else the environment's."""


def say(en: str, zh: str) -> str:
    """The words in the language of this process. Both stand where they are used."""
    return zh if LANGUAGE == "zh" else en


def _known_language(value: str | None) -> str | None:
    if value not in (None, "zh", "en"):
        raise typer.BadParameter(say(f"{value!r} is not zh or en", f"{value!r} 不是 zh 或 en"))
    return value


Json = Annotated[
    bool, typer.Option("--json", help=say("Print JSON for machines.", "输出 JSON，供程序读取。"))
]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="zh|en",
        callback=_known_language,
        help=say("Language; default: the environment's.", "语言；默认取自环境。"),
    ),
]


def version() -> str:
    """The version of the installed package."""
    return installed_version("lianjin")


def show(data: Any, *, as_json: bool, text: str) -> None:
    """Prints the data as JSON, or the text for people."""
    put(json.dumps(data, ensure_ascii=False, indent=2) if as_json else text)


def put(text: str) -> None:
    """Prints at once, so that a full disk is found while it can be told.

    Who reads may stop early (`| head`): the rest goes nowhere, and the exit code stays what it is.
    """
    try:
        print(text, flush=True)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def table(rows: Iterable[Sequence[str]]) -> str:
    """The rows with their columns aligned; Chinese characters count as two columns.

    >>> print(table([("炼金", "a"), ("x", "b")]))
    炼金  a
    x     b
    """
    lines = [tuple(map(str, row)) for row in rows]
    widths = [max(map(width, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell + " " * (w - width(cell)) for cell, w in zip(row, widths, strict=True)
        ).rstrip()
        for row in lines
    )


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def fail(error: LianjinError, *, as_json: bool) -> None:
    """Prints a refusal on standard error: code, sentence and next step."""
    if as_json:
        said: dict[str, Any] = {"code": error.code, "message": error.message, "hint": error.hint}
        if isinstance(error, RecipeError) and error.problems:
            said["problems"] = [problem.to_json() for problem in error.problems]
        print(json.dumps({"error": said}, ensure_ascii=False, indent=2), file=sys.stderr)
        return
    if isinstance(error, RecipeError) and error.problems:
        count = len(error.problems)
        lines = [say(f"{count} problem{'s' if count > 1 else ''}", f"{count} 个问题")]
        lines += [problem.text(say("", meaning(problem.code, "zh"))) for problem in error.problems]
    else:
        meant = say("", meaning(error.code, "zh"))
        lines = [f"{error.code}{f'（{meant}）' if meant else ''}: {error.message}"]
        if error.hint:
            lines.append("  " + say(f"next: {error.hint}", f"下一步：{error.hint}"))
    print(say("refused: ", "拒绝：") + "\n".join(lines), file=sys.stderr)
