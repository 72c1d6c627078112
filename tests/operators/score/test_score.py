"""Every score: what the kernel says is what the reference form says, on any text."""

from __future__ import annotations

import math
import random
import sys

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lianjin import _kernel
from lianjin.core.errors import UsageError
from lianjin.operators.registry import operator, operators
from lianjin.operators.score import language_model, piece, token

NAMES = sorted(_kernel.score_names())
REFERENCES = {op.name: op for op in operators("score") if op.kernel}
LONG = "炼金是把原始数据变成可信数据集的工具。It reads, mends and explains. " * 40
FRAGMENTS = [
    "的", "了", "色情", "投注", "XXXX", "数据", "書", "书", "。", "！”", "...", "…", "\n", "\r\n", "\u3000", " ", "\u2028",
    "The", "the", "I", "ab", "é", "-", "#", "* ", "【", "】", "（", ")", "(", "3.5", ". ", "；",
    "https://a.cn/x?y=1", "www.", "http://", "://", "JavaScript", "lorem ipsum", "{", "\ufffd",
    "\ue000", "\x00", "\x1c", "\x85", "🙂", "𠀀", "กา", "한글", "カナ", "１２", "Ａ",
    "</s>", "__label__zh",
]  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join),
    st.text(max_size=80),
    st.text(st.sampled_from("ab。 \n"), max_size=120),
    st.builds(lambda text, n: text * n, st.text(min_size=1, max_size=8), st.integers(1, 40)),
)


def kernel_scores(texts: list[str | None], names: list[str] = NAMES) -> list[dict[str, object]]:
    column = pa.array(texts, pa.large_string())
    return _kernel.Scorer(names, language_model()).run(column).to_pylist()


def assert_equal(text: str) -> None:
    [found] = kernel_scores([text])
    for name, one in REFERENCES.items():
        expected, value = one.reference(text), found[name]
        if isinstance(expected, float):
            # The model's probabilities are 32-bit; all other scores agree to 1e-9.
            tolerance = 1e-6 if name == "language_confidence" else 1e-9
            assert isinstance(value, float), name
            assert math.isclose(value, expected, rel_tol=tolerance, abs_tol=tolerance), name
        else:
            assert value == expected, (name, value, expected)


def test_the_kernel_and_the_registry_know_the_same_scores() -> None:
    assert sorted(REFERENCES) == NAMES


@pytest.mark.slow  # 400 texts through 53 reference forms: 4 s
@settings(max_examples=400, deadline=None, derandomize=True)
@given(TEXTS)
@example("")
@example("a")
@example("。")
@example("啊" * 300)
@example(LONG)
@example("\n \n\u3000\n")
@example("🙂𠀀" * 50)
@example("（（a）)【【b】】")
@example("he said 'yes.' And... no.\nOK")
@example("The the THE tHe Ｔｈｅ A a Ａ")
def test_kernel_and_reference_agree(text: str) -> None:
    assert_equal(text)


def test_kernel_and_reference_agree_on_one_very_long_line() -> None:
    random.seed(7)
    assert_equal("".join(random.choices("数据集的质量abc ，。12", k=20_000)))


def test_every_code_point_has_the_kind_that_the_reference_says() -> None:
    table, names = _kernel.character_kinds()
    assert len(table) == 0x110000
    for code in (*range(0xD800), *range(0xE000, 0x30000)):
        character = chr(code)
        name = names[table[code]]
        assert (name in ("space", "newline")) == (character in piece.WHITE_SPACE), hex(code)
        assert (name == "sentence_end") == (character in piece.SENTENCE_END), hex(code)
        assert (name == "closer") == (character in piece.CLOSER), hex(code)
        assert (name == "period") == (character == "."), hex(code)


def test_one_text_after_another_leaves_nothing_behind() -> None:
    texts = [LONG, "", "甲乙丙", "a b c", LONG, "x" * 50]
    assert kernel_scores(texts) == [kernel_scores([text])[0] for text in texts]


def test_a_null_text_has_only_nulls() -> None:
    scorer = _kernel.Scorer(NAMES, language_model())
    result = scorer.run(pa.array(["好", None], pa.string()))
    assert result.null_count == 1
    assert set(kernel_scores(["好", None])[1] or {}) == set()
    assert all(result.field(name)[1].as_py() is None for name in NAMES)


def test_only_what_is_asked_for_comes_back_in_that_order() -> None:
    result = _kernel.Scorer(["han_ratio", "chars"]).run(pa.array(["好a"]))
    assert result.type == pa.struct([("han_ratio", pa.float64()), ("chars", pa.int64())])
    assert result.to_pylist() == [{"han_ratio": 0.5, "chars": 2}]


