"""Files of fragments, garbage and cuts: whatever they hold, a run ends, adds up and can be undone."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from lianjin.corpus.dataset import Dataset, open_dataset
from lianjin.corpus.verify import verify
from lianjin.curate.build import build
from lianjin.curate.export import export
from lianjin.curate.report.sample import edits_of, text_before_step
from lianjin.curate.why import why
from lianjin.operators.edit import apply

CHAIN = ("wrong_codec", "phase_shift", "strip_gloss", "entities", "invisible", "script")
CHAIN += ("punctuation", "cut_boilerplate", "cut_spam_tail")
STEPS: list[dict[str, Any]] = [{"repair": name} for name in CHAIN]
STEPS += [{"keep": "chars >= 3", "when_null": "keep"}, {"link": "minhash"}]
FRAGMENTS = ("石桥上的早市", "&amp;", "&#x1F600;", "\u200b", "\ufeff", "質(zhì)量", "。”", "锟斤拷")
FRAGMENTS += (
    "?!氨热缬械钠",
    "首页 > 新闻 > 正文\n",
    "责任编辑：甲",
    "\n",
    "\r\n",
    "\r",
    "\x00",
    "\t",
)
FRAGMENTS += ("，", "...", "（", "ÖÐ¹ú", "a b c", "<b>", "</p>", "\ud83d", "𠀀", "後面", "\u2028")
SUFFIXES = ("jsonl", "json", "txt", "html", "md", "csv", "tsv", "parquet", "warc", "dat", "gz")


def text(choose: random.Random) -> str:
    return "".join(choose.choices(FRAGMENTS, k=choose.randint(0, 40)))


def record(choose: random.Random) -> Any:
    """An object such as people have, or a value that is none."""
    turn = {"role": choose.choice(["user", 1, ""]), "content": choose.choice([text(choose), None])}
    return choose.choice(
        [
            {"text": text(choose), "id": choose.choice([1, None, "x"]), "x": [{}, 1e30]},
            {"text": text(choose), "url": text(choose)},
            {"messages": [turn] * choose.randint(0, 3)},
            {"prompt": text(choose), "chosen": text(choose), "rejected": None},
            {"instruction": text(choose), "output": text(choose)},
            choose.choice([[], 1, None, "x"]),
        ]
    )


def content(choose: random.Random, suffix: str) -> bytes:
    if choose.random() < 0.25:
        return choose.randbytes(choose.randint(0, 300))
    lines = [text(choose) for _ in range(choose.randint(0, 3))]
    if "json" in suffix:
        lines = [json.dumps(record(choose)) for _ in range(choose.randint(0, 8))]
    charset = choose.choice(["utf-8", "utf-8", "utf-8", "gb18030", "utf-16", "big5"])
    whole = "\n".join(lines).encode(charset, "replace")
    return whole[: choose.randrange(len(whole) + 1)] if choose.random() < 0.2 else whole


def assert_undone(dataset: Dataset) -> None:
    """Each text is what its receipt's edits make of what was read, step by step."""
    receipts = {r["id"]: r for batch in dataset.batches("receipts") for r in batch.to_pylist()}
    for kind in ("data", "dropped"):
        for row in (row for batch in dataset.batches(kind) for row in batch.to_pylist()):
            edits = receipts[row["id"]]["edits"] or []
            for step in sorted({edit["step"] for edit in edits}):
                before = text_before_step(row["text"], edits, step)
                after = text_before_step(row["text"], edits, step + 1)
                assert apply(before, edits_of(edits, step)) == after
    for identifier in list(receipts)[:3]:
        assert why(dataset, identifier).receipt["id"] == identifier


def survived(folder: Path, seed: int) -> None:
    choose = random.Random(seed)
    raw = folder / "raw"
    raw.mkdir(parents=True)
    for number in range(choose.randint(1, 6)):
        suffix = choose.choice(SUFFIXES)
        (raw / f"{number}.{suffix}").write_bytes(content(choose, suffix))
    recipe = {"name": "any", "steps": STEPS, "quarantine": {"limit": 1.0}}
    (folder / "r.yaml").write_text(json.dumps(recipe))
    built = build(folder / "r.yaml", input=raw, out=folder / "out")
    assert verify(built.out, records=True).faults == (), f"seed {seed}"
    dataset = open_dataset(built.out)
    assert_undone(dataset)
    export(dataset, folder / "x.jsonl", "jsonl")
    lines = (folder / "x.jsonl").read_bytes().split(b"\n")[:-1]
    assert len([json.loads(line) for line in lines]) == built.kept


@pytest.mark.parametrize("seed", range(5))
def test_a_few_folders_of_anything_are_built_whole(tmp_path: Path, seed: int) -> None:
    survived(tmp_path, seed)


@pytest.mark.attack
def test_hundreds_of_folders_of_anything_are_built_whole(tmp_path: Path) -> None:
    for seed in range(5, 305):
        survived(tmp_path / str(seed), seed)
