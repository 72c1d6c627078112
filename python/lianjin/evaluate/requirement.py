"""What a dataset is needed for: scope, scale, time, the cells it must cover, and what its owner says.

Takes a `requirement.yaml`; gives a checked Requirement with a digest. Without one, what depends on it
is not measured.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from lianjin.core.errors import RequirementError
from lianjin.core.identity import digest
from lianjin.core.limits import TAXONOMY_CELLS
from lianjin.core.marked import Marked, read
from lianjin.core.problem import Problem
from lianjin.core.words import NOTHING, Words
from lianjin.evaluate.paper import PaperChecker, text_of

KEYS = (
    "name", "version", "about", "type", "scale", "time", "taxonomy", "items", "source", "licence",
    "annotation", "thresholds", "owner",
)  # fmt: skip
TYPES = {
    "general": Words("general", "通识"),
    "industry": Words("industry-general", "行业通识"),
    "specialist": Words("industry-specialist", "行业专识"),
}
"""The types of TC609-5-2025-03."""
OWNER = ("channel", "contact", "limitations", "scenarios", "benchmark", "cases")
"""The aspects of a dataset's documentation that its owner alone can tell."""
DEFAULT_ITEMS = ("content", "published", "licence", "source")
"""What TC609-5-2025-02 asks of a record and a dataset can hold: data_content, original_time, license,
source_details; `id` and `version` every record has."""
ITEMS = (*DEFAULT_ITEMS, "generated")
SOURCE_KINDS = ("互联网", "自采", "公开数据集", "组织机构", "论文", "其他")
_AXIS = re.compile(r"folder|kind|language|origin|licence|title|author|charset|fields(\.[^.]+)+")
_TIME = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


@dataclass(frozen=True)
class Axis:
    """One way of dividing the records: `by` names what stands in them, `cells` what is needed.

    A cell is covered by `least` records. `by`: a column, `folder` (of the source) or `fields.a.b`.
    """

    by: str
    cells: tuple[str, ...]
    least: int = 1


@dataclass(frozen=True)
class Requirement:
    """The requirement, every part of it optional.

    `records`, `chars`, `tokens`: the scale that is needed. `time_from`, `time_to`: `2024`, `2024-05` or
    `2024-05-31`, both included. `items`: what every record must have. `source_kind`,
    `source_details`, `licence`: what the owner declares of all records that say nothing themselves.
    `thresholds`: lines by the code of an index, in place of the standard's.
    """

    name: str = ""
    version: int = 1
    about: Words = NOTHING
    type: str | None = None
    type_by: str | None = None
    records: int | None = None
    chars: int | None = None
    tokens: int | None = None
    time_from: str | None = None
    time_to: str | None = None
    taxonomy: tuple[Axis, ...] = ()
    items: tuple[str, ...] = ()
    source_kind: str | None = None
    source_details: str = ""
    licence: str = ""
    licence_evidence: str = ""
    commercial: bool = False
    annotation: Words = NOTHING
    thresholds: Mapping[str, float] = field(default_factory=dict)
    owner: Mapping[str, Words] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """`sha256:…` of all it says."""
        return digest(asdict(self))


NONE = Requirement()
"""The requirement that asks for nothing."""


def load_requirement(path: Path) -> Requirement:
    """The requirement of a file, checked whole; RequirementError lists every problem with its line."""
    return parse_requirement(text_of(path, RequirementError), source=path.name)


def parse_requirement(text: str, *, source: str = "requirement") -> Requirement:
    """The requirement that a YAML text says; `source` is its name in messages."""
    check = _Check(source)
    found = check.requirement(read(text, source, RequirementError))
    if check.problems:
        raise RequirementError.of(sorted(check.problems, key=lambda p: (p.line, p.column)))
    return found


