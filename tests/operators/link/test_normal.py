"""The reference of the normal form, and the kernel's agreement with it."""

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from lianjin import _kernel
from lianjin.operators.link.normal import jaccard, ngrams, normal_form

CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs"]),
    st.sampled_from(
        "，。、；：？！“”‘’「」『』（）【】《》…—～　ＡＢａ１①ｶﾞİẞΣАЖ\u200b\ufeff\u00ad\u3164𠀀"
    ),
)


def test_only_looks_are_taken_away() -> None:
    assert normal_form("Ｈello，　世界。\u200b\n1.5 ≠ 15") == "hello,世界.1.5≠15"
    assert normal_form("“质量”——「ＡＢＣ」…𠀀") == '"质量"--"abc".𠀀'
    assert normal_form("") == normal_form(" \n\t\u3000") == ""


def test_a_text_shorter_than_a_gram_has_no_grams_and_no_index() -> None:
    assert ngrams("数据", 5) == frozenset()
    assert jaccard("数据", "数据") is None
    assert jaccard("一二三四五", "一二 三四,五") == 0.0


@given(st.text(CHARACTERS))
@settings(max_examples=300)
def test_the_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@given(st.lists(st.text(CHARACTERS, max_size=6), min_size=1, max_size=20))
@settings(max_examples=300)
def test_the_kernel_tells_texts_apart_as_the_reference_does(texts: list[str]) -> None:
    keys = _kernel.exact_keys(pa.array(texts, pa.large_string())).to_pylist()
    forms = [normal_form(text) for text in texts]
    assert [key["length_chars"] for key in keys] == [len(form) for form in forms]
    first_key = [[k["exact"] for k in keys].index(key["exact"]) for key in keys]
    assert first_key == [forms.index(form) for form in forms]


def test_the_kernel_drops_and_folds_every_character_as_the_reference_does() -> None:
    every = [
        chr(code) for code in (*range(0x3100), *range(0xF000, 0x10100), *range(0xE0000, 0xE0100))
    ]
    texts = pa.array(every + [normal_form(c) for c in every], pa.large_string())
    keys = _kernel.exact_keys(texts).field("exact").to_pylist()
    assert keys[: len(every)] == keys[len(every) :]
