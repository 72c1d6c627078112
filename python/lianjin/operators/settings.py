"""The settings of an operator: their JSON Schema, and what is wrong with given ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from lianjin.operators.registry import Operator, nearest


def schema(operator: Operator) -> dict[str, Any]:
    """JSON Schema of the operator's settings."""
    found = _model(operator).model_json_schema()
    return {key: value for key, value in found.items() if key != "title"}


def resolved(operator: Operator, given: Mapping[str, Any]) -> dict[str, Any]:
    """The given settings with the defaults of the others, in the operator's order.

    ValueError if `wrong` finds anything.
    """
    if faults := wrong(operator, given):
        raise ValueError("; ".join(message for _, message in faults))
    model = _model(operator).model_validate_json(json.dumps(given))
    return model.model_dump(mode="json")


def wrong(operator: Operator, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with settings, as (setting, sentence); empty if nothing is."""
    names = [parameter.name for parameter in operator.parameters]
    faults = [
        (key, f"{operator.name} has no setting {key!r}{nearest(key, names) or _listed(names)}")
        for key in given
        if key not in names
    ]
    known = {key: value for key, value in given.items() if key in names}
    try:
        text = json.dumps(known, allow_nan=False)
    except (TypeError, ValueError):
        return [*faults, ("", f"the settings of {operator.name} are no plain values: {known!r}")]
    try:
        _model(operator).model_validate_json(text)
    except ValidationError as error:
        faults += [_said(operator, fault["loc"], fault["msg"], known) for fault in error.errors()]
    return faults


def _said(
    operator: Operator, place: tuple[int | str, ...], message: str, given: Mapping[str, Any]
) -> tuple[str, str]:
    name = str(place[0]) if place else ""
    if name not in given:
        return name, f"{operator.name} needs the setting {name!r}"
    expectation = message[:1].lower() + message[1:]
    return name, f"{operator.name} takes no {name} of {given[name]!r}: {expectation}"


def _listed(names: list[str]) -> str:
    return f"; it has {', '.join(names)}" if names else "; it has none"


def _model(operator: Operator) -> type[BaseModel]:
    fields: dict[str, Any] = {
        parameter.name: (
            parameter.annotation,
            ... if parameter.is_required else parameter.default,
        )
        for parameter in operator.parameters
    }
    return create_model(operator.name, __config__=ConfigDict(extra="forbid", strict=True), **fields)
