"""YAML whose every value knows its place, for messages that point at it.

Takes the text of a file; gives plain values with line and column. Anchors, aliases and repeated
keys are refused: a file says each thing once, where one reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.reader import ReaderError

from lianjin.core.errors import WrittenError
from lianjin.core.limits import YAML_DEPTH
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


def read(text: str, source: str, kind: type[WrittenError]) -> Marked:
    """The value that the YAML says; an error of `kind` with the place if it is no YAML."""
    try:
        return _read(text, source)
    except _NoYaml as error:
        raise kind.of([error.problem]) from error


class _NoYaml(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message.en)
        self.problem = problem


def _read(text: str, source: str) -> Marked:
    try:
        _scan(text, source)
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        return Marked(None, 1, 1, {}) if node is None else _marked(node, loader, source)
    except yaml.MarkedYAMLError as error:
        line, column = _place(error.problem_mark) if error.problem_mark else (1, 1)
        raise _refused(_no_yaml(error.problem or str(error), text, source, line, column)) from error
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        said = f"the character U+{error.character:04X} is not allowed"
        raise _refused(_no_yaml(said, text, source, line, column)) from error
    except yaml.YAMLError as error:
        raise _refused(_no_yaml(str(error), text, source, 1, 1)) from error


_YAML_SAYS = {
    "mapping values are not allowed here": Words(
        "no colon can stand here: is the indentation wrong, or a text with a colon not in quotes?",
        "此处不能再有冒号：是缩进不对，还是含冒号的文本没加引号？",
    ),
    "could not find expected ':'": Words("a colon is missing before this", "此前缺少冒号"),
    "that cannot start any token": Words(
        "nothing begins with this: indent by spaces, never tabs, and quote special characters",
        "此处的字符不能开头：缩进只用空格，不用制表符；特殊字符要加引号",
    ),
    "<block end>": Words("this is not indented like the lines above", "缩进与上文不齐"),
    "<stream end>": Words(
        "the file ends before a bracket or a value is complete", "括号或值还没写完，文件就结束了"
    ),
    "unexpected end of stream": Words("a quote is opened and never closed", "有引号打开后没有闭合"),
    "but found": Words(
        "this does not go on from what stands before: look at brackets, commas and indentation",
        "此处的写法与上文不合：检查括号、逗号与缩进",
    ),
    "could not determine a constructor": Words(
        "tags (!…) are not used here; write the value out", "这里不用标签（!…）；请直接写出值"
    ),
    "is not allowed": Words("a character that YAML does not allow", "有 YAML 不允许的字符"),
    "unknown escape character": Words(
        "a backslash within double quotes escapes nothing here: use single quotes",
        "双引号里的反斜杠转义有误：改用单引号",
    ),
    "expected a single document": Words(
        "a file holds one document: take out the second ---", "一个文件只写一份文档：去掉多余的 ---"
    ),
    "expected alphabetic or numeric character": Words(
        "* and & mean something else in YAML: put the value in quotes",
        "* 与 & 在 YAML 中另有含义：给这个值加上引号",
    ),
}
"""What PyYAML says, by a part of it, in words for people."""

_NO_YAML = Words("this is not written as YAML", "此处不合 YAML 语法")


def _no_yaml(said: str, text: str, source: str, line: int, column: int) -> Problem:
    meant = next((words for part, words in _YAML_SAYS.items() if part in said), _NO_YAML)
    rows = text.splitlines()
    row = rows[line - 1] if line <= len(rows) else ""
    shown = row.replace("\t", "→").encode("utf-8", "replace").decode()
    excerpt = f"{shown}\n{' ' * (column - 1)}^" if row.isprintable() or "\t" in row else ""
    words = Words("this is no YAML: ", "不是合法的 YAML：") + meant
    return Problem("yaml", words, source, line, column, excerpt=excerpt)


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
        elif depth > YAML_DEPTH:
            said = Words(f"this is nested deeper than {YAML_DEPTH}", f"嵌套超过 {YAML_DEPTH} 层")
        if said:
            raise _refused(Problem("yaml", said, source, *_place(token.start_mark)))


def _refused(problem: Problem) -> _NoYaml:
    return _NoYaml(problem)


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
