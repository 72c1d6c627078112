"""Texts with true annotations: readings that people put in brackets, all of which must stay.

Takes sentences of many genres and pypinyin's phrases, each in the train or the test split for
good; gives (kind, text) pairs, half of them in traditional script.
"""

from __future__ import annotations

import random
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.phrases_dict import phrases_dict

from bench.damage.genres import Split, documents, split_of
from bench.damage.gloss import TO_TRADITIONAL, is_changing

GENRES = (
    *("textbook", "classical", "literary_prose", "news", "poems", "fiction", "laws", "answers"),
    *("medical_questions", "comments", "exam_questions", "headlines"),
)
SURNAMES = "李张刘陈赵孙马韩王杨黄周吴徐朱胡林何高罗郑梁谢宋唐许邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚"
QUANTITIES = [
    *(("数值", "n"), ("变量", "x"), ("质量", "m"), ("体积", "v"), ("电压", "u"), ("长度", "l")),
    *(("宽度", "w"), ("高度", "h"), ("力", "f"), ("面积", "s"), ("角度", "a"), ("误差", "e")),
    *(("时间", "t"), ("半径", "r"), ("电流", "i"), ("电阻", "r"), ("功率", "p"), ("热量", "q")),
    *(("温度", "t"), ("频率", "f"), ("波长", "l"), ("密度", "p"), ("系数", "k"), ("常数", "c")),
]
POLYPHONES = "长数乐重还行发当觉得着都为传处调应种转校藏降论"
MARKS = "①②③④⑤⑥⑦⑧⑨⑩"


@dataclass(frozen=True)
class Material:
    """What the texts of one split are made of."""

    phrases: list[str]
    sentences: list[str]
    common: frozenset[str]
    """Characters that a thousand sentences hold."""
    counts: Counter[str]
    """Occurrences of each character in all sentences."""


def annotated_texts(split: Split, n: int = 1200, seed: int = 7) -> Iterator[tuple[str, str]]:
    """(kind, text) whose annotations were written by people; the same for the same seed."""
    rng = random.Random(f"{seed}/annotation/{split}")
    material = _material(split, rng)
    for i in range(n):
        make = KINDS[i % len(KINDS)]
        text = make(rng, material)
        yield make.__name__[1:], TO_TRADITIONAL.convert(text) if rng.random() < 0.5 else text


def _material(split: Split, rng: random.Random) -> Material:
    phrases = sorted(p for p in phrases_dict if len(p) in (2, 4) and split_of(p) == split)
    sentences: list[str] = []
    for genre in GENRES:
        for text in islice(documents(genre, split), 60):
            found = (s.strip() for s in text[:4000].split("。"))
            sentences += [s + "。" for s in found if 8 <= len(s) <= 60 and "(" not in s]
    common = frozenset("".join(rng.sample(sentences, min(1000, len(sentences)))))
    return Material(phrases, sentences, common, Counter("".join(sentences)))


def _is_han(character: str) -> bool:
    return "㐀" <= character <= "鿿"


def _toned(character: str) -> str:
    return lazy_pinyin(character, style=Style.TONE)[0]


def _glossed(character: str) -> str:
    return f"{character}({_toned(character)})" if _is_han(character) else character


def _dictionary(rng: random.Random, material: Material) -> str:
    """Entries: a head word glossed, then explained in words that use it."""
    lines = []
    for phrase in rng.sample(material.phrases, rng.randint(6, 20)):
        head = phrase[0]
        others = [p for p in material.phrases if head in p][:3]
        explained = rng.choice(material.sentences)
        lines.append(f"{_glossed(head)} {phrase}:{'、'.join(others)}。{explained}")
    return "\n".join(lines)


def _lesson(rng: random.Random, material: Material) -> str:
    """Sentences with every character glossed."""
    sentences = rng.sample(material.sentences, rng.randint(2, 6))
    return "\n".join("".join(map(_glossed, sentence)) for sentence in sentences)


def _rare_words(rng: random.Random, material: Material) -> str:
    """Prose that glosses the unusual characters where they come first."""
    seen: set[str] = set()
    pieces = []
    for character in "".join(rng.sample(material.sentences, 15)):
        is_new = character not in material.common and character not in seen
        pieces.append(_glossed(character) if is_new else character)
        seen.add(character)
    return "".join(pieces)


