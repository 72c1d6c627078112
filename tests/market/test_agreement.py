"""An agreement stands on its own: its text, two signatures, two keys."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from lianjin.core.errors import Finding, NotFound
from lianjin.core.identity import digest
from lianjin.market.agreement import check_agreement, signatures
from lianjin.market.offer import policy


@pytest.fixture
def signed(world: Any) -> tuple[str, Any]:
    """The text of an agreement and its two signatures."""
    world.deposit(world.buyer, 10_000_000)
    agreed = world.agreed(world.listed())
    with world.database.read() as connection:
        return agreed.agreement, signatures(connection, agreed.id)


def test_it_names_what_both_agreed_on(world: Any, signed: Any) -> None:
    text, found = signed
    said = check_agreement(text, found)
    content = world.content
    assert {k: v for k, v in said.items() if k not in ("order", "terms", "offer")} == {
        "schema_version": 1,
        "version": "lanshi/gov-qa@1.0.0",
        "root": "5f" * 32,
        "content": content.digest,
        "certificate": digest(json.loads(content.certificate)),
        "price_fen": 6_800_000,
        "shares": {"supplier": 8_900, "annotators": 700, "platform": 300, "assessor": 100},
        "acceptance_days": 7,
        "supplier": "organisation_lanshi",
        "buyer": "organisation_huaixu",
        "made_utc": "2026-01-31T08:00:00.000000Z",
    }
    shown = policy(
        content.offer, uid=content.digest[7:39], target=content.version,
        assigner="organisation_lanshi",
    )  # fmt: skip
    assert said["offer"] == digest(shown)
    assert said["terms"]["permission"] == shown["permission"]
    assert said["terms"]["assignee"] == "urn:lianjin:organisation:organisation_huaixu"


def test_every_byte_of_the_text_is_under_the_signatures(signed: Any) -> None:
    text, found = signed
    for i in range(len(text)):
        changed = text[:i] + ("0" if text[i] != "0" else "1") + text[i + 1 :]
        with pytest.raises((Finding, NotFound, ValueError, KeyError)):
            check_agreement(changed, found)


def test_a_side_that_did_not_sign_is_named(signed: Any) -> None:
    text, found = signed
    for missing in found:
        left = tuple(s for s in found if s is not missing)
        with pytest.raises(NotFound, match=f"not-signed.*{missing.organisation}"):
            check_agreement(text, left)
    forged = replace(found[0], signature=found[1].signature)
    with pytest.raises(Finding, match="signature-differs"):
        check_agreement(text, (forged, found[1]))
