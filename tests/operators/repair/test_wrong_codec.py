"""Golden pairs for wrong charsets: sentences of ours, written in one charset and read in another."""

from __future__ import annotations

from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin.operators.edit import Edit
from lianjin.operators.registry import operator
from lianjin.operators.repair.charset import big5, gbk

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


FOREIGN = [
    ("gbk", "cp932", "公司山水文字问题交通电影"),
    ("gbk", "cp949", "健康质量大会今天自然电影"),
    ("gbk", "euc_jp", "文字我们电影大学学生是"),
    ("gbk", "big5hkscs", "和今天今天技术在生活"),
    ("cp950", "cp932", "學生天氣中文學生朋友音樂"),
    ("cp950", "gb18030", "花草交通信息工作有和"),
    ("utf-8", "cp949", "人民市场工作经济今天市场"),
    ("utf-8", "shift_jis", "电影社会电影交通大学结果"),
]


@pytest.mark.parametrize(("wrote", "read", "text"), FOREIGN)
def test_a_line_read_in_a_neighbours_charset_is_read_again(
    wrote: str, read: str, text: str
) -> None:
    garbled = lossless(text, wrote, read)
    assert garbled is not None
    assert operator("repair", "wrong_codec")(garbled) == text


TITLES = [
    ("cp950", "gb18030", "## 第五章收養"),
    ("gbk", "euc_jp", "1. 密西西比河(Mississ"),
    ("cp950", "cp949", "間接的勞動收入損失"),
    ("utf-8", "big5hkscs", "### 欧洲多国"),
    ("cp950", "latin-1", "11. 設 $f(x)$ 是定義域 $"),
    ("cp950", "latin-1", "安德生｜Sherwood Anderson｜美國《小城故事》"),
    ("cp950", "gb18030", "經理經理﹐你很忙嗎﹖"),
    ("gbk", "euc_jp", "哈哈哈哈哈哈"),
    ("cp950", "gb18030", "王敖和董小纏 http://l"),
    ("gbk", "euc_jp", "慢性宫颈炎手术要多少钱"),
    ("gbk", "euc_jp", "术前颈椎 MRI"),
    ("gbk", "euc_jp", "百日咳是常见的小"),
    ("gbk", "cp932", "“之”，到。"),
    ("cp950", "cp949", "故選： B。"),
    ("cp950", "gb18030", "正文 第六章"),
    ("cp950", "cp949", "Lotus 幫助"),
    ("big5hkscs", "gb18030", "男／女，老／少皆可參加"),
    ("cp950", "gb18030", "本月由中文改"),
    ("cp950", "gb18030", "不錯不錯不錯不錯"),
    ("cp950", "gb18030", "甲－貓－乙－影－甲－貓－乙－影－"),
    ("big5hkscs", "cp949", "A．①②  B．①③  C．②④"),
    ("gbk", "cp932", "三、××、××"),
    ("gbk", "cp932", "《广岛》Hiroshima"),
    ("gbk", "big5hkscs", "ORDER（ID，date，id，to）"),
]


@pytest.mark.parametrize(("wrote", "read", "text"), TITLES)
def test_a_title_says_enough_by_itself(wrote: str, read: str, text: str) -> None:
    garbled = lossless(text, wrote, read)
    assert garbled is not None
    assert operator("repair", "wrong_codec")(garbled) == text


@pytest.mark.parametrize(
    "text",
    ["正常I中／重度炎症", "17．（ 15分） 2", "③不合题意 ，央企", "１２３４５６７", "犯××被告人"],
)
def test_punctuation_speaks_neither_for_nor_against_a_reading(text: str) -> None:
    garbled = text.encode("gbk").decode("latin-1").encode().decode("gb18030")
    assert operator("repair", "wrong_codec")(garbled) == text


def test_utf8_keeps_the_replacement_characters_it_came_with() -> None:
    text = "香港警方重案组介入调查红\ufffd旧楼倒塌事件"
    garbled = text.encode().decode("latin-1").encode().decode("latin-1")
    assert operator("repair", "wrong_codec")(garbled) == text
    assert operator("repair", "wrong_codec").edits(text) == []


def test_a_euro_sign_is_the_bytes_that_utf8_asks_for() -> None:
    text = "电影音乐红の社会社会社会"
    garbled = text.encode().decode("gb18030")
    assert "€" in garbled
    assert operator("repair", "wrong_codec")(garbled) == text


