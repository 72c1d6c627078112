"""An evaluation: what was measured of one root against one standard and requirement.

Takes a dataset directory; gives every index with its counts, gates, the score of each dimension, and
what is missing. The same dataset, standard and requirement give the same bytes: there is no clock inside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from lianjin.core.identity import canonical, digest
from lianjin.core.words import Words
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.corpus.verify import verify
from lianjin.evaluate.documentation import Aspect, aspects
from lianjin.evaluate.gate import Gate, judged
from lianjin.evaluate.measure import Measure, Measured, find_measure
from lianjin.evaluate.requirement import NONE, Requirement
from lianjin.evaluate.standard import DEFAULT, Dimension, Index, Standard, load_standard
from lianjin.evaluate.subject import Subject, Wanted, look
from lianjin.version import VERSION

SCHEMA_VERSION = 1
Status = Literal["measured", "empty", "absent"]


@dataclass(frozen=True)
class Result:
    """An index with what was measured of it. `line`: the requirement's, else the standard's.

    `status`: `empty` where there was nothing to count, `absent` where nothing was measured.
    """

    index: Index
    measure: Measure | None
    measured: Measured
    line: float
    parts: tuple[Result, ...] = ()

    @property
    def status(self) -> Status:
        """Whether there is a value."""
        if self.measured.absent:
            return "absent"
        return "empty" if self.measured.value is None else "measured"

    @property
    def score(self) -> float | None:
        """0 to 100, None without a value; a sampled one counts by its lower limit."""
        value = self.measured.value
        if value is None:
            return None
        value = value if self.measured.lower is None else self.measured.lower
        return 100 * (value if self.index.orientation == "higher" else 1 - value)

    @property
    def is_reached(self) -> bool | None:
        """Whether the line is reached; None without a value."""
        return None if self.score is None else self.score >= 100 * self.line


@dataclass(frozen=True)
class Score:
    """A dimension's score: the weighted mean of what was measured of it, 0 to 100.

    `measured`: the share of its weight that was, of all that there is something to count of. None as
    the score if that is less than the standard asks for.
    """

    dimension: Dimension
    value: float | None
    line: float
    measured: float
    results: tuple[Result, ...]

    @property
    def is_reached(self) -> bool:
        """Whether the line is reached; not without a score."""
        return self.value is not None and self.value >= self.line


@dataclass(frozen=True)
class Missing:
    """One thing that the dataset lacks: what a demand asks for.

    `code`: the index or gate. `kind`: `cell`, `scale`, `aspect` or `gate`; `index` for one below
    its line for another reason. `name`: which cell,
    unit or aspect, else the code again. `needed` and `found`: records, characters, or a ratio 0 to 1.
    """

    code: str
    kind: Literal["cell", "scale", "aspect", "index", "gate"]
    name: str
    needed: float
    found: float


@dataclass(frozen=True)
class Evaluation:
    """The evaluation; `to_bytes` is the file `evaluation.json`, `digest` its SHA-256."""

    name: str
    recipe_version: int
    root: str
    manifest_digest: str
    standard: Standard
    requirement: Requirement
    records: int
    chars: int
    scores: tuple[Score, ...]
    gates: tuple[Gate, ...]
    missing: tuple[Missing, ...]
    aspects: Mapping[str, Aspect]
    subject: Subject

    @property
    def results(self) -> Sequence[Result]:
        """All results, sub-indices behind their own."""
        found = [result for score in self.scores for result in score.results]
        return [one for result in found for one in (result, *result.parts)]

    @property
    def is_passed(self) -> bool:
        """Whether every gate is passed; without it there is no certificate."""
        return all(gate.is_passed for gate in self.gates)

    @cached_property
    def grade(self) -> str:
        """The best grade whose dimensions and indices reach their lines; empty if a gate fails."""
        reached = {score.dimension.code for score in self.scores if score.is_reached}
        reached |= {result.index.code for result in self.results if result.is_reached}
        if not self.is_passed:
            return ""
        for grade in self.standard.grades:
            if {*grade.dimensions, *grade.indices} <= reached:
                return grade.id
        return ""

    @cached_property
    def value(self) -> dict[str, Any]:
        """All of it as plain values."""
        return _plain(self)

    def to_bytes(self) -> bytes:
        """Its canonical JSON: the same evaluation, the same bytes."""
        return canonical(self.value)

    @cached_property
    def digest(self) -> str:
        """`sha256:…` of `to_bytes`."""
        return digest(self.value)


def evaluate(
    dataset: Dataset | Path,
    standard: Standard | str | Path = DEFAULT,
    requirement: Requirement | None = None,
    *,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Evaluation:
    """The evaluation of a dataset against a standard and, if there is one, a requirement.

    `standard`: a Standard, the name of one, or a YAML file. Every file is hashed again and every kept
    record looked at once; `progress(done, total)` counts records. NotFound, StandardError,
    StorageError for a dataset that cannot be read.
    """
    subject_of = dataset if isinstance(dataset, Dataset) else open_dataset(dataset)
    against = standard if isinstance(standard, Standard) else load_standard(standard)
    needed = requirement or NONE
    wanted = _wanted(against)
    subject = look(subject_of, against, needed, wanted, verify(subject_of.folder), progress)
    scores = tuple(_score(dimension, subject) for dimension in against.dimensions)
    gates = tuple(
        judged(rule, find_measure(rule.measure), _measured(subject, rule.id, rule.measure, rule.settings))
        for rule in against.gates
    )  # fmt: skip
    recipe = subject.manifest.get("recipe", {})
    return Evaluation(
        name=needed.name or str(recipe.get("name", "")),
        recipe_version=int(recipe.get("version", 1)),
        root=str(subject.manifest["root"]),
        manifest_digest=str(subject.manifest["digest"]),
        standard=against,
        requirement=needed,
        records=subject.totals.records,
        chars=subject.totals.chars,
        scores=scores,
        gates=gates,
        missing=tuple(_missing(scores, gates)),
        aspects=aspects(subject),
        subject=subject,
    )


def _wanted(standard: Standard) -> list[Wanted]:
    """The measures of records that the standard names, by the code of index or gate."""
    named: list[tuple[str, str | None, Mapping[str, Any], str | None]] = []
    for index in (index for dimension in standard.dimensions for index in dimension.indices):
        named.append((index.code, index.measure, index.settings, None))
        named += [(p.code, p.measure, p.settings, index.code) for p in index.parts]
    named += [(gate.id, gate.measure, gate.settings, None) for gate in standard.gates]
    return [
        Wanted(name, measure, settings, within)
        for name, called, settings, within in named
        if called and (measure := find_measure(called)).unit == "record"
    ]


def _measured(
    subject: Subject, name: str, measure: str | None, settings: Mapping[str, Any]
) -> Measured:
    if measure is None:
        return subject.counts.get(name, Measured())
    found = find_measure(measure)
    if found.unit == "record":
        return subject.counts.get(name, Measured())
    return found.look(subject, settings)


def _score(dimension: Dimension, subject: Subject) -> Score:
    results = tuple(_result(index, subject) for index in dimension.indices)
    measured = [result for result in results if result.status == "measured"]
    countable = sum(result.index.weight for result in results if result.status != "empty")
    weight = sum(result.index.weight for result in measured)
    share = weight / countable if countable else 0.0
    standard = subject.standard
    mean = sum(r.index.weight * (r.score or 0) for r in measured) / weight if weight else None
    value = mean if share >= standard.least_measured else None
    return Score(dimension, value, standard.pass_line, share, results)


def _result(index: Index, subject: Subject) -> Result:
    parts = tuple(_result(part, subject) for part in index.parts)
    line = subject.requirement.thresholds.get(index.code, index.line)
    if index.measure is None and not parts:
        return Result(index, None, Measured(absent=index.reason), line)
    measure = None if index.measure is None else find_measure(index.measure)
    return Result(
        index, measure, _measured(subject, index.code, index.measure, index.settings), line, parts
    )


# --- what is missing ------------------------------------------------------------------


def _missing(scores: Sequence[Score], gates: Sequence[Gate]) -> list[Missing]:
    found = [
        Missing(gate.id, "gate", gate.id, 1.0, gate.measured.value or 0.0)
        for gate in gates
        if not gate.is_passed
    ]
    for result in (result for score in scores for result in score.results):
        found += _missing_of(result)
        found += [lack for part in result.parts for lack in _missing_of(part)]
    return found


def _missing_of(result: Result) -> list[Missing]:
    code, measured = result.index.code, result.measured
    found = [
        Missing(code, "cell", f"{axis['by']}={cell}", axis["least"], count)
        for axis in measured.found.get("axes", ())
        for cell, count in axis["cells"].items()
        if count < axis["least"]
    ]
    found += [
        Missing(code, "scale", unit, scale["needed"], scale["found"])
        for unit, scale in measured.found.get("scales", {}).items()
        if scale["found"] < scale["needed"]
    ]
    if result.measure is not None and result.measure.name == "documented":
        found += [Missing(code, "aspect", name, 1, 0) for name, _ in measured.failing]
    if result.is_reached is False and not found:
        found.append(Missing(code, "index", code, result.line, (result.score or 0) / 100))
    return found


# --- plain values ---------------------------------------------------------------------


def _plain(evaluation: Evaluation) -> dict[str, Any]:
    standard, requirement = evaluation.standard, evaluation.requirement
    return {
        "schema_version": SCHEMA_VERSION,
        "subject": {
            "name": evaluation.name,
            "recipe_version": evaluation.recipe_version,
            "root": evaluation.root,
            "manifest": evaluation.manifest_digest,
            "records": evaluation.records,
            "chars": evaluation.chars,
        },
        "standard": {
            "id": standard.id,
            "version": standard.version,
            "number": standard.number,
            "title": _words(standard.title),
            "wording": _words(standard.wording),
            "digest": standard.digest,
            "pass_line": standard.pass_line,
            "least_measured": standard.least_measured,
        },
        "requirement": None
        if requirement == NONE
        else {
            "name": requirement.name,
            "version": requirement.version,
            "digest": requirement.digest,
        },
        "version": VERSION,
        "grade": _plain_grade(evaluation),
        "gates": [_plain_gate(gate) for gate in evaluation.gates],
        "dimensions": [_plain_score(score) for score in evaluation.scores],
        "missing": [vars(lack) for lack in evaluation.missing],
        "aspects": [
            {
                "name": a.name,
                "present": a.is_present,
                "text": _words(a.text),
                "evidence": a.evidence,
            }
            for a in evaluation.aspects.values()
        ],
    }


def _plain_grade(evaluation: Evaluation) -> dict[str, Any] | None:
    for grade in evaluation.standard.grades:
        if grade.id == evaluation.grade:
            return {"id": grade.id, "title": _words(grade.title), "seal": grade.seal}
    return None


def _words(words: Words) -> dict[str, str]:
    return {"en": words.en, "zh": words.zh}


def _plain_gate(gate: Gate) -> dict[str, Any]:
    return {
        "id": gate.id,
        "title": _words(gate.title),
        "passed": gate.is_passed,
        "reason": _words(gate.reason),
        "measure": gate.measure,
        **_plain_measured(gate.measured),
    }


def _plain_score(score: Score) -> dict[str, Any]:
    return {
        "code": score.dimension.code,
        "title": _words(score.dimension.title),
        "score": _rounded(score.value),
        "line": score.line,
        "reached": score.is_reached,
        "measured": _rounded(score.measured),
        "indices": [_plain_result(result) for result in score.results],
    }


def _plain_result(result: Result) -> dict[str, Any]:
    measure, index = result.measure, result.index
    return {
        "code": index.code,
        "title": _words(index.title),
        "status": result.status,
        "score": _rounded(result.score),
        "line": result.line,
        "reached": result.is_reached,
        "weight": index.weight,
        "orientation": index.orientation,
        "trust": index.trust,
        "measure": None
        if measure is None
        else {"name": measure.name, "version": measure.version, "unit": measure.unit, "mode": measure.mode},
        "with": dict(index.settings),
        **_plain_measured(result.measured),
        "parts": [_plain_result(part) for part in result.parts],
    }  # fmt: skip


def _plain_measured(found: Measured) -> dict[str, Any]:
    return {
        "numerator": found.numerator,
        "denominator": found.denominator,
        "value": _rounded(found.value),
        "lower": _rounded(found.lower),
        "failing": [{"id": identifier, "causes": list(causes)} for identifier, causes in found.failing],
        "n_failing": found.n_failing,
        "causes": dict(found.causes),
        "found": _canonical(found.found),
        "evidence": found.evidence,
        "absent": _words(found.absent) if found.absent else None,
    }  # fmt: skip


def _canonical(value: Any) -> Any:
    """The value with every fraction rounded as all numbers here are."""
    if isinstance(value, Mapping):
        return {key: _canonical(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_canonical(item) for item in value]
    return _rounded(value) if isinstance(value, float) else value


def _rounded(value: float | None) -> float | None:
    """To 12 digits behind the point: more of a mean depends on the order of its terms."""
    return None if value is None else round(float(value), 12)
