"""Clean text of many genres, each document in the train or the test split for good.

Takes the real sets under `.data` and the free documents of a Debian machine
(`bench/language_model/fetch.sh` puts them under `target/debian-docs`).
Gives documents by genre and split; `train_ok` says whether the language model may learn from it.

A document's split comes from the digest of its key: versions and translations of one
document share a key, so that no twin of a test document is ever trained on.

    python -m bench.damage.genres        # a table of genres with characters per split
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import io
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / ".data"
DEBIAN = ROOT / "target" / "debian-docs"

Split = Literal["train", "test", "tuning"]
"""`tuning` is a twelfth of `train`: a model built without it shows what holds beyond its counts."""

Keyed = Iterator[tuple[str, str]]
"""(key, document) pairs."""


@dataclass(frozen=True)
class Genre:
    """A kind of text and where it comes from.

    `train_ok`: neither non-commercial nor no-derivatives nor research-only.
    """

    name: str
    load: Callable[[], Keyed]
    train_ok: bool
    source: str


def split_of(key: str) -> Split:
    """The split a key belongs to, for good: one in five keys is held back for tests."""
    digest = hashlib.sha256(key.encode()).digest()
    return "test" if digest[0] % 5 == 0 else "train"


def is_in(key: str, split: Split) -> bool:
    """Whether a key belongs to the split; keys of `tuning` belong to `train` too."""
    if split == "tuning":
        is_drawn = hashlib.sha256(f"tuning/{key}".encode()).digest()[0] % 12 == 0
        return is_drawn and split_of(key) == "train"
    return split_of(key) == split


def documents(name: str, split: Split | None = None) -> Iterator[str]:
    """The documents of a genre in a fixed order, of one split or of all."""
    for key, text in GENRES[name].load():
        if text.strip() and (split is None or is_in(f"{name}/{key}", split)):
            yield text


def _read(path: Path, charset: str = "utf-8") -> str:
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return data.decode(charset, "ignore").lstrip("\ufeff").replace("\r\n", "\n")


def _files(folder: Path, pattern: str) -> list[Path]:
    return sorted(path for path in folder.rglob(pattern) if path.is_file())


def plain_html(page: str) -> str:
    """The words of a page, one line a block: crude, and good enough for documentation."""
    page = re.sub(r"(?is)<(script|style|head)\b.*?</\1>", "", page)
    page = re.sub(r"\s*\n\s*", " ", page)
    page = re.sub(r"(?i)<(/?(p|div|h\d|li|tr|td|th|dt|dd|ul|ol|table|pre)|br)\b[^>]*>", "\n", page)
    text = html.unescape(re.sub(r"<[^>]*>", "", page))
    return "\n".join(line for line in map(str.strip, text.split("\n")) if line)


def _strings(value: Any) -> Iterator[str]:
    """All strings of a JSON value that hold more than a word."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _records(path: Path) -> list[Any]:
    text = _read(path)
    try:
        if path.suffix in {".jsonl", ".txt"}:
            return [json.loads(line) for line in text.split("\n") if line.strip()]
        value = json.loads(text)
    except json.JSONDecodeError:  # some real sets hold unfinished files
        return []
    if isinstance(value, dict):
        value = value.get("example", list(value.values()))
    return list(value)


def _json(*paths: str, long: int = 8) -> Callable[[], Keyed]:
    """Records of JSON files, each a document of its longer strings."""

    def load() -> Keyed:
        for path in paths:
            for file in sorted(DATA.glob(path)):
                for record in _records(file):
                    text = "\n".join(s for s in _strings(record) if len(s) >= long)
                    yield text[:40], text

    return load


def _news() -> Keyed:
    for path in _files(DATA / "zh_news_xwlb" / "news", "*.md"):
        yield path.stem, _read(path)


def _laws() -> Keyed:
    for path in _files(DATA / "zh_laws", "*.md"):
        yield re.sub(r"[(（].*", "", path.stem), _read(path)


def _docs(language: str) -> Callable[[], Keyed]:
    def load() -> Keyed:
        root = DATA / "zh_html_docs" / language
        for path in _files(root, "*.html"):
            yield str(path.relative_to(root)), plain_html(_read(path))

    return load


def _table_text(path: str, column: int, charset: str = "utf-8") -> Callable[[], Keyed]:
    """One column of a CSV; a document is forty rows, so that short rows have company."""

    def load() -> Keyed:
        for file in sorted(DATA.glob(path)):
            rows = list(csv.reader(io.StringIO(_read(file, charset))))[1:]
            cells = [row[column] for row in rows if len(row) > column]
            for i in range(0, len(cells), 40):
                yield f"{file.stem}{i}", "\n".join(cells[i : i + 40])

    return load


