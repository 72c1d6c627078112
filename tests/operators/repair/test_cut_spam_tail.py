"""cut_spam_tail: lists of every shape and place go, prose and harmless lists stay."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin import _kernel
from lianjin.operators.edit import Edit, apply
from lianjin.operators.registry import operator

BODY = "昨夜的雨下到天亮，河边的老槐树落了一地白花。守桥的人说，这样的雨三年没有见过了。"
TERMS = [
    word
    for line in _kernel.spam_terms().splitlines()
    if not line.startswith("#")
    for word in line.split(" ")[1:]
]
LINKS = ["百家乐开户平台", "久久综合在线", "四季歌第二部", "时时彩投注平台", "午夜福利影院"] * 4

REPAIR = operator("repair", "cut_spam_tail")

items = st.lists(st.sampled_from([*TERMS, "四季歌", "河声报"]), min_size=1, max_size=3).map("".join)
pages = st.builds(
    lambda before, parts, glue, after: before + glue.join(parts) + after,
    st.sampled_from(["", BODY, f"{BODY}\n"]),
    st.lists(items, max_size=30),
    st.sampled_from(["|", " | ", "\n", " ", "；"]),
    st.sampled_from(["", "|", "\n", f"\n{BODY}", "\n京ICP备123号"]),
)


def spans(edits: list[Edit]) -> list[tuple[str, int, int]]:
    """What is cut and by which rule; the kernel's confidence has single precision."""
    return [(edit.rule, edit.start, edit.end) for edit in edits]


def cleaned(text: str) -> str:
    """The text after the repair."""
    return apply(text, REPAIR.edits(text))


@pytest.mark.parametrize("glue", ["|", " | ", "\n", " ", "　"])
def test_a_list_goes_whatever_parts_its_items(glue: str) -> None:
    assert cleaned(f"{BODY}\n\n主站蜘蛛池模板: {glue.join(LINKS)}{glue.strip()}") == BODY


def test_a_list_before_or_inside_the_body_goes() -> None:
    links = "|".join(LINKS)
    assert cleaned(f"{links}\n{BODY}\n{links}\n{BODY}") == f"{BODY}\n{BODY}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "警方通报，嫌疑人通过棋牌、百家乐、六合彩等网络赌博平台吸引投注，涉案博彩网站已被关闭。",
        f"{BODY}\n首页 | 新闻 | 体育 | 彩票 | 娱乐 | 游戏 | 视频 | 电影 | 小说",
        "国产精品|无码|人妻|久久|百家乐|时时彩|投注|午夜福利|成人影院|毛片",
    ],
)
def test_prose_menus_and_texts_that_are_all_list_stay(text: str) -> None:
    assert cleaned(text) == text


@settings(max_examples=60, deadline=None)
@given(pages)
def test_the_kernel_and_the_reference_form_agree(text: str) -> None:
    assert spans(REPAIR.edits(text)) == spans(REPAIR.reference(text))


@settings(max_examples=60, deadline=None)
@given(pages)
def test_a_second_time_changes_nothing(text: str) -> None:
    once = cleaned(text)
    assert cleaned(once) == once
