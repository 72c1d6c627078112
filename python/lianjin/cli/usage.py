"""Help and refused calls as people read them: in their language, at the width of their terminal.

Takes commands and the parser's exceptions; gives text, and a UsageError that says what to do.
Help is kept in both languages (`told`), so that docs are made from the same definitions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from lianjin.cli.screen import columns, say, width, wrapped
from lianjin.core.errors import UsageError
from lianjin.core.words import NOTHING, Words, nearest

ParserError: type[Exception] = next(
    c for c in typer.BadParameter.__mro__ if c.__name__ == "ClickException"
)
"""What the parser raises of a call that it does not understand."""

NAME_COLUMNS = 26
"""Names longer than this stand on a line of their own."""


class Command(TyperCommand):
    """A verb."""

    def get_help(self, ctx: Any) -> str:
        """Its help."""
        return help_of(self, ctx)


class Group(TyperGroup):
    """A verb of verbs."""

    def get_help(self, ctx: Any) -> str:
        """Its help."""
        return help_of(self, ctx)


def help_of(command: Any, ctx: Any) -> str:
    """Usage, what the command does, its arguments, options or commands, and an example."""
    wide = columns()
    params = command.get_params(ctx)
    arguments = [p for p in params if p.param_type_name == "argument"]
    options = [p for p in params if p.param_type_name == "option"]
    commands = getattr(command, "commands", {}).values()
    taken = [name_of(p) if p.required else f"[{name_of(p)}]" for p in arguments]
    taken += [say("COMMAND", "命令")] if commands else []
    usage = " ".join([ctx.command_path, say("[OPTIONS]", "[选项]"), *taken])
    lines = [say("Usage: ", "用法：") + usage, "", *wrapped(shown(command.help), wide)]
    sections = {
        say("Arguments:", "参数："): [(name_of(p), meaning_of(p)) for p in arguments],
        say("Options:", "选项："): [(name_of(p), meaning_of(p)) for p in options],
        say("Commands:", "命令："): [(c.name, shown(c.help)) for c in commands],
    }
    for title, rows in sections.items():
        if rows:
            lines += ["", title, *_rows(rows, wide)]
    if command.epilog:
        lines += ["", *wrapped(shown(command.epilog), wide)]
    return "\n".join(lines)


def shown(stored: str | None) -> str:
    """What `told` keeps, in the language in use."""
    return str(Words.read(stored or ""))


def name_of(parameter: Any) -> str:
    """`--limit N`, or an argument's name."""
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    names = ", ".join(sorted(parameter.opts, key=len))
    if parameter.is_flag or parameter.name == "help":
        return names
    return f"{names} {parameter.metavar or _KIND_OF.get(parameter.name, 'N')}"


_KIND_OF = {"out": "DIR", "input_": "PATH"}


def meaning_of(parameter: Any) -> str:
    """What an option is for, and whether it must be given."""
    if parameter.name == "help":
        return say("Show this text and exit.", "显示这段说明后退出。")
    tail = say(" (required)", "（必填）") if parameter.required else ""
    return shown(parameter.help) + tail


def _rows(rows: Sequence[tuple[str, str]], wide: int) -> Iterator[str]:
    longest = max(width(name) for name, _ in rows)
    left = min(longest, NAME_COLUMNS) + 4
    for name, text in rows:
        lines = wrapped(text, max(20, wide - left)) or [""]
        if width(name) > left - 4:
            yield f"  {name}"
        else:
            yield f"  {name}{' ' * (left - 2 - width(name))}{lines.pop(0)}".rstrip()
        yield from (" " * left + line for line in lines)


def refusal(error: Any, given: Sequence[str]) -> UsageError:
    """What the parser refused, as a refusal of ours."""
    context = getattr(error, "ctx", None)
    verb = next((word for word in given if not word.startswith("-")), "")
    path = context.command_path if context else f"lianjin {verb}".rstrip()
    code, message = _said(error, path, given)
    hint = Words(f"`{path} --help` shows what it takes", f"运行 `{path} --help` 查看用法")
    return UsageError(code, message, hint=hint)


def _said(error: Any, path: str, given: Sequence[str]) -> tuple[str, Words]:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        said = Words(
            f"{path} has no option {error.option_name}", f"{path} 没有选项 {error.option_name}"
        )
        return "unknown-option", said + nearest(error.option_name, error.possibilities or ())
    if kind == "BadOptionUsage":
        needs = Words(f"{error.option_name} needs a value", f"{error.option_name} 后面缺少值")
        takes = Words(f"{error.option_name} takes no value", f"{error.option_name} 不带值")
        return "wrong-value", takes if "not take" in error.message else needs
    if kind == "MissingParameter":
        name = name_of(error.param) if error.param is not None else "?"
        return "missing-argument", Words(f"{name} is missing", f"缺少 {name}") + _about(error.param)
    if kind == "BadParameter":
        return "wrong-value", _wrong_value(error, given)
    if (unknown := re.match(r"No such command '(.*?)'", error.message)) is not None:
        commands = list(getattr(error.ctx.command, "commands", ()))
        listed = ", ".join(commands)
        said = Words(f"{path} has no command {unknown[1]!r}", f"{path} 没有命令 {unknown[1]!r}")
        return "unknown-command", said + (
            nearest(unknown[1], commands) or Words(f"; it has {listed}", f"；它有 {listed}")
        )
    if (extra := re.search(r"extra argument\S* \((.*)\)", error.message)) is not None:
        return "extra-argument", Words(
            f"{path} takes no further argument: {extra[1]}", f"{path} 不接受多余的参数：{extra[1]}"
        )
    return "wrong-call", Words(
        error.format_message(), f"命令写法有误：「{error.format_message()}」"
    )


def _about(parameter: Any) -> Words:
    text = getattr(parameter, "help", None)
    if not text:
        return NOTHING
    meant = Words.read(text)
    return Words(f": {meant.en}", f"：{meant.zh}")


def _wrong_value(error: Any, given: Sequence[str]) -> Words:
    names = [*error.param.opts] if error.param is not None else []
    name = names[-1] if names else "?"
    value = next((v for v in _values(names, given)), "")
    return Words(
        f"{name} takes no {value!r}; expected a whole number from 1",
        f"{name} 的值不能是 {value!r}；应为从 1 起的整数",
    )


def _values(names: Sequence[str], given: Sequence[str]) -> Iterator[str]:
    for word, following in zip(given, [*given[1:], ""], strict=True):
        if word in names:
            yield following
        elif word.partition("=")[0] in names:
            yield word.partition("=")[2]
