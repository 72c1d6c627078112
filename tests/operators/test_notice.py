"""Notices: what a text says about itself, by the kernel and by the reference form."""

from dataclasses import asdict

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.operators.notice import Notices, notices, notices_of

BODY = "昨夜的雨下到天亮，河边的老槐树落了一地白花。"
LABEL = '{"Label":"1","ContentProducer":"河声","ProduceID":"7"}'
PIECES = [
    *["\n"] * 6,
    "---\n",
    "AIGC:",
    f"AIGC: {LABEL}",
    "\n  Label: '2'",
    "来源：",
    "河声报",
    "本文来自“",
    "转载自",
    "版权所有",
    "© 2020",
    "CC BY-SA 4.0",
    "署名-非商业性使用",
    "Apache License 2.0",
    "本文由AI生成",
    "以上内容由",
    "人工智能",
    "辅助生成",
    "，",
    "文章",
    "图片",
    " ",
    BODY,
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Notices()),
        (BODY, Notices()),
        (f"---\nAIGC: {LABEL}\n---\n{BODY}", Notices(aigc=LABEL, generated=True)),
        (f"---\nAIGC: {LABEL.replace('1', '4')}\n---\n{BODY}", Notices()),
        (f"{BODY}\n（本文由AI生成）", Notices(generated=True)),
        (f"AI生成内容标识办法今起施行\n{BODY}", Notices()),
        (f"2021-05-02 来源：河声报 打印\n{BODY}", Notices(origin="河声报")),
        (f"{BODY}\n图片来源：视觉", Notices()),
        (f"{BODY}\n© 2021 河声报社", Notices(copyright="© 2021 河声报社")),
        (f"{BODY}\n采用 CC BY-NC-SA 4.0 许可", Notices(licence="CC-BY-NC-SA-4.0")),
        (f"{BODY}\n署名-非商业性使用 4.0", Notices(licence="CC-BY-NC-4.0")),
        (f"Licensed under the Apache License, Version 2.0\n{BODY}", Notices(licence="Apache-2.0")),
    ],
)
def test_a_text_speaks_for_itself(text: str, expected: Notices) -> None:
    assert notices_of(text) == expected
    assert notices(pa.array([text])).to_pylist() == [asdict(expected)]


def test_null_stays_null() -> None:
    assert notices(pa.array([None], pa.large_string())).to_pylist() == [None]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_the_kernel_and_the_reference_form_agree(text: str) -> None:
    assert notices(pa.array([text])).to_pylist() == [asdict(notices_of(text))]
