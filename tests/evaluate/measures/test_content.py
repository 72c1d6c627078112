"""Cleanness of text: what repairs still find, repeats, texts that break off, lost characters."""

from __future__ import annotations

from typing import Any

import pytest

from ..conftest import MARKET, MARSH
from .conftest import Count

LONG = MARKET + MARSH + "第三句写到渡口。" + "第四句写到对岸的油坊和晒场，以及傍晚归来的船。"


def causes(count: Count, name: str, *records: Any, **settings: Any) -> dict[str, int]:
    found = count(name, [r if isinstance(r, dict) else {"text": r} for r in records], **settings)
    return dict(found.causes)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        (MARKET, None),
        ("早市&amp;晚市，" + MARKET, "entities"),
        ("早\u200b市\u200b，" + MARKET, "invisible"),
        ("<p>" + MARKET + "</p>", "html"),
        ("早市\x07" + MARKET, "control"),
        ("a < b，b > c，" + MARKET, None),
    ],
)
def test_a_text_is_pure_if_repairs_find_nothing(count: Count, text: str, cause: str | None) -> None:
    found = causes(count, "pure_text", text)
    assert (cause in found) if cause else found == {}, found


def test_a_dialogue_may_be_about_markup(count: Count) -> None:
    turns = [
        {"role": "user", "content": "<div> 是什么？"},
        {"role": "assistant", "content": "&lt;div&gt; 是块。"},
    ]
    assert causes(count, "pure_text", {"messages": turns}) == {}


def test_a_record_that_repeats_an_earlier_one_is_counted_once(count: Count) -> None:
    found = count("unrepeated", [{"text": MARKET}, {"text": MARSH}, {"text": MARKET, "n": 2}])
    assert (found.numerator, found.denominator, found.causes) == (2, 3, {"twin": 1})
    assert found.failing == (("a.jsonl#2", ("twin",)),), "the first of them stays"


def test_repeated_lines_and_sentences_are_found_in_texts(count: Count) -> None:
    text = "\n".join([MARKET] * 5)
    assert {"lines", "sentences"} <= set(causes(count, "unrepeated", text))
    turns = [{"role": r, "content": "好。"} for r in ("user", "assistant") * 4]
    assert causes(count, "unrepeated", {"messages": turns}) == {}


def test_a_long_text_of_the_same_words_is_thin(count: Count) -> None:
    found = count("dense_text", [{"text": "好评" * 100}, {"text": LONG}, {"text": "好评"}])
    assert (found.numerator, found.denominator) == (1, 2), "the short one is not judged"
    assert found.failing == (("a.jsonl#0", ("thin",)),)


@pytest.mark.parametrize(
    ("tail", "is_cut"),
    [
        ("", False),
        ("船工收起跳板，望着河面上渐渐远去的灯火", True),
        ("——渡口的老人", False),
        ("\n2024年5月1日", False),
        ("\n撰文：一位常去早市的人，拍摄于三月", True),
        ("船工收起跳板，望着河面上渐渐远去的灯火。”", False),
        ("| 渡口 | 船工收起跳板望着河面上的灯火 |", False),
    ],
)
def test_a_text_breaks_off_where_its_last_sentence_has_no_end(
    count: Count, tail: str, is_cut: bool
) -> None:
    found = count("ended_text", [{"text": LONG + tail}])
    assert (found.numerator, found.denominator) == (0 if is_cut else 1, 1)


def test_headlines_and_remarks_are_not_judged_by_their_end(count: Count) -> None:
    found = count("ended_text", [{"text": "早市开张"}, {"text": "味道不错。就是有点远下次还来"}])
    assert (found.denominator, found.value) == (0, None)


def test_the_answers_of_a_pair_are_looked_at_each(count: Count) -> None:
    pair = {"prompt": "写一段", "chosen": LONG, "rejected": LONG + "船工收起跳板望着河面上的灯火和"}
    assert count("ended_text", [pair]).causes == {"cut": 1}


def test_signs_of_lost_characters_are_told_apart(count: Count) -> None:
    texts = [MARKET, MARKET + "\ufffd", MARKET + "\ue001", "根据《》的规定，" + MARKET]
    assert causes(count, "nothing_lost", *texts) == {"replaced": 1, "private": 1, "empty": 1}


def test_perplexity_is_read_where_a_recipe_measured_it(count: Count, tmp_path: Any) -> None:
    assert count("perplexity_within", [{"text": MARKET}]).absent
    own = (
        "from lianjin import score\n\n\n"
        "@score(version=1, unit='ratio')\ndef perplexity(text: str) -> float:\n"
        '    """So many characters."""\n    return float(len(text))\n'
    )
    (tmp_path / "own.py").write_text(own)
    recipe = {"operators": ["own.py"], "steps": [{"keep": "perplexity >= 1"}]}
    records = [{"text": MARKET}, {"text": MARKET * 5}]
    found = count("perplexity_within", records, recipe=recipe, at_most=100)
    assert (found.numerator, found.denominator, found.causes) == (1, 2, {"high": 1})