def _lines(paths: list[Path], size: int = 40) -> Keyed:
    for path in paths:
        lines = _read(path).split("\n")
        for i in range(0, len(lines), size):
            yield f"{path.stem}{i}", "\n".join(lines[i : i + size])


def _headlines() -> Keyed:
    folder = DATA / "zh_cls" / "thucnews" / "THUCNews" / "data"
    for key, text in _lines([folder / "dev.txt", folder / "test.txt"]):
        yield key, re.sub(r"\t\d+(?=\n|$)", "", text)


def _medical_dialogues() -> Keyed:
    path = DATA / "zh_sft" / "toyhom_med" / "样例_内科5000-6000.csv"
    if path.exists():
        for row in list(csv.reader(io.StringIO(_read(path, "gb18030"))))[1:]:
            yield "".join(row[1:3])[:30], "\n".join(row[1:])


def _fortunes(name: str) -> Callable[[], Keyed]:
    """The entries of a fortune file, without their terminal colours."""

    def load() -> Keyed:
        for path in _files(DEBIAN / "fortunes-zh", name):
            text = re.sub(r"\x1b\[[\d;]*m", "", _read(path))
            for entry in re.split(r"\n%\n", text):
                yield entry[:30], entry

    return load


def _manuals() -> Keyed:
    for path in _files(DEBIAN / "manpages-zh", "*.gz"):
        if "zh_CN" in path.parts:
            text = re.sub(r"(?m)^\.\\\".*\n|^\.[A-Z]+\s?|\\f[A-Z]", "", _read(path))
            yield path.name, text.replace("\\-", "-").replace("\\&", "")


PACKAGES = (
    "debian-edu-doc-legacy-zh-cn",
    "debian-edu-doc-zh-cn",
    "debian-faq-zh-cn",
    "debian-handbook",
    "debian-reference-zh-cn",
    "developers-reference",
    "gimp-help-zh-cn",
    "gnome-user-docs",
    "installation-guide-amd64",
    "kicad-doc-zh",
    "lilypond-doc-html-zh",
    "linuxcnc-doc-zh-cn",
    "maint-guide-zh-cn",
)
"""Debian packages whose Chinese pages are documentation under free licences."""


def _handbooks() -> Keyed:
    for package in PACKAGES:
        for path in _files(DEBIAN / package, "*"):
            if not re.search(r"zh[-_.]?(cn|hans)?\b|zh", str(path.relative_to(DEBIAN)), re.I):
                continue
            if path.suffix in {".html", ".page", ".xml"} or path.name.endswith(".html.gz"):
                text = plain_html(_read(path))
            elif path.name.endswith((".txt", ".txt.gz")):
                text = _read(path)
            else:
                continue
            if sum("一" <= c <= "龥" for c in text) * 5 > len(text):
                yield f"{package}/{path.name}", text


def _code() -> Keyed:
    root = Path("/usr/lib/python3")
    for path in _files(root / "dist-packages" if root.exists() else ROOT / "python", "*.py")[:600]:
        yield path.name, _read(path)
    yield from _json("zh_sft/hikariming/history/其他中文问题补充/代码问题.json")()


def _tables() -> Keyed:
    yield from _lines(_files(DATA / "pii_ner" / "divisions", "*.csv"), 200)
    yield from _lines(_files(DATA / "zh_safety" / "jade", "*_zh.csv"), 100)


def _encoded(*charsets: str) -> Callable[[], Keyed]:
    """Pages of the `encodings` set, decoded strictly by what their folder says."""

    def load() -> Keyed:
        for charset in charsets:
            for path in _files(DATA / "encodings" / "chardet" / "tests" / charset, "*"):
                try:
                    text = path.read_bytes().decode(charset)
                except UnicodeDecodeError:
                    continue
                yield path.name, plain_html(text)

    return load


def _other_scripts() -> Keyed:
    folder = DATA / "encodings" / "chardet" / "tests"
    names = [path.name for path in sorted(folder.glob("*")) if path.is_dir()]
    japanese = {"EUC-JP", "SHIFT_JIS", "CP932", "iso-2022-jp", "GB2312", "Big5"}
    for name in names:
        charset = (
            name if name.count("-") < 2 or name.lower() == "utf-8-sig" else name.rsplit("-", 1)[0]
        )
        if name not in japanese:
            yield from (
                (f"{name}/{key}", text) for key, text in _encoded_or_none(folder / name, charset)
            )


def _encoded_or_none(folder: Path, charset: str) -> Keyed:
    for path in _files(folder, "*"):
        try:
            yield path.name, plain_html(path.read_bytes().decode(charset))
        except (UnicodeDecodeError, LookupError):
            continue


