"""Golden pairs for marks in Chinese lines; the kernel against the reference form."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lianjin.operators.edit import apply
from lianjin.operators.registry import operator

PAIRS = [
    ("今天下雨,我没出门.", "今天下雨，我没出门。"),
    ("你吃了吗?", "你吃了吗？"),
    ("太好了!!!", "太好了！！！"),
    ("什么?!他走了", "什么？！他走了"),
    ("注意:明天停水;后天恢复.", "注意：明天停水；后天恢复。"),
    ('他说:"走吧."', "他说：“走吧.”"),
    ("所谓'内卷'就是这样", "所谓‘内卷’就是这样"),
    ("世界卫生组织(WHO)表示", "世界卫生组织（WHO）表示"),
    ("(图为现场)", "（图为现场）"),
    ("第(3)条规定", "第（3）条规定"),
    ("左边（右边)", "左边（右边）"),
    ("用Python,再写文档", "用Python，再写文档"),
    ("全市共1,000人参加了活动,每人花3.14元", "全市共1,000人参加了活动，每人花3.14元"),
    ("他等等...走了", "他等等……走了"),
    ("他等等。。。走了", "他等等……走了"),
    ("他等等…走了", "他等等……走了"),
    ("真的，，好吗。。", "真的，好吗。"),
    ("真的,,你今天看起来还不错", "真的，你今天看起来还不错"),
    ("目标--星辰大海", "目标——星辰大海"),
    ("你好, 世界", "你好，世界"),
    ("２０２３年ＧＤＰ增长", "2023年GDP增长"),
    ("早上8:30开会,别迟到", "早上8:30开会，别迟到"),
    ("详见https://example.com/a?b=1,谢谢大家", "详见https://example.com/a?b=1，谢谢大家"),
    ("天晴了.我们出发.", "天晴了。我们出发。"),
    ("2023年,我们毕业了", "2023年，我们毕业了"),
    ("增长了5%,超过预期", "增长了5%，超过预期"),
    ("用户ＩＤ是Ａ９", "用户ID是A9"),
    ("原因有三:一是慢;二是贵;三是难.", "原因有三：一是慢；二是贵；三是难。"),
    ('他说(很小声):"好"!', "他说（很小声）：“好”！"),
    ("走吧————再见", "走吧——再见"),
    ("今天一直下雨,我没出门,在家看书", "今天一直下雨，我没出门，在家看书"),
    ("二战(1941-1945)之后", "二战（1941-1945）之后"),
    ("什么是AI?它会学习", "什么是AI？它会学习"),
]
CLEAN = [
    "",
    "他说：“你好，世界！”——真的吗？……",
    "圆周率3.14，人口1,000，时间8:30",
    "写信到 li.ming@example.com 或访问 https://example.com/中文?页=1",
    "打开报告.txt和v1.2.3",
    'print("你好,世界")',
    "// 初始化,然后返回",
    "# 注释,然后返回",
    "The word 你好, it means hello.",
    'Hello, world! (really?) "yes"...',
    "红,黄,蓝",
    "苹果,香蕉,哈密瓜",
    '["你好,世界","再见"]',
    "一个&lt;名词&gt;和&#39;形容词&#39;一起",
    "建昌卫，，，，，102.09",
    "建昌卫,,,南城",
    "E!为观众提供新闻，5!等于120",
    "计算如下：(2 * 3 + 4) / 5",
    "三角形的面积为(√3/4) * (边长)^2",
    "打印(10 + 2*n)",
    "以“the difference between...”开头",
    "张三,25,北京海淀区中关村大街",
    "姓名\t你好,世界",
    "| 姓名 | 你好,世界 |",
    "今天很开心 :)",
    "好呀 (^_^)",
    "第一章......5",
    "1.今天 2.明天",
    "约翰.史密斯来了",
    "北京—上海",
    "これは,テストです.",
    "```\n你好,世界\n```",
]
TEXTS = st.text("你好世,，。.、?？!:：;；()（）\"'“”…—- \n\ta1Ａ９/=`|の", max_size=40) | st.text()


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_marks_become_chinese(before: str, after: str) -> None:
    assert operator("repair", "punctuation")(before) == after


@pytest.mark.parametrize("text", CLEAN)
def test_other_marks_stay(text: str) -> None:
    assert operator("repair", "punctuation").edits(text) == []


@given(TEXTS)
def test_the_kernel_does_what_the_reference_does(text: str) -> None:
    punctuation = operator("repair", "punctuation")
    assert punctuation.edits(text) == punctuation.reference(text)


@given(TEXTS)
def test_a_second_run_finds_nothing(text: str) -> None:
    punctuation = operator("repair", "punctuation")
    assert punctuation.reference(apply(text, punctuation.reference(text))) == []


def test_real_pages_lose_their_half_width_commas_and_keep_numbers() -> None:
    folder = Path(__file__).resolve().parents[3] / ".data" / "seeds"
    if not folder.exists():
        pytest.skip(".data/seeds is not unpacked")
    text = min(folder.glob("000*.txt")).read_text("utf-8")
    mended = operator("repair", "punctuation")(text)
    assert "7月8日，由" in mended
    assert "1200家，" in mended
