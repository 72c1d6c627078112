"""Writes script.tsv.z: OpenCC's dictionaries for the conversions that the kernel carries.

Takes the dictionaries of OpenCC (Apache-2.0, package `opencc`); gives sections of a name in
square brackets and rows `key TAB value` (the first value: what OpenCC writes), deflated.
"""

from __future__ import annotations

from make_han import write
from opencc_text import entries

DICTIONARIES = {
    "compatibility": ["CJK_Compatibility_Ideographs"],
    "ts_phrases": ["TSPhrases"],
    "ts_characters_ext": ["TSCharactersExt"],
    "ts_characters": ["TSCharacters"],
    "st_phrases": ["STPhrases", "STPhrases_GeneratedFromRegionalPhrases"],
    "st_characters": ["STCharacters"],
}

CORRECTIONS = {"不可貲計": "不可赀计"}
"""Values that OpenCC's own tables contradict: 計 is written 计 everywhere else."""

if __name__ == "__main__":
    rows: list[list[str]] = []
    for section, names in DICTIONARIES.items():
        rows.append([f"[{section}]"])
        merged = {}
        for name in names:
            for key, values in entries(name):
                merged.setdefault(key, CORRECTIONS.get(key, values[0]))
        rows += [[key, value] for key, value in sorted(merged.items())]
    write("script.tsv.z", rows)