def test_wrong_calls_are_refused_with_the_reason() -> None:
    with pytest.raises(ValueError, match='no score is called "hanratio"'):
        _kernel.Scorer(["hanratio"])
    with pytest.raises(ValueError, match="needs a language_model"):
        _kernel.Scorer(["language"])
    with pytest.raises(ValueError, match="is not a fastText model"):
        _kernel.Scorer(["language"], b"\x00" * 100)
    with pytest.raises(OSError, match=r"nowhere[.]ftz cannot be read"):
        _kernel.Scorer(["language"], "nowhere.ftz")
    with pytest.raises(TypeError, match="expected string"):
        _kernel.Scorer(["chars"]).run(pa.array([1]))


def test_an_operator_works_on_a_text_and_on_a_column() -> None:
    assert REFERENCES["chars"]("炼金") == 2
    assert REFERENCES["language"](LONG) == "zh"
    assert REFERENCES["han_ratio"](pa.array(["炼金", None, "a"])).to_pylist() == [1.0, None, 0.0]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("han_ratio", "炼金 ab", 0.4),
        ("lines", "一\n\n 二 \r\n", 2),
        ("mean_line_length", "一二\n三四五六", 3.0),
        ("line_end_punctuation_ratio", "他说：“好。”\n标题\nFine.\n（完！）", 0.75),
        ("bullet_line_ratio", "• 一\n二", 0.5),
        ("ellipsis_line_ratio", "未完……\n完。", 0.5),
        ("dup_line_ratio", "一\n二\n一\n一", 0.5),
        ("dup_line_char_ratio", "一一一\n二\n一一一", 3 / 7),
        ("dup_sentence_ratio", "好。坏。好。好。", 0.5),
        ("top_ngram_2", "好人好事好人", 4 / 6),
        ("top_ngram_2", "不重复的字", 0.0),
        ("top_ngram_2", "aaaa", 0.0),
        ("dup_ngram_5", "一二三四五，一二三四五六", 5 / 12),
        ("dup_ngram_10", "啊" * 20, 19 / 20),
        ("unigram_entropy", "一二三四", math.log(4)),
        ("stop_word_ratio", "The cat 的 书", 2 / 4),
        ("distinct_spam_terms", "色情直播，色情小说，色情网站，强奸乱伦", 3),
        ("distinct_spam_terms", "色情、赌博，一律取缔", 0),
        ("distinct_stop_words", "The the 的 這 cat", 3),
        ("mean_word_length", "ab cdef 3 数", 3.0),
        ("url_ratio", "见https://a.cn/b吧", 14 / 16),
        ("variant_mix", "书書体這", 0.5),
        ("variant_mix", "后面干净", 0.0),
        ("lenticular_ratio", "【推荐】好", 0.8),
        ("parenthesis_ratio", "好（的）", 0.75),
        ("replacement_chars", "\ufffd好\ufffd", 2),
        ("replacement_ratio", "\ufffd好坏\ufffd", 0.5),
        ("replacement_ratio", "", 0.0),
        ("max_unpunctuated_length", "一二，三四五\n六", 3),
        ("javascript_mentions", "Enable JavaScript, JAVASCRIPT!", 2),
        ("lorem_ipsum", "Lorem ipsum dolor", 1),
        ("digit_ratio", "１2三", 2 / 3),
        ("symbol_ratio", "a+￥", 2 / 3),
    ],
)  # fmt: skip
def test_small_texts_score_what_a_person_counts(name: str, text: str, value: float) -> None:
    assert REFERENCES[name](text) == pytest.approx(value)


def test_tokens_are_estimated_by_class_and_runs_count_once() -> None:
    rates = token.ratios()
    assert set(rates) == {*token.RUNS, *token.SINGLES}
    text = "用 Rust2 写，“快”。\n\n書かな한글\ufffd"
    counted = {name: n for name, n in token.classes(text).items() if n}
    assert counted == {
        "han": 3, "han_traditional": 1, "kana": 2, "digit": 1, "rest": 1,
        "latin_word": 1, "other_word": 1, "mark_run": 2, "space_run": 2, "newline_run": 1,
    }  # fmt: skip
    thousandths = sum(rates[name] * n for name, n in counted.items())
    assert REFERENCES["tokens_estimate"](text) == (thousandths + 500) // 1000


@pytest.mark.parametrize(
    ("text", "n_tokens"),
    [("", 0), ("炼金", 2), ("Hello, world!", 4), ("2026", 4), ("a" * 250_000, 31_250)],
)
def test_qwens_tokens_are_counted_exactly(text: str, n_tokens: int) -> None:
    assert operator("score", "tokens_qwen")(text) == n_tokens


def test_a_tokenizer_that_is_not_there_or_another_one_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counting = operator("score", "tokens_qwen")
    token._qwen.cache_clear()
    monkeypatch.setattr(token, "VOCABULARY_SHA256", "0" * 64)
    with pytest.raises(UsageError, match="its SHA-256 is b2b1b8df") as refused:
        counting("炼金")
    assert refused.value.code == "no-tokenizer"
    monkeypatch.setitem(sys.modules, "tiktoken", None)
    with pytest.raises(UsageError, match="it is not installed"):
        counting("炼金")
