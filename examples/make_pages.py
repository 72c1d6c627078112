"""Makes `examples/pages/`: dirty pages of every kind, from texts written for this project.

Takes the clean texts beside it; gives files damaged the way the web damages them. Run it again after
changing a text: `python examples/make_pages.py`. Needs pypinyin and opencc (development only).
"""

from __future__ import annotations

import gzip
import html
import json
from pathlib import Path

import opencc
from pypinyin import Style, lazy_pinyin

HERE = Path(__file__).parent
PAGES = HERE / "pages"

Article = tuple[str, str]

traditional = opencc.OpenCC("s2t").convert
simplified = opencc.OpenCC("t2s").convert

SITE_HEAD = (
    "首页 | 新闻 | 财经 | 文化 | 科技 | 图片 | 专题\n您现在的位置：首页 > 文化 > 人物 > 正文\n"
)
SITE_TAIL = (
    "\n责任编辑：方砚\n【打印】【关闭】【分享到微信】\n相关阅读：\n上一篇：旧城的屋檐\n下一篇：河口的盐工\n"
    "免责声明：本文仅代表作者个人观点，与本站无关，请读者仅作参考，并自行核实相关内容。\n"
    "版权所有 未经授权不得转载或镜像 某ICP备00000000号\n"
)
SPAM_WORDS = [
    "真人娱乐平台",
    "百家乐技巧",
    "时时彩计划",
    "彩票开奖结果",
    "成人视频在线",
    "无码专区",
    "免费毛片",
    "老虎机下载",
    "赌球网址",
    "澳门博彩",
    "一区二区三区",
    "精品国产在线",
    "六合彩资料",
    "棋牌送金",
]


def articles(name: str) -> list[Article]:
    """(title, body) of each text in a file; a title is a line that begins with `# `."""
    chunks = (HERE / name).read_text("utf-8").split("# ")[1:]
    return [(title, body.strip()) for title, _, body in (c.partition("\n") for c in chunks)]


def page(article: Article, *, lang: str = "zh-CN", charset: str = "utf-8", body: str = "") -> str:
    """A news page around the article, with the furniture of a site."""
    title, text = article
    paragraphs = body or "\n".join(f"<p>{html.escape(line)}</p>" for line in text.split("\n"))
    links = "".join(f'<li><a href="/{i}.html">往期回顾第{i}篇</a></li>' for i in range(1, 9))
    return f"""<!doctype html>
<html lang="{lang}"><head><meta charset="{charset}"><title>{title}_石桥新闻</title>
<meta name="author" content="石桥新闻"><meta property="article:published_time" content="2025-03-18T08:30:00+08:00">
<style>p{{margin:1em 0}}</style><script>var ad = "请点击";</script></head><body>
<div class="nav"><a href="/">首页</a> <a href="/news">新闻</a> <a href="/culture">文化</a> <a href="/about">关于我们</a></div>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/culture">文化</a> &gt; 正文</div>
<h1>{title}</h1><div class="info">2025-03-18 08:30 来源：石桥新闻 作者：方砚 点击：1024</div>
<div class="article-content">{paragraphs}</div>
<div class="related"><h3>相关阅读</h3><ul>{links}</ul></div>
<div class="footer">版权所有 石桥新闻 某ICP备00000000号</div></body></html>
"""


def glossed(text: str, style: Style = Style.TONE, blank: str = "") -> str:
    """Each character that the two scripts write differently followed by its reading."""
    chosen = {c for c in text if "一" <= c <= "鿿" and {simplified(c), traditional(c)} != {c}}
    return "".join(
        f"{c}({lazy_pinyin(c, style=style)[0]}){blank}" if c in chosen else c for c in text
    )


def phase_shifted(text: str, decoder: str) -> str:
    """Marks replaced bytewise in GBK lines; what follows is read one byte out of step.

    A stop and the quotation mark behind it hold the bytes of ！ between them.
    """
    lines = []
    for line in text.split("\n"):
        data = line.encode("gbk", "ignore")
        data = data.replace(b"\xa3\xa1", b"!").replace(b"\xa3\xbf", b"?")
        lines.append(
            data.decode("gbk", decoder).replace("\ufffd", "?" if decoder == "replace" else "")
        )
    return "\n".join(lines)


