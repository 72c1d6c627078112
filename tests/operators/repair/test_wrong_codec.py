"""Golden pairs for wrong charsets: sentences of ours, written in one charset and read in another."""

from __future__ import annotations

import pytest
from lianjin.operators.registry import operator

TEXT = "炼金把脏数据变成高质量的数据集，并说明每一处改动的理由"
READ_AS = ["latin-1", "cp1252", "gbk"]


def lossless(text: str, wrote: str, read: str) -> str | None:
    try:
        return text.encode(wrote).decode(read)
    except UnicodeError:
        return None


CASES = [
    (wrote, read, garbled)
    for wrote, read in [
        ("utf-8", "latin-1"), ("gbk", "latin-1"), ("gbk", "cp1252"), ("utf-8", "cp1252"),
        ("utf-8", "gb18030"),
    ]
    if (garbled := lossless(TEXT, wrote, read))
]  # fmt: skip


@pytest.mark.parametrize(("wrote", "read", "garbled"), CASES)
def test_a_line_read_in_the_wrong_charset_is_read_again(
    wrote: str, read: str, garbled: str
) -> None:
    mended = operator("repair", "wrong_codec")(f"标题\n{garbled}\n结尾。")
    assert mended == f"标题\n{TEXT}\n结尾。"
    assert operator("repair", "wrong_codec").edits(mended) == []


def test_a_line_read_wrongly_twice_is_read_again() -> None:
    garbled = TEXT.encode().decode("latin-1").encode().decode("latin-1")
    (edit,) = operator("repair", "wrong_codec").edits(garbled)
    assert (edit.after, edit.rule) == (TEXT, "several_codecs")


@pytest.mark.parametrize(
    "text", ["", "锟斤拷锟斤拷锟斤拷", "déjà vu à Noël", "273.15 °C", "樹之榛栗，椅桐梓漆", "����"]
)
def test_destroyed_and_clean_text_stays(text: str) -> None:
    assert operator("repair", "wrong_codec").edits(text) == []
