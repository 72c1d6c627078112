"""Sources, rights and integrity: the gates, and what can be traced."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lianjin.evaluate.measure import find_measure
from lianjin.evaluate.subject import Subject

from .conftest import Count

FROM = {"text": "早市", "url": "https://example.org/a"}
DECLARED = "source: {kind: 自采, details: a walk}"


def test_a_built_record_with_a_source_can_be_traced(count: Count) -> None:
    found = count("traceable", [FROM, {"text": "晚市"}])
    assert (found.numerator, found.denominator, found.causes) == (1, 2, {"no_source": 1})
    assert count("traceable", [{"text": "晚市"}], DECLARED).value == 1


def test_generated_records_say_by_whom(count: Count) -> None:
    label = {"Label": "1", "ContentProducer": "a model"}
    records = [FROM | {"generated": True}, FROM | {"generated": True, "aigc": label}]
    records = [FROM | {"text": f"{n}号早市"} | more for n, more in enumerate(records)]
    found = count("traceable", records)
    assert found.causes.get("generator", 0) <= 1
    assert found.denominator == 2


def test_every_record_needs_evidence_of_its_source(count: Count) -> None:
    assert count("sourced", [FROM, {"text": "晚市"}]).causes == {"none": 1}
    assert count("sourced", [FROM, {"text": "晚市"}], DECLARED).value == 1


@pytest.mark.parametrize(
    ("licence", "requirement", "cause"),
    [
        ("CC-BY-4.0", "{}", None),
        (None, "{}", "unknown"),
        (None, "licence: {name: CC0-1.0}", "unknown"),
        (None, "licence: {name: CC0-1.0, evidence: mine}", None),
        ("CC-BY-NC-4.0", "{}", None),
        ("CC-BY-NC-4.0", "licence: {commercial: true}", "commercial"),
        ("CC-BY-NC-SA-4.0", "licence: {commercial: true}", "commercial"),
        ("CC-BY-ND-4.0", "{}", None),
    ],
)
def test_rights_are_known_and_fit_the_use(
    count: Count, licence: str | None, requirement: str, cause: str | None
) -> None:
    record: dict[str, Any] = {"text": "早市", "licence": licence}
    found = count("permitted", [record], requirement)
    assert found.causes == ({cause: 1} if cause else {})


def test_no_derivatives_contradict_a_recipe_that_mends(count: Count) -> None:
    record = {"text": "早市", "licence": "CC-BY-ND-4.0"}
    steps = [{"repair": "entities"}, {"keep": "chars >= 1"}]
    found = count("permitted", [record], recipe={"steps": steps})
    assert found.causes == {"derived": 1}


def test_built_records_can_be_read_and_have_ids_of_their_own(count: Count) -> None:
    found = count("readable", [FROM, FROM])
    assert (found.numerator, found.denominator) == (2, 2)


def test_a_changed_file_is_named(subject: Callable[..., Subject]) -> None:
    seen = subject([FROM])
    intact = find_measure("intact")
    assert intact.look(seen, {}).value == 1
    (seen.dataset.folder / "README.md").write_text("changed")
    from lianjin.corpus.verify import verify

    again = Subject(
        seen.dataset, seen.standard, seen.requirement, seen.totals, seen.counts,
        verify(seen.dataset.folder),
    )  # fmt: skip
    found = intact.look(again, {})
    assert (found.numerator, found.denominator) == (3, 4)
    assert found.failing == (("README.md", ("size-differs",)),)