def _english() -> Keyed:
    yield from ((p.name, _read(p)) for p in _files(DATA / "html_gold_en", "*.txt"))
    yield from _json(
        "zh_sft/llamafactory/data/alpaca_en_demo.json", "decontam/gsm8k/**/test.jsonl"
    )()


def _html_source() -> Keyed:
    for path in _files(DATA / "zh_html_news", "*.html"):
        try:
            yield path.name, path.read_bytes().decode("utf-8")
        except UnicodeDecodeError:
            continue


def _emoji() -> Keyed:
    """Messages with emoji, drawn from a fixed seed: every emoji of the basic blocks occurs."""
    rng = random.Random("emoji")
    said = (
        "今天 真的 好吃 太棒了 哈哈哈 谢谢 老板 下次 还来 加油 生日快乐 早安 "
        "晚安 冲鸭 笑死 求 推荐 同款"
    )
    words = said.split()
    faces = [
        chr(c)
        for c in (*range(0x1F300, 0x1F650), *range(0x1F680, 0x1F6C6), *range(0x1F900, 0x1FA00))
    ]
    for i in range(3000):
        pieces = [
            rng.choice(words) + rng.choice(["", "!", "！", "?", "～", "…"]) + rng.choice(faces)
            for _ in range(12)
        ]
        yield str(i), "".join(pieces)


def _rare() -> Keyed:
    """Rows of rare characters: extensions, compatibility forms, radicals, names' characters."""
    rng = random.Random("rare")
    ranges = (
        (0x3400, 0x4DB5),
        (0x4E00, 0x9FA5),
        (0x20000, 0x2A6D6),
        (0xF900, 0xFA2D),
        (0x2F00, 0x2FD5),
    )
    for i in range(4000):
        low, high = ranges[i % len(ranges)]
        row = [chr(rng.randint(low, high)) for _ in range(40)]
        yield (
            str(i),
            "".join(
                c + rng.choice(["", "", "", "，", "！", "？", "。", "(", "?", " "]) for c in row
            ),
        )


def _dictionary() -> Keyed:
    """Dictionary entries with true annotations, from the phrase table of pypinyin."""
    try:
        from pypinyin.phrases_dict import phrases_dict
    except ImportError:
        return
    rows = []
    for word, readings in sorted(phrases_dict.items()):
        sounds = [r[0] for r in readings]
        rows.append(f"{word}（{' '.join(sounds)}）")
        if len(word) == 2 == len(sounds):
            rows.append(f"{word[0]}({sounds[0]})，如“{word}”的“{word[0]}”")
    for i in range(0, len(rows), 60):
        yield str(i), "\n".join(rows[i : i + 60])


CANTONESE = (
    "我哋今日去邊度食飯呀？我唔知喎，你話事啦！",
    "佢琴日冇返工，話係唔舒服，睇咗醫生先至好返啲。",
    "呢個嘢好鬼貴㗎！唔好買住，等佢減價先啦。",
    "你食咗飯未呀？未呀，啱啱先放工咋。",
    "嗰啲人喺度傾偈，嘈到死，我想瞓覺都唔得。",
    "你識唔識講廣東話㗎？識少少啦，講得唔係咁好。",
    "佢哋成日都遲到，真係激死人！下次唔等佢哋喇。",
    "聽日落雨就唔去行山喇，不如喺屋企打邊爐好過。",
)


def _cantonese() -> Keyed:
    rng = random.Random("cantonese")
    for i in range(400):
        yield str(i), "".join(rng.choices(CANTONESE, k=8))


def _sft() -> Keyed:
    yield from _json(
        "zh_sft/llamafactory/data/*zh_demo.json",
        "zh_sft/medicalgpt/data/sft/sharegpt_zh_1K_format.jsonl",
        "zh_sft/medicalgpt/data/reward/dpo_zh_500.jsonl",
        "zh_sft/hikariming/data/COIG*.json",
        "zh_sft/hikariming/history/其他中文问题补充/*类*.json",
    )()


