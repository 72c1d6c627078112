"""The catalogue shows what is listed, all of it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lianjin.core.errors import UsageError
from lianjin.market import listing
from lianjin.market.catalogue import Catalogue, Found, Search
from lianjin.market.manual import Manual

CANARY = "金丝雀专用词"


def found(world: Any, catalogue: Catalogue, **asked: Any) -> Found:
    with world.database.read() as connection:
        return catalogue.search(connection, Search(**asked))


@pytest.fixture
def filled(world: Any) -> Any:
    """Three sets that are listed, of two kinds and prices."""
    base = replace(world.content, manual=Manual("内容", "来源", ("场景",)))
    world.gov = world.listed()
    world.law = world.listed(
        replace(base, title="裁判文书摘要", summary="民事", version="lanshi/law@1.0.0", domain="司法",
                kind="text", price_fen=100, languages=("zh", "en"), keywords=("判决",))
    )  # fmt: skip
    world.med = world.listed(
        replace(base, title="门诊病历", summary="脱敏", version="lanshi/med@1.0.0", domain="医药",
                kind="text", price_fen=5_000_000, keywords=())
    )  # fmt: skip
    return world


def test_everything_is_found_newest_first_and_counted_by_facet(filled: Any) -> None:
    all_of_it = found(filled, Catalogue())
    assert [hit.id for hit in all_of_it.hits] == [filled.med.id, filled.law.id, filled.gov.id]
    assert all_of_it.total == 3
    assert all_of_it.facets == {
        "kind": {"text": 2, "instruction": 1},
        "domain": {"医药": 1, "司法": 1, "政务": 1},
        "language": {"zh": 3, "en": 1},
        "grade": {"gold": 3},
        "supplier": {"organisation_lanshi": 3},
    }


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"text": "政務"}, ["gov"]),
        ({"text": "判决"}, ["law"]),
        ({"facets": {"kind": frozenset({"text"})}}, ["med", "law"]),
        ({"facets": {"kind": frozenset({"text"}), "language": frozenset({"en"})}}, ["law"]),
        ({"facets": {"kind": frozenset()}}, ["med", "law", "gov"]),
        ({"price_fen": (101, None)}, ["med", "gov"]),
        ({"price_fen": (None, 100)}, ["law"]),
        ({"size_bytes": (1_001, None)}, []),
        ({"sort": "cheapest"}, ["law", "med", "gov"]),
        ({"sort": "dearest"}, ["gov", "med", "law"]),
        ({"limit": 1, "offset": 1}, ["law"]),
    ],
)
def test_a_search_narrows_and_sorts(filled: Any, asked: Any, names: list[str]) -> None:
    hits = found(filled, Catalogue(), **asked).hits
    assert [hit.id for hit in hits] == [getattr(filled, name).id for name in names]


def test_a_facet_is_counted_without_its_own_choice(filled: Any) -> None:
    narrowed = found(filled, Catalogue(), facets={"kind": frozenset({"text"})})
    assert narrowed.facets["kind"] == {"text": 2, "instruction": 1}
    assert narrowed.facets["domain"] == {"医药": 1, "司法": 1}


def test_what_is_not_listed_shows_nowhere(world: Any) -> None:
    """Hits, counts and facets hold no trace of a canary in any state but listed."""
    write, catalogue = world.database.write, Catalogue()
    canary = replace(world.content, title=CANARY, domain=CANARY, keywords=(CANARY,))
    nothing = Found(
        (), 0, {name: {} for name in ("kind", "domain", "language", "grade", "supplier")}
    )

    def seen(**asked: Any) -> Found:
        once = found(world, catalogue, **asked)
        assert once == found(world, Catalogue(), **asked)  # as an index that is made anew
        return once

    draft = write(lambda tx: listing.draft(tx, world.supplier, canary))
    assert seen(text=CANARY) == nothing == seen()
    submitted = world.submitted(canary)
    assert seen(text=CANARY) == nothing == seen()
    write(
        lambda tx: listing.review(
            tx, world.assessor, submitted.id, submitted.content_digest, lists=True, reasons=""
        )
    )
    assert (seen(text=CANARY).total, seen().total) == (1, 1)
    for action, role, actor in (
        ("suspend", "operator", world.operator),
        ("resume", "operator", world.operator),
        ("suspend", "supplier", world.supplier),
        ("delist", "supplier", world.supplier),
    ):
        after = write(
            lambda tx, a=action, r=role, who=actor: listing.change(tx, who, submitted.id, a, r)
        )
        expected = 1 if after.state == "listed" else 0
        assert seen(text=CANARY).total == seen().total == expected
        assert bool(seen().facets["domain"]) == bool(expected)
    assert draft.state == "draft"


def test_a_new_version_takes_the_place_of_the_older_one(filled: Any) -> None:
    catalogue = Catalogue()
    assert found(filled, catalogue, text="政务").hits[0].content.version == "lanshi/gov-qa@1.0.0"
    filled.listed(replace(filled.content, version="lanshi/gov-qa@1.1.0"))
    after = found(filled, catalogue, text="政务")
    assert [hit.content.version for hit in after.hits] == ["lanshi/gov-qa@1.1.0"]
    assert after.total == 1


@pytest.mark.parametrize("asked", [{"facets": {"password": {"x"}}}, {"limit": 101}, {"limit": 0}])
def test_what_cannot_be_asked_is_refused(asked: Any) -> None:
    with pytest.raises(UsageError, match="wrong-search"):
        Search(**asked)
