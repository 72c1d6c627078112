"""The story of a record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lianjin.core.errors import NotFound
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.curate.build import build
from lianjin.curate.why import claims, why

RECIPE = """
name: story
version: 1
steps:
  - keep: "5 <= chars <= 100 and (han_ratio >= 0.5 or fields.lang == 'en') and licence is null"
"""
RECORDS = [
    {"text": "石桥上的早市天不亮就开了"},
    {"text": "太短"},
    {"text": "a short walk", "lang": "fr"},
    {"text": "石桥上的早市", "licence": "MIT"},
]


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    (tmp_path / "r.yaml").write_text(RECIPE, "utf-8")
    lines = [json.dumps(record, ensure_ascii=False) for record in [*RECORDS, None]]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), "utf-8")
    recipe = tmp_path / "r.yaml"
    recipe.write_text(RECIPE + "quarantine: {limit: 0.5}\n", "utf-8")
    return open_dataset(build(recipe, input=tmp_path / "a.jsonl", out=tmp_path / "out").out)


@pytest.mark.parametrize(
    ("position", "part", "values"),
    [
        (1, "5 <= chars", {"chars": 2}),
        (
            2,
            "(han_ratio >= 0.5 or fields.lang == 'en')",
            {"han_ratio": 0.0, "fields.lang": "fr"},
        ),
        (3, "licence is null", {"licence": "MIT"}),
    ],
)
def test_the_part_of_a_rule_that_decided_is_told(
    dataset: Dataset, position: int, part: str, values: dict[str, object]
) -> None:
    story = why(dataset, f"a.jsonl#{position}")
    assert story.verdict is not None
    assert (story.verdict.part, dict(story.verdict.values)) == (part, values)
    assert story.step_text is not None
    assert story.step_text.en.startswith("keep: 5 <= chars")


@pytest.mark.parametrize("position", [0, 4])
def test_what_no_rule_dropped_has_no_verdict(dataset: Dataset, position: int) -> None:
    assert why(dataset, f"a.jsonl#{position}").verdict is None


def test_an_unknown_id_is_refused_with_the_nearest(dataset: Dataset) -> None:
    with pytest.raises(NotFound, match="nearest are"):
        why(dataset, "a.json#1")


def test_every_claim_of_a_rule_stands_beside_its_value(tmp_path: Path) -> None:
    (tmp_path / "r.yaml").write_text(
        "name: claims\nsteps:\n  - keep: '4 <= chars <= 100 and not url is null'\n"
        "  - keep: \"han_ratio > 0.5 or language == 'zh'\"\nquarantine: {limit: 0.9}\n"
    )
    lines = [{"text": "湿地里的白鹤", "url": "https://a.cn"}, {"text": "短"}]
    (tmp_path / "a.jsonl").write_text("\n".join([*map(json.dumps, lines), "{"]), "utf-8")
    dataset = open_dataset(
        build(tmp_path / "r.yaml", input=tmp_path / "a.jsonl", out=tmp_path / "out").out
    )

    def seen(position: int) -> list[tuple[int, str, bool | None]]:
        found = claims(dataset, why(dataset, f"a.jsonl#{position}"))
        return [(claim.step, claim.text, claim.holds) for claim in found]

    second = "han_ratio > 0.5 or language == 'zh'"
    assert seen(0) == [
        (0, "4 <= chars", True),
        (0, "chars <= 100", True),
        (0, "not url is null", True),
        (1, second, True),
    ]
    assert seen(1)[:3] == [
        (0, "4 <= chars", False),
        (0, "chars <= 100", True),
        (0, "not url is null", False),
    ]
    assert seen(2) == []
    (first, *_) = claims(dataset, why(dataset, "a.jsonl#0"))
    assert first.values == {"chars": 6}