@dataclass
class _Check(PaperChecker):
    source: str
    problems: list[Problem] = field(default_factory=list)

    def requirement(self, root: Marked) -> Requirement:
        whole = self._mapping(root, Words("a requirement", "需求"), KEYS)
        scale = self._part(whole, "scale", ("records", "chars", "tokens"))
        time = self._part(whole, "time", ("from", "to"))
        kind = self._part(whole, "type", ("is", "by"))
        source = self._part(whole, "source", ("kind", "details"))
        licence = self._part(whole, "licence", ("name", "evidence", "commercial"))
        yes_or_no = Words("true or false", "true 或 false")
        return Requirement(
            name=self._text(whole.get("name")),
            version=self._whole(whole.get("version"), 1),
            about=self._words(whole.get("about")),
            type=self._one_of(kind.get("is"), tuple(TYPES)),
            type_by=self._axis_name(kind.get("by")),
            records=self._whole(scale.get("records"), None),
            chars=self._whole(scale.get("chars"), None),
            tokens=self._whole(scale.get("tokens"), None),
            time_from=self._time(time.get("from")),
            time_to=self._time(time.get("to")),
            taxonomy=self._taxonomy(whole.get("taxonomy")),
            items=self._items(whole.get("items")),
            source_kind=self._one_of(source.get("kind"), SOURCE_KINDS),
            source_details=self._text(source.get("details")),
            licence=self._text(licence.get("name")),
            licence_evidence=self._text(licence.get("evidence")),
            commercial=self._typed(
                licence.get("commercial"), False, yes_or_no, lambda v: isinstance(v, bool)
            ),
            annotation=self._words(whole.get("annotation")),
            thresholds=self._thresholds(whole.get("thresholds")),
            owner=self._owner(whole.get("owner")),
        )

    def _part(self, whole: Mapping[str, Any], key: str, known: tuple[str, ...]) -> dict[str, Any]:
        return self._mapping(whole.get(key), Words(f"`{key}`", f" `{key}` "), known)

    def _one_of(self, marked: Marked | None, known: tuple[str, ...]) -> str | None:
        listed = ", ".join(f"`{name}`" for name in known)
        expected = Words(f"one of {listed}", f"以下之一：{listed}")
        found: str | None = self._typed(marked, None, expected, lambda value: value in known)
        return found

    def _time(self, marked: Marked | None) -> str | None:
        expected = Words("a day, month or year such as 2024-05-31", "日、月或年，例如 2024-05-31")
        found = self._typed(
            marked, None, expected,
            lambda v: type(v) in (int, str) and _TIME.fullmatch(str(v)) is not None,
        )  # fmt: skip
        return None if found is None else str(found)

    def _axis_name(self, marked: Marked | None) -> str | None:
        expected = Words(
            "what records are divided by: a column, `folder` or `fields.name`",
            "划分记录的依据：列名、`folder` 或 `fields.名称`",
        )
        found: str | None = self._typed(
            marked, None, expected, lambda v: isinstance(v, str) and bool(_AXIS.fullmatch(v))
        )
        return found

    def _taxonomy(self, marked: Marked | None) -> tuple[Axis, ...]:
        if marked is None:
            return ()
        axes = tuple(self._axis(item) for item in _items_of(marked))
        if (count := sum(len(axis.cells) for axis in axes)) > TAXONOMY_CELLS:
            said = Words(
                f"{count} cells; at most {TAXONOMY_CELLS}",
                f"{count} 个类别；最多 {TAXONOMY_CELLS} 个",
            )
            self._problem(marked, "too-many-cells", said)
        return axes

    def _axis(self, marked: Marked) -> Axis:
        parts = self._mapping(marked, Words("an axis", "分类轴"), ("by", "cells", "least"))
        for key in ("by", "cells"):
            if isinstance(marked.value, dict) and key not in parts:
                said = Words(f"the axis has no `{key}`", f"分类轴没有 `{key}`")
                hint = Words(
                    "for example {by: fields.category, cells: [体育, 财经]}",
                    "例如 {by: fields.category, cells: [体育, 财经]}",
                )
                self._problem(marked, "missing-key", said, hint)
        cells = self._texts(parts.get("cells"))
        if len(set(cells)) < len(cells):
            twice = next(cell for cell in cells if cells.count(cell) > 1)
            said = Words(f"the cell {twice!r} stands here twice", f"类别 {twice!r} 出现了两次")
            self._problem(parts["cells"], "duplicate-cell", said)
        return Axis(
            self._axis_name(parts.get("by")) or "", cells, self._whole(parts.get("least"), 1)
        )

    def _items(self, marked: Marked | None) -> tuple[str, ...]:
        names = self._texts(marked)
        for name in names:
            if name not in ITEMS and not _AXIS.fullmatch(name):
                assert marked is not None
                listed = ", ".join(ITEMS)
                said = Words(f"{name!r} is no item of a record", f"{name!r} 不是记录的数据项")
                hint = Words(
                    f"items are {listed}, a column, or `fields.name`",
                    f"数据项有 {listed}，或列名，或 `fields.名称`",
                )
                self._problem(marked, "unknown-item", said, hint)
        return names

    def _thresholds(self, marked: Marked | None) -> dict[str, float]:
        if marked is None:
            return {}
        items = marked.value if isinstance(marked.value, dict) else {}
        if not items:
            self._mapping(marked, Words("`thresholds`", " `thresholds` "), ())
        return {code: float(self._number(item, 0, 0, 1)) for code, item in items.items()}

    def _owner(self, marked: Marked | None) -> dict[str, Words]:
        parts = self._mapping(marked, Words("`owner`", " `owner` "), OWNER)
        said = {name: self._words(item) for name, item in parts.items()}
        return {name: words for name, words in said.items() if words}


def _items_of(marked: Marked) -> tuple[Marked, ...]:
    return marked.value if isinstance(marked.value, tuple) else (marked,)
