"""cut_spam_tail: lists of every shape and place go, prose and harmless lists stay."""

import pytest
from lianjin.operators.edit import apply
from lianjin.operators.registry import operator

BODY = "昨夜的雨下到天亮，河边的老槐树落了一地白花。守桥的人说，这样的雨三年没有见过了。"
LINKS = ["百家乐开户平台", "久久综合在线", "四季歌第二部", "时时彩投注平台", "午夜福利影院"] * 4

REPAIR = operator("repair", "cut_spam_tail")


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


@pytest.mark.parametrize("blank", ["\n", "\n\n", "\n\n\n"])
def test_the_blank_lines_around_a_list_that_goes_stay(blank: str) -> None:
    links = "|".join(LINKS)
    assert cleaned(f"{BODY}\n{links}{blank}{BODY}") == f"{BODY}{blank}{BODY}"
    assert cleaned(f"{BODY}\n\n{links}{blank}{BODY}") == f"{BODY}\n\n{BODY}"


def test_innocent_titles_at_a_lists_end_go_with_it() -> None:
    links = "\n".join([*LINKS, "四季歌第二部"])
    assert cleaned(f"{BODY}\n{links}") == BODY


@pytest.mark.parametrize(
    ("glue", "last"),
    [("|", "题为：守桥人"), ("\n", "本页地址：/text/river/bridge/0210.html\n题为：守桥人")],
)
def test_the_last_lines_of_a_body_stay_below_a_list(glue: str, last: str) -> None:
    assert cleaned(f"{BODY}\n{glue.join(LINKS)}\n{last}") == f"{BODY}\n{last}"
