"""Chinese is found in whole words, in parts, in either script, and by names no dictionary knows."""

from __future__ import annotations

import pytest
from lianjin.market.search import Index, folded, pairs, words

TEXTS = {
    "gov": ("中文政务公开问答语料", "办事指南 残疾人两项补贴 政府公报 lanshi/gov-qa@1.0.0"),
    "law": ("裁判文书摘要", "民事判决书 合同纠纷"),
    "med": ("Clinical notes", "脱敏的门诊病历 ICD-10 codes"),
    "yt": ("云梯县蚌埠话语音转写", "方言 咔嚓木"),
}


@pytest.fixture(scope="module")
def index() -> Index:
    found = Index()
    found.put(TEXTS)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("政务问答", ["gov"]),
        ("政務問答", ["gov"]),
        ("问答 公报", ["gov"]),
        ("文书", ["law"]),
        ("裁判文书", ["law"]),
        ("门诊", ["med"]),
        ("CLINICAL", ["med"]),
        ("ｃｌｉｎｉｃａｌ", ["med"]),
        ("icd 10", ["med"]),
        ("咔嚓木", ["yt"]),
        ("嚓木", ["yt"]),
        ("蚌", ["yt"]),
        ("gov", ["gov"]),
        ("政务 判决", []),
        ("火星文", []),
        ("", []),
        ("  ，。！", []),
        ("' OR 1=1 --", []),
        ("title:政务 AND *", []),
    ],
)
def test_a_search_finds_what_holds_all_of_it(index: Index, asked: str, found: list[str]) -> None:
    assert list(index.found(asked, 10)) == found


def test_a_word_in_the_title_counts_more() -> None:
    index = Index()
    index.put({"b": ("别的", "政务"), "t": ("政务", "别的")})
    assert list(index.found("政务", 10)) == ["t", "b"]


def test_what_is_put_again_is_found_by_its_new_text_alone() -> None:
    index = Index()
    index.put({"a": ("政务", "")})
    index.put({"a": ("医药", "")})
    assert (list(index.found("政务", 10)), list(index.found("医药", 10))) == ([], ["a"])
    index.put({"a": None})
    assert index.found("医药", 10) == {}


def test_a_search_of_a_megabyte_is_cut(index: Index) -> None:
    assert list(index.found("政务" + "问" * 1_000_000, 10)) == []


def test_words_and_pairs_are_as_they_are_indexed() -> None:
    assert words("數據產品 AI") == ["数据", "产品", "ai"]
    assert pairs("数据集 AI") == ["数据", "据集", "数", "据", "集", "ai"]
    assert folded("Ｆｕｌｌ") == "full"
