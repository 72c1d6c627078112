"""A recipe: which inputs, which steps with which settings, checked whole before anything runs.

Takes a preset's name, a path, or YAML text; gives a frozen Recipe with every default filled in.
Records itself in the manifest: `resolved` says what was done, `digest` names it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyarrow as pa

from lianjin.core.errors import NotFound, RecipeError, StorageError
from lianjin.core.identity import digest
from lianjin.core.limits import RECIPE_SIZE_BYTES
from lianjin.core.problem import Problem
from lianjin.core.settings import Language
from lianjin.core.store import reason_of
from lianjin.core.words import Words, nearest
from lianjin.corpus.tokens import ESTIMATE
from lianjin.curate.ingest.spec import InputSpec
from lianjin.operators.registry import Operator, Verb, operator
from lianjin.operators.rule import Kind, Rule, judge


@dataclass(frozen=True)
class Operation:
    """One step that runs an operator with these settings, defaults filled in."""

    step: int
    verb: Verb
    name: str
    version: int
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class Keep:
    """A rule that a document has to pass. Its text is the reason for a drop.

    `keeps_null`: what becomes of a document for which the rule is null.
    """

    step: int
    rule: Rule
    keeps_null: bool
    kinds: Mapping[str, Kind]

    @property
    def text(self) -> str:
        """The rule as the recipe has it."""
        return self.rule.text

    def mask(self, table: pa.RecordBatch | pa.Table) -> pa.Array:
        """bool[n], without nulls: whether each record of `table` passes."""
        return judge(self.rule, table, self.kinds).fill_null(self.keeps_null)


@dataclass(frozen=True)
class Link:
    """A step that finds documents that repeat each other.

    `after_keep`: it looks only at documents that passed the keep rules before it.
    """

    step: int
    name: str
    version: int
    settings: Mapping[str, Any]
    after_keep: bool = False

    @property
    def keep(self) -> str:
        """Which of a cluster is kept: `longest`, `first`, or the score whose greater value is."""
        return str(self.settings.get("keep", "longest"))

    @property
    def text(self) -> str:
        """The step in short, for reasons and pictures."""
        jaccard = self.settings.get("jaccard")
        return self.name if jaccard is None else f"{self.name} {jaccard:g}"


@dataclass(frozen=True)
class Recipe:
    """Checked steps and settings. `warnings` are no reason to refuse, but worth reading."""

    name: str
    version: int
    about: Mapping[str, str]
    input: InputSpec
    operations: tuple[Operation, ...]
    rules: tuple[Keep, ...]
    links: tuple[Link, ...]
    shard_bytes: int
    quarantine_limit: float
    modules: Mapping[str, str] = field(default_factory=dict)
    own_operators: Mapping[tuple[Verb, str], Operator] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    source: str = ""

    @property
    def repairs(self) -> tuple[tuple[int, str, Mapping[str, Any]], ...]:
        """(step, name, settings) of the repairs, in order."""
        return tuple((o.step, o.name, o.settings) for o in self.operations if o.verb == "repair")

    @property
    def keeps(self) -> tuple[tuple[int, Keep], ...]:
        """(step, rule) of the keep steps, in order."""
        return tuple((keep.step, keep) for keep in self.rules)

    @cached_property
    def scores(self) -> tuple[str, ...]:
        """The scores to compute: those of score steps, of rules and of links, each once; and about
        how many tokens there are, which every build counts."""
        from lianjin.operators.vocabulary import COLUMNS

        named = [o.name for o in self.operations if o.verb == "score"]
        named += [name for keep in self.rules for name in keep.rule.names]
        named += [link.keep for link in self.links if link.keep not in ("longest", "first")]
        named.append(ESTIMATE)
        return tuple(n for n in dict.fromkeys(named) if n not in COLUMNS and n != "fields")

    def operator(self, verb: Verb, name: str) -> Operator:
        """The operator of that name: the recipe's own, from its files, or a built-in one."""
        return self.own_operators.get((verb, name)) or operator(verb, name)

    @cached_property
    def operator_versions(self) -> dict[str, int]:
        """`verb.name` → version of every operator that takes part."""
        versions = {f"{o.verb}.{o.name}": o.version for o in self.operations}
        versions |= {f"score.{name}": self.operator("score", name).version for name in self.scores}
        versions |= {f"link.{link.name}": link.version for link in self.links}
        return dict(sorted(versions.items()))

    @cached_property
    def resolved(self) -> dict[str, Any]:
        """The recipe as plain values with every default filled in.

        The input's path and the sentences about the recipe are left out: they change nothing
        of what is done to a document.
        """
        steps: dict[int, dict[str, Any]] = {}
        for o in self.operations:
            steps.setdefault(o.step, {o.verb: o.name, "with": dict(o.settings)})
            if o.verb == "score":
                names = [p.name for p in self.operations if p.step == o.step]
                steps[o.step] = {"score": names}
        for keep in self.rules:
            null = "keep" if keep.keeps_null else "drop"
            steps[keep.step] = {"keep": keep.text, "when_null": null}
        for link in self.links:
            after = "keep" if link.after_keep else "read"
            steps[link.step] = {"link": link.name, "with": dict(link.settings), "after": after}
        return {
            "name": self.name,
            "version": self.version,
            "input": {
                "format": self.input.format,
                "charset": self.input.charset,
                **dict(self.input.names),
            },
            "operators": dict(self.modules),
            "steps": [steps[step] for step in sorted(steps)],
            "output": {"shard": self.shard_bytes},
            "quarantine": {"limit": self.quarantine_limit},
        }

    @cached_property
    def digest(self) -> str:
        """`sha256:…` of the resolved recipe and the versions of its operators."""
        return digest({"recipe": self.resolved, "operators": self.operator_versions})


