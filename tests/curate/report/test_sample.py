"""Receipts undo step by step, and stretches show what was done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lianjin.corpus.dataset import open_dataset
from lianjin.curate.build import build
from lianjin.curate.report.sample import LONGEST, edits_of, marked, text_before_step, visible
from lianjin.operators.edit import Edit, apply

CHAIN = ["wrong_codec", "phase_shift", "strip_gloss", "entities", "invisible", "script"]
CHAIN += ["punctuation", "cut_boilerplate", "cut_spam_tail"]
DIRTY = [
    "質(zhì)量管理要求對產(chǎn)品質(zhì)量進(jìn)行檢(jiǎn)驗(yàn),並對質(zhì)量記錄(lù)進(jìn)行管理.",
    "首页 > 新闻 > 正文\n早市&amp;晚市,\u200b天不亮就开了.\n责任编辑：甲\n上一篇：无 下一篇：无",
    "ÖÐ¹ú¾\xad¼Ã·¢Õ¹Ñ¸ËÙ£¬ÈËÃñÉú»îË®Æ½²»¶ÏÌá¸ß¡£",
    "後面的麵條很好吃,著名的店裡&nbsp;&nbsp;賣&#x1F600;\ufeff",
    "clean text stays as it is.",
    "",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DIRTY through all of CHAIN."""
    folder = tmp_path_factory.mktemp("chain")
    steps = ", ".join(f"{{repair: {name}}}" for name in CHAIN)
    (folder / "r.yaml").write_text(f"{{name: chain, steps: [{steps}]}}", "utf-8")
    lines = [json.dumps({"text": text}) for text in DIRTY]
    (folder / "a.jsonl").write_text("\n".join(lines), "utf-8")
    return build(folder / "r.yaml", input=folder / "a.jsonl", out=folder / "out").out


def test_undoing_every_step_gives_the_text_as_it_was_read(folder: Path) -> None:
    dataset = open_dataset(folder)
    identifiers = [f"a.jsonl#{number}" for number in range(len(DIRTY))]
    receipts, records = (dataset.records(kind, identifiers) for kind in ("receipts", "data"))
    steps = set()
    for identifier, text in zip(identifiers, DIRTY, strict=True):
        edits, final = receipts[identifier]["edits"], records[identifier]["text"]
        assert text_before_step(final, edits, 0) == text
        for step in range(len(CHAIN)):
            mended = apply(text_before_step(final, edits, step), edits_of(edits, step))
            assert mended == text_before_step(final, edits, step + 1)
        steps |= {edit["step"] for edit in edits}
    assert len(steps) >= 5, "a chain of one is none"


def test_a_text_without_edits_was_read_as_it_is(folder: Path) -> None:
    assert text_before_step("早市", [], 0) == "早市"


EDITS = [Edit("x", 2, 4, "丙丁", "<b>", 0.5), Edit("y", 90, 90, "", "\n", 1.0)]


def test_a_stretch_shows_deletion_before_insertion_and_its_surroundings() -> None:
    text = "甲<丙丁戊" + "己" * 100
    shown = marked(text, EDITS[:1])
    assert shown == (
        '甲&lt;<del title="x 0.50">丙丁</del><ins title="x 0.50">&lt;b&gt;</ins>戊' + "己" * 35
    )


def test_edits_far_apart_stand_in_stretches_of_their_own() -> None:
    text = "甲乙丙丁戊" + "己" * 100
    assert marked(text, EDITS).count("<span class=dim>…</span>") == 1
    assert marked(text, EDITS, most=1).count("<del") == 1
    assert marked(text, []) == ""
    assert '<ins title="y 1.00">↵</ins>' in marked(text, EDITS)


def test_a_long_deletion_is_folded() -> None:
    long = "长" * (LONGEST + 1)
    assert f"… [{len(long)}] …" in marked(long, [Edit("x", 0, len(long), long, "")])


@given(st.text())
def test_what_is_shown_can_be_seen(text: str) -> None:
    shown = visible(text)
    assert all(sign.isprintable() or sign == "\u3000" for sign in shown)
    assert "\n" not in shown
