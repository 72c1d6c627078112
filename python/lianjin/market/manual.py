"""The product manual of a listing: what the set says of itself and what its supplier says.

Takes the supplier's words and the facts of the version; gives chapters in both languages. A fact is
never typed by hand: it is read from the manifest and the certificate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lianjin.core.errors import UsageError
from lianjin.core.limits import LISTING_TEXT_CHARS, LISTING_TEXTS
from lianjin.core.words import Words
from lianjin.corpus.tokens import ESTIMATE, Tokens

DELIVERY = Words("Hugging Face endpoints, gated by a token", "Hugging Face 兼容端点，凭令牌领取")


GRADES: Mapping[str, Words] = {
    "gold": Words("gold", "金级"),
    "silver": Words("silver", "银级"),
    "bronze": Words("bronze", "铜级"),
    "ore": Words("ore", "原矿"),
}
"""Grades as their certificates call them: those of our standards."""


@dataclass(frozen=True)
class Facts:
    """What the manifest says: sizes, records, tokens (None if the build did not count them).

    `tokens_by`: the score that counted them. `fields`: (name, type) of each column that is delivered. `files`: how many.
    """

    size_bytes: int
    n_records: int
    n_tokens: int | None
    n_files: int
    fields: tuple[tuple[str, str], ...] = ()
    tokens_by: str = ESTIMATE

    def to_value(self) -> dict[str, Any]:
        """As plain JSON; who counted is left out where nobody did."""
        said = asdict(self) | {"fields": [list(field) for field in self.fields]}
        if self.n_tokens is None:
            del said["tokens_by"]
        return said

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Facts:
        """What `to_value` gave."""
        fields = tuple((name, kind) for name, kind in value["fields"])
        return cls(**(dict(value) | {"fields": fields}))


@dataclass(frozen=True)
class Manual:
    """What only the supplier can say; each a text as he typed it, empty if he said nothing.

    `scenarios`: what the set is made for; a set without any is not traded.
    """

    content: str
    source: str
    scenarios: tuple[str, ...]
    requirements: str = ""
    restrictions: str = ""
    update: str = ""
    contact: str = ""
    cases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("content", "source"):
            checked_text(name, getattr(self, name), needed=True)
        for name in ("requirements", "restrictions", "update", "contact"):
            checked_text(name, getattr(self, name))
        checked_texts("scenarios", self.scenarios)
        checked_texts("cases", self.cases)

    def to_value(self) -> dict[str, Any]:
        """As plain JSON."""
        return asdict(self) | {"scenarios": list(self.scenarios), "cases": list(self.cases)}

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Manual:
        """What `to_value` gave."""
        lists = {"scenarios": tuple(value["scenarios"]), "cases": tuple(value["cases"])}
        return cls(**(dict(value) | lists))


@dataclass(frozen=True)
class Chapter:
    """A heading and its rows: (name, text); the text is a person's own where it is no `Words`."""

    heading: Words
    rows: tuple[tuple[Words, Words | str], ...]


def chapters(
    manual: Manual,
    facts: Facts,
    *,
    code: str,
    version: str,
    supplier: str,
    certificate: str,
    listed_utc: str | None,
) -> tuple[Chapter, ...]:
    """The manual as it is read: eight chapters; a row that nobody filled is left out."""
    no_tokens = Words("not counted", "未统计")
    graded = GRADES.get(certificate, certificate)
    counted = facts.n_tokens is not None and Tokens(facts.n_tokens, facts.tokens_by)
    tokens = counted.wording if counted else no_tokens
    said: tuple[tuple[Words, Iterable[tuple[Words, Words | str | None]]], ...] = (
        (
            Words("Basics", "基本信息"),
            (
                (Words("product code", "数据产品代码"), code),
                (Words("version", "版本"), version),
                (Words("supplier", "供方"), supplier),
                (Words("listed", "挂牌日期"), listed_utc and listed_utc[:10]),
                (Words("contents", "数据内容"), manual.content),
            ),
        ),
        (Words("Source", "数据来源"), ((Words("source", "来源描述"), manual.source),)),
        (
            Words("Size", "数据规模"),
            (
                (Words("records", "条数"), Words.verbatim(facts.n_records)),
                (Words("tokens", "词元数"), tokens),
                (Words("bytes", "字节数"), Words.verbatim(facts.size_bytes)),
                (Words("files", "文件数"), Words.verbatim(facts.n_files)),
            ),
        ),
        (
            Words("Fields", "字段说明"),
            ((Words.verbatim(name), Words.verbatim(kind)) for name, kind in facts.fields),
        ),
        (Words("Quality", "质量情况"), ((Words("certificate", "质量证书"), graded),)),
        (Words("Updates", "更新频率"), ((Words("updates", "更新"), manual.update),)),
        (Words("Delivery", "交付方式"), ((Words("how", "方式"), DELIVERY),)),
        (
            Words("Use", "使用条件"),
            (
                *((Words("made for", "适用场景"), text) for text in manual.scenarios),
                *((Words("case", "使用案例"), text) for text in manual.cases),
                (Words("asked of the buyer", "对使用方的要求"), manual.requirements),
                (Words("restrictions", "其他限制"), manual.restrictions),
                (Words("contact", "联系方式"), manual.contact),
            ),
        ),
    )
    return tuple(
        Chapter(heading, tuple((name, text) for name, text in rows if text))
        for heading, rows in said
    )


def checked_text(name: str, text: object, *, needed: bool = False, most: int | None = None) -> str:
    """The text, if it is one within bounds; UsageError `wrong-text`. It stays as it was typed."""
    most = most or LISTING_TEXT_CHARS
    least = 1 if needed else 0
    if not isinstance(text, str) or not least <= len(text.strip()) or len(text) > most:
        size = len(text) if isinstance(text, str) else 0
        raise UsageError(
            "wrong-text",
            Words(
                f"{name!r} has {size} characters; expected {least} to {most}",
                f"{name!r} 有 {size} 个字符；应为 {least} 到 {most} 个",
            ),
        )
    if wrong := [sign for sign in text if not sign.isprintable() and sign not in "\n\t\u3000"]:
        raise UsageError(
            "wrong-text",
            Words(f"{name!r} holds {wrong[0]!r}", f"{name!r} 含有 {wrong[0]!r}"),
            hint=Words("take out signs that cannot be seen", "请去掉不可见字符"),
        )
    return text


def checked_texts(name: str, texts: Sequence[str]) -> None:
    """Refuses a list of texts that is too long or holds one that is none; as `checked_text`."""
    if len(texts) > LISTING_TEXTS:
        raise UsageError(
            "wrong-text",
            Words(
                f"{name!r} has {len(texts)} entries; at most {LISTING_TEXTS}",
                f"{name!r} 有 {len(texts)} 项；最多 {LISTING_TEXTS} 项",
            ),
        )
    for text in texts:
        checked_text(name, text, needed=True)
