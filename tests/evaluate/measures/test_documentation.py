"""How many aspects of the documentation are told."""

from __future__ import annotations

import pytest
from lianjin.core.errors import StandardError

from .conftest import Count


def test_what_nobody_told_is_counted_as_absent(count: Count) -> None:
    asked = ["scale", "format", "contact"]
    found = count("documented", [{"text": "早市"}], aspects=asked)
    assert (found.numerator, found.denominator) == (2, 3)
    assert found.failing == (("contact", ("absent",)),)
    found = count("documented", [{"text": "早市"}], "owner: {contact: a person}", aspects=asked)
    assert found.value == 1


def test_no_aspects_give_no_value(count: Count) -> None:
    assert count("documented", [{"text": "早市"}]).value is None


def test_an_unknown_aspect_is_refused(count: Count) -> None:
    with pytest.raises(StandardError, match="unknown-aspect"):
        count("documented", [{"text": "早市"}], aspects=["scales"])
