"""The standard as data: complete, checked whole, and honest about what nothing here measures."""

from __future__ import annotations

import pytest
from lianjin.core.errors import NotFound, StandardError
from lianjin.core.words import Words
from lianjin.evaluate.standard import DEFAULT, load_standard, parse_standard, standards

SMALL = """
id: small
title: {zh: 小标准, en: small standard}
gates:
  - {id: schema, title: 可读, measure: readable}
dimensions:
  - code: "1"
    title: 内容
    indices:
      - {code: "11", title: 格式, measure: legal_form, line: 0.5, weight: 3, trust: seen}
      - {code: "12", title: 安全, reason: 没有测, trust: memory}
grades:
  - {id: good, title: 好, dimensions: ["1"]}
"""


def test_the_default_has_17_indices_and_the_7_of_text() -> None:
    standard = load_standard()
    codes = [index.code for index in standard.indices]
    assert DEFAULT in standards()
    assert [code for code in codes if len(code) == 4] == [
        "0101", "0102", "0103", "0104",
        "0201", "0202", "0203", "0204", "0205", "0206", "0207", "0208",
        "0301", "0302", "0303", "0304", "0305",
    ]  # fmt: skip
    assert [code for code in codes if len(code) == 8] == [f"0208010{n}" for n in range(1, 8)]
    assert [dimension.code for dimension in standard.dimensions] == ["01", "02", "03"]
    assert [gate.id for gate in standard.gates] == ["schema", "source", "rights", "integrity"]


def test_the_20_aspects_of_the_default_are_each_asked_for_once() -> None:
    names = [name for i in load_standard().indices for name in i.settings.get("aspects", ())]
    assert len(names) == len(set(names)) == 20


def test_the_default_claims_to_measure_and_not_to_certify() -> None:
    standard = load_standard()
    assert standard.wording.en == "measured against the published clauses of TC609-5-2025-04"
    assert standard.wording.zh == "依据 TC609-5-2025-04 的公开条款测量"


def test_every_index_without_a_measure_says_why() -> None:
    for index in load_standard().indices:
        assert index.measure or index.parts or (index.reason.en and index.reason.zh), index.code


def test_a_small_standard_is_read() -> None:
    standard = parse_standard(SMALL)
    ((first, second),) = [dimension.indices for dimension in standard.dimensions]
    assert (first.measure, first.line, first.weight, first.trust) == (
        "legal_form",
        0.5,
        3.0,
        "seen",
    )
    assert (second.measure, second.reason) == (None, Words.verbatim("没有测"))
    assert standard.grades[0].seal == "好"
    assert standard.digest == parse_standard(SMALL + "\n# a remark\n").digest


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        ("id: small\n", "", "missing-key", "`id` is missing"),
        ("measure: readable", "measure: redable", "unknown-measure", "nearest is 'readable'"),
        ('code: "12"', 'code: "11"', "duplicate-code", "'11' stands here twice"),
        ("weight: 3", "wieght: 3", "unknown-key", "nearest is 'weight'"),
        ("line: 0.5", "line: 50", "wrong-type", "a number from 0 to 1"),
        ("trust: memory", "trust: sure", "wrong-type", "`seen`, `secondary`"),
        (", reason: 没有测", "", "missing-key", "a `reason` for having neither"),
        ('dimensions: ["1"]', 'dimensions: ["9"]', "unknown-code", "there is no '9'"),
        ("line: 0.5", "with: {at: 3}", "unknown-key", "has no 'at'"),
        ('code: "12"', "code: 12", "wrong-type", "a code in quotes"),
        ("trust: memory", "trust: memory, parts: [{code: '1', parts: [3]}]", "standard-problems", "parts"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(old: str, new: str, code: str, said: str) -> None:
    with pytest.raises(StandardError) as refused:
        parse_standard(SMALL.replace(old, new))
    assert refused.value.code == code
    assert said in refused.value.message.en


def test_an_unknown_standard_names_those_that_exist() -> None:
    with pytest.raises(NotFound) as refused:
        load_standard("tc609-5-2025-4")
    assert refused.value.code == "unknown-standard"
    assert f"nearest is {DEFAULT!r}" in refused.value.message.en
    with pytest.raises(NotFound, match="no-such-file"):
        load_standard("nowhere.yaml")
