"""`lianjin operators [NAME]`: what there is to build recipes from."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianjin.cli.screen import LANGUAGE, Json, Lang, say, show, table

if TYPE_CHECKING:
    from lianjin.operators.registry import Operator


def register(app: typer.Typer) -> None:
    """Adds `operators`."""
    app.command(
        "operators",
        help=say(
            "List all operators. Or show one, with its settings and rules.",
            "列出全部算子，或显示一个算子的设置与规则。",
        ),
        epilog=say("Example: lianjin operators strip_gloss", "示例：lianjin operators strip_gloss"),
    )(operators_)


def operators_(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help=say("The operator to show.", "要显示的算子。")),
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Prints the list of operators, or all about one."""
    from lianjin.operators.registry import operators

    known = operators()
    if name is None:
        text = table((o.verb, o.name, o.unit, title(o), f"v{o.version}") for o in known)
        show([describe(o) for o in known], as_json=as_json, text=text)
        return
    found = [o for o in known if o.name == name] or [_missing(name)]
    text = "\n\n".join(map(_page, found))
    show([describe(o) for o in found], as_json=as_json, text=text)


def title(operator: Operator) -> str:
    """What the operator is called in the language of this process."""
    return operator.zh if LANGUAGE == "zh" else operator.en


def describe(operator: Operator) -> dict[str, Any]:
    """Everything about an operator as plain values."""
    return {
        "verb": operator.verb,
        "name": operator.name,
        "version": operator.version,
        "title": {"zh": operator.zh, "en": operator.en},
        "unit": operator.unit,
        "summary": operator.summary,
        "settings": operator.schema,
        "rules": dict(operator.rules),
    }


def _missing(name: str) -> Operator:
    from lianjin.core.errors import NotFound
    from lianjin.operators.registry import nearest, operators

    near = nearest(name, [o.name for o in operators()])
    raise NotFound(
        "unknown-operator",
        f"no operator is called {name!r}{near}",
        hint="run `lianjin operators` for the list",
    )


def _page(operator: Operator) -> str:
    lines = [
        f"{operator.verb} {operator.name} v{operator.version}: {title(operator)} ({operator.unit})",
        "",
        *(f"  {line}".rstrip() for line in (inspect.getdoc(operator.reference) or "").split("\n")),
    ]
    schema = operator.schema
    if settings := schema["properties"]:
        lines += ["", say("settings:", "设置：")]
        lines += [f"  {key}: {_setting(key, settings[key], schema)}" for key in settings]
    if operator.rules:
        lines += ["", say("rules:", "规则：")]
        lines += ["  " + line for line in table(operator.rules.items()).split("\n")]
    return "\n".join(lines)


def _setting(name: str, said: dict[str, Any], schema: dict[str, Any]) -> str:
    kind = {key: value for key, value in said.items() if key not in ("title", "default")}
    if name in schema.get("required", ()):
        tail = say("required", "必填")
    else:
        tail = say("default ", "默认 ") + json.dumps(said.get("default"), ensure_ascii=False)
    return f"{json.dumps(kind, ensure_ascii=False)}; {tail}"
