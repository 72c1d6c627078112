"""The content of a listing: all that is frozen when it is submitted, under one digest.

Takes the supplier's words, the version with its facts, the price, the offer and the certificate;
gives canonical JSON. An assessor reviews, and a buyer buys, exactly this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lianjin.core.errors import UsageError
from lianjin.core.identity import canonical, digest_bytes
from lianjin.core.limits import LISTING_ANNOTATORS, LISTING_SAMPLES, LISTING_TITLE_CHARS
from lianjin.core.words import Words
from lianjin.market.ledger import checked_amount
from lianjin.market.manual import Facts, Manual, checked_text, checked_texts
from lianjin.market.offer import Offer

KINDS: Mapping[str, Words] = {
    "text": Words("text", "文本"),
    "instruction": Words("instructions", "指令"),
    "preference": Words("preferences", "偏好"),
    "benchmark": Words("benchmark", "评测集"),
}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,8})?")
_ROOT = re.compile(r"[0-9a-f]{64}")
_VERSION = re.compile(r"[a-z0-9._-]{1,64}/[a-z0-9._-]{1,64}@[0-9A-Za-z.-]{1,64}")
_PERSON = re.compile(r"[A-Za-z0-9_:-]{1,80}")


@dataclass(frozen=True)
class Content:
    """What is offered. UsageError says which part does not fit.

    `version`: `organisation/name@1.2.0`; `root`: its 64 hexadecimal digits. `certificate`: its
    JSON, as it was signed. `annotators`: accepted answers by person, whose share is paid by them.
    `samples`: how many of its first records everybody may look at.
    """

    title: str
    title_en: str
    summary: str
    version: str
    root: str
    kind: str
    domain: str
    languages: tuple[str, ...]
    keywords: tuple[str, ...]
    manual: Manual
    facts: Facts
    price_fen: int
    offer: Offer
    certificate: str
    annotators: Mapping[str, int] = field(default_factory=dict)
    samples: int = 0

    def __post_init__(self) -> None:
        checked_text("title", self.title, needed=True, most=LISTING_TITLE_CHARS)
        checked_text("title_en", self.title_en, most=LISTING_TITLE_CHARS)
        checked_text("summary", self.summary)
        checked_text("domain", self.domain, needed=True, most=LISTING_TITLE_CHARS)
        checked_texts("keywords", self.keywords)
        checked_amount(self.price_fen)
        _expect(bool(_VERSION.fullmatch(self.version)), "version", self.version)
        _expect(bool(_ROOT.fullmatch(self.root)), "root", self.root)
        _expect(self.kind in KINDS, "kind", self.kind)
        for language in self.languages:
            _expect(bool(_LANGUAGE.fullmatch(language)), "languages", language)
        _expect(0 < len(self.languages) <= 16, "languages", len(self.languages))
        _expect(len(self.annotators) <= LISTING_ANNOTATORS, "annotators", len(self.annotators))
        for person, answers in self.annotators.items():
            _expect(bool(_PERSON.fullmatch(person)), "annotators", person)
            _expect(type(answers) is int and 0 < answers < 2**40, "annotators", answers)
        _expect(0 <= self.samples <= LISTING_SAMPLES, "samples", self.samples)
        if not self.manual.scenarios:
            raise UsageError(
                "no-scenario",
                Words("the listing names no scenario of use", "挂牌没有写明使用场景"),
                hint=Words("without a scenario no trade", "无场景不交易"),
            )

    @property
    def dataset(self) -> str:
        """`organisation/name`."""
        return self.version.partition("@")[0]

    @property
    def digest(self) -> str:
        """`sha256:…` of its canonical JSON."""
        return digest_bytes(canonical(self.to_value()))

    def to_value(self) -> dict[str, Any]:
        """As plain JSON; money stays whole, texts stay as they were typed."""
        return vars(self) | {
            "languages": list(self.languages),
            "keywords": list(self.keywords),
            "manual": self.manual.to_value(),
            "facts": self.facts.to_value(),
            "offer": self.offer.to_value(),
            "annotators": dict(self.annotators),
        }

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Content:
        """What `to_value` gave."""
        parts = {
            "languages": tuple(value["languages"]),
            "keywords": tuple(value["keywords"]),
            "manual": Manual.read(value["manual"]),
            "facts": Facts.read(value["facts"]),
            "offer": Offer.read(value["offer"]),
        }
        return cls(**(dict(value) | parts))


def _expect(fits: bool, name: str, value: object) -> None:
    if not fits:
        raise UsageError(
            "wrong-listing",
            Words(
                f"the listing's {name!r} is {str(value)[:80]!r}, which does not fit",
                f"挂牌的 {name!r} 为 {str(value)[:80]!r}，不合要求",
            ),
        )