def spam_tail() -> str:
    """Forty links behind a good body."""
    return "\n主站推荐：" + " | ".join(
        SPAM_WORDS[(i * 5) % 14] + SPAM_WORDS[(i * 3 + 1) % 14] for i in range(40)
    )


def destroyed(text: str) -> str:
    """GBK bytes read as UTF-8, saved, and read as GBK: nothing is left to mend."""
    return text.encode("gbk", "ignore").decode("utf-8", "replace").encode().decode("gbk", "replace")


def pages() -> dict[str, bytes]:
    """Every page by its name."""
    zh, en, ja = articles("articles.txt"), articles("english.txt"), articles("japanese.txt")
    text, spoken = _texts(zh), _texts(articles("spoken.txt"))
    broken = broken_texts(text, spoken)
    made = html_pages(zh, en, ja) | broken | dirty_texts(zh, text) | tables(zh, en, text)
    return {name: v if isinstance(v, bytes) else v.encode("utf-8") for name, v in made.items()}


def _texts(found: list[Article]) -> list[str]:
    """Each article as a text file has it."""
    return [f"{title}\n{body}\n" for title, body in found]


Pages = dict[str, str | bytes]


def html_pages(zh: list[Article], en: list[Article], ja: list[Article]) -> Pages:
    """Pages of sites, in several charsets."""
    return {
        "html/clean-utf8.html": page(zh[0]),
        "html/gbk.html": page(zh[1], charset="gbk").encode("gbk"),
        "html/gb18030-undeclared.html": page(zh[2], charset="")
        .replace('<meta charset="">', "")
        .encode("gb18030"),
        "html/big5.html": traditional(page(zh[3], lang="zh-TW", charset="big5")).encode(
            "big5", "xmlcharrefreplace"
        ),
        "html/ruby.html": page(zh[4], body=_ruby(zh[4][1])),
        "html/table.html": page(zh[6], body=_table(zh[6][1])),
        "html/list-page.html": page(
            ("往期目录", ""), body="<ul>" + "<li><a href='/x'>更多内容</a></li>" * 30 + "</ul>"
        ),
        "html/english.html": page(en[0], lang="en"),
        "html/english-copy.html": page(en[0], lang="en").replace("石桥新闻", "河口新闻"),
        "html/japanese-eucjp.html": page(
            ja[0], lang="ja", charset="euc-jp", body=f"<p>{ja[0][1]}</p>"
        )
        .replace("_石桥新闻", "")
        .encode("euc-jp", "ignore"),
    }


def broken_texts(text: list[str], spoken: list[str]) -> Pages:
    """Texts whose bytes were broken on their way; what is said aloud in `spoken` is what shifts."""
    tall = [traditional(t) for t in text]
    return {
        "text/clean.txt": text[5],
        "text/gloss-toned.txt": glossed(tall[0]),
        "text/gloss-toneless.txt": glossed(text[7], Style.NORMAL, " "),
        "text/phase-dropped.txt": phase_shifted(spoken[0], "ignore"),
        "text/phase-question-marks.txt": phase_shifted(spoken[1], "replace"),
        "text/phase-traditional-glossed.txt": glossed(
            phase_shifted(traditional(spoken[2]), "ignore")
        ),
        "text/codec-utf8-as-gbk.txt": _lines_read_wrong(text[3], "utf-8", "gbk"),
        "text/codec-utf8-as-latin1.txt": _lines_read_wrong(text[4], "utf-8", "latin-1"),
        "text/codec-double-utf8.txt": _lines_read_wrong(
            _lines_read_wrong(text[5], "utf-8", "latin-1"), "utf-8", "latin-1"
        ),
        "text/codec-gbk-as-latin1.txt": _lines_read_wrong(text[1], "gbk", "latin-1"),
        "text/destroyed.txt": destroyed(text[2]),
    }


