"""Writes han.tsv.z and reading.tsv.z, the kernel's tables about single characters.

Takes the dictionaries of OpenCC (Apache-2.0, package `opencc`) and the readings of pypinyin
(MIT, package `pypinyin`); gives two deflated tables. Run as `python kernel/data/make_han.py`.

han.tsv      rows `mark TAB characters`: `pairs` (traditional, simplified, alternating),
             `traditional` and `simplified` (characters that belong to one script only),
             `changing` (simplified characters that some traditional text writes otherwise),
             `common` (level 1 of GB 2312: the 3,755 characters of daily life, simplified)
reading.tsv  rows `syllable TAB characters read so first TAB characters read so also`
"""

from __future__ import annotations

import unicodedata
import zlib
from collections import defaultdict
from pathlib import Path

from opencc_text import entries
from pypinyin.pinyin_dict import pinyin_dict

HERE = Path(__file__).parent

# 一 and 不 change their tone before another syllable; page software writes what it hears.
SANDHI = {"一": ["yí", "yì"], "不": ["bú"]}


def write(name: str, rows: list[list[str]]) -> None:
    """Writes the rows as deflated tab-separated text."""
    text = "".join("\t".join(row) + "\n" for row in rows)
    data = zlib.compress(text.encode(), 9)
    (HERE / name).write_bytes(data)
    print(f"{name}: {len(text.encode()):,} bytes, deflated {len(data):,}")


def to_simplified() -> dict[str, list[str]]:
    """Traditional character → its simplified forms, the usual one first."""
    table = dict(entries("TSCharacters"))
    for key, values in entries("TSCharactersExt"):
        table.setdefault(key, values)
    return {key: values for key, values in table.items() if len(key) == 1}


def han_rows() -> list[list[str]]:
    """The rows of han.tsv."""
    simplified = to_simplified()
    pairs = sorted((k, v[0]) for k, v in simplified.items() if v[0] != k and len(v[0]) == 1)
    traditional_only = sorted(k for k, v in simplified.items() if k not in v)
    # Rows B0 to D7 of GB 2312; the last one ends at F9.
    common = (
        b
        for lead in range(0xB0, 0xD8)
        for trail in range(0xA1, 0xFF)
        for b in (lead, trail)
        if (lead, trail) < (0xD7, 0xFA)
    )
    simplified_only = sorted(k for k, v in entries("STCharacters") if len(k) == 1 and k not in v)
    return [
        ["pairs", "".join(a + b for a, b in pairs)],
        ["traditional", "".join(traditional_only)],
        ["simplified", "".join(c for c in simplified_only if c not in simplified)],
        ["changing", "".join(sorted(k for k, v in entries("STCharacters") if v != [k]))],
        ["common", bytes(common).decode("gb2312")],
    ]


def readings() -> dict[str, list[str]]:
    """Character → its syllables, the usual first, with those of its simplified form."""
    table = {
        chr(code): [unicodedata.normalize("NFC", s) for s in syllables.split(",")]
        for code, syllables in pinyin_dict.items()
    }
    for character, simplified in to_simplified().items():
        for other in simplified:
            table.setdefault(character, []).extend(table.get(other, []))
    for character, syllables in SANDHI.items():
        table[character].extend(syllables)
    return {character: list(dict.fromkeys(found)) for character, found in table.items()}


def reading_rows() -> list[list[str]]:
    """The rows of reading.tsv."""
    first: defaultdict[str, list[str]] = defaultdict(list)
    also: defaultdict[str, list[str]] = defaultdict(list)
    for character, syllables in sorted(readings().items()):
        for rank, syllable in enumerate(syllables):
            (also if rank else first)[syllable].append(character)
    return [[s, "".join(first[s]), "".join(also[s])] for s in sorted(first.keys() | also.keys())]


if __name__ == "__main__":
    write("han.tsv.z", han_rows())
    write("reading.tsv.z", reading_rows())