def _reader(rng: random.Random, material: Material) -> str:
    """A children's reader: the hardest characters of its text glossed wherever they stand."""
    text = "".join(rng.sample(material.sentences, 12))
    types = sorted(set(filter(_is_han, text)), key=lambda c: (material.counts[c], c))
    hard = set(types[: rng.randint(6, len(types) // 3)])
    return "".join(_glossed(c) if c in hard else c for c in text)


def _polyphones(rng: random.Random, material: Material) -> str:
    """Lists of characters with several readings, each in words."""
    lines = []
    for character in rng.sample(POLYPHONES, 8):
        words = [p for p in material.phrases if character in p and len(p) == 2]
        for word in rng.sample(words, min(4, len(words))):
            reading = phrases_dict[word][word.index(character)][0]
            lines.append(word.replace(character, f"{character}({reading})"))
    return "、".join(lines) + "。" + rng.choice(material.sentences)


def _unusual_readings(rng: random.Random, material: Material) -> str:
    """Prose that glosses characters which its words read otherwise than usual: 單(chán)于."""
    pieces = []
    for sentence in rng.sample(material.sentences, 20):
        readings = [found[0] for found in pinyin(sentence, style=Style.TONE, errors=list)]
        aligned = readings if len(readings) == len(sentence) else list(sentence)
        pieces += [
            f"{c}({r})" if _is_han(c) and r not in (c, _toned(c)) else c
            for c, r in zip(sentence, aligned, strict=True)
        ]
    return "".join(pieces)


def _names(rng: random.Random, material: Material) -> str:
    """Family names with their Latin form."""
    picked = [(c, lazy_pinyin(c)[0].capitalize()) for c in rng.sample(SURNAMES, 8)]
    return rng.choice(material.sentences) + "、".join(f"{c}({latin})" for c, latin in picked)


def _formulas(rng: random.Random, material: Material) -> str:
    """Quantities with their variables, some of which look like syllables."""
    picked = rng.sample(QUANTITIES, 9)
    return "".join(f"设{name}({letter})," for name, letter in picked) + rng.choice(
        material.sentences
    )


def _vocabulary(rng: random.Random, material: Material) -> str:
    """New words of a lesson, one character of each glossed, then the text without glosses."""
    words = rng.sample(material.phrases, rng.randint(6, 16))
    heads = [word.replace(word[-1], _glossed(word[-1]), 1) for word in words]
    return "生字:" + " ".join(heads) + "\n" + "".join(rng.sample(material.sentences, 8))


def _script_list(rng: random.Random, material: Material) -> str:
    """Words for the characters of the other script, each of these glossed, and nothing beside."""
    words: list[str] = []
    while len(words) < 16:
        phrase = TO_TRADITIONAL.convert(rng.choice(material.phrases))
        changing = [c for c in phrase if is_changing(c)]
        if len(phrase) == 2 and changing:
            words.append(phrase.replace(changing[0], _glossed(changing[0]), 1))
    return "生字:" + "、".join(words[: rng.randint(5, 16)])


def _footnotes(rng: random.Random, material: Material) -> str:
    """A text without glosses, then notes that gloss and explain some of its characters."""
    text = "".join(rng.sample(material.sentences, 8))
    types = sorted(set(filter(_is_han, text)))
    noted = rng.sample(types, min(len(types), rng.randint(5, 10)))
    notes = [
        f"{m}{_glossed(c)}:{rng.choice(material.sentences)}"
        for m, c in zip(MARKS, noted, strict=False)
    ]
    return text + "\n注释:\n" + "\n".join(notes)


def _few(rng: random.Random, material: Material) -> str:
    """Prose that glosses two to four characters, common ones as well, where they come first."""
    text = "".join(rng.sample(material.sentences, 4))
    types = sorted(set(filter(_is_han, text)))
    for character in rng.sample(types, min(len(types), rng.randint(2, 4))):
        text = text.replace(character, _glossed(character), 1)
    return text


def _toneless(rng: random.Random, material: Material) -> str:
    """One of the other kinds, its readings without tones."""
    text = rng.choice(KINDS[:-1])(rng, material)
    plain = unicodedata.normalize("NFD", text)
    return "".join(c for c in plain if not unicodedata.combining(c))


KINDS: tuple[Callable[[random.Random, Material], str], ...] = (
    *(_dictionary, _lesson, _rare_words, _reader, _polyphones, _unusual_readings),
    *(_names, _formulas, _vocabulary, _script_list, _footnotes, _few, _toneless),
)