def dirty_texts(zh: list[Article], text: list[str]) -> Pages:
    """Texts with what sites and editors leave in and around them."""
    return {
        "text/entities.txt": text[0]
        .replace("“", "&ldquo;")
        .replace("”", "&rdquo;")
        .replace("。", "。&nbsp;")
        + "</p>",
        "text/invisible.txt": "\ufeff"
        + text[8].replace("，", "，\u200b").replace("。", "。\ue5e5").replace("列车", "列\u00ad车"),
        "text/mixed-script.txt": text[2]
        .replace("图书馆", "圖書館")
        .replace("这", "這")
        .replace("着", "著"),
        "text/punctuation.txt": text[9].replace("，", ",").replace("。", ".").replace("：", ":"),
        "text/boilerplate.txt": SITE_HEAD + text[1] + SITE_TAIL,
        "text/spam-tail.txt": text[7] + spam_tail() + "\n",
        "text/quoted.txt": "本文来自“河口日报”，版权归原网站所有，点击阅读原文。\n"
        + text[4]
        + "许可协议：CC BY 4.0\n",
        "text/too-short.txt": "今日无新闻。\n",
        "text/repeated.txt": ("点击这里领取优惠，数量有限，先到先得。\n" * 40),
        "text/near-copy.txt": text[5].replace("四十二个", "四十五个").replace("八位", "九位")
        + "（本报有删节）\n",
        "text/generated.md": _labelled(zh[2]),
        "text/binary.txt": bytes(range(256)) * 8,
    }


def tables(zh: list[Article], en: list[Article], text: list[str]) -> Pages:
    """Structured and compressed files."""
    return {
        "data/records.jsonl": _records(zh, en),
        "data/table.csv": "编号,正文\n"
        + "".join(
            f'{i},"{body.replace(chr(34), chr(34) * 2)}"\n' for i, (_, body) in enumerate(zh[:3])
        ),
        "data/dialogue.jsonl": json.dumps(
            {
                "messages": [
                    {"role": "user", "content": "候鸟的账本里记了些什么？"},
                    {"role": "assistant", "content": zh[9][1]},
                ]
            },
            ensure_ascii=False,
        )
        + "\n",
        "data/compressed.txt.gz": gzip.compress(text[6].encode(), mtime=0),
    }


def _lines_read_wrong(text: str, written: str, read: str) -> str:
    return "\n".join(
        line.encode(written, "ignore").decode(read, "replace") for line in text.split("\n")
    )


def _ruby(text: str) -> str:
    marked = "".join(
        f"<ruby>{c}<rp>(</rp><rt>{lazy_pinyin(c, style=Style.TONE)[0]}</rt><rp>)</rp></ruby>"
        if c in "笛摆锤"
        else c
        for c in text
    )
    return "".join(f"<p>{line}</p>" for line in marked.split("\n"))


def _table(text: str) -> str:
    rows = [("项目", "数量"), ("红点", "23"), ("巡城员", "60"), ("意见", "9000")]
    cells = "".join(f"<tr><td>{a}</td><td>{b}</td></tr>" for a, b in rows)
    return "".join(f"<p>{line}</p>" for line in text.split("\n")) + f"<table>{cells}</table>"


def _labelled(article: Article) -> str:
    label = (
        '{"Label": "1", "ContentProducer": "001100000000000000000X10000", "ProduceID": "demo-1"}'
    )
    return f"---\ntitle: {article[0]}\nAIGC: {label}\n---\n# {article[0]}\n\n{article[1]}\n"


def _records(zh: list[Article], en: list[Article]) -> str:
    rows = [
        {"id": f"r{i}", "title": t, "text": b, "url": f"https://example.org/{i}"}
        for i, (t, b) in enumerate(zh[5:] + en)
    ]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    return (
        "\n".join([*lines[:3], '{"id": "broken", "text": "这一行没有写完', "", *lines[3:]]) + "\n"
    )


def main() -> None:
    """Writes all pages."""
    for name, data in pages().items():
        path = PAGES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    print(f"{len(pages())} pages under {PAGES}")


if __name__ == "__main__":
    main()
