"""Legal records, legal annotation, required items and the declared type, counted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Count

USER, MODEL = (
    {"role": "user", "content": "早市几点开？"},
    {"role": "assistant", "content": "天不亮。"},
)
SYSTEM = {"role": "system", "content": "答话要短。"}
PAIR = {"prompt": "早市几点开？", "chosen": "天不亮就开。", "rejected": "不知道"}


@pytest.mark.parametrize(
    ("record", "causes"),
    [
        ({"text": "早市"}, ()),
        ({"text": " \n"}, ("blank",)),
        ({"messages": [USER, MODEL]}, ()),
        ({"messages": [SYSTEM, USER, MODEL, USER, MODEL]}, ()),
        ({"messages": [USER]}, ("no_answer",)),
        ({"messages": [USER, {"role": "assistant", "content": " "}]}, ("no_answer",)),
        ({"messages": [MODEL, USER, MODEL]}, ("roles",)),
        ({"messages": [USER, USER, MODEL]}, ("roles",)),
        ({"messages": [USER, SYSTEM, MODEL]}, ("roles",)),
        ({"messages": [USER, {"role": "narrator", "content": "夜。"}, MODEL]}, ("roles",)),
        (PAIR, ()),
        (PAIR | {"rejected": " "}, ("pair",)),
        (PAIR | {"prompt": ""}, ("pair",)),
    ],
)
def test_form_is_judged_by_the_kind_of_record(
    count: Count, record: dict[str, Any], causes: tuple[str, ...]
) -> None:
    found = count("legal_form", [record, {"text": "湿地里的白鹤"}])
    assert (found.numerator, found.denominator) == (2 - bool(causes), 2)
    assert found.failing == ((("a.jsonl#0", causes),) if causes else ())


def test_nothing_is_counted_of_no_records(count: Count) -> None:
    found = count("legal_form", ["{"])
    assert (found.denominator, found.value) == (0, None)


LEGAL = {"label": ["正"], "annotation_method": "人工标注", "annotator": "普通标注员"}


@pytest.mark.parametrize(
    ("annotation", "causes"),
    [
        (LEGAL, ()),
        ({"label": ["正"]}, ()),
        (LEGAL | {"label": []}, ("label",)),
        (LEGAL | {"label": "正"}, ("label",)),
        (LEGAL | {"label": ["正", ""]}, ("label",)),
        (LEGAL | {"annotation_method": "手工"}, ("method",)),
        (LEGAL | {"annotator": "实习生"}, ("annotator",)),
        ("正", ("label",)),
    ],
)
def test_annotation_follows_tc609_02(
    count: Count, annotation: Any, causes: tuple[str, ...]
) -> None:
    found = count(
        "legal_annotation", [{"text": "早市", "annotation": annotation}, {"text": "晚市"}]
    )
    assert (found.numerator, found.denominator) == (1 - bool(causes), 1), (
        "only annotated records count"
    )
    assert found.causes == dict.fromkeys(causes, 1)


def test_two_equal_answers_are_no_preference(count: Count) -> None:
    found = count("legal_annotation", [PAIR, PAIR | {"rejected": "天不亮就开。 "}])
    assert (found.numerator, found.denominator, found.causes) == (1, 2, {"same": 1})


WHOLE = {
    "text": "早市",
    "published": "2024-05-01",
    "licence": "CC0-1.0",
    "url": "https://example.org/a",
}


def test_by_default_a_record_needs_content_time_licence_and_source(count: Count) -> None:
    bare = {"text": "晚市", "published": "2024-05-01"}
    found = count("complete_items", [WHOLE, bare])
    assert (found.numerator, found.denominator) == (1, 2)
    assert found.causes == {"licence": 1, "source": 1}


def test_what_the_requirement_declares_of_all_counts(count: Count) -> None:
    declared = "{source: {kind: 自采, details: a walk}, licence: {name: CC0-1.0, evidence: mine}}"
    found = count("complete_items", [WHOLE, {"text": "晚市"}], declared)
    assert found.causes == {"published": 1}


def test_the_requirement_may_ask_for_other_items(count: Count) -> None:
    records = [{"text": "早市", "topic": "市井"}, {"text": "晚市", "topic": ""}, {"text": "夜市"}]
    found = count("complete_items", records, "items: [content, fields.topic]")
    assert (found.numerator, found.denominator, found.causes) == (1, 3, {"fields.topic": 2})


@pytest.mark.parametrize(
    ("url", "is_source"),
    [
        ("https://example.org/a?b=1", True),
        ("http://例子.中国/", True),
        ("ftp://example.org/a", False),
        ("https:///a", False),
        ("https://example.org/a b", False),
        ("https://example.org:port/", False),
        ("example.org", False),
    ],
)
def test_an_address_is_a_source_if_it_can_be_one(count: Count, url: str, is_source: bool) -> None:
    found = count("complete_items", [{"text": "早市", "url": url}], "items: [source]")
    assert found.value == float(is_source)


def test_types_are_compared_where_a_field_tells_them(count: Count) -> None:
    records = [{"text": "早市", "kind_": t} for t in ("行业通识", "industry", "通识", None)]
    found = count("declared_type", records, "type: {is: industry, by: fields.kind_}")
    assert (found.numerator, found.denominator) == (2, 3)
    assert count("declared_type", records, "type: {is: industry}").absent


def test_texts_alone_have_no_parts_to_compare(count: Count) -> None:
    found = count("consistent_parts", [{"text": "早市"}])
    assert (found.denominator, found.value, bool(found.absent)) == (0, None, False)
