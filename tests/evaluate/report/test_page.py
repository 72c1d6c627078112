"""The report: every number opens to its counts, and the page is safe and alone in the world."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from lianjin.evaluate.evaluation import Evaluation, evaluate
from lianjin.evaluate.report import report
from lianjin.evaluate.requirement import parse_requirement

from ..conftest import Made

HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"


class Seen(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_index_has_its_row(evaluation: Evaluation) -> None:
    seen = Seen(report(evaluation))
    rows = {given.get("id") for tag, given in seen.tags if tag == "details"}
    assert {f"i{result.index.code}" for result in evaluation.results} <= rows


def test_counts_causes_and_ids_are_told(evaluation: Evaluation) -> None:
    text = Seen(report(evaluation)).text
    for said in (
        "2 / 4", "a.jsonl#2", "the content of an earlier record", "fields.topic=体育",
        "没有安全分类器", "依据 TC609-5-2025-04 的公开条款测量", evaluation.digest,
    ):  # fmt: skip
        assert said in text, said


def test_scores_are_cut_and_not_rounded_up(made: Made) -> None:
    records = [{"text": f"第{n}篇", "topic": "a" if n else ""} for n in range(2_500)]
    requirement = parse_requirement("items: [fields.topic]")
    found = evaluate(made(records), requirement=requirement)
    (row,) = re.findall(r'id="i0204">.*?</summary>', report(found), re.S)
    assert "99.9" in row
    assert "100.0" not in row


def test_nothing_of_the_data_becomes_html(made: Made) -> None:
    requirement = parse_requirement(
        f"name: '{HOSTILE}'\nabout: '{HOSTILE}'\n"
        f"taxonomy: [{{by: fields.topic, cells: ['{HOSTILE}']}}]\nowner: {{contact: '{HOSTILE}'}}"
    )
    found = evaluate(
        made([{"text": HOSTILE, "topic": HOSTILE, "licence": HOSTILE}]), requirement=requirement
    )
    seen = Seen(report(found))
    assert [tag for tag, _ in seen.tags].count("script") == 1
    assert "img" not in [tag for tag, _ in seen.tags]
    assert HOSTILE in seen.text


def test_nothing_is_loaded_from_elsewhere(evaluation: Evaluation) -> None:
    page = report(evaluation)
    for tag, given in Seen(page).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "img")
        for name in ("src", "href"):
            assert (given.get(name) or "#").startswith("#")
    assert "url(" not in page
    assert "@import" not in page


def test_the_same_evaluation_gives_the_same_page(evaluation: Evaluation) -> None:
    assert report(evaluation) == report(evaluation)


def test_a_failed_gate_is_said_at_the_top(undeclared: Evaluation) -> None:
    text = Seen(report(undeclared)).text
    assert "门禁未过" in text
    assert "no licence is known" in text


def test_how_people_agree_is_told_beside_what_review_said(made: Made) -> None:
    answers = [
        {"annotator": who, "choice": choice, "outcome": "accepted"}
        for who, choice in (("x", "chosen_much"), ("y", "rejected_much"))
    ]
    pair = {"prompt": "问", "chosen": "甲", "rejected": "乙", "annotations": answers}
    page = report(evaluate(made([pair])))
    (row,) = re.findall(r'id="i0304">.*?</details>', page, re.S)
    assert "<code>side</code> Krippendorff α <b>0.000</b>" in row, "2 answers, one of each side"
    assert "2 / 2" in row
