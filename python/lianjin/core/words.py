"""A sentence in English and in Chinese, and which of the two a person reads.

Takes both forms where the sentence is used; gives the one of the language in use. A screen shows
one form, a file that outlives its reader (`stored`) holds both. Records nothing.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable
from dataclasses import dataclass

from lianjin.core.settings import Language, read


@dataclass(frozen=True)
class Words:
    """The same sentence twice: `en` and `zh` say the same and hold the same values.

    As text it is the form of the language in use. Empty words are false.

    >>> Words("kept", "保留").of("zh")
    '保留'
    """

    en: str
    zh: str

    def of(self, language: Language) -> str:
        """The form in a language."""
        return self.zh if language == "zh" else self.en

    def __str__(self) -> str:
        return self.of(spoken())

    def __add__(self, other: Words) -> Words:
        return Words(self.en + other.en, self.zh + other.zh)

    def __bool__(self) -> bool:
        return bool(self.en or self.zh)

    @property
    def stored(self) -> str:
        """Both forms in one text: English, a line feed, Chinese."""
        return f"{self.en}\n{self.zh}"

    @classmethod
    def read(cls, stored: str) -> Words:
        """What `stored` wrote; a text of one line stands for both.

        >>> Words.read(Words("absent", "缺失").stored)
        Words(en='absent', zh='缺失')
        """
        en, _, zh = stored.partition("\n")
        return cls(en, zh or en)

    @classmethod
    def verbatim(cls, text: object) -> Words:
        """What is the same in both languages: a name, a number, what a person wrote."""
        return cls(str(text), str(text))

    @classmethod
    def joined(cls, sentences: Iterable[Words], *, by: str = "\n") -> Words:
        """The sentences one after the other."""
        found = tuple(sentences)
        return cls(by.join(w.en for w in found), by.join(w.zh for w in found))


NOTHING = Words("", "")


def nearest(name: str, names: Iterable[str]) -> Words:
    """`; nearest is 'name'` for the end of a message; empty if nothing is near.

    >>> nearest("entitys", ["entities", "script"]).en
    "; nearest is 'entities'"
    """
    near = difflib.get_close_matches(name, list(names), 1, 0.5)
    if not near:
        return NOTHING
    return Words(f"; nearest is {near[0]!r}", f"；最接近的是 {near[0]!r}")


_spoken: Language = read(os.environ).language


def spoken() -> Language:
    """The language in use: that of the environment until `speak` says otherwise."""
    return _spoken


def speak(language: Language) -> None:
    """From now on this process speaks `language`: refusals, hints, summaries, reports."""
    global _spoken
    _spoken = language
