"""A standard as data: dimensions, indices, weights, lines and gates; which measure counts what.

Takes the YAML of a standard that comes with the package, or of a file; gives a checked Standard with a
digest. What the product says of it: measured against its published clauses, never certified to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

from lianjin.core.errors import LianjinError, NotFound, StandardError
from lianjin.core.identity import digest
from lianjin.core.marked import Marked, read
from lianjin.core.problem import Problem
from lianjin.core.words import Words, nearest
from lianjin.evaluate.measure import Measure, Orientation, find_measure
from lianjin.evaluate.paper import PaperChecker, text_of

DEFAULT = "tc609-5-2025-04"
TRUST = ("seen", "secondary", "memory", "proposal")
"""How a line of a standard is known: read in a public source that quotes it, another's reading of it,
general knowledge, our own design."""
_CODE = re.compile(r"[\w.-]{1,40}")


@dataclass(frozen=True)
class Index:
    """One index: what is counted, its line (0 to 1) and its weight within its dimension.

    `measure` None: nothing here measures it, and `reason` says why. `parts`: sub-indices; a record
    satisfies the index if it satisfies each of them that is measured.
    """

    code: str
    title: Words
    orientation: Orientation
    formula: Words
    measure: str | None
    settings: Mapping[str, Any]
    reason: Words
    line: float
    weight: float
    trust: str
    parts: tuple[Index, ...] = ()


@dataclass(frozen=True)
class Dimension:
    """Indices that are scored together."""

    code: str
    title: Words
    indices: tuple[Index, ...]


@dataclass(frozen=True)
class GateRule:
    """A gate: all that its measure counts must pass, whatever the scores."""

    id: str
    title: Words
    measure: str
    settings: Mapping[str, Any]


@dataclass(frozen=True)
class GradeRule:
    """A grade: the dimensions and the single indices that must reach their lines for it.

    `seal` is the one character that stands for it.
    """

    id: str
    title: Words
    seal: str
    dimensions: tuple[str, ...]
    indices: tuple[str, ...]


@dataclass(frozen=True)
class Standard:
    """The standard. `grades`: the best first; the last asks for nothing. `pass_line`: what each dimension must reach, of 100.

    `least_measured`: the share of a dimension's weight that must be measured for it to have a score.
    """

    id: str
    version: int
    number: str
    title: Words
    wording: Words
    pass_line: float
    least_measured: float
    dimensions: tuple[Dimension, ...]
    gates: tuple[GateRule, ...]
    grades: tuple[GradeRule, ...]

    @cached_property
    def digest(self) -> str:
        """`sha256:…` of all it says."""
        return digest(asdict(self))

    @property
    def indices(self) -> Iterator[Index]:
        """All indices, sub-indices behind their own."""
        for dimension in self.dimensions:
            for index in dimension.indices:
                yield index
                yield from index.parts


def standards() -> tuple[str, ...]:
    """The names of the standards that come with the package."""
    names = (entry.name for entry in _folder().iterdir())
    return tuple(sorted(name[:-5] for name in names if name.endswith(".yaml")))


def load_standard(name_or_path: str | Path = DEFAULT) -> Standard:
    """The standard of a name or of a YAML file, checked whole.

    StandardError lists every problem; NotFound `unknown-standard` if there is neither.
    """
    name = str(name_or_path)
    if name in standards():
        return _of_package(name)
    if name.endswith((".yaml", ".yml")):
        return parse_standard(text_of(Path(name), StandardError), source=Path(name).name)
    listed = ", ".join(standards())
    raise NotFound(
        "unknown-standard",
        Words(f"no standard is called {name!r}", f"没有名为 {name!r} 的标准")
        + nearest(name, standards()),
        hint=Words(f"there is {listed}; or name a YAML file", f"已有 {listed}；也可填 YAML 文件"),
    )


@cache
def _of_package(name: str) -> Standard:
    return parse_standard((_folder() / f"{name}.yaml").read_text("utf-8"), source=f"{name}.yaml")


def parse_standard(text: str, *, source: str = "standard") -> Standard:
    """The standard that a YAML text says; `source` is its name in messages."""
    check = _Check(source)
    found = check.standard(read(text, source, StandardError))
    if check.problems:
        raise StandardError.of(sorted(check.problems, key=lambda p: (p.line, p.column)))
    return found


def _folder() -> Any:
    return files("lianjin") / "standards"


KEYS = (
    "id", "version", "number", "title", "wording", "pass_line", "least_measured", "dimensions", "gates",
    "grades",
)  # fmt: skip
INDEX_KEYS = (
    "code", "title", "orientation", "formula", "measure", "with", "reason", "line", "weight", "trust",
    "parts",
)  # fmt: skip


@dataclass
class _Check(PaperChecker):
    source: str
    problems: list[Problem] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)

    def standard(self, root: Marked) -> Standard:
        whole = self._mapping(root, Words("a standard", "标准"), KEYS)
        self._needs(root, ("id", "title", "dimensions"))
        dimensions = tuple(self._dimension(item) for item in _items_of(whole.get("dimensions")))
        return Standard(
            id=self._text(whole.get("id")),
            version=self._whole(whole.get("version"), 1),
            number=self._text(whole.get("number")),
            title=self._words(whole.get("title")),
            wording=self._words(whole.get("wording")),
            pass_line=float(self._number(whole.get("pass_line"), 90, 0, 100)),
            least_measured=float(self._number(whole.get("least_measured"), 0, 0, 1)),
            dimensions=dimensions,
            gates=tuple(self._gate(item) for item in _items_of(whole.get("gates"))),
            grades=tuple(self._grade(item) for item in _items_of(whole.get("grades"))),
        )

    def _needs(self, marked: Marked, keys: tuple[str, ...]) -> None:
        for key in keys:
            if isinstance(marked.value, dict) and key not in marked.value:
                said = Words(f"`{key}` is missing here", f"此处缺少 `{key}`")
                self._problem(marked, "missing-key", said)

    def _code(self, marked: Marked | None) -> str:
        expected = Words("a code in quotes such as '0201'", "带引号的代码，例如 '0201'")
        code: str = self._typed(
            marked, "", expected, lambda v: isinstance(v, str) and bool(_CODE.fullmatch(v))
        )
        if marked is not None and code and code in self.codes:
            said = Words(f"the code {code!r} stands here twice", f"代码 {code!r} 出现了两次")
            self._problem(marked, "duplicate-code", said)
        self.codes.add(code)
        return code

    def _dimension(self, marked: Marked) -> Dimension:
        parts = self._mapping(marked, Words("a dimension", "维度"), ("code", "title", "indices"))
        self._needs(marked, ("code", "title", "indices"))
        return Dimension(
            self._code(parts.get("code")),
            self._words(parts.get("title")),
            tuple(self._index(item) for item in _items_of(parts.get("indices"))),
        )

    def _index(self, marked: Marked, within: bool = False) -> Index:
        parts = self._mapping(marked, Words("an index", "指标"), INDEX_KEYS)
        self._needs(marked, ("code", "title", "trust"))
        inner = tuple(self._index(item, within=True) for item in _items_of(parts.get("parts")))
        if isinstance(marked.value, dict) and not (inner or parts.keys() & {"measure", "reason"}):
            said = Words(
                "an index has a `measure`, `parts`, or a `reason` for having neither",
                "指标应有 `measure` 或 `parts`；都没有则写明 `reason`",
            )
            self._problem(marked, "missing-key", said)
        if within and inner:
            said = Words("sub-indices have no parts", "子指标不能再分")
            self._problem(marked, "unknown-key", said)
        measure = self._measure(parts)
        orientation: Any = self._one_of(parts.get("orientation"), ("higher", "lower"), "higher")
        return Index(
            code=self._code(parts.get("code")),
            title=self._words(parts.get("title")),
            orientation=orientation,
            formula=self._words(parts.get("formula")),
            measure=None if measure is None else measure.name,
            settings=self._settings(measure, parts.get("with")),
            reason=self._words(parts.get("reason")),
            line=float(self._number(parts.get("line"), 0.9, 0, 1)),
            weight=float(self._number(parts.get("weight"), 1, 0, 1000)),
            trust=self._one_of(parts.get("trust"), TRUST, "proposal"),
            parts=inner,
        )

    def _gate(self, marked: Marked) -> GateRule:
        parts = self._mapping(marked, Words("a gate", "门禁"), ("id", "title", "measure", "with"))
        self._needs(marked, ("id", "title", "measure"))
        measure = self._measure(parts)
        return GateRule(
            self._code(parts.get("id")),
            self._words(parts.get("title")),
            "" if measure is None else measure.name,
            self._settings(measure, parts.get("with")),
        )

    def _grade(self, marked: Marked) -> GradeRule:
        keys = ("id", "title", "seal", "dimensions", "indices")
        parts = self._mapping(marked, Words("a grade", "等级"), keys)
        self._needs(marked, ("id", "title"))
        codes = {name: self._texts(parts.get(name)) for name in ("dimensions", "indices")}
        for name, found in codes.items():
            for code in found:
                if code not in self.codes:
                    said = Words(f"there is no {code!r} here", f"这里没有 {code!r}")
                    self._problem(parts[name], "unknown-code", said + nearest(code, self.codes))
        title = self._words(parts.get("title"))
        return GradeRule(
            self._code(parts.get("id")),
            title,
            self._text(parts.get("seal")) or title.zh[:1],
            codes["dimensions"],
            codes["indices"],
        )

    def _measure(self, parts: Mapping[str, Marked]) -> Measure | None:
        marked = parts.get("measure")
        if marked is None:
            return None
        try:
            return find_measure(self._text(marked))
        except LianjinError as error:
            self._problem(marked, error.code, error.message, error.hint)
            return None

    def _settings(self, measure: Measure | None, marked: Marked | None) -> dict[str, Any]:
        if measure is None or marked is None:
            return {}
        given = self._mapping(marked, Words("`with`", " `with` "), tuple(measure.settings))
        return {name: item.plain for name, item in given.items()}

    def _one_of(self, marked: Marked | None, known: tuple[str, ...], default: str) -> str:
        listed = ", ".join(f"`{name}`" for name in known)
        expected = Words(f"one of {listed}", f"以下之一：{listed}")
        return str(self._typed(marked, default, expected, lambda value: value in known))


def _items_of(marked: Marked | None) -> tuple[Marked, ...]:
    if marked is None:
        return ()
    return marked.value if isinstance(marked.value, tuple) else (marked,)
