"""What texts say about themselves: origin, copyright, licence, labels of machine-made content.

Takes texts before any cleaning; gives record fields; `notices_of` is the reference form of the
kernel's `notices`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from lianjin.operators.repair.cut import BLANKS, size_bytes

HEAD, TAIL, LONGEST_BYTES = 12, 16, 900
ORIGIN, COPYRIGHT, LABEL = 40, 160, 40

FIELDS = (
    "Label",
    "ContentProducer",
    "ProduceID",
    "ReservedCode1",
    "ContentPropagator",
    "PropagateID",
    "ReservedCode2",
)
"""Fields of the implicit label, GB 45438-2025, annex E."""


@dataclass(frozen=True)
class Notices:
    """The notices of a text; None where it says nothing.

    `aigc` is the implicit label as JSON; `generated` is True where a label says so.
    """

    origin: str | None = None
    copyright: str | None = None
    licence: str | None = None
    aigc: str | None = None
    generated: bool | None = None


def notices(texts: Any) -> Any:
    """An Arrow struct of origin, copyright, licence, aigc and generated for each text."""
    from lianjin import _kernel

    return _kernel.notices(texts)


def notices_of(text: str) -> Notices:
    """The notices of one text, read from its first and last lines.

    >>> notices_of("雨停了。\\n本文来自“河声在线”").origin
    '河声在线'
    """
    lines = _outer_lines(text)
    aigc = _front_matter(text) or _first(_inline_label, lines)
    labelled = aigc is not None or any(map(_is_explicit_label, lines))
    return Notices(
        origin=_first(_origin, lines),
        copyright=_first(_copyright, lines),
        licence=_first(_licence, lines),
        aigc=aigc,
        generated=True if labelled else None,
    )


def _first(read: Any, lines: list[str]) -> str | None:
    return next((value for value in map(read, lines) if value is not None), None)


def _outer_lines(text: str) -> list[str]:
    filled = [line for line in (line.strip(BLANKS) for line in text.split("\n")) if line]
    outer = filled[:HEAD] + filled[HEAD:][-TAIL:]
    return [line for line in outer if size_bytes(line) <= LONGEST_BYTES]


def _front_matter(text: str) -> str | None:
    """The `AIGC` mapping of a YAML front matter."""
    opening = re.match("---\r?\n", text)
    if not opening:
        return None
    lines = text[opening.end() :].split("\n")[:60]
    ends = [i for i, line in enumerate(lines) if line.strip(BLANKS) == "---"]
    lines = lines[: ends[0]] if ends else lines
    starts = [i for i, line in enumerate(lines) if line.startswith("AIGC:")]
    if not starts:
        return None
    if label := _inline_label(lines[starts[0]]):
        return label
    label_fields: dict[str, Any] = {}
    for line in lines[starts[0] + 1 :]:
        if not line.startswith((" ", "\t")):
            break
        name, colon, value = line.partition(":")
        if not colon:
            return None
        label_fields[name.strip(BLANKS)] = value.strip(BLANKS).strip("\"'")
    return _written(label_fields)


def _inline_label(line: str) -> str | None:
    """`AIGC: {…}`, as JSON, also inside a quoted string or a comment."""
    found = re.match("[\"' ]*[:=][\"' ]*({[^}]*})", line.partition("AIGC")[2])
    if not found:
        return None
    try:
        value = json.loads(found[1].replace('\\"', '"'))
    except ValueError:
        return None
    return _written(value)


def _written(label: dict[str, Any]) -> str | None:
    """The label as JSON, if it has known fields with text and a `Label` of 1, 2 or 3."""
    for name, value in label.items():
        if name not in FIELDS or not isinstance(value, str):
            return None
        if any(unicodedata.category(c) in ("Cc", "Cs") for c in value):
            return None
    if label.get("Label") not in ("1", "2", "3"):
        return None
    ordered = {name: label[name] for name in FIELDS if name in label}
    return json.dumps(ordered, ensure_ascii=False, separators=(",", ":"))


NAMED = ("来源", "來源", "Source", "source")
TOLD = [
    "本文来自",
    "本文來自",
    "本文转自",
    "本文轉自",
    "转载自",
    "轉載自",
    "转自",
    "轉自",
    "本文来源于",
]
WHOSE = ["文章", "稿件", "信息", "新闻", "新聞", "内容", "內容", "消息", "本文", "资讯"]


def _origin(line: str) -> str | None:
    """`来源：X`, `本文来自“X”`, `转载自X`, up to a blank, a mark or 40 characters."""
    for label in NAMED:
        before, found, after = line.partition(label)
        if not found:
            continue
        who = next((who for who in WHOSE if before.endswith(who)), "")
        last = before.removesuffix(who)[-1:]
        is_free = not (last.isalnum() or last.isnumeric()) or last in "0123456789"
        if after.startswith((":", "：")) and is_free:
            return _name(after[1:])
    bare = line.lstrip("(（[【")
    told = next((label for label in TOLD if bare.startswith(label)), None)
    return None if told is None else _name(bare[len(told) :].lstrip(":："))


def _name(rest: str) -> str | None:
    rest = rest.strip(BLANKS).lstrip('“"《「[【')
    name = re.split(r"[\s|｜,，。;；)）\]】”\"》」<>、!！?？]", rest, maxsplit=1)[0]
    return name if 1 <= len(name) <= ORIGIN else None


CLAIMS = (
    "版权所有",
    "版權所有",
    "©",
    "Copyright",
    "COPYRIGHT",
    "版权归",
    "版權歸",
    "著作权归",
    "All Rights Reserved",
)


def _copyright(line: str) -> str | None:
    return line if len(line) <= COPYRIGHT and any(c in line for c in CLAIMS) else None


LICENCES = {
    "apache license, version 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache-2.0": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "mit license": "MIT",
    "mit 许可证": "MIT",
    "cc0": "CC0-1.0",
    "mozilla public license": "MPL-2.0",
    "gnu free documentation license": "GFDL",
    "gnu自由文档许可证": "GFDL",
    "gnu 自由文档许可证": "GFDL",
    "gnu affero general public license": "AGPL",
    "gnu lesser general public license": "LGPL",
    "gnu general public license": "GPL",
}
STARTS = (
    "cc by",
    "cc-by",
    "licenses/by",
    "知识共享署名",
    "署名-",
    "署名—",
    "姓名標示-",
    "姓名标示-",
)
CONDITIONS = {
    "-NC": ("-nc", "非商业", "非商業"),
    "-ND": ("-nd", "禁止演绎", "禁止演繹", "禁止改作"),
    "-SA": ("-sa", "相同方式共享", "相同方式分享"),
}


def _licence(line: str) -> str | None:
    """SPDX id of the licence a line names, without a version where it gives none."""
    lower = "".join(c.lower() if c.isascii() else c for c in line)
    return _creative_commons(lower) or next(
        (spdx for name, spdx in LICENCES.items() if name in lower), None
    )


def _creative_commons(lower: str) -> str | None:
    start = next((start for start in STARTS if start in lower), None)
    if start is None:
        return None
    rest = lower.partition(start)[2][:30]
    held = [part for part, names in CONDITIONS.items() if any(name in rest for name in names)]
    if not start.isascii() and not held:
        return None
    versions = [v for v in ("4.0", "3.0", "2.5", "2.0", "1.0") if v in rest]
    return "CC-BY" + "".join(held) + "".join(f"-{v}" for v in versions[:1])


MAKERS = [
    "AI",
    "ai",
    "人工智能",
    "人工智慧",
    "大模型",
    "语言模型",
    "AIGC",
    "ChatGPT",
    "DeepSeek",
    "文心一言",
    "豆包",
    "通义",
    "Kimi",
    "机器人",
]
MADE = ["生成", "合成", "创作", "創作", "撰写", "撰寫", "写作", "编写"]
SUBJECTS = [
    "",
    "本文",
    "本内容",
    "本內容",
    "本文内容",
    "以上内容",
    "以下内容",
    "以上內容",
    "上述内容",
    "该内容",
    "此内容",
    "内容",
    "文章",
    "本文章",
    "全文",
    "部分内容",
    "本文部分内容",
    "回答",
    "以上回答",
    "该文",
    "本页面",
    "本页面内容",
]


def _is_explicit_label(line: str) -> bool:
    """`本文由AI生成`, `以上内容由人工智能辅助生成，请注意甄别`, `AI生成，仅供参考`."""
    if len(line) > LABEL:
        return False
    line = line.lstrip("(（[【*#> ※注:：")
    lower = "".join(c.lower() if c.isascii() else c for c in line)
    english = ("generated by ai", "ai-generated content", "this content was generated by ai")
    if lower.startswith(english):
        return True
    if short := re.match("AI生成|AI 生成|人工智能生成", line):
        rest = line[short.end() :].removeprefix("内容")
        return not rest or rest[0] in ",，)）]】。"
    subject, by, rest = line.partition("由")
    maker = next((maker for maker in MAKERS if maker in rest), None)
    if not by or maker is None:
        return False
    before, _, after = rest.partition(maker)
    made = any(word in after and len(after.partition(word)[0]) <= 8 for word in MADE)
    return subject.strip(BLANKS) in SUBJECTS and len(before) <= 8 and made
