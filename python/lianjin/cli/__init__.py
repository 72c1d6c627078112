"""The command line: one file per verb, imported when that verb is called.

Takes the arguments; prints for people, or JSON with `--json`.
Exit 0 done, 1 a finding, 2 the call was wrong, 3 the environment failed, 70 a bug, 130 stopped.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from io import TextIOWrapper
from typing import Annotated

import typer

from lianjin.cli.screen import Lang, fail, language_of, say, told, version
from lianjin.cli.usage import Group, ParserError, refusal
from lianjin.core.errors import LianjinError, UsageError
from lianjin.core.store import storage_error
from lianjin.core.words import speak

VERBS = (
    "build",
    "verify",
    "why",
    "report",
    "export",
    "evaluate",
    "certify",
    "recipe",
    "operators",
    "push",
    "pull",
    "registry",
    "log",
    "serve",
)
"""Every verb has a file here of the same name, whose `register(app)` adds it."""

CONTAINERS_BETWEEN_COLLECTIONS = 200_000
"""Python's own 700 has it look through all that was imported again and again: a tenth of the start."""

BUG = 70
STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs the command of the arguments and exits with its code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    gc.set_threshold(CONTAINERS_BETWEEN_COLLECTIONS)
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # a path may hold any bytes
    try:
        speak(language_of(given))
        ended = app(given)(args=given, prog_name="lianjin", standalone_mode=False)
        if ended == STOPPED:
            raise KeyboardInterrupt
        raise SystemExit(ended if isinstance(ended, int) else 0)
    except ParserError as error:
        _refused_call(error, given)
    except LianjinError as error:
        fail(error, as_json="--json" in given)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        print(_stopped(given), file=sys.stderr)
        raise SystemExit(STOPPED) from None
    except BrokenPipeError:
        raise SystemExit(0) from None
    except OSError as error:
        refused = storage_error(error, error.filename or say("standard output", "标准输出"), "use")
        fail(refused, as_json="--json" in given)
        raise SystemExit(refused.exit_code) from None
    except Exception:
        print(say("this is a bug in lianjin:", "这是 lianjin 的错误："), file=sys.stderr)
        sys.excepthook(*sys.exc_info())
        raise SystemExit(BUG) from None
    finally:
        # The process ends: looking for cycles in all that was imported would take 50 ms more.
        gc.freeze()


def _stopped(given: Sequence[str]) -> str:
    if "build" not in given:
        return say("stopped", "已停止")
    return say(
        "stopped; finished work is kept: the same command goes on from here",
        "已停止；做完的部分都保留着，运行同一条命令即可继续",
    )


def _refused_call(error: Exception, given: Sequence[str]) -> None:
    """Says what the parser did not understand; a verb without arguments shows its help."""
    if type(error).__name__ == "NoArgsIsHelpError":
        print(error, file=sys.stderr)
        raise SystemExit(UsageError.exit_code) from None
    refused = refusal(error, given)
    fail(refused, as_json="--json" in given)
    raise SystemExit(refused.exit_code) from None


def app(given: Sequence[str] = ()) -> typer.Typer:
    """The command line with the verb that is called, or with all of them to list."""
    found = typer.Typer(
        name="lianjin",
        cls=Group,
        help=told(
            "From raw data to high-quality datasets.",
            "炼金：从原始数据到高质量数据集。",
        ),
        epilog=told(
            "Example: lianjin build zh-web --input raw --out clean",
            "示例：lianjin build zh-web --input raw --out clean",
        ),
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    found.callback()(_options)
    called = next((word for word in given if word in VERBS), None)
    for verb in VERBS if called is None else (called,):
        if find_spec(f"lianjin.cli.{verb}") is not None:
            import_module(f"lianjin.cli.{verb}").register(found)
    return found


def _print_version(asked: bool) -> None:
    if asked:
        print(f"lianjin {version()}")
        raise typer.Exit


def _options(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version",
            is_eager=True,
            callback=_print_version,
            help=told("Print the version and exit.", "显示版本后退出。"),
        ),
    ] = False,
    lang: Lang = None,
) -> None:
    del show_version, lang  # both are dealt with before a verb is called
