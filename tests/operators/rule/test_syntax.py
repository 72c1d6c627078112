"""Every text is a rule or is refused at the place where it stops being one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lianjin.core.limits import RULE_DEPTH, RULE_LENGTH_CHARS
from lianjin.operators.rule import RuleFault, parse


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("chars = 3", "=", "'=' is no sign of a rule; write '=='"),
        ("chars > 3 && lines > 2", "&&", "'&&' is no sign of a rule; write 'and'"),
        ("（chars > 3)", "（", "'（' is no sign of a rule; write '('"),
        ("language == “zh”", "“", "'“' is no sign of a rule; write '\"'"),
        ("chars > 10k", "10k", "'10k' is no number; numbers are written 0.5, 1e6 or 100_000"),
        ("chars > 1_", "1_", "'1_' is no number; numbers are written 0.5, 1e6 or 100_000"),
        ("language == 'zh", "'zh", "this string has no closing quote"),
        ("chars > 3 lines", "lines", "the rule is complete before 'lines'"),
        ("(chars > 3", "", "the rule ends where `)` is expected"),
        ("chars >", "", "the rule ends where a score, a field or a constant is expected"),
        ("", "", "the rule ends where a score, a field or a constant is expected"),
        ("chars in (a)", "a", "`in` takes constants"),
        ("'a' in ('a')", "'a'", "a name is expected here, not a constant"),
        ("title contains 3", "3", "`contains` takes a string in quotes"),
        ("chars > 1e999", "1e999", "this number is too large"),
        ("chars @ 3", "@", "a rule cannot hold '@'"),
        ("__import__('os')", "(", "the rule is complete before '('"),
    ],
)
def test_a_fault_points_at_its_place(text: str, place: str, message: str) -> None:
    with pytest.raises(RuleFault) as caught:
        parse(text)
    fault = caught.value.fault
    assert (text[fault.start : fault.end], fault.message.en) == (place, message)


def test_depth_and_length_have_limits() -> None:
    parse("(" * (RULE_DEPTH - 1) + "chars > 1" + ")" * (RULE_DEPTH - 1))
    for text in ("(" * 100_000, "(" * RULE_DEPTH + "chars > 1", " " * (RULE_LENGTH_CHARS + 1)):
        with pytest.raises(RuleFault):
            parse(text)


def test_only_the_quote_itself_is_escaped() -> None:
    assert parse(r"title matches '\d+\'s'").root.pattern == r"\d+'s"


@given(st.text() | st.text(alphabet="()<=>'\"andortchrs. 01_,in[]", max_size=30))
def test_any_text_is_a_rule_or_a_fault_within_it(text: str) -> None:
    fault = None
    try:
        assert parse(text).text == text
    except RuleFault as error:
        fault = error.fault
    assert fault is None or 0 <= fault.start < fault.end <= len(text) + 1