def load(name_or_path: str | os.PathLike[str]) -> Recipe:
    """The recipe of a preset's name or of a YAML file, checked whole.

    RecipeError lists every problem with file, line and nearest name; NotFound if there is
    neither a preset nor a file of that name.
    """
    name = os.fspath(name_or_path)
    folder = None if name in presets() else Path(name).parent
    return parse(text_of(name), source=name, folder=folder)


def text_of(name: str, language: Language | None = None) -> str:
    """The YAML of a preset or of a file, comments and all; NotFound if there is neither.

    Presets have their comments twice, behind `# ` in English and behind `#: ` in Chinese: with a
    `language` only those of it, as plain comments.
    """
    if name in presets():
        text: str = (_preset_folder() / f"{name}.yaml").read_text("utf-8")
        return text if language is None else _commented(text, language)
    path = Path(name)
    if not path.exists() and path.suffix in (".yaml", ".yml"):
        raise NotFound(
            "no-such-file",
            Words(f"there is no file {name!r}", f"没有文件 {name!r}"),
            hint=Words(
                "check the path; relative paths start at the working folder",
                "检查路径；相对路径从当前目录算起",
            ),
        )
    if not path.exists():
        raise NotFound(
            "unknown-recipe",
            Words(f"{name!r} is neither a file nor a preset", f"{name!r} 既不是文件，也不是预设")
            + nearest(name, presets()),
            hint=Words(
                "run `lianjin recipe list` for the presets",
                "运行 `lianjin recipe list` 看有哪些预设",
            ),
        )
    try:
        if (size := path.stat().st_size) > RECIPE_SIZE_BYTES:
            raise RecipeError(
                "recipe-too-large",
                Words(
                    f"{name} has {size} bytes; a recipe has at most {RECIPE_SIZE_BYTES}",
                    f"{name} 有 {size} 字节；配方最多 {RECIPE_SIZE_BYTES} 字节",
                ),
                hint=Words("is this a recipe? name the YAML file", "这是配方吗？应填 YAML 文件"),
            )
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise StorageError(
            "unreadable",
            Words(f"{name} cannot be read: ", f"{name} 无法读取：") + reason_of(error),
            hint=Words(
                "name a YAML file, and check its permissions", "应填 YAML 文件，并检查其权限"
            ),
        ) from error
    except UnicodeDecodeError as error:
        raise RecipeError(
            "encoding",
            Words(
                f"{name} is not UTF-8 at byte {error.start}",
                f"{name} 在第 {error.start} 字节处不是 UTF-8",
            ),
            hint=Words("save it as UTF-8", "另存为 UTF-8"),
        ) from error


def parse(text: str, *, source: str = "recipe", folder: Path | None = None) -> Recipe:
    """The recipe that a YAML text says; `source` is its name in messages.

    `folder`: where its `operators:` files are looked for, the working directory by default.
    """
    from lianjin.curate.check import check

    return check(text, source, folder or Path())


def parse_foreign(text: str, *, source: str = "recipe") -> Recipe:
    """The recipe of somebody who may not run code here: `operators:` are refused, not imported."""
    from lianjin.core.marked import read
    from lianjin.curate.check import check

    root = read(text, source, RecipeError)
    if isinstance(root.value, dict) and "operators" in root.value:
        raise RecipeError(
            "own-operators",
            Words(
                "operators of its own are code, which this recipe may not bring along",
                "自带算子是代码，这份配方不允许携带",
            ),
            hint=Words(
                "use the built-in ones, or build with `lianjin build`",
                "请用内置算子，或用 `lianjin build` 构建",
            ),
        )
    return check(text, source, Path())


def presets() -> tuple[str, ...]:
    """The names of the recipes that come with the package."""
    names = (entry.name for entry in _preset_folder().iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".yaml")))


def _commented(text: str, language: Language) -> str:
    other = "# " if language == "zh" else "#:"
    lines = text.splitlines(keepends=True)
    left = (s for s in lines if not s.lstrip().startswith(other) and s.strip() != other.strip())
    return "".join(re.sub(r"^( *)#:", r"\1#", line) for line in left)


def _preset_folder() -> Any:
    return files("lianjin") / "recipes"
