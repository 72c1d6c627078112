"""The presets are sound, and their rules tell good pages from bad ones."""

from __future__ import annotations

import pyarrow as pa
import pytest
from lianjin.curate.recipe import load, parse, presets, text_of
from lianjin.operators.registry import operator

ZH = """\
秋天的清晨，薄雾还没有散去，江边已经有不少人在散步。老人们沿着堤岸慢慢地走，一边走一边谈着昨天的新闻；\
年轻人戴着耳机跑步，额头上冒出细细的汗珠。卖早点的小摊冒着热气，豆浆和油条的香味飘得很远。
太阳升起来以后，雾气渐渐变成金色，对岸的山也露出了轮廓。一艘货船拉响汽笛，从桥下缓缓驶过，惊起几只白鹭。\
孩子们背着书包从巷子里出来，停下来看了一会儿，又笑着向学校跑去。
这座小城就在这样的日子里过了一年又一年，没有什么大事，却让离开的人总是惦记。
"""
EN = """\
The ferry left the harbour a little after six, and the gulls followed it out past the breakwater.
Most of the passengers had gone below for coffee, but a few stayed on deck to watch the lights of
the town grow small. An old man who had made the crossing every week for thirty years said that he
still liked this part best of all, because nobody could ask him for anything until they landed.
"""
KINDS = ("手机", "电脑", "相机", "耳机")
LIST = "\n".join(f"{kind}{number}" for kind in KINDS for number in range(60))


HEADLINES = "\n".join(
    f"{place}{event}" for place in ("城东", "城西", "河南") for event in (
        "举行秋季运动会 两千人参加", "新桥通车 市民出行更方便了", "图书馆延长开放时间到夜里十点",
        "菜市场改造完成 摊主陆续回来", "今年的雨水比去年多三成",
    )
)  # fmt: skip


def outcome(preset: str, text: str | None, kind: str = "text") -> list[str]:
    """The rules of a preset that a text, taken as mended, does not pass."""
    recipe = load(preset)
    texts = pa.array([text], pa.string())
    row = {name: operator("score", name).on_column(texts) for name in recipe.scores}
    table = pa.table(row | {"kind": [kind]})
    return [keep.text for _, keep in recipe.keeps if not keep.mask(table)[0].as_py()]


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_sound_and_says_what_it_is_for(name: str) -> None:
    recipe = load(name)
    assert (recipe.name, recipe.warnings) == (name, ())
    assert set(recipe.about) == {"zh", "en"}
    assert recipe.digest == parse(text_of(name)).digest


def test_zh_repair_only_mends() -> None:
    recipe = load("zh-repair")
    assert (recipe.keeps, recipe.links) == ((), ())
    assert recipe.scores == ("tokens_estimate",)
    names = {name for _, name, _ in recipe.repairs}
    assert names.isdisjoint({"script", "punctuation"})
    assert {"wrong_codec", "phase_shift", "strip_gloss", "entities", "invisible"} < names


def test_a_list_of_headlines_is_no_page_and_a_conversation_is_none() -> None:
    rule = "kind != 'text' or line_end_punctuation_ratio >= 0.08 or mean_line_length >= 26"
    assert rule in outcome("zh-web", HEADLINES)
    assert rule not in outcome("zh-web", HEADLINES, "messages")
    assert rule not in outcome("zh-web", "\n".join(f"<p>{line}</p>" for line in ZH.splitlines()))


def test_a_page_of_advertising_falls_and_a_statute_on_it_does_not() -> None:
    rule = "distinct_spam_terms <= 6 or chars >= 20_000"
    statute = "严禁色情、赌博、博彩活动，禁止开设赌场，禁止六合彩投注。" + ZH
    page = "成人小说，强奸乱伦，巨乳熟女，一夜情，色情直播，性爱视频。" + ZH
    assert rule not in outcome("zh-web", statute)
    assert rule in outcome("zh-web", page)


def test_zh_web_keeps_no_pictures() -> None:
    assert outcome("zh-web", None, "media") == ["kind != 'media'"]


@pytest.mark.parametrize(("preset", "text"), [("zh-web", ZH), ("en-web", EN)])
def test_a_page_of_running_text_passes(preset: str, text: str) -> None:
    assert outcome(preset, text) == []


@pytest.mark.parametrize(
    ("preset", "text", "rule"),
    [
        ("zh-web", ZH[:150], "200 <= chars <= 100_000"),
        ("zh-web", EN, "han_ratio >= 0.30"),
        ("zh-web", LIST, "0.005 <= punctuation_ratio <= 0.5"),
        ("zh-web", ZH * 2, "dup_line_ratio <= 0.30 and dup_line_char_ratio <= 0.20"),
        ("zh-web", "好好好好。" * 60, "unigram_entropy >= 3"),
        ("en-web", ZH * 2, "language == 'en' and language_confidence >= 0.65"),
        ("en-web", EN[:100], "50 <= words <= 100_000"),
        ("en-web", EN * 3, "dup_ngram_5 <= 0.15 and dup_ngram_6 <= 0.14 and dup_ngram_7 <= 0.13"),
    ],
)
def test_a_bad_page_falls_by_its_rule(preset: str, text: str, rule: str) -> None:
    assert rule in outcome(preset, text)


def test_a_text_with_a_character_lost_stays_and_one_with_many_goes() -> None:
    rule = "replacement_ratio <= 0.005 or replacement_chars <= 3"
    lost = ZH.replace("雾", "\ufffd\ufffd\ufffd", 1)
    assert rule not in outcome("zh-web", lost)
    assert rule in outcome("zh-web", ZH.replace("的", "\ufffd"))
