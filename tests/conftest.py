"""What tests of several packages share: databases, and one small finished dataset to look at or copy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from lianjin.curate.build import build

from .database import (
    database_url,
    postgresql,
    postgresql_server,
    postgresql_url,
    sqlite_pattern,
    sqlite_url,
)

__all__ = [
    "database_url",
    "postgresql",
    "postgresql_server",
    "postgresql_url",
    "sqlite_pattern",
    "sqlite_url",
]

RECIPE = """
name: small
version: 3
steps:
  - repair: entities
  - repair: invisible
  - repair: punctuation
  - keep: "chars >= 4"
  - link: minhash
quarantine: {limit: 0.5}
"""
MARKET = "老石桥上的早市天不亮就开了，卖菜的人把韭菜扎成小把，水珠顺着叶尖往下滴。"
TURNS = [{"role": "user", "content": "早市几点开？"}, {"role": "assistant", "content": "天不亮。"}]
PREFERENCE = {"prompt": "早市几点开？", "chosen": "天不亮就开。", "rejected": "不知道"}
RECORDS: list[dict[str, Any]] = [
    {"id": "a", "text": f"早市&amp;晚市,\u200b{MARKET}", "url": "https://example.org/a"},
    {"id": "b", "text": "太短"},
    {"id": "c", "text": f"早市&amp;晚市,{MARKET}完", "n": 12345678901234567890, "x": "\ud800"},
    {"id": "d", "messages": TURNS},
    {"id": "e", **PREFERENCE},
    {"id": "f", "text": "&lt;script&gt;alert(1)&lt;/script&gt; <b>湿地里的白鹤每年十月飞来。"},
]


@pytest.fixture(scope="session")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """RECORDS and a broken line in `news/a.jsonl`, and `b.txt` with a text of its own."""
    folder = tmp_path_factory.mktemp("small") / "raw"
    (folder / "news").mkdir(parents=True)
    lines = [json.dumps(record) for record in RECORDS]
    (folder / "news" / "a.jsonl").write_text("\n".join([*lines, "{<b>broken"]) + "\n", "utf-8")
    (folder / "b.txt").write_text("农科所的试验田分成三百二十个小方块，像一块毯子。", "utf-8")
    return folder


@pytest.fixture(scope="session")
def small(raw: Path) -> Path:
    """The finished dataset, to be looked at only."""
    recipe = raw.parent / "small.yaml"
    recipe.write_text(RECIPE, "utf-8")
    return build(recipe, input=raw, out=raw.parent / "out").out


@pytest.fixture
def copied(small: Path, tmp_path: Path) -> Path:
    """A copy of the dataset, to be tampered with."""
    return Path(shutil.copytree(small, tmp_path / "copied"))