def test_short_lines_follow_the_longest_line_of_their_page() -> None:
    page = f"# 低\n{TEXT}。\nA．①②"
    garbled = "\n".join(line.encode("gbk").decode("latin-1") for line in page.split("\n"))
    assert operator("repair", "wrong_codec")(garbled) == page
    assert operator("repair", "wrong_codec").edits("A£®¢Ù¢Ú") == []


def test_short_lines_of_a_page_speak_together() -> None:
    page = "LibreOffice 7.4 幫助\n在BASIC中\n輸入\n打開網頁"
    for chain in ([("gbk", "latin-1"), ("utf-8", "latin-1")], [("gbk", "latin-1")]):
        assert operator("repair", "wrong_codec")(garble(page, chain, [])) == page


def test_short_words_in_long_lines_speak_together() -> None:
    lines = [f"false {'0123456789' * 15} {word}" for word in ("內灣", "阿斑子", "九份", "學期")]
    page = "\n".join(lines)
    assert operator("repair", "wrong_codec")(garble(page, [("gbk", "cp1252")], [])) == page


def test_one_character_is_not_worth_another_misreading() -> None:
    text = "丈夫逼迫妻子放弃"
    garbled = garble(text, [("gbk", "cp1252"), ("utf-8", "cp1252")], [])
    assert operator("repair", "wrong_codec")(garbled) == text


def test_a_page_is_mended_until_it_stays() -> None:
    page = "訂閱 RSS\n學號\t學期成績\n今天的天氣很好，我們一起去公園看花。"
    garbled = garble(page, [("cp950", "gb18030"), ("utf-8", "latin-1"), ("utf-8", "latin-1")], [])
    mended = operator("repair", "wrong_codec")(garbled)
    assert mended == page
    assert operator("repair", "wrong_codec").edits(mended) == []


def test_a_page_of_one_fate_is_read_whole() -> None:
    page = "今天下午在学校操场上举行了运动会。\n比赛结果明天公布在布告栏里。\n1919 年"
    assert operator("repair", "wrong_codec")(page.encode("gbk").decode("euc_jp")) == page


def test_euc_jp_has_half_width_kana_and_a_supplement() -> None:
    page = "今天的天氣很好，我們一起去公園看花。\nOffice 中的一般捷徑鍵\nOffice 幫助"
    garbled = "\n".join(line.encode("gbk").decode("euc_jp") for line in page.split("\n")[1:])
    assert "ﾍ" in garbled
    assert operator("repair", "wrong_codec")(garbled) == page.partition("\n")[2]


def test_two_characters_are_no_utf8_by_themselves() -> None:
    assert operator("repair", "wrong_codec").edits('<a href="1.html">翻译</a>') == []


def test_two_odd_characters_follow_their_page_and_clean_lines_do_not() -> None:
    odd, clean = "Title is: 連線", "標題：今天天氣很好"
    long = "今天的天氣很好，我們一起去公園看花，然後回家吃飯。"
    garbled = [line.encode("cp950").decode("gb18030") for line in (long, odd)]
    page = "\n".join([clean, *garbled, clean])
    assert operator("repair", "wrong_codec")(page) == f"{clean}\n{long}\n{odd}\n{clean}"


def test_utf8_is_none_by_chance_whatever_its_words() -> None:
    text = "⽤⼀块⻓的⾁，▂▃▅"
    garbled = text.encode().decode("latin-1")
    assert operator("repair", "wrong_codec")(garbled) == text


def test_a_line_read_wrongly_twice_is_read_again() -> None:
    garbled = TEXT.encode().decode("latin-1").encode().decode("latin-1")
    (edit,) = operator("repair", "wrong_codec").edits(garbled)
    assert (edit.after, edit.rule) == (TEXT, "several_codecs")


@pytest.mark.parametrize(
    "text",
    [
        *("", "锟斤拷锟斤拷锟斤拷", "déjà vu à Noël", "273.15 °C", "樹之榛栗，椅桐梓漆", "����"),
        *("カミカゼ", "или", "B = 180° – A – C = 180° – D", "대한 사람 대한으로 길이 보전하세"),
        *(
            "골빈해커",
            "━" * 30,
            "▁" * 16,
            "Ⅰ Ⅱ Ⅲ Ⅳ Ⅴ Ⅵ Ⅶ Ⅷ Ⅸ Ⅹ",
            "대한민국은 민주공화국이다",
            "いろはにほへと散りぬるを",
            *("いっぱいいっぱい", "イチノセさん", "続きはこちらから", "°、°、°、°", "€€€€€"),
        ),
    ],
)
def test_destroyed_and_clean_text_stays(text: str) -> None:
    assert operator("repair", "wrong_codec").edits(text) == []


