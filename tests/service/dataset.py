"""A small dataset to push: one kept record, one dropped by a rule, a twin, and an unreadable line."""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from functools import cache
from pathlib import Path

from lianjin.curate.build import build

RECIPE = """
name: news
steps:
  - repair: entities
  - keep: "chars >= 4"
  - link: exact
quarantine: {limit: 0.9}
"""
TEXTS = [
    "早市&amp;天不亮就开了",
    "太短",
    "早市&amp;天不亮就开了 ",
    "<img src=x onerror=alert(1)>湿地",
]


@cache
def dataset() -> Path:
    """Its folder, built once; to be looked at only."""
    folder = Path(tempfile.mkdtemp(prefix="lianjin-news-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in TEXTS]
    (folder / "a.jsonl").write_text("\n".join([*lines, "{<b>broken"]), "utf-8")
    (folder / "r.yaml").write_text(RECIPE, "utf-8")
    return build(folder / "r.yaml", input=folder / "a.jsonl", out=folder / "out", workers=1).out
