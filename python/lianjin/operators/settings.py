"""The settings of an operator: their JSON Schema, and what is wrong with given ones."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from lianjin.core.words import Words, nearest
from lianjin.operators.registry import Operator


def schema(operator: Operator) -> dict[str, Any]:
    """JSON Schema of the operator's settings; `description` is English, `description_zh` Chinese."""
    found = _model(operator).model_json_schema()
    for parameter in operator.parameters:
        if said := parameter.about:
            found["properties"][parameter.name] |= {
                "description": said.en,
                "description_zh": said.zh,
            }
    return {key: value for key, value in found.items() if key != "title"}


def resolved(operator: Operator, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings with the defaults of the others, in the operator's order.

    ValueError if `wrong` finds anything.
    """
    if faults := wrong(operator, given):
        raise ValueError(Words.joined((message for _, message in faults), by="; ").en)
    model = _model(operator).model_validate_json(json.dumps(given))
    return model.model_dump(mode="json")


def wrong(operator: Operator, given: Mapping[str, Any]) -> list[tuple[str, Words]]:
    """What is wrong with settings, as (setting, sentence); empty if nothing is."""
    names = [parameter.name for parameter in operator.parameters]
    faults = [
        (
            key,
            Words(f"{operator.name} has no setting {key!r}", f"{operator.name} 没有设置 {key!r}")
            + (nearest(key, names) or _listed(names)),
        )
        for key in given
        if key not in names
    ]
    known = {key: value for key, value in given.items() if key in names}
    try:
        text = json.dumps(known, allow_nan=False)
    except (TypeError, ValueError):
        said = Words(
            f"the settings of {operator.name} are no plain values: {known!r}",
            f"{operator.name} 的设置不是普通值：{known!r}",
        )
        return [*faults, ("", said)]
    try:
        _model(operator).model_validate_json(text)
    except ValidationError as error:
        named = dict.fromkeys(str(fault["loc"][0]) for fault in error.errors() if fault["loc"])
        faults += [_said(operator, name, known) for name in named]
    return faults


def _said(operator: Operator, name: str, given: Mapping[str, Any]) -> tuple[str, Words]:
    if name not in given:
        return name, Words(
            f"{operator.name} needs the setting {name!r}", f"{operator.name} 缺少设置 {name!r}"
        )
    kind = expectation(schema(operator)["properties"][name])
    return name, Words(
        f"{operator.name} takes no {name} of {given[name]!r}; expected {kind.en}",
        f"{operator.name} 的 {name} 不能是 {given[name]!r}；应为{kind.zh}",
    )


def expectation(said: Mapping[str, Any]) -> Words:
    """What a setting takes, in words, from its JSON Schema.

    >>> expectation({"type": "integer", "minimum": 2}).en
    'a whole number, at least 2'
    """
    if "enum" in said or "const" in said:
        listed = [json.dumps(v, ensure_ascii=False) for v in said.get("enum", [said.get("const")])]
        return Words(f"one of {', '.join(listed)}", f" {', '.join(listed)} 之一")
    if "anyOf" in said:
        kinds = [expectation(kind) for kind in said["anyOf"]]
        return Words(" or ".join(k.en for k in kinds), "或".join(k.zh for k in kinds))
    kind = _KINDS.get(said.get("type", ""), Words("a plain value", "普通值"))
    bounds = [words(said[key]) for key, words in _BOUNDS.items() if key in said]
    return Words.joined([kind]) + Words.joined(bounds, by="")


_KINDS = {
    "integer": Words("a whole number", "整数"),
    "number": Words("a number", "数"),
    "string": Words("text", "文本"),
    "boolean": Words("true or false", "真假值"),
    "array": Words("a list", "列表"),
    "object": Words("a mapping", "映射"),
    "null": Words("null", "空值"),
}
_BOUNDS: Mapping[str, Callable[[Any], Words]] = {
    "minimum": lambda n: Words(f", at least {n:g}", f"，不小于 {n:g}"),
    "exclusiveMinimum": lambda n: Words(f", above {n:g}", f"，大于 {n:g}"),
    "maximum": lambda n: Words(f", at most {n:g}", f"，不大于 {n:g}"),
    "exclusiveMaximum": lambda n: Words(f", below {n:g}", f"，小于 {n:g}"),
}


def _listed(names: list[str]) -> Words:
    if not names:
        return Words("; it has none", "；它没有任何设置")
    listed = ", ".join(names)
    return Words(f"; it has {listed}", f"；它有 {listed}")


@cache
def _model(operator: Operator) -> type[BaseModel]:
    fields: dict[str, Any] = {
        parameter.name: (
            parameter.annotation,
            ... if parameter.is_required else parameter.default,
        )
        for parameter in operator.parameters
    }
    return create_model(operator.name, __config__=ConfigDict(extra="forbid", strict=True), **fields)
