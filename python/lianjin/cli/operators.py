"""`lianjin operators [NAME]`: what there is to build recipes from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from lianjin.cli.screen import Json, Lang, columns, say, show, table, told, wrapped
from lianjin.cli.usage import Command
from lianjin.core.words import Words, nearest, spoken

if TYPE_CHECKING:
    from lianjin.operators.registry import Operator, Parameter

UNITS = {
    "chars": Words("chars", "字符"),
    "count": Words("count", "个"),
    "edits": Words("edits", "改动"),
    "cluster": Words("cluster", "重复簇"),
    "flag": Words("flag", "是否"),
    "label": Words("label", "标签"),
    "lines": Words("lines", "行"),
    "mentions": Words("mentions", "次"),
    "tokens": Words("tokens", "词元"),
    "nats": Words("nats", "奈特"),
    "per word": Words("per word", "每词"),
    "ratio": Words("ratio", "占比"),
    "sentences": Words("sentences", "句"),
    "words": Words("words", "词"),
}
"""The units of operators; a unit of somebody's own stands as it is."""


def register(app: typer.Typer) -> None:
    """Adds `operators`."""
    app.command(
        "operators",
        cls=Command,
        help=told(
            "List all operators. Or show one, with its settings and rules.",
            "列出全部算子，或显示一个算子的设置与规则。",
        ),
        epilog=told(
            "Example: lianjin operators strip_gloss", "示例：lianjin operators strip_gloss"
        ),
    )(operators_)


def operators_(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help=told("The operator to show.", "要显示的算子。")),
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Prints the list of operators, or all about one."""
    from lianjin.operators.registry import operators

    known = operators()
    if name is None:
        text = table((o.verb, o.name, unit(o), str(o.title), f"v{o.version}") for o in known)
        show([describe(o) for o in known], as_json=as_json, text=text)
        return
    found = [o for o in known if o.name == name] or [_missing(name)]
    text = "\n\n".join(map(_page, found))
    show([describe(o) for o in found], as_json=as_json, text=text)


def unit(operator: Operator) -> str:
    """The unit of what it gives."""
    return str(UNITS.get(operator.unit, Words.verbatim(operator.unit)))


def describe(operator: Operator) -> dict[str, Any]:
    """Everything about an operator as plain values."""
    return {
        "verb": operator.verb,
        "name": operator.name,
        "version": operator.version,
        "title": {"zh": operator.zh, "en": operator.en},
        "unit": operator.unit,
        "summary": {"zh": operator.summary.zh, "en": operator.summary.en},
        "settings": operator.schema,
        "rules": {rule: {"zh": w.zh, "en": w.en} for rule, w in operator.rules.items()},
    }


def _missing(name: str) -> NoReturn:
    from lianjin.core.errors import NotFound
    from lianjin.operators.registry import LISTED, operators

    near = nearest(name, [o.name for o in operators()])
    raise NotFound(
        "unknown-operator",
        Words(f"no operator is called {name!r}", f"没有名为 {name!r} 的算子") + near,
        hint=LISTED,
    )


def _page(operator: Operator) -> str:
    lines = [
        f"{operator.verb} {operator.name} v{operator.version}: {operator.title} ({unit(operator)})",
        "",
        *(f"  {line}".rstrip() for line in _lines(operator)),
    ]
    if operator.parameters:
        lines += ["", say("settings:", "设置：")]
        lines += [line for p in operator.parameters for line in _setting(operator, p)]
    if operator.rules:
        lines += ["", say("rules:", "规则：")]
        lines += [
            "  " + line
            for line in table((rule, str(words)) for rule, words in operator.rules.items()).split(
                "\n"
            )
        ]
    return "\n".join(lines)


def _lines(operator: Operator) -> list[str]:
    """The docs: English as the docstring breaks its lines, Chinese broken here."""
    docs = str(operator.docs)
    return wrapped(docs, columns() - 2) if spoken() == "zh" else docs.split("\n")


def _setting(operator: Operator, parameter: Parameter) -> list[str]:
    from lianjin.operators.settings import expectation

    schema = operator.schema
    said = schema["properties"][parameter.name]
    kind = Words(expectation(said).en, expectation(said).zh.strip())
    if parameter.is_required:
        tail = say("required", "必填")
    else:
        tail = say("default ", "默认 ") + json.dumps(said.get("default"), ensure_ascii=False)
    head = say(f"  {parameter.name}: {kind.en}; {tail}", f"  {parameter.name}：{kind.zh}；{tail}")
    return [head, *(f"    {line}" for line in wrapped(str(parameter.about), columns() - 4) if line)]
