"""cut_boilerplate: golden pairs, and what stays."""

import pytest
from lianjin.operators.edit import apply
from lianjin.operators.registry import operator

BODY = "昨夜的雨下到天亮，河边的老槐树落了一地白花。守桥的人说，这样的雨三年没有见过了。"
REPAIR = operator("repair", "cut_boilerplate")


def cleaned(text: str) -> str:
    """The text after the repair."""
    return apply(text, REPAIR.edits(text))


@pytest.mark.parametrize(
    ("dirty", "clean"),
    [
        (f"首页 > 新闻 > 正文\n{BODY}\n", f"{BODY}\n"),
        (f"當前位置：首頁 » 副刊\n{BODY}", BODY),
        (f"Home > News > Local\n{BODY}", BODY),
        (f"首页 新闻 体育 娱乐 财经 汽车\n{BODY}", BODY),
        (f"2021-05-02 08:10 来源：河声报 打印\n{BODY}", BODY),
        (f"{BODY}\n（責任編輯：林森）", BODY),
        (f"{BODY}（责任编辑：林森）", BODY),
        (f"{BODY}\n分享到：微信 微博 QQ空间\n上一篇：春雪\n下一篇：夏荷\n", f"{BODY}\n"),
        (f"{BODY}\n相关阅读\n春雪\n夏荷\n京ICP备01234567号", BODY),
        (f"{BODY}\n(資料圖片僅供參考)\n{BODY}", f"{BODY}\n{BODY}"),
        (f"{BODY}\n阅读(120) 评论(3)\n返回顶部", BODY),
        (f"{BODY}\n本文来自“河声在线”，版权归原网站所有，点击阅读原文。", BODY),
        (f"{BODY}\nCopyright © 2020 River News. All Rights Reserved.", BODY),
        (f"{BODY}\n转载请注明出处。", BODY),
    ],
)
def test_the_frame_goes_and_the_body_stays(dirty: str, clean: str) -> None:
    assert cleaned(dirty) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY,
        "第一条 未经许可不得转载他人作品。\n第二条 违反前条规定的，责令停止侵害，并处罚款。",
        f"{BODY}\n免责声明：本文仅代表作者个人观点，与本站无关。\n{BODY}",
        "静夜思\n作者：李白（701—762）\n床前明月光\n疑是地上霜\n举头望明月\n低头思故乡\n",
        f"# Copyright (C) 2020 River\nprint('{BODY}')\n",
        f"{BODY}\n河边的老槐树。本报记者 林森 摄\n{BODY}",
        "首页 > 新闻 > 正文\n京ICP备01234567号\n",
        f"{BODY}\n法院认为，免责声明不能免除平台的责任，版权所有者可以要求删除。",
    ],
)
def test_what_is_content_stays(text: str) -> None:
    assert cleaned(text) == text
