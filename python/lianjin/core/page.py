"""A page that stands alone: one HTML file with its style, in Chinese and English, light and dark.

Takes the parts of a page as HTML; gives the page. It loads nothing, shows one language and can switch.
"""

from __future__ import annotations

import re
from functools import cache
from html import escape
from importlib.resources import files

from lianjin.core.words import Words


def page(*, title: str, head: str, body: str, style: str = "") -> str:
    """The page. `title` is text; `head` and `body` are HTML; `style` is CSS beside the house's own."""
    parts = {"tokens": _file("tokens.css"), "style": style, "title": escape(title)}
    parts |= {"head": head, "body": body}
    # In one go: what is put in may itself hold something in double braces.
    return re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], _file("page.html"))


def words(said: Words) -> str:
    """HTML of a sentence in both languages; once if they are the same."""
    return escape(said.en) if said.en == said.zh else label(said.zh, said.en)


def label(zh: str, en: str) -> str:
    """HTML of a pair of words.

    >>> label("保留", "kept")
    '<span lang="zh">保留</span><span lang="en">kept</span>'
    """
    return f'<span lang="zh">{escape(zh)}</span><span lang="en">{escape(en)}</span>'


@cache
def _file(name: str) -> str:
    return files("lianjin.core").joinpath(name).read_text("utf-8")
