"""`script`: text in simplified or in traditional characters throughout."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Literal

from lianjin._kernel import script_table
from lianjin.core.words import Words
from lianjin.operators.edit import Edit
from lianjin.operators.registry import repair

RULES = {
    "script_character": Words(
        "a character of the other script",
        "另一种字形的字",
    ),
    "script_phrase": Words(
        "a phrase of the other script, where a character alone would mislead",
        "另一种字形的词组，单看一个字会弄错",
    ),
}
CONFIDENCE = 0.99

To = Literal["simplified", "traditional"]


@repair(
    version=2,
    zh="繁简转换",
    en="script",
    about=(
        "用 OpenCC 的表把另一种字形的字转换过来。\n\n没有另一种字形独有的字的文本保持原样。"
        "若这类字多于所需字形独有的字，就像 OpenCC 那样转换全文；否则认为文本本就是所需字形"
        "，只改这类字和含有它们的词组：著、乾、里等两种字形都有的字不动。OpenCC 运行两次会把"
        "乾安縣变成乾安县再变成干安县，这里再运行一次不会有任何变化。"
    ),
    rules=RULES,
)
def script(
    text: str,
    *,
    to: Annotated[To, Words("the script that is wanted", "要转换成的字形")] = "simplified",
) -> list[Edit]:
    """The characters of the other script, converted with OpenCC's tables.

    A text with no character that only the other script has stays as it is. Where those outnumber
    the characters that only the wanted script has, the text is converted as OpenCC does it; where
    they do not, the text is in the wanted script but for them, and only they and the phrases that
    hold one change: 著, 乾 or 里, which both scripts have, stay. Unlike OpenCC, which run again
    makes 乾安县 of 乾安縣 and then 干安县, nothing changes a second time.
    """
    conversion = _conversion(to)
    n_foreign = sum(char in conversion.foreign for char in text)
    if n_foreign == 0:
        return []
    native = _conversion("traditional" if to == "simplified" else "simplified").foreign
    is_whole = n_foreign > sum(char in native for char in text)
    return _edits(text, conversion, is_whole)


@dataclass(frozen=True)
class _Conversion:
    """Phrases and characters with what they become, and the characters it leaves in no text.

    `phrases` are by their first character, longest first.
    """

    phrases: dict[str, list[str]]
    becomes: dict[str, str]
    foreign: frozenset[str]


@cache
def _sections() -> dict[str, dict[str, str]]:
    """The rows of the table by section."""
    sections: dict[str, dict[str, str]] = {}
    rows: dict[str, str] = {}
    for line in script_table().splitlines():
        key, tab, value = line.partition("\t")
        if tab:
            rows[key] = value
        else:
            rows = sections.setdefault(key.strip("[]"), {})
    return sections


@cache
def _conversion(to: To) -> _Conversion:
    sections = _sections()
    if to == "simplified":
        phrases = sections["ts_phrases"]
        characters = sections["ts_characters"] | sections["ts_characters_ext"]
    else:
        phrases, characters = sections["st_phrases"], sections["st_characters"]
    compatible = {c: characters.get(v, v) for c, v in sections["compatibility"].items()}
    becomes = characters | compatible
    written = set("".join([*phrases.values(), *becomes.values()]))
    foreign = frozenset(c for c in becomes if c not in written)
    by_first: dict[str, list[str]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first[phrase[0]].append(phrase)
    return _Conversion(dict(by_first), phrases | becomes, foreign)


def _edits(text: str, conversion: _Conversion, is_whole: bool) -> list[Edit]:
    """Edits of the longest phrase at each place, else of the character, adjacent ones joined.

    If not `is_whole`, phrases and characters without a foreign character stay.
    """
    found: list[Edit] = []
    at = 0
    while at < len(text):
        here = conversion.phrases.get(text[at], [])
        allowed = (p for p in here if is_whole or not conversion.foreign.isdisjoint(p))
        phrase = next((p for p in allowed if text.startswith(p, at)), None)
        key = phrase or text[at]
        if phrase or is_whole or key in conversion.foreign:
            rule = "script_phrase" if phrase else "script_character"
            for i, (before, after) in enumerate(
                zip(key, conversion.becomes.get(key, key), strict=True)
            ):
                if before != after:
                    _add(found, Edit(rule, at + i, at + i + 1, before, after, CONFIDENCE))
        at += len(key)
    return found


def _add(found: list[Edit], edit: Edit) -> None:
    """Adds the edit, joined to the one before if they touch."""
    if not found or found[-1].end != edit.start:
        found.append(edit)
        return
    last = found.pop()
    before, after = last.before + edit.before, last.after + edit.after
    found.append(Edit(last.rule, last.start, edit.end, before, after, CONFIDENCE))
