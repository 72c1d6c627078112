"""Golden pairs for the phase search, written for this project by damaging sentences forward."""

from __future__ import annotations

from pathlib import Path

import pytest
from lianjin.operators.registry import operator

PAIRS = [
    (
        "我们看到了开放程度?!氨热缬械钠笠?,意愿也很高",
        "我们看到了开放程度。“比如有的企业,意愿也很高",
    ),
    (
        "数据产品低成本、大規??傻貌庞锌赡軐崿F,才能更好地",
        "数据产品低成本、大規模可得才有可能實現,才能更好地",
    ),
]
CLEAN = [
    "",
    "他问：“你说什么？！”我没有回答。",
    "真的吗?!太好了!!",
    "print('你好!') # 打印问候语?",
    "訊問:嗰啲人喺度傾偈，嘈到死！",
    "你好�世界",
]


@pytest.mark.parametrize(("damaged", "truth"), PAIRS)
def test_a_run_out_of_step_is_read_in_step(damaged: str, truth: str) -> None:
    mended = operator("repair", "phase_shift")(damaged)
    assert mended == truth
    assert operator("repair", "phase_shift").edits(mended) == []


@pytest.mark.parametrize("text", CLEAN)
def test_clean_text_has_no_edits(text: str) -> None:
    assert operator("repair", "phase_shift").edits(text) == []


def test_the_damage_of_the_real_pages_is_mended() -> None:
    folder = Path(__file__).resolve().parents[3] / ".data" / "seeds"
    if not folder.exists():
        pytest.skip(".data/seeds is not unpacked")
    first, second, third = (p.read_text("utf-8") for p in sorted(folder.glob("*.txt")))
    shift = operator("repair", "phase_shift")
    assert [e.after for e in shift.edits(first)] == [
        "。“比如有的企業",
        "。”<",
        "模可得才有可能實現",
    ]
    assert "這部分數(shù)據" in shift(second)
    assert shift.edits(third) == []
