"""Rules over columns and over single records agree, and mean what they say."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.operators.rule import BOOLEAN, NUMBER, TEXT, Kind, explain, judge, parse

KINDS = {
    "chars": Kind("number", 0, None, whole=True),
    "ratio": NUMBER,
    "language": TEXT,
    "generated": BOOLEAN,
}
RECORDS = [
    {"chars": 300, "ratio": 0.5, "language": "zh", "generated": False, "fields": {"views": 7}},
    {"chars": 5, "ratio": None, "language": "en", "generated": True, "fields": {"views": "7"}},
    {"chars": None, "ratio": 0.1, "language": None, "generated": None, "fields": None},
]


def table(records: list[dict]) -> pa.Table:
    return pa.table(
        {
            "chars": pa.array([r["chars"] for r in records], pa.int64()),
            "ratio": pa.array([r["ratio"] for r in records], pa.float64()),
            "language": pa.array([r["language"] for r in records], pa.string()),
            "generated": pa.array([r["generated"] for r in records], pa.bool_()),
            "fields": pa.array(
                [None if r["fields"] is None else json.dumps(r["fields"]) for r in records],
                pa.large_string(),
            ),
        }
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("200 <= chars <= 100_000", [True, False, None]),
        ("chars != 5", [True, False, None]),
        ("not chars < 100", [True, False, None]),
        ("ratio >= 0.3 or language == 'en'", [True, True, None]),
        ("ratio >= 0.3 and language == 'en'", [False, None, False]),
        ("language in ('zh', 'ja')", [True, False, None]),
        ("language not in ('zh', 'ja')", [False, True, None]),
        ("language contains 'z'", [True, False, None]),
        ("language matches '^[a-f]'", [False, True, None]),
        ("generated", [False, True, None]),
        ("generated == false", [True, False, None]),
        ("ratio is null", [False, True, False]),
        ("ratio is not null", [True, False, True]),
        ("fields.views > 3", [True, None, None]),
        ("fields['views'] == '7'", [None, True, None]),
        ("fields.views is null", [False, False, True]),
        ("fields.views.deeper is null", [True, True, True]),
    ],
)
def test_a_rule_says_true_false_or_null(text: str, expected: list[bool | None]) -> None:
    rule = parse(text)
    assert judge(rule, table(RECORDS), KINDS).to_pylist() == expected
    assert [explain(rule, record, KINDS).holds for record in RECORDS] == expected


def test_a_column_that_is_not_there_is_null() -> None:
    bare = pa.table({"title": ["a", "b"]})
    assert judge(parse("chars > 3"), bare, KINDS).to_pylist() == [None, None]
    assert judge(parse("chars is null"), bare, KINDS).to_pylist() == [True, True]


def test_the_deciding_part_and_its_values_are_named() -> None:
    rule = parse("200 <= chars <= 100_000 and language == 'zh'")
    verdict = explain(rule, {"chars": 120, "language": "zh"}, KINDS)
    assert (verdict.part, verdict.values) == ("200 <= chars", {"chars": 120})


NUMBERS = st.sampled_from([-1, 0, 1, 5, 0.5, 1e6]) | st.integers(-9, 9)
WORDS = st.sampled_from(["zh", "en", "", "中文", "\U0001f600"])
SIGNS = st.sampled_from(["<", "<=", "==", "!=", ">=", ">"])
LITERALS = {"number": NUMBERS.map(str), "text": WORDS.map(lambda word: f"'{word}'")}


@st.composite
def claims(draw: st.DrawFn) -> str:
    name, type_ = draw(
        st.sampled_from(
            [("chars", "number"), ("ratio", "number"), ("language", "text"),
             ("fields.a", "number"), ("fields.a", "text"), ("fields.b.c", "number")]
        )
    )  # fmt: skip
    constant = draw(LITERALS[type_])
    forms = [
        f"{name} {draw(SIGNS)} {constant}",
        f"{constant} {draw(SIGNS)} {name} {draw(SIGNS)} {draw(LITERALS[type_])}",
        f"{name} in ({constant}, {draw(LITERALS[type_])})",
        f"{name} is null",
        "generated",
        f"chars {draw(SIGNS)} ratio",
        f"language contains {draw(LITERALS['text'])}",
    ]
    return draw(st.sampled_from(forms))


RULES = st.recursive(
    claims(),
    lambda inner: st.one_of(
        inner.map(lambda rule: f"not ({rule})"),
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map(
            lambda parts: f"({parts[0]}){parts[1]}({parts[2]})"
        ),
        st.tuples(inner, st.sampled_from([" and ", " or "]), inner).map("".join),
    ),
    max_leaves=6,
)
FIELDS = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=4,
)
ANY_RECORD = st.fixed_dictionaries(
    {
        "chars": st.none() | st.integers(-2, 2_000_000),
        "ratio": st.none() | NUMBERS.map(float),
        "language": st.none() | WORDS,
        "generated": st.none() | st.booleans(),
        "fields": st.none() | st.dictionaries(st.sampled_from("abc"), FIELDS, max_size=3),
    }
)


@given(text=RULES, records=st.lists(ANY_RECORD, min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_columns_and_single_records_agree(text: str, records: list[dict]) -> None:
    rule = parse(text)
    singly = [explain(rule, record, KINDS).holds for record in records]
    assert judge(rule, table(records), KINDS).to_pylist() == singly


@given(text=RULES, record=ANY_RECORD)
@settings(max_examples=100, deadline=None)
def test_the_deciding_part_is_a_rule_with_the_same_verdict(text: str, record: dict) -> None:
    verdict = explain(parse(text), record, KINDS)
    assert verdict.part in text
    assert explain(parse(verdict.part), record, KINDS).holds == verdict.holds
