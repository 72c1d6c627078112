"""The pages say everything in both languages."""

from __future__ import annotations

import re

from .conftest import WEB

KEY = re.compile(r"^( +)([A-Za-z_]\w*):")
HAN = re.compile(r"[\u4e00-\u9fff]")
TEXT = re.compile(r'"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`')
BOTH = {"gold", "silver", "bronze", "ore", "name", "mark", "invalid"}
"""Keys whose value is one sign in both languages, such as that of a seal."""


def source(name: str) -> str:
    text = (WEB / "src" / "words" / name).read_text("utf-8")
    return text[text.index("= {") : text.index("\n};")]


def keys(text: str) -> list[str]:
    """Every key, however deep; strings and parameters are blanked, for both have colons."""
    text = re.sub(r"\$\{[^{}]*\}", "", text)
    text = re.sub(r"\([^()]*\)\s*=>", "", TEXT.sub('""', text))
    return re.findall(r"[{,]\s*(\w+|\"\")\s*:", text)


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    zh, en = keys(source("zh.ts")), keys(source("en.ts"))
    assert zh == en
    assert len(zh) > 200


def test_the_english_pages_have_no_chinese_sentence() -> None:
    wrong = []
    for line in source("en.ts").splitlines():
        values = [a or b for a, b in TEXT.findall(line)]
        wrong += [value for value in values if len(HAN.findall(value)) > 1]
    assert wrong == []


def test_the_chinese_pages_are_written_in_chinese() -> None:
    wrong = []
    for line in source("zh.ts").splitlines():
        match = KEY.match(line)
        if match is None or match[2] in BOTH:
            continue
        values = [a or b for a, b in TEXT.findall(line)]
        wrong += [v for v in values if re.search(r"[a-z]{4}", v) and not HAN.search(v)]
    assert [value for value in wrong if " " in value.strip()] == []
