"""Small datasets for measures, built as any other; and one evaluation to be looked at."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.curate.build import build
from lianjin.evaluate.evaluation import Evaluation, evaluate
from lianjin.evaluate.requirement import parse_requirement

Made = Callable[..., Dataset]
MARKET = "老石桥上的早市天不亮就开了，卖菜的人把韭菜扎成小把，水珠顺着叶尖往下滴。"
MARSH = "湿地里的白鹤每年十月飞来，在芦苇丛边停留到来年三月，护林员每天清早沿堤数一遍。"
RECORDS: list[dict[str, Any]] = [
    {"text": MARKET, "url": "https://example.org/a", "published": "2024-05-01", "topic": "市井"},
    {"text": MARSH, "url": "https://example.org/b", "published": "2019-01-01", "topic": "自然"},
    {"text": MARKET, "url": "https://example.org/c", "topic": "市井"},
    {"text": "早市&amp;" + MARSH + "\ufffd", "licence": "CC-BY-NC-4.0", "topic": "自然"},
]
REQUIREMENT = """
name: small
version: 2
about: {zh: 两处见闻, en: two places}
scale: {records: 8, chars: 100}
time: {from: "2020", to: "2024-12"}
taxonomy:
  - {by: fields.topic, cells: [市井, 自然, 体育], least: 2}
items: [content, published]
source: {kind: 公开数据集, details: a walk}
licence: {name: CC-BY-4.0, evidence: a letter}
thresholds: {"0302": 0.5}
owner: {channel: a folder, contact: a person}
"""


def made_in(folder: Path, records: list[Any], steps: list[Any], **more: Any) -> Dataset:
    """The dataset of these records under `folder`; a text stands for a line as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    recipe = {"name": "made", "steps": steps, "quarantine": {"limit": 1.0}} | more
    (folder / "r.yaml").write_text(json.dumps(recipe), "utf-8")
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    return open_dataset(
        build(folder / "r.yaml", input=folder / "a.jsonl", out=folder / "out", overwrite=True).out
    )


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Makes a dataset of records; by default every one of them is kept."""
    return lambda records, steps=({"score": "chars"},), **more: made_in(
        tmp_path, records, list(steps), **more
    )


@pytest.fixture(scope="session")
def little(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """RECORDS as they are, to be looked at only."""
    return made_in(tmp_path_factory.mktemp("little"), RECORDS, [{"keep": "chars >= 4"}])


@pytest.fixture(scope="session")
def evaluation(little: Dataset) -> Evaluation:
    """RECORDS measured against the default standard and REQUIREMENT."""
    return evaluate(little, requirement=parse_requirement(REQUIREMENT))


@pytest.fixture(scope="session")
def undeclared(little: Dataset) -> Evaluation:
    """The same without any requirement."""
    return evaluate(little)
