"""What another line would keep is what a build with that line keeps."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from lianjin.core.errors import UsageError
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.curate import line as module
from lianjin.curate.build import build
from lianjin.curate.line import Bin, Line, Moved, line_at, lines, moved, spread

RECIPE = """
name: lines
version: 1
steps:
  - keep: "{least} <= chars <= 60 and (digit_ratio <= 0.5 or kind == 'media')"
  - keep: "han_ratio > 0.2"
  - link: exact
quarantine: {{limit: 0.9}}
"""
COLUMNS = ["id", "source.path", "outcome", "step", "scores", "links"]
TEXTS = [
    "石桥上的早市天不亮就开了",
    "石桥上的早市天不亮就开了 ",
    "太短",
    "太短",
    "短一点",
    "a short walk over the bridge",
    "2026 2025 2024 年早市开了",
    "卖菜的人把韭菜扎成小把",
]
"""Of which the first and the last are kept."""


def built(folder: Path, least: float, texts: Sequence[str] = (), recipe: str = RECIPE) -> Dataset:
    folder.mkdir()
    (folder / "r.yaml").write_text(recipe.format(least=least), "utf-8")
    rows = "\n".join(json.dumps({"text": text}, ensure_ascii=False) for text in texts or TEXTS)
    (folder / "a.jsonl").write_text(rows + "\n{broken", "utf-8")
    made = build(folder / "r.yaml", input=folder / "a.jsonl", out=folder / "out", workers=1)
    return open_dataset(made.out)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return built(tmp_path_factory.mktemp("line") / "five", 5)


def test_lines_are_the_numbers_of_rules_turned_so_that_the_score_is_first(dataset: Dataset) -> None:
    assert lines(dataset.manifest) == (
        Line(0, 0, "chars", ">=", 5.0, "5 <= chars"),
        Line(0, 1, "chars", "<=", 60.0, "chars <= 60"),
        Line(0, 2, "digit_ratio", "<=", 0.5, "digit_ratio <= 0.5"),
        Line(1, 0, "han_ratio", ">", 0.2, "han_ratio > 0.2"),
    )
    assert lines({"recipe": None}) == ()


@pytest.mark.parametrize("least", [1, 3, 5, 12, 13, 50])
def test_another_line_keeps_what_a_build_with_it_keeps(
    dataset: Dataset, tmp_path: Path, least: int
) -> None:
    before, after = dataset.manifest["kept"], built(tmp_path / "other", least).manifest["kept"]
    found = moved(dataset, line_at(dataset.manifest, 0, 0), least)
    assert (found.kept, found.kept + found.gained - found.lost) == (before, after)


def test_what_receipts_cannot_tell_makes_an_estimate(dataset: Dataset, tmp_path: Path) -> None:
    # Too many digits, unless it is a medium: that the first rule dropped it for this is known.
    assert moved(dataset, line_at(dataset.manifest, 0, 1), 50) == Moved(2, 0, 0, True)
    # A short one of digits was dropped for either, and no receipt says whether it is a medium.
    short = built(tmp_path / "short", 5, [*TEXTS, "202年"])
    assert moved(short, line_at(short.manifest, 0, 0), 4) == Moved(2, 1, 0, False)
    # Of the other rule it is known that it did not get there.
    assert moved(dataset, line_at(dataset.manifest, 1, 0), -1.0) == Moved(2, 1, 0, True)


def test_a_link_after_the_rules_says_nothing_of_what_would_pass_now(tmp_path: Path) -> None:
    recipe = RECIPE.replace("link: exact", "link: exact\n    after: keep")
    late = built(tmp_path / "late", 5, recipe=recipe)
    line = line_at(late.manifest, 0, 0)
    assert moved(late, line, 1) == Moved(2, 3, 0, False), "太短 is there twice, unseen by the link"
    assert moved(late, line, 14) == Moved(2, 0, 2, True)


def test_a_spread_has_every_document_with_a_value_once(dataset: Dataset) -> None:
    found = spread(dataset, "chars")
    assert (sum(b.kept for b in found.bins), sum(b.removed for b in found.bins)) == (2, 6)
    assert (found.absent, found.looked_at, found.records) == (0, 9, 9)
    assert found.bins[0].low == 2.0
    assert spread(dataset, "digit_ratio").bins[0] == Bin(0.0, pytest.approx(0.024, abs=0.01), 2, 5)


def test_of_many_receipts_a_part_is_looked_at_and_that_is_said(
    dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [module._Rows(module._receipts(dataset, COLUMNS).table, 9, 18)]
    monkeypatch.setattr(module, "_receipts", lambda *_: groups[0])
    assert moved(dataset, line_at(dataset.manifest, 0, 0), 1) == Moved(4, 4, 0, False)
    assert spread(dataset, "chars").records == 18


@pytest.mark.parametrize(("step", "number"), [(0, 3), (2, 0), (9, 0)])
def test_a_line_that_is_not_there_is_refused(dataset: Dataset, step: int, number: int) -> None:
    with pytest.raises(UsageError, match="has no line") as caught:
        line_at(dataset.manifest, step, number)
    assert caught.value.code == "no-such-line"


def test_a_score_without_numbers_is_refused(dataset: Dataset) -> None:
    with pytest.raises(UsageError) as caught:
        spread(dataset, "language")
    assert caught.value.code == "no-such-score"