SENTENCES = [
    TEXT,
    "河邊的老槐樹落了一地白花，守橋的人說，這樣的雨三年沒有見過了。",
    "第3季度营收同比增长12.5%，“数据要素”第一次写进年报！",
    "A級電影：王菲、關錦鵬與許鞍華都來了（見圖）",
    "短句",
    "The cat's “naïve” café — 20 €",
]
CHARSETS = ["utf-8", "gb18030", "gbk", "big5", "cp950", "latin-1", "cp1252"]


def garble(text: str, pairs: list[tuple[str, str]], places: list[int]) -> str:
    """The text written and read wrongly by each pair of charsets, characters lost at places."""
    for write, read in pairs:
        text = text.encode(write, "ignore").decode(read, "replace")
    for place in places:
        text = text[:place] + text[place + 1 :]
    return text


garbled = st.builds(
    garble,
    st.sampled_from(SENTENCES),
    st.lists(st.tuples(st.sampled_from(CHARSETS), st.sampled_from(CHARSETS)), max_size=3),
    st.lists(st.integers(0, 40), max_size=2),
)
pages = st.lists(
    st.one_of(garbled, st.text(max_size=20), st.sampled_from(SENTENCES)), max_size=3
).map("\n".join)


def both(text: str) -> tuple[list[Edit], list[Edit]]:
    """The edits of the kernel and of the reference form, confidence to three places."""
    repair = operator("repair", "wrong_codec")
    kernel, reference = repair.edits(text), repair.reference(text)
    return tuple(
        [replace(edit, confidence=round(edit.confidence, 3)) for edit in edits]
        for edits in (kernel, reference)
    )  # type: ignore[return-value]


@settings(max_examples=30, deadline=None)
@given(pages)
def test_the_kernel_and_the_reference_form_agree(text: str) -> None:
    kernel, reference = both(text)
    assert kernel == reference


@settings(max_examples=100, deadline=None)
@given(pages)
def test_a_second_run_changes_nothing(text: str) -> None:
    mended = operator("repair", "wrong_codec")(text)
    assert operator("repair", "wrong_codec").edits(mended) == []


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("read", CHARSETS)
@pytest.mark.parametrize("wrote", CHARSETS)
def test_they_agree_on_every_pair_of_charsets(wrote: str, read: str, text: str) -> None:
    kernel, reference = both(garble(text, [(wrote, read)], []))
    assert kernel == reference


def test_they_agree_on_lines_with_lost_bytes() -> None:
    text = TEXT.encode().decode("gb18030", "replace")
    page = "\n".join(text[:i] + "?" + text[i + 1 :] for i in range(len(text)))
    kernel, reference = both(page)
    assert kernel == reference
    assert {edit.rule for edit in kernel} == {"utf8_as_gbk_lossy"}


def test_a_line_that_lost_much_follows_its_page() -> None:
    long, short = f"{TEXT}，{TEXT}。", "第一，我认为没有什么。"
    garbled = [line.encode().decode("gbk", "replace") for line in (long, short)]
    repair = operator("repair", "wrong_codec")
    assert repair.edits(garbled[1]) == []
    first, second = repair("\n".join(garbled)).split("\n")
    assert first.startswith("炼金把脏数据变成高质量的数据集")
    assert second.startswith("第")
    assert "我认为" in second


@pytest.mark.parametrize(("charset", "n"), [(gbk, 21886), (big5, 13000)])
def test_what_a_charset_writes_it_reads(charset: ModuleType, n: int) -> None:
    # Private-use characters that only earlier decoders show come back as the characters of today.
    codes = [*range(0x80, 0xE000), *range(0xF900, 0x10000)]
    written = {chr(code): charset.write(chr(code)) for code in codes}
    pairs = {char: data for char, data in written.items() if data is not None and len(data) == 2}
    assert all(charset.read(data) in (char, None) for char, data in pairs.items())
    assert len(pairs) >= n


def test_a_wide_space_is_written_with_its_usual_pair() -> None:
    assert gbk.write("　") == b"\xa1\xa1"
