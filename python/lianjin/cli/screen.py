"""What every verb shares: its language, its options `--json` and `--lang`, and how it prints."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from importlib.metadata import version as installed_version
from typing import Annotated, Any

import typer

from lianjin.core.errors import LianjinError, UsageError, WrittenError
from lianjin.core.settings import Language, Settings, read
from lianjin.core.words import Words, spoken


def language_of(arguments: Sequence[str]) -> Language:
    """The language of `--lang`, else the one in use; help is printed before options are read.

    >>> language_of(["recipe", "list", "--lang=zh"])
    'zh'
    """
    for word, following in zip(arguments, [*arguments[1:], ""], strict=False):
        asked = following if word == "--lang" else word.removeprefix("--lang=")
        if asked in ("zh", "en") and word.startswith("--lang"):
            return "zh" if asked == "zh" else "en"
    return spoken()


# numpy's linear algebra is not used here; its threads would spin for 0.2 CPU s at the start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


NARROW = 70
"""Columns of a terminal below which rate and time left are not shown."""


def settings() -> Settings:
    """What the environment says, for the verb that runs."""
    return read(os.environ)


def say(en: str, zh: str) -> str:
    """The words in the language in use. Both stand where they are used."""
    return str(Words(en, zh))


def told(en: str, zh: str) -> str:
    """The words in both languages, as help keeps them; `usage.shown` takes out one."""
    return Words(en, zh).stored


def _known_language(value: str | None) -> str | None:
    if value not in (None, "zh", "en"):
        raise UsageError(
            "wrong-value",
            Words(
                f"--lang takes no {value!r}; expected zh or en",
                f"--lang 的值不能是 {value!r}；应为 zh 或 en",
            ),
            hint=Words("for example `--lang zh`", "例如 `--lang en`"),
        )
    return value


Json = Annotated[
    bool, typer.Option("--json", help=told("Print JSON for machines.", "输出 JSON，供程序读取。"))
]
Lang = Annotated[
    str | None,
    typer.Option(
        "--lang",
        metavar="zh|en",
        callback=_known_language,
        help=told("Language; default: the environment's.", "语言；默认取自环境。"),
    ),
]


def language(lang: Lang = None) -> None:
    """What a group of commands takes itself: the language, which was read before the help was made."""
    del lang


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


def columns() -> int:
    """How wide a line may be: the terminal's width, 40 to 100."""
    return max(40, min(100, shutil.get_terminal_size().columns))


def text_columns(taken: int) -> int:
    """How wide a text may be beside `taken` columns; unbounded where no terminal shows it."""
    return max(20, columns() - taken) if sys.stdout.isatty() else 10_000


_PIECE = re.compile(
    r"\n|[\u2e80-\uffef][，。；：、！？）」』”’]*|[^\s\u2e80-\uffef]+[，。；：、！？）」』”’]*|[^\S\n]+"
)
"""What stays on one line: a Chinese character or a word, with the marks behind it."""


def wrapped(text: str, wide: int) -> list[str]:
    """The text in lines of at most `wide` columns; no line begins with a closing mark.

    >>> wrapped("从原料到成品，一步到位", 12)
    ['从原料到成', '品，一步到位']
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        if piece == "\n" or (lines[-1] and width(lines[-1] + piece.rstrip()) > wide):
            lines.append("")
        if piece != "\n" and (lines[-1] or not piece.isspace()):
            lines[-1] += piece
    return [line.rstrip() for line in lines]


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(1 + (unicodedata.east_asian_width(sign) in "WF") for sign in text)


def fail(error: LianjinError, *, as_json: bool) -> None:
    """Prints a refusal on standard error: code, sentence and next step."""
    if as_json:
        said: dict[str, Any] = {
            "code": error.code,
            "message": str(error.message),
            "hint": str(error.hint),
        }
        if isinstance(error, WrittenError) and error.problems:
            said["problems"] = [problem.to_json() for problem in error.problems]
        print(json.dumps({"error": said}, ensure_ascii=False, indent=2), file=sys.stderr)
        return
    if isinstance(error, WrittenError) and error.problems:
        count = len(error.problems)
        lines = [say(f"{count} problem{'s' if count > 1 else ''}", f"{count} 个问题")]
        lines += map(str, error.problems)
    else:
        lines = [f"{error.code}: {error.message}"]
        if error.hint:
            lines.append("  " + say(f"next: {error.hint}", f"下一步：{error.hint}"))
    print(say("refused: ", "拒绝：") + "\n".join(lines), file=sys.stderr)
