"""An evaluation: counted by hand, the same bytes for the same input, and honest where it has no number."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lianjin.core.errors import NotFound
from lianjin.core.identity import canonical, digest_bytes
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.evaluate.evaluation import Evaluation, Missing, evaluate
from lianjin.evaluate.report import report
from lianjin.evaluate.requirement import parse_requirement
from lianjin.evaluate.standard import parse_standard

from .conftest import REQUIREMENT, Made, made_in


def values(evaluation: Evaluation) -> dict[str, tuple[float, float]]:
    """Index → (numerator, denominator) of what was measured."""
    return {
        result.index.code: (result.measured.numerator, result.measured.denominator)
        for result in evaluation.results
        if result.status == "measured"
    }


def test_every_number_of_a_small_dataset(evaluation: Evaluation) -> None:
    assert values(evaluation) == {
        "0101": (5, 5),
        "0102": (4, 5),
        "0103": (5, 5),
        "0104": (2, 5),
        "0201": (4, 4),
        "0204": (2, 4),
        "0205": (4, 4),
        "0208": (2, 4),
        "02080103": (3, 4),
        "02080105": (3, 4),
        "02080106": (3, 4),
        "0301": (2, 3),
        "0302": (4, 8),
        "0303": (1, 4),
    }


def test_a_dimension_is_the_mean_of_what_was_measured(evaluation: Evaluation) -> None:
    scores = {score.dimension.code: score for score in evaluation.scores}
    assert scores["01"].value == pytest.approx(100 * (1 + 0.8 + 1 + 0.4) / 4)
    assert scores["02"].value == pytest.approx(100 * (1 + 0.5 + 1 + 0.5) / 4)
    assert scores["03"].value == pytest.approx(100 * (2 / 3 + 0.5 + 0.25) / 3)
    assert scores["02"].measured == pytest.approx(4 / 6), "0203 and 0206 have nothing to count"
    assert not any(score.is_reached for score in evaluation.scores)


def test_what_nothing_here_measures_has_no_number_and_a_reason(evaluation: Evaluation) -> None:
    absent = {r.index.code: r.measured for r in evaluation.results if r.status == "absent"}
    assert set(absent) == {"0202", "0207", "02080101", "02080107", "0304", "0305"}
    for measured in absent.values():
        assert measured.value is None
        assert measured.absent.en
        assert measured.absent.zh


def test_too_little_measured_gives_no_score(undeclared: Evaluation) -> None:
    last = undeclared.scores[-1]
    assert (last.value, last.measured, last.is_reached) == (None, 0.0, False)


def test_gates_come_before_grades(evaluation: Evaluation, undeclared: Evaluation) -> None:
    assert [gate.is_passed for gate in evaluation.gates] == [True] * 4
    assert evaluation.grade == "ore"
    assert [g.id for g in undeclared.gates if not g.is_passed] == ["source", "rights"]
    assert (undeclared.is_passed, undeclared.grade) == (False, "")


def test_what_is_missing_is_listed_for_who_would_supply_it(evaluation: Evaluation) -> None:
    assert [m for m in evaluation.missing if m.kind in ("cell", "scale")] == [
        Missing("0301", "cell", "fields.topic=体育", 2, 0),
        Missing("0302", "scale", "records", 8, 4),
    ]
    assert {m.name for m in evaluation.missing if m.kind == "aspect"} == {
        "limitations", "scenarios", "benchmark", "cases",
    }  # fmt: skip
    assert Missing("0303", "index", "0303", 0.9, 0.25) in evaluation.missing
    assert [m.code for m in evaluation.missing if m.kind == "gate"] == []


def test_lines_of_the_requirement_stand_in_place_of_the_standards(evaluation: Evaluation) -> None:
    (scale,) = [r for r in evaluation.results if r.index.code == "0302"]
    assert (scale.line, scale.is_reached) == (0.5, True)


def test_a_grade_needs_all_of_its_dimensions(made: Made) -> None:
    requirement = parse_requirement(
        "{scale: {records: 1}, source: {kind: 自采, details: x}, items: [content], "
        "time: {from: 2020}, taxonomy: [{by: kind, cells: [text]}], "
        "licence: {name: a, evidence: b}, owner: {channel: a, contact: b, limitations: c, "
        "scenarios: d, benchmark: e, cases: f}}"
    )
    found = evaluate(made([{"text": "早市天不亮就开了。", "published": "2024-05-01"}]), requirement=requirement)  # fmt: skip
    assert [score.value for score in found.scores] == [100.0, 100.0, 100.0]
    assert found.grade == "silver", "gold needs what is not measured here"


def test_the_same_input_gives_the_same_bytes(evaluation: Evaluation, little: Dataset) -> None:
    again = evaluate(little.folder, requirement=parse_requirement(REQUIREMENT))
    assert again.to_bytes() == evaluation.to_bytes()
    assert digest_bytes(again.to_bytes()) == evaluation.digest
    value = json.loads(evaluation.to_bytes())
    assert canonical(value) == evaluation.to_bytes()
    assert value["subject"]["root"] == little.manifest["root"]
    assert value["subject"]["manifest"] == little.manifest["digest"]
    assert value["requirement"]["digest"] == evaluation.requirement.digest
    assert not [key for key in json.dumps(value).split('"') if key.endswith("_utc")]


def test_the_requirement_changes_the_digest(evaluation: Evaluation, undeclared: Evaluation) -> None:
    assert evaluation.digest != undeclared.digest
    assert undeclared.value["requirement"] is None


def test_a_changed_file_fails_the_gate_of_integrity(little: Dataset, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(little.folder, tmp_path / "copied"))
    (folder / "README.md").write_text("changed")
    gate = evaluate(folder).gates[-1]
    assert (gate.id, gate.is_passed, gate.measured.failing) == (
        "integrity", False, (("README.md", ("size-differs",)),),
    )  # fmt: skip


def test_a_dataset_without_records_passes_no_gate_of_records(made: Made) -> None:
    found = evaluate(made(["{"]))
    assert [gate.is_passed for gate in found.gates] == [False, False, False, True]
    assert found.scores[1].value is None


def test_dialogues_preferences_and_broken_fields_are_looked_at(small: Path) -> None:
    found = evaluate(small)
    assert found.subject.totals.kinds == {"messages": 1, "preference": 1, "text": 3}
    counted = values(found)
    assert counted["0201"] == (5, 5)
    assert counted["0203"] == (1, 1)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["label", "annotator", "choice", "scores", "chosen", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
OWN = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("annotation", "annotations", "topic", "original_time", "published", "aigc"), JSON
    ),
)


@pytest.mark.slow  # 25 builds
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(OWN, min_size=1, max_size=4))
def test_any_fields_of_records_are_measured_and_written(
    tmp_path: Path, own: list[dict[str, object]]
) -> None:
    requirement = parse_requirement(
        "{taxonomy: [{by: fields.topic, cells: [a]}, {by: fields.topic.x, cells: [b]}], "
        "items: [fields.topic, published, generated], time: {from: 2020}, "
        "type: {is: general, by: fields.topic}}"
    )
    pair = {"prompt": "问", "chosen": "甲", "rejected": "乙"}
    records = [(pair if n % 2 else {"text": "早市"}) | one for n, one in enumerate(own)]
    lines = [json.dumps(record) for record in records]
    found = evaluate(made_in(tmp_path, lines, [{"score": "chars"}]), requirement=requirement)
    assert json.loads(found.to_bytes())["subject"]["records"] == found.records
    assert report(found)


def test_another_standard_may_be_given(little: Dataset) -> None:
    standard = parse_standard(
        "id: s\ntitle: s\ndimensions:\n  - code: a\n    title: a\n    indices:\n"
        "      - {code: a1, title: form, measure: legal_form, weight: 3, trust: proposal}\n"
        "      - {code: a2, title: time, measure: complete_items, trust: proposal}\n"
    )
    found = evaluate(little, standard)
    assert found.scores[0].value == pytest.approx(100 * (3 * 1 + 0) / 4)
    assert found.grade == ""


def test_a_folder_without_a_dataset_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="not-a-dataset"):
        evaluate(tmp_path)


def test_the_manifest_is_that_of_the_folder(evaluation: Evaluation, little: Dataset) -> None:
    assert evaluation.manifest_digest == open_dataset(little.folder).manifest["digest"]
