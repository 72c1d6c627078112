"""From the YAML of a recipe to a checked Recipe, or to everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lianjin.core.errors import LianjinError, RecipeError
from lianjin.core.identity import digest_file
from lianjin.core.marked import Marked, read
from lianjin.core.problem import Problem
from lianjin.core.words import Words
from lianjin.curate.ingest.spec import COLUMNS, FORMATS, InputSpec
from lianjin.curate.recipe import Keep, Link, Operation, Recipe
from lianjin.curate.step import StepChecker
from lianjin.operators.registry import Operator, Verb, load_module
from lianjin.operators.rule import Kind
from lianjin.operators.vocabulary import vocabulary

KEYS = ("name", "version", "about", "operators", "input", "steps", "output", "quarantine")
SHARD_BYTES = 128 * 2**20
QUARANTINE_LIMIT = 0.05
_SIZE = re.compile(r"(\d+)\s*(KiB|MiB|GiB|KB|MB|GB|B)?")
_UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def check(text: str, source: str, folder: Path) -> Recipe:
    """The Recipe that the text says; RecipeError with all problems if there are any."""
    check = _Check(source, folder)
    recipe = check.recipe(read(text, source, RecipeError))
    if check.problems:
        ordered = sorted(check.problems, key=lambda problem: (problem.line, problem.column))
        raise RecipeError.of(ordered)
    assert recipe is not None
    return recipe


@dataclass
class _Check(StepChecker):
    """Walks through a recipe and gathers what is wrong instead of stopping at it."""

    source: str
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    kinds: Mapping[str, Kind] = field(default_factory=dict)
    own: dict[tuple[Verb, str], Operator] = field(default_factory=dict)

    def recipe(self, root: Marked) -> Recipe | None:
        if not isinstance(root.value, dict):
            self._problem(
                root,
                "wrong-type",
                Words(
                    "a recipe is a mapping with `name` and `steps`",
                    "配方是一个带 `name` 和 `steps` 的映射",
                ),
                Words(
                    "run `lianjin recipe show zh-web` for an example",
                    "运行 `lianjin recipe show zh-web` 看一份示例",
                ),
            )
            return None
        self._known(root, KEYS, Words("a recipe", "配方"))
        modules = self._modules(root.value.get("operators"))
        self.kinds = vocabulary()
        steps = self._steps(root)
        rules = tuple(step for step in steps if isinstance(step, Keep))
        self._order(steps)
        return Recipe(
            name=self._name(root),
            version=self._whole(root, "version", 1),
            about=self._about(root.value.get("about")),
            input=self._input(root.value.get("input")),
            operations=tuple(step for step in steps if isinstance(step, Operation)),
            rules=rules,
            links=tuple(step for step in steps if isinstance(step, Link)),
            shard_bytes=self._shard(root.value.get("output")),
            quarantine_limit=self._quarantine(root.value.get("quarantine")),
            modules=modules,
            own_operators=self.own,
            warnings=tuple(self.warnings),
            source=self.source,
        )

    # --- the head ----------------------------------------------------------------------

    def _name(self, root: Marked) -> str:
        if "name" not in root.value:
            self._problem(
                root,
                "missing-key",
                Words("the recipe has no `name`", "配方没有 `name`"),
                Words("add `name: my-recipe`", "加一行 `name: my-recipe`"),
            )
        name = self._typed(
            root.value.get("name"), "", Words("a name of letters, digits, `-`, `_` and `.`", "由字母、汉字、数字、`-`、`_`、`.` 组成的名称"),
            lambda value: isinstance(value, str) and bool(re.fullmatch(r"[\w.-]{1,100}", value)),
        )  # fmt: skip
        return str(name)

    def _whole(self, root: Marked, key: str, default: int) -> int:
        return int(
            self._typed(
                root.value.get(key), default, Words("a whole number from 1", "从 1 起的整数"),
                lambda value: type(value) is int and value >= 1,
            )
        )  # fmt: skip

    def _about(self, marked: Marked | None) -> dict[str, str]:
        if marked is not None and isinstance(marked.value, str):
            return {"en": marked.value, "zh": marked.value}
        items = self._mapping(marked, _key("about"), ("en", "zh"))
        is_text: Callable[[Any], bool] = lambda value: isinstance(value, str)  # noqa: E731
        return {
            key: str(self._typed(item, "", Words("text", "文本"), is_text))
            for key, item in items.items()
        }

    def _modules(self, marked: Marked | None) -> dict[str, str]:
        """The files of operators, imported, with their digests."""
        modules: dict[str, str] = {}
        if marked is None:
            return modules
        items = marked.value if isinstance(marked.value, tuple) else (marked,)
        for item in items:
            if not isinstance(item.value, str):
                self._problem(
                    item,
                    "wrong-type",
                    Words(
                        f"{item.plain!r} is not the path of a .py file",
                        f"{item.plain!r} 不是 .py 文件的路径",
                    ),
                )
                continue
            try:
                loaded = load_module(self.folder / item.value)
                modules[item.value] = digest_file(self.folder / item.value)
            except LianjinError as error:
                self._problem(item, error.code, error.message, error.hint)
                continue
            for operator in loaded:
                if (operator.verb, operator.name) in self.own:
                    said = Words(
                        f"{item.value} defines {operator.name!r}, which another file defines too",
                        f"{item.value} 定义的 {operator.name!r}，另一个文件也定义了",
                    )
                    hint = Words("give it another name", "换一个名称")
                    self._problem(item, "duplicate-operator", said, hint)
                self.own[operator.verb, operator.name] = operator
        return modules

    def _input(self, marked: Marked | None) -> InputSpec:
        items = self._mapping(marked, _key("input"), ("path", "format", "charset", *COLUMNS))
        path = items.get("path")
        paths = path.value if path is not None and isinstance(path.value, tuple) else (path,)
        is_text: Callable[[Any], bool] = lambda v: isinstance(v, str) and v != ""  # noqa: E731
        found = (
            self._typed(p, None, Words("a path or a list of paths", "路径或路径的列表"), is_text)
            for p in paths
        )
        names = tuple(
            (
                column,
                self._typed(items[column], "", Words("the name of a field", "字段的名称"), is_text),
            )
            for column in COLUMNS
            if column in items
        )
        return InputSpec(
            path=tuple(p for p in found if p is not None),
            format=self._typed(
                items.get("format"), None, Words(f"a format: {', '.join(FORMATS)}", f"格式：{', '.join(FORMATS)}"),
                lambda value: value in FORMATS,
            ),
            names=names,
            charset=self._typed(
                items.get("charset"), None, Words("the name of a charset, such as gb18030", "字符集的名称，例如 gb18030"), _is_charset
            ),
        )  # fmt: skip

    def _shard(self, marked: Marked | None) -> int:
        shard = self._mapping(marked, _key("output"), ("shard",)).get("shard")
        said = self._typed(
            shard, SHARD_BYTES, Words("a size such as 128MiB", "大小，例如 128MiB"),
            lambda value: type(value) in (int, str) and (_bytes(value) or 0) > 0,
        )  # fmt: skip
        return _bytes(said) or SHARD_BYTES

    def _quarantine(self, marked: Marked | None) -> float:
        limit = self._mapping(marked, _key("quarantine"), ("limit",)).get("limit")
        return float(
            self._typed(
                limit, QUARANTINE_LIMIT, Words("a share from 0 to 1", "0 到 1 的占比"),
                lambda value: type(value) in (int, float) and 0 <= value <= 1,
            )
        )  # fmt: skip


def _key(name: str) -> Words:
    return Words(f"`{name}`", f" `{name}` ")


def _bytes(size: int | str) -> int | None:
    match = _SIZE.fullmatch(str(size).strip())
    return int(match[1]) * _UNITS[match[2] or "B"] if match else None


def _is_charset(value: object) -> bool:
    """Whether a text can be decoded by that name; rot13, idna and the like are no charsets."""
    try:
        return isinstance(value, str) and isinstance(b"\xff".decode(value, "replace"), str)
    except (LookupError, ValueError):
        return False
