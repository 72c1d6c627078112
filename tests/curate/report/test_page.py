"""The page: safe whatever the data says, small whatever its size, and alone in the world."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.curate.build import build
from lianjin.curate.report.page import report

HOSTILE = "<script>alert(1)</script><img src=https://evil.example/x onerror=alert(2)>"
RULE = "fields.x != '<b onclick=alert(3)>' and chars >= 4 and han_ratio < 0.99"
STEPS = [{"repair": "entities"}, {"keep": RULE, "when_null": "keep"}, {"link": "exact"}]
OWN = '''
from lianjin import repair
from lianjin.operators.edit import Edit


@repair(version=1, zh="<i>甲", en="<i>a", rules={"<u>": "a is b"}, kernel=False)
def swap(text: str) -> list[Edit]:
    """The letter a becomes b."""
    return [Edit("<u>", n, n + 1, "a", "b") for n, sign in enumerate(text) if sign == "a"]
'''


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


def built(folder: Path, name: str, records: list[Any], steps: list[Any], **more: Any) -> Dataset:
    recipe = {"name": "page", "steps": steps, "quarantine": {"limit": 1.0}} | more
    (folder / "r.yaml").write_text(json.dumps(recipe), "utf-8")
    lines = [r if isinstance(r, str) else json.dumps(r, ensure_ascii=False) for r in records]
    (folder / name).write_text("\n".join(lines), "utf-8")
    return open_dataset(build(folder / "r.yaml", input=folder / name, out=folder / "out").out)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Names, texts, ids, rules and broken lines that would like to be HTML."""
    folder = tmp_path_factory.mktemp("hostile")
    records = [
        {"text": f"&amp;早市{HOSTILE}", "title": HOSTILE, "url": HOSTILE, "id": HOSTILE},
        {"text": f"早市&amp;{HOSTILE}早市", "x": "<b onclick=alert(3)>", "id": '"><x>'},
        {"text": f"晚市{HOSTILE}"},
        {"text": f"晚市{HOSTILE} "},
        {"text": "{{sections}}{{tokens}} 市场市场"},
        f"{{{HOSTILE}",
    ]
    return built(folder, "a<b>\"&amp;'.jsonl", records, STEPS)


def test_nothing_of_the_data_becomes_html(hostile: Dataset) -> None:
    page = report(hostile)
    template = {tag for tag, _ in Seen(report(Dataset(hostile.folder, empty(hostile)))).tags}
    seen = Seen(page)
    assert {"script", "img", "b", "x", "i", "u"} & {tag for tag, _ in seen.tags} <= template
    assert not [a for _, given in seen.tags for a in given if a.startswith("on")]
    for word in (HOSTILE, "a<b>\"&amp;'.jsonl#0", "<b onclick=alert(3)>", RULE):
        assert word in seen.text
    assert page.count("<script") == report(Dataset(hostile.folder, empty(hostile))).count("<script")


def empty(dataset: Dataset) -> dict[str, Any]:
    """The manifest without files: what the page consists of when there is nothing to show."""
    return dataset.manifest | {"files": [], "records": 0, "kept": 0, "dropped": 0, "steps": {}}


def test_nothing_is_loaded_from_elsewhere(hostile: Dataset) -> None:
    page = report(hostile)
    for tag, given in Seen(page).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base"), tag
        for name in ("src", "href", "srcset", "data", "action", "xlink:href", "poster"):
            assert (given.get(name) or "#").startswith(("#", "data:")), (tag, given)
        assert "url(" not in (given.get("style") or "")
    styles = "".join(re.findall(r"<style.*?</style>", page, re.S))
    assert "@import" not in styles
    assert [
        u for u in re.findall(r"url\(([^)]*)", styles) if not u.strip("'\"").startswith("data:")
    ] == []


def test_the_page_of_a_dataset_without_records_says_so(tmp_path: Path) -> None:
    dataset = built(tmp_path, "a.jsonl", [], STEPS)
    seen = Seen(report(dataset))
    assert dataset.manifest["records"] == 0
    for words in (
        "No document repeats another.",
        "No text was changed.",
        "No document was dropped.",
    ):
        assert words in seen.text


def test_the_page_of_a_dataset_that_kept_nothing_is_drawn(tmp_path: Path) -> None:
    dataset = built(tmp_path, "a.jsonl", [{"text": "短"}, "{"], STEPS)
    assert dataset.manifest["kept"] == 0
    assert "invalid-json" in Seen(report(dataset)).text


def test_thousands_of_long_edits_make_a_page_under_3_mb(tmp_path: Path) -> None:
    text = "早市&amp;" * 2_000 + "&lt;" * 10_000
    records = [{"text": f"{number}{text}"} for number in range(4)]
    dataset = built(tmp_path, "a.jsonl", records, [{"repair": "entities"}, {"keep": "chars >= 1"}])
    (receipts,) = dataset.batches("receipts", ["edits"])
    assert len(receipts.column("edits").flatten()) == 48_000
    assert len(report(dataset).encode()) < 3_000_000


def test_many_steps_sources_and_failures_make_a_page_under_3_mb(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    for number in range(200):
        (raw / f"{number:03d}{'源' * 60}").mkdir(parents=True)
        (raw / f"{number:03d}{'源' * 60}" / "a.jsonl").write_text(
            '{"text": "早市"}\n{' + "x" * 9_000
        )
    steps = [{"keep": f"chars != {number}"} for number in range(50, 150)]
    recipe = {"name": "page", "steps": steps, "quarantine": {"limit": 1.0}}
    (tmp_path / "r.yaml").write_text(json.dumps(recipe))
    out = build(tmp_path / "r.yaml", input=raw, out=tmp_path / "out").out
    assert (out / "report.html").stat().st_size < 3_000_000


def test_the_same_dataset_gives_the_same_page(hostile: Dataset) -> None:
    assert report(hostile) == (hostile.folder / "report.html").read_text("utf-8")


def test_a_page_is_drawn_again_without_the_files_of_its_own_operators(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(OWN)
    steps = [{"repair": "swap"}, {"keep": "chars >= 1"}]
    dataset = built(tmp_path, "a.jsonl", [{"text": "a word"}], steps, operators=["own.py"])
    before = (dataset.folder / "report.html").read_text("utf-8")
    assert "<i>a" not in before
    assert "<code>&lt;u&gt;</code>" in before
    (tmp_path / "own.py").unlink()
    command = [sys.executable, "-m", "lianjin", "report", str(dataset.folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert (dataset.folder / "report.html").read_text("utf-8") == before
