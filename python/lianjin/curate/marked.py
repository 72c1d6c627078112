"""YAML whose every value knows its place, for messages that point at it.

Takes the text of a file; gives plain values with line and column. Anchors, aliases and repeated
keys are refused: a recipe says each thing once, where one reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.reader import ReaderError

from lianjin.core.errors import RecipeError
from lianjin.core.limits import RECIPE_DEPTH
from lianjin.core.problem import Problem
from lianjin.core.words import Words

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
        raise _refused(_no_yaml(error.problem or str(error), source, line, column)) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        said = f"the character U+{error.character:04X} is not allowed"
        raise _refused(_no_yaml(said, source, line, column)) from error
    except yaml.YAMLError as error:
        raise _refused(_no_yaml(str(error), source, 1, 1)) from error


_YAML_SAYS = {
    "mapping values are not allowed here": "此处不能再有冒号：是缩进不对，还是含冒号的文本没加引号？",
    "could not find expected ':'": "此处缺少冒号",
    "that cannot start any token": "此处的字符不能开头：缩进只用空格，不用制表符；特殊字符要加引号",
    "<block end>": "缩进与上文不齐",
    "did not find expected": "此处缺少应有的符号",
    "but found": "此处的写法与上文不合：检查缩进、括号与逗号",
    "unexpected end of stream": "到文件末尾仍未闭合：检查引号与括号",
    "could not determine a constructor": "这里不用 YAML 标签（!…）；直接写出值",
    "is not allowed": "有不允许的字符",
    "unknown escape character": "引号里的反斜杠转义有误：改用单引号",
    "expected a single document": "一个文件只写一份配方：去掉多余的 ---",
    "expected alphabetic or numeric character": "星号与 & 在 YAML 中另有含义：给这个值加上引号",
}
"""What PyYAML says, by a part of it, in Chinese."""


def _no_yaml(said: str, source: str, line: int, column: int) -> Problem:
    meant = next((zh for part, zh in _YAML_SAYS.items() if part in said), "此处不合 YAML 语法")
    words = Words(f"this is no YAML: {said}", f"不是合法的 YAML：{meant}")
    return Problem("yaml", words, source, line, column)


def _scan(text: str, source: str) -> None:
    """Refuses what would make reading costly or a recipe hard to follow, before it is read."""
    depth = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        said = None
        if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
            said = Words(
                "anchors and aliases are not used here; write the value out",
                "这里不用锚点与别名；请直接写出值",
            )
        elif depth > RECIPE_DEPTH:
            said = Words(
                f"this is nested deeper than {RECIPE_DEPTH}", f"嵌套超过 {RECIPE_DEPTH} 层"
            )
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
            said = Words(f"the key {name!r} stands here twice", f"键 {name!r} 出现了两次")
            if not name:
                said = Words("a key is text", "键只能是文本")
            raise _refused(Problem("yaml", said, source, *place))
        seen.add(name)
        yield Marked(name, *place, {}), item
