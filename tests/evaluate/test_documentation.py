"""The documentation: 20 aspects, each with its evidence, and Markdown that data cannot break."""

from __future__ import annotations

import re

from lianjin.core.words import NOTHING
from lianjin.evaluate.documentation import ASPECTS, escaped, markdown
from lianjin.evaluate.evaluation import Evaluation, evaluate

from .conftest import Made

OWNERS = {"channel", "contact", "limitations", "scenarios", "benchmark", "cases"}


def test_14_aspects_are_told_by_the_machine_alone(undeclared: Evaluation) -> None:
    told = {name for name, aspect in undeclared.aspects.items() if aspect.is_present}
    assert told == set(ASPECTS) - OWNERS
    assert len(ASPECTS) == 20


def test_what_the_owner_says_is_told(evaluation: Evaluation) -> None:
    assert evaluation.aspects["contact"].text.en == "a person"
    assert evaluation.aspects["cases"].text == NOTHING


def test_figures_are_those_of_the_dataset(evaluation: Evaluation) -> None:
    found = evaluation.aspects
    assert found["scale"].text.zh.startswith("4 条记录，")
    assert found["processing"].text.en.startswith("recipe made version 1: of 4 records 4 kept")
    assert evaluation.root in found["versions"].text.en
    assert found["labels"].text.zh == "按 fields.topic：市井 2，自然 2"
    assert (
        found["licence"].text.en
        == "declared by the owner: CC-BY-4.0 · a letter\nnamed by the records: CC-BY-NC-4.0 1"
    )


def test_both_languages_have_all_headings(evaluation: Evaluation) -> None:
    zh = markdown(evaluation.subject, evaluation.aspects, "zh")
    en = markdown(evaluation.subject, evaluation.aspects, "en")
    assert zh.startswith("# small：说明文档\n")
    assert en.startswith("# small: documentation\n")
    for text in (zh, en):
        assert text.count("\n### ") == 20
        assert text.count("\n## ") == 4
    assert "### 典型应用案例\n\n*未说明*\n" in zh
    assert "### cases\n\n*not told*\n" in en


def test_nothing_of_the_data_becomes_markup(made: Made) -> None:
    hostile = "<script>alert(1)</script>\n# title\n[a](https://evil.example) | `x`"
    found = evaluate(made([{"text": hostile, "licence": "*a*|b"}]))
    text = markdown(found.subject, found.aspects, "en")
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert "\n# title" not in text
    assert not re.search(r"(?<!\\)\]\(", text)
    assert "\\*a\\*\\|b" in text


def test_what_markdown_would_take_for_markup_is_escaped() -> None:
    assert escaped("a*b_c[d]<e>#|`~!\\") == r"a\*b\_c\[d\]\<e\>\#\|\`\~\!\\"
