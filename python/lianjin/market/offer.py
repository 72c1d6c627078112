"""Offers: what a buyer may do with a set, must do for it, and must not, as ODRL 2.2.

Takes choices from one table of actions; gives JSON-LD with a digest, the same for the same choices.
The actions of machine learning are of a profile of our own (`lj:`); the rest are ODRL's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lianjin.core.errors import UsageError
from lianjin.core.limits import OFFER_DAYS
from lianjin.core.words import Words, nearest

PROFILE = "urn:lianjin:odrl:1"
CONTEXT = ("http://www.w3.org/ns/odrl.jsonld", {"lj": f"{PROFILE}#"})
"""Named, as JSON-LD wants it, and never fetched."""

ACTIONS: Mapping[str, Words] = {
    "lj:pretrain": Words("pre-training", "预训练"),
    "lj:finetune": Words("fine-tuning", "微调"),
    "lj:evaluate": Words("evaluation", "评测"),
    "lj:rag": Words("retrieval", "检索增强"),
    "lj:distil": Words("distillation", "蒸馏"),
    "lj:annotate": Words("annotation", "再标注"),
    "derive": Words("derived sets", "衍生"),
    "lj:redistribute": Words("handing on", "再分发"),
}
"""What can be permitted or forbidden; what an offer does not name is to be asked for."""
DUTIES: Mapping[str, Words] = {
    "attribute": Words("name the supplier", "标明来源"),
    "inform": Words("tell the supplier what it was used for", "告知供方用途"),
    "delete": Words("delete it when the term ends", "到期删除"),
}
"""What a buyer owes for each permission."""

Verdict = Literal["allowed", "condition", "forbidden", "ask"]


@dataclass(frozen=True)
class Offer:
    """Actions allowed and forbidden, duties that go with the allowed ones, and a term in days.

    `days` None: for ever. UsageError `wrong-offer` says what does not fit.
    """

    permissions: tuple[str, ...]
    prohibitions: tuple[str, ...] = ()
    duties: tuple[str, ...] = ()
    days: int | None = None

    def __post_init__(self) -> None:
        for names, known in (
            (self.permissions, ACTIONS),
            (self.prohibitions, ACTIONS),
            (self.duties, DUTIES),
        ):
            _check(names, known)
        if not self.permissions:
            raise _wrong(Words("it permits nothing", "没有任何许可"))
        if both := sorted(set(self.permissions) & set(self.prohibitions)):
            raise _wrong(
                Words(f"{both[0]!r} is permitted and forbidden", f"{both[0]!r} 既许可又禁止")
            )
        if self.days is not None and not (type(self.days) is int and 1 <= self.days <= OFFER_DAYS):
            raise _wrong(
                Words(
                    f"the term is {self.days!r}; expected 1 to {OFFER_DAYS} days or none",
                    f"期限为 {self.days!r}；应为 1 到 {OFFER_DAYS} 天，或不设期限",
                )
            )
        if "delete" in self.duties and self.days is None:
            raise _wrong(Words("it has to be deleted, but never", "要求到期删除，却没有期限"))

    def verdict(self, action: str) -> Verdict:
        """What a buyer reads beside an action of `ACTIONS`."""
        if action in self.prohibitions:
            return "forbidden"
        if action in self.permissions:
            return "condition" if self.duties or self.days is not None else "allowed"
        return "ask"

    def to_value(self) -> dict[str, Any]:
        """The choices as plain JSON, for a form and for storage."""
        return {
            "permissions": list(self.permissions),
            "prohibitions": list(self.prohibitions),
            "duties": list(self.duties),
            "days": self.days,
        }

    @classmethod
    def read(cls, value: Mapping[str, Any]) -> Offer:
        """What `to_value` gave."""
        return cls(
            tuple(value["permissions"]),
            tuple(value["prohibitions"]),
            tuple(value["duties"]),
            value["days"],
        )


def policy(
    offer: Offer, *, uid: str, target: str, assigner: str, assignee: str | None = None
) -> dict[str, Any]:
    """The offer as ODRL JSON-LD; with an `assignee` the agreement of both.

    `uid`, `target`, `assigner`, `assignee`: ids that become `urn:lianjin:…`. The rules are in the
    order of `ACTIONS`, so that the same choices give the same digest.
    """
    rule: dict[str, Any] = {"target": f"urn:lianjin:version:{target}"}
    permission = rule.copy()
    if offer.days is not None:
        term = {"leftOperand": "elapsedTime", "operator": "lteq"}
        permission["constraint"] = [
            term | {"rightOperand": {"@value": f"P{offer.days}D", "@type": "xsd:duration"}}
        ]
    if offer.duties:
        permission["duty"] = [{"action": duty} for duty in DUTIES if duty in offer.duties]
    parties = {"assigner": f"urn:lianjin:organisation:{assigner}"}
    if assignee is not None:
        parties["assignee"] = f"urn:lianjin:organisation:{assignee}"
    return {
        "@context": list(CONTEXT),
        "@type": "Offer" if assignee is None else "Agreement",
        "uid": f"urn:lianjin:policy:{uid}",
        "profile": PROFILE,
        **parties,
        "permission": [permission | {"action": a} for a in ACTIONS if a in offer.permissions],
        "prohibition": [rule | {"action": a} for a in ACTIONS if a in offer.prohibitions],
    }


def _check(names: Sequence[str], known: Mapping[str, Words]) -> None:
    for name in names:
        if name not in known:
            raise _wrong(Words(f"{name!r} is unknown", f"没有 {name!r}") + nearest(name, known))
    if len(set(names)) != len(names):
        raise _wrong(Words(f"{list(names)} says one twice", f"{list(names)} 中有重复"))


def _wrong(why: Words) -> UsageError:
    return UsageError("wrong-offer", Words("this is no offer: ", "许可条款不成立：") + why)
