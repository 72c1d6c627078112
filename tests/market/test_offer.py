"""An offer says what may be done, once and in one form."""

from __future__ import annotations

from typing import Any

import pytest
from lianjin.core.errors import UsageError
from lianjin.core.identity import digest
from lianjin.market.offer import ACTIONS, Offer, policy

OFFER = Offer(("lj:finetune", "derive"), ("lj:redistribute",), ("attribute", "delete"), 365)


def said(offer: Offer, **more: str) -> dict[str, Any]:
    return policy(offer, uid="u", target="lanshi/gov-qa@1.0.0", assigner="organisation_a", **more)


def test_an_offer_is_odrl() -> None:
    target = "urn:lianjin:version:lanshi/gov-qa@1.0.0"
    permission = {
        "target": target,
        "constraint": [
            {
                "leftOperand": "elapsedTime",
                "operator": "lteq",
                "rightOperand": {"@value": "P365D", "@type": "xsd:duration"},
            }
        ],
        "duty": [{"action": "attribute"}, {"action": "delete"}],
    }
    assert said(OFFER) == {
        "@context": ["http://www.w3.org/ns/odrl.jsonld", {"lj": "urn:lianjin:odrl:1#"}],
        "@type": "Offer",
        "uid": "urn:lianjin:policy:u",
        "profile": "urn:lianjin:odrl:1",
        "assigner": "urn:lianjin:organisation:organisation_a",
        "permission": [permission | {"action": "lj:finetune"}, permission | {"action": "derive"}],
        "prohibition": [{"target": target, "action": "lj:redistribute"}],
    }


def test_an_agreement_names_both_sides() -> None:
    agreed = said(OFFER, assignee="organisation_b")
    assert agreed["@type"] == "Agreement"
    assert agreed["assignee"] == "urn:lianjin:organisation:organisation_b"


def test_the_order_of_choices_does_not_matter() -> None:
    other = Offer(("derive", "lj:finetune"), ("lj:redistribute",), ("delete", "attribute"), 365)
    assert digest(said(other)) == digest(said(OFFER))


def test_an_offer_is_read_as_it_was_kept() -> None:
    assert Offer.read(OFFER.to_value()) == OFFER


def test_what_a_buyer_reads_beside_an_action() -> None:
    free = Offer(("lj:evaluate",))
    assert {action: OFFER.verdict(action) for action in ACTIONS} == {
        "lj:pretrain": "ask",
        "lj:finetune": "condition",
        "lj:evaluate": "ask",
        "lj:rag": "ask",
        "lj:distil": "ask",
        "lj:annotate": "ask",
        "derive": "condition",
        "lj:redistribute": "forbidden",
    }
    assert free.verdict("lj:evaluate") == "allowed"


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Offer(()),
        lambda: Offer(("lj:finetun",)),
        lambda: Offer(("derive", "derive")),
        lambda: Offer(("derive",), ("derive",)),
        lambda: Offer(("derive",), duties=("pay",)),
        lambda: Offer(("derive",), duties=("delete",)),
        lambda: Offer(("derive",), days=0),
        lambda: Offer(("derive",), days=True),
        lambda: Offer(("derive",), days=36_501),
        lambda: Offer(("derive",), days=1.5),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_offer_is_refused(wrong: Any) -> None:
    with pytest.raises(UsageError, match="wrong-offer"):
        wrong()
