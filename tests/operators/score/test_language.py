"""The language of a text: the labels are those of fastText, and no model file is a crash."""

from __future__ import annotations

import contextlib
import random
from pathlib import Path

import pyarrow as pa
import pytest
from lianjin import _kernel
from lianjin.operators.score import language_model
from lianjin.operators.score.language import WINDOW_CHARS, language, language_confidence, windows

MODEL = language_model()

# What `predict` of fasttext-predict 0.9.2.4 says of each line with this model.
FASTTEXT = [
    ("炼金把原始数据变成可信的数据集", "zh", 0.999358),
    ("這裡的資料都經過整理，請放心使用", "zh", 0.949231),
    ("呢個係廣東話嚟㗎，你哋明唔明呀", "yue", 0.983447),
    ("これは日本語の文章です", "ja", 0.999691),
    ("이 문장은 한국어로 쓰였습니다", "ko", 1.000070),
    ("The quick brown fox jumps over the lazy dog", "en", 0.720584),
    ("Le chat dort sur le canapé du salon", "fr", 0.988720),
    ("Der Zug fährt um neun Uhr ab", "de", 0.999334),
    ("El perro corre por el parque", "es", 0.992611),
    ("Мы читаем книги каждый вечер", "ru", 0.959306),
    ("هذه جملة باللغة العربية", "ar", 0.975749),
    ("זהו משפט בעברית", "he", 0.998249),
    ("यह हिंदी का वाक्य है", "hi", 0.974086),
    ("นี่คือประโยคภาษาไทย", "th", 0.999131),
    ("Αυτή είναι μια ελληνική πρόταση", "el", 0.998563),
    ("Bu cümle Türkçe yazılmıştır", "tr", 0.984306),
    ("Câu này được viết bằng tiếng Việt", "vi", 0.999308),
    ("12345 67890", "en", 0.124504),
    ("……", "de", 0.514385),
    ("</s>", "en", 0.124504),
    ("hello </s> 你好世界", "en", 0.242472),
    ("__label__zh hello world", "en", 0.176358),
    ("a\0b\tc", "en", 0.124504),
    ("\u3000", "zh", 0.502128),
]


@pytest.mark.parametrize(("line", "label", "probability"), FASTTEXT)
def test_a_line_gets_the_label_that_fasttext_gives_it(
    line: str, label: str, probability: float
) -> None:
    guess = _kernel.guess_language(MODEL, line)
    assert guess is not None
    assert guess[0] == label
    assert guess[1] == pytest.approx(probability, abs=2e-6)


def test_random_strings_get_the_labels_that_fasttext_gives_them() -> None:
    fasttext = pytest.importorskip("fasttext", reason="fasttext-predict is not installed")
    model, source = fasttext.load_model(MODEL), random.Random(5)
    alphabet = ["你", "a", "ё", "ا", " ", "</s>", "<", ">", "\0", "é", "한", "क", "1", "\U0001f600"]
    for _ in range(2000):
        line = "".join(source.choices(alphabet, k=source.randrange(40)))
        guess = _kernel.guess_language(MODEL, line)
        assert guess is not None
        assert (f"__label__{guess[0]}",) == tuple(model.predict(line)[0]), line


def test_windows_are_start_middle_and_end() -> None:
    assert windows("") == [""]
    assert windows("好" * WINDOW_CHARS) == ["好" * WINDOW_CHARS]
    text = "一" * 100 + "二" * 100 + "三" * 100
    assert windows(text) == ["一" * 90, "二" * 50 + "三" * 40, "三" * 90]


def test_a_page_with_a_foreign_menu_has_the_language_of_its_body() -> None:
    page = (
        "Home | News | About us | Contact | Login | Register | " * 3 + "数据集的来源都写明了。" * 60
    )
    assert language(page) == "zh"
    assert language_confidence(page) == pytest.approx(2 / 3, abs=0.01)


def test_the_label_alone_is_the_one_that_all_windows_agree_on() -> None:
    source = random.Random(11)
    parts = [
        "数据集的来源都写明了。",
        "The rows are counted twice. ",
        "これは日本語の文章です。",
        " \n",
    ]
    parts += ["呢個係廣東話嚟㗎，", "12 ", "é😀"]
    texts = ["".join(source.choices(parts, k=source.randrange(40))) for _ in range(500)]
    alone = _kernel.Scorer(["language"], MODEL).run(pa.array(texts))
    names = ["language", "language_confidence"]
    together = _kernel.Scorer(names, MODEL).run(pa.array(texts))
    assert alone.field("language").equals(together.field("language"))
    assert len(set(alone.field("language").to_pylist())) > 3


def test_text_without_ink_has_no_language() -> None:
    blank = ["", " \n\u3000\t" * 100, None]
    assert language(pa.array(blank, pa.string())).to_pylist() == [None] * 3
    assert language_confidence(pa.array(blank, pa.string())).to_pylist() == [None] * 3


def test_a_damaged_model_is_refused_or_read_but_never_a_crash() -> None:
    data, source = Path(MODEL).read_bytes(), random.Random(3)
    cuts = [*range(0, 200, 7), *(source.randrange(len(data)) for _ in range(30))]
    for cut in cuts:
        with pytest.raises(ValueError, match="is no language model"):
            _kernel.guess_language(data[:cut], "好")
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(8):
            damaged[source.randrange(source.choice([80, 2000, len(data)]))] = source.randrange(256)
        with contextlib.suppress(ValueError):
            _kernel.guess_language(bytes(damaged), "好 a </s>")
