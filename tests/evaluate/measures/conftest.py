"""Counting one measure over a few records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lianjin.corpus.verify import verify
from lianjin.evaluate.measure import Measured, find_measure
from lianjin.evaluate.requirement import parse_requirement
from lianjin.evaluate.standard import load_standard
from lianjin.evaluate.subject import Subject, Wanted, look

from ..conftest import Made

Count = Callable[..., Measured]


@pytest.fixture
def subject(made: Made) -> Callable[..., Subject]:
    """Looks at a dataset of these records."""

    def looked(
        records: list[Any], requirement: str = "{}", name: str = "", **settings: Any
    ) -> Subject:
        dataset = made(records, **settings.pop("recipe", {}))
        measure = find_measure(name) if name else None
        wanted = [Wanted(name, measure, settings)] if measure and measure.unit == "record" else []
        needed = parse_requirement(requirement)
        return look(dataset, load_standard(), needed, wanted, verify(dataset.folder))

    return looked


@pytest.fixture
def count(subject: Callable[..., Subject]) -> Count:
    """Counts a measure over records, against a requirement, with settings."""

    def counted(
        name: str, records: list[Any], requirement: str = "{}", **settings: Any
    ) -> Measured:
        seen = subject(records, requirement, name, **settings)
        measure = find_measure(name)
        settings.pop("recipe", None)
        return seen.counts[name] if measure.unit == "record" else measure.look(seen, settings)

    return counted
