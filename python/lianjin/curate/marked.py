"""YAML whose every value knows its place, for messages that point at it.

Takes the text of a file; gives plain values with line and column. Anchors, aliases and repeated
keys are refused: a recipe says each thing once, where one reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from lianjin.core.errors import RecipeError
from lianjin.core.limits import RECIPE_DEPTH
from lianjin.core.problem import Problem

_OPENING = (
    yaml.FlowSequenceStartToken,
    yaml.FlowMappingStartToken,
    yaml.BlockSequenceStartToken,
    yaml.BlockMappingStartToken,
)
_CLOSING = (yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken, yaml.BlockEndToken)


@dataclass(frozen=True)
class Marked:
    """A value and its place; `line` and `column` count from 1.

    `value` is a scalar, a tuple of Marked, or a dict from text to Marked; `keys` gives the place
    of each key of the latter.
    """

    value: Any
    line: int
    column: int
    keys: dict[str, Marked]

    @property
    def plain(self) -> Any:
        """The value without places."""
        if isinstance(self.value, dict):
            return {key: item.plain for key, item in self.value.items()}
        if isinstance(self.value, tuple):
            return [item.plain for item in self.value]
        return self.value


def read(text: str, source: str) -> Marked:
    """The value that the YAML says; RecipeError with the place if it is no YAML."""
    try:
        _scan(text, source)
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        return Marked(None, 1, 1, {}) if node is None else _marked(node, loader, source)
    except yaml.MarkedYAMLError as error:
        line, column = _place(error.problem_mark) if error.problem_mark else (1, 1)
        said = error.problem or str(error)
        raise _refused(Problem("yaml", f"this is no YAML: {said}", source, line, column)) from error
    except yaml.YAMLError as error:
        raise _refused(Problem("yaml", f"this is no YAML: {error}", source, 1, 1)) from error


def _scan(text: str, source: str) -> None:
    """Refuses what would make reading costly or a recipe hard to follow, before it is read."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        said = ""
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            said = "anchors and aliases are not used here; write the value out"
        elif depth > RECIPE_DEPTH:
            said = f"this is nested deeper than {RECIPE_DEPTH}"
        if said:
            raise _refused(Problem("yaml", said, source, *_place(token.start_mark)))


def _refused(problem: Problem) -> RecipeError:
    return RecipeError.of([problem])


def _place(mark: Any) -> tuple[int, int]:
    return mark.line + 1, mark.column + 1


def _marked(node: yaml.Node, loader: Any, source: str) -> Marked:
    line, column = _place(node.start_mark)
    if isinstance(node, yaml.MappingNode):
        keys, items = {}, {}
        for key, item in _pairs(node, loader, source):
            keys[key.value] = key
            items[key.value] = _marked(item, loader, source)
        return Marked(items, line, column, keys)
    if isinstance(node, yaml.SequenceNode):
        values = tuple(_marked(item, loader, source) for item in node.value)
        return Marked(values, line, column, {})
    value = loader.construct_object(node)
    if value is not None and not isinstance(value, bool | int | float | str):
        value = node.value  # a date is text here
    shift = 1 if getattr(node, "style", None) in ("'", '"') else 0
    return Marked(value, line, column + shift, {})


def _pairs(node: yaml.MappingNode, loader: Any, source: str) -> Iterator[tuple[Marked, yaml.Node]]:
    seen = set()
    for key, item in node.value:
        place = _place(key.start_mark)
        name = key.value if isinstance(key, yaml.ScalarNode) else None
        if name is None or name in seen:
            said = f"the key {name!r} stands here twice" if name else "a key is text"
            raise _refused(Problem("yaml", said, source, *place))
        seen.add(name)
        yield Marked(name, *place, {}), item