_GAOKAO = "decontam/gaokao/Data/"
_TABLE = (
    Genre("news", _news, True, "zh_news_xwlb (MIT)"),
    Genre("laws", _laws, True, "zh_laws (statutes, no copyright)"),
    Genre("docs", _docs("zh-CN"), True, "libreoffice-help-zh-cn (MPL-2.0)"),
    Genre("docs_traditional", _docs("zh-TW"), True, "libreoffice-help-zh-tw (MPL-2.0)"),
    Genre("handbooks", _handbooks, True, "Debian documentation packages (free licences)"),
    Genre("manuals", _manuals, True, "manpages-zh (GFDL and others)"),
    Genre("answers", _sft, True, "zh_sft: llamafactory, medicalgpt (Apache-2.0), hikariming (MIT)"),
    Genre(
        "translated_answers",
        _json("zh_sft/hikariming/history/翻译后的中文数据/*.json", "zh_sft/carbonz0/*.json"),
        False,
        "zh_sft: alpaca translations (non-commercial)",
    ),
    Genre("medical_dialogues", _medical_dialogues, True, "zh_sft/toyhom_med (MIT)"),
    Genre(
        "medical_questions",
        _json("zh_sft/medicalgpt/data/sft/medical*.jsonl", "zh_sft/medicalgpt/data/rag/*.txt"),
        True,
        "zh_sft/medicalgpt (Apache-2.0)",
    ),
    Genre(
        "textbook",
        lambda: _lines(sorted((DATA / "zh_sft/medicalgpt/data/pretrain").glob("fever.txt")), 20),
        True,
        "zh_sft/medicalgpt (Apache-2.0)",
    ),
    Genre(
        "fiction",
        lambda: _lines(sorted((DATA / "zh_sft/medicalgpt/data/pretrain").glob("tian*.txt")), 30),
        False,
        "a novel: for tests only",
    ),
    Genre(
        "reviews",
        _table_text("zh_cls/sophon/datasets/*/*.csv", 1),
        True,
        "zh_cls/sophon (no licence file)",
    ),
    Genre("headlines", _headlines, True, "zh_cls/thucnews (MIT repository)"),
    Genre(
        "comments",
        _table_text("zh_safety/cold/COLDataset/*.csv", 4),
        True,
        "zh_safety/cold (Apache-2.0)",
    ),
    Genre(
        "exam_questions",
        _json(
            _GAOKAO + "Objective_Questions/*_MCQs.json",
            _GAOKAO + "Subjective_Questions/*Open*.json",
            "decontam/agieval/data/v1/gaokao-[bcghp]*.jsonl",
            "decontam/agieval/data/v1/*zh.jsonl",
            "decontam/agieval/data/v1/jec*.jsonl",
        ),
        True,
        "decontam: gaokao (Apache-2.0), agieval (MIT)",
    ),
    Genre(
        "law_questions",
        _json("decontam/lawbench/data/zero_shot/*.json"),
        True,
        "decontam/lawbench (Apache-2.0)",
    ),
    Genre(
        "knowledge_questions",
        _table_text("decontam/cmmlu/data/*/*.csv", 1),
        False,
        "decontam/cmmlu (non-commercial)",
    ),
    Genre(
        "literary_prose",
        _json(_GAOKAO + "*/*Lit*.json", _GAOKAO + "*/*Practical*.json"),
        True,
        "decontam/gaokao (Apache-2.0)",
    ),
    Genre(
        "classical",
        _json(_GAOKAO + "*/*Classical*.json", _GAOKAO + "*/*Famous*.json"),
        True,
        "decontam/gaokao (Apache-2.0)",
    ),
    Genre("poems", _fortunes("*tang300"), True, "fortunes-zh (public domain)"),
    Genre("lyrics", _fortunes("*song100"), True, "fortunes-zh (public domain)"),
    Genre("sayings", _fortunes("chinese"), True, "fortunes-zh (GPL)"),
    Genre("code", _code, False, "Python of this machine, zh_sft"),
    Genre("tables", _tables, False, "pii_ner/divisions (WTFPL), zh_safety/jade (MIT)"),
    Genre(
        "japanese",
        _encoded("EUC-JP", "SHIFT_JIS", "CP932", "iso-2022-jp"),
        False,
        "encodings/chardet pages",
    ),
    Genre("web_simplified", _encoded("GB2312"), False, "encodings/chardet pages"),
    Genre("web_traditional", _encoded("Big5"), False, "encodings/chardet pages"),
    Genre("other_scripts", _other_scripts, False, "encodings/chardet pages"),
    Genre("english", _english, False, "html_gold_en, gsm8k"),
    Genre("html_source", _html_source, False, "zh_html_news pages"),
    Genre("emoji", _emoji, False, "generated"),
    Genre("rare_characters", _rare, False, "generated"),
    Genre("dictionaries", _dictionary, False, "pypinyin's phrase table (MIT)"),
    Genre("cantonese", _cantonese, False, "written for this project"),
)
GENRES: dict[str, Genre] = {genre.name: genre for genre in _TABLE}


def main() -> None:
    """Prints genre, whether it may be trained on, and characters per split."""
    for genre in _TABLE:
        sizes = {split: sum(map(len, documents(genre.name, split))) for split in ("train", "test")}
        print(f"{genre.name:20} {genre.train_ok!s:6} {sizes['train']:12,} {sizes['test']:12,}")


if __name__ == "__main__":
    main()
