"""Every measure is defined once, in both languages, and says what its numbers mean."""

from __future__ import annotations

import re

import pytest
from lianjin.core.errors import StandardError
from lianjin.evaluate.measure import Measure, Measured, find_measure, measures

HAN = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("measure", measures(), ids=lambda measure: measure.name)
def test_every_measure_says_in_both_languages_what_its_numbers_mean(measure: Measure) -> None:
    assert measure.title.en
    assert HAN.search(measure.title.zh)
    assert re.search(r"(?i)undefined|not measured|asks for 1", measure.docs.en), measure.name
    assert re.search("无定义|不测|不是 1", measure.docs.zh), measure.name
    for cause in measure.causes.values():
        assert cause.en
        assert HAN.search(cause.zh), cause


def test_a_value_is_undefined_where_there_is_nothing_to_count() -> None:
    assert Measured(3, 4).value == 0.75
    assert Measured(0, 4).value == 0.0
    assert Measured(0, 0).value is None


def test_an_unknown_measure_names_the_nearest() -> None:
    with pytest.raises(StandardError) as refused:
        find_measure("legal_from")
    assert refused.value.code == "unknown-measure"
    assert "nearest is 'legal_form'" in refused.value.message.en
