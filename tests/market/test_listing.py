"""A listing is frozen when it is submitted, and reviewed by somebody else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lianjin.core.errors import Conflict, Finding, LianjinError, NotFound, UsageError
from lianjin.core.event import events
from lianjin.core.identity import digest_bytes
from lianjin.core.words import Words
from lianjin.evaluate.standard import load_standard, standards
from lianjin.market import listing
from lianjin.market.actor import Actor
from lianjin.market.content import Content
from lianjin.market.listing import MOVES, Certified, Listing, is_visible
from lianjin.market.manual import GRADES, Manual, chapters
from lianjin.market.move import open_moves


def reviewed(world: Any, found: Listing, actor: Actor, **said: Any) -> Listing:
    given = {"lists": True, "reasons": "", "digest": found.content_digest} | said
    after: Listing = world.database.write(
        lambda tx: listing.review(
            tx, actor, found.id, given["digest"], lists=given["lists"], reasons=given["reasons"]
        )
    )
    return after


def state(world: Any, found: Listing) -> str:
    with world.database.read() as connection:
        return listing.listing(connection, found.id).state


def test_a_listing_goes_from_draft_to_listed_with_an_event_each(world: Any) -> None:
    found = world.listed()
    assert (found.state, found.assessor, found.grade) == ("listed", "organisation_hengchi", "gold")
    with world.database.read() as connection:
        told = events(connection, subject=found.id)
        assert listing.listing(connection, found.id) == found
    assert [e.entry.event for e in told][::-1] == [
        "listing_drafted",
        "listing_submitted",
        "listing_listed",
    ]
    assert told[0].entry.digests == {
        "content": world.content.digest,
        "root": "sha256:" + "5f" * 32,
        "certificate": digest_bytes(world.content.certificate.encode()),
    }


def test_a_returned_listing_is_revised_and_submitted_again(world: Any) -> None:
    submitted = world.submitted()
    returned = reviewed(world, submitted, world.assessor, lists=False, reasons="场景太少")
    assert (returned.state, returned.reasons) == ("returned", "场景太少")
    better = replace(world.content, summary="更好")
    revised = world.database.write(
        lambda tx: listing.revise(tx, world.supplier, submitted.id, better)
    )
    assert (revised.state, revised.content) == ("draft", better)


@pytest.mark.parametrize("reasons", ["", "  \n"])
def test_nothing_is_returned_without_reasons(world: Any, reasons: str) -> None:
    with pytest.raises(UsageError, match="no-reasons"):
        reviewed(world, world.submitted(), world.assessor, lists=False, reasons=reasons)


@pytest.mark.parametrize(
    "actor",
    [
        Actor("user_colleague", "organisation_lanshi"),  # of the supplier's own organisation
        Actor("user_xu", "organisation_hengchi"),  # who made it, for another
    ],
)
def test_nobody_reviews_his_own(world: Any, actor: Actor) -> None:
    submitted = world.submitted()
    with pytest.raises(Conflict, match="own-listing"):
        reviewed(world, submitted, actor)
    assert state(world, submitted) == "submitted"


def test_what_was_submitted_is_frozen(world: Any) -> None:
    submitted = world.submitted()
    other = replace(world.content, price_fen=1)
    with pytest.raises(Conflict, match="illegal-move"):
        world.database.write(lambda tx: listing.revise(tx, world.supplier, submitted.id, other))
    with pytest.raises(Conflict, match="listing-changed"):
        reviewed(world, submitted, world.assessor, digest=other.digest)


def test_a_review_is_of_the_content_that_was_looked_at(world: Any) -> None:
    submitted = world.submitted()

    def work(tx: Any) -> None:
        listing.change(tx, world.supplier, submitted.id, "withdraw", "supplier")
        other = replace(world.content, price_fen=1)
        listing.revise(tx, world.supplier, submitted.id, other)
        content = listing.listing(tx.connection, submitted.id).content
        said = Certified(digest_bytes(content.certificate.encode()), content.root, "h", None, None)
        listing.submit(tx, world.supplier, submitted.id, said)

    world.database.write(work)
    with pytest.raises(Conflict, match="listing-changed"):
        reviewed(world, submitted, world.assessor)


@pytest.mark.parametrize(
    "change",
    [
        {"digest": "sha256:" + "0" * 64},
        {"root": "00" * 32},
        {"valid_until_utc": "2026-01-31T07:59:59Z"},
    ],
)
def test_a_certificate_for_something_else_is_refused(world: Any, change: dict[str, str]) -> None:
    content = world.content
    fit = Certified(digest_bytes(content.certificate.encode()), content.root, "h", "gold", None)
    draft = world.database.write(lambda tx: listing.draft(tx, world.supplier, content))
    with pytest.raises(Finding, match="certificate-unfit"):
        world.database.write(
            lambda tx: listing.submit(tx, world.supplier, draft.id, replace(fit, **change))
        )
    assert state(world, draft) == "draft"


def test_another_organisations_draft_is_not_found(world: Any) -> None:
    draft = world.database.write(lambda tx: listing.draft(tx, world.supplier, world.content))
    for work in (
        lambda tx: listing.revise(tx, world.other, draft.id, world.content),
        lambda tx: listing.change(tx, world.other, draft.id, "delist", "supplier"),
        lambda tx: listing.submit(tx, world.other, draft.id, Certified("", "", "", None, None)),
    ):
        with pytest.raises(NotFound, match="not-found"):
            world.database.write(work)


def test_what_the_operator_suspends_the_supplier_cannot_resume(world: Any) -> None:
    found = world.listed()
    world.database.write(
        lambda tx: listing.change(tx, world.operator, found.id, "suspend", "operator")
    )
    with pytest.raises(Conflict, match="illegal-move"):
        world.database.write(
            lambda tx: listing.change(tx, world.supplier, found.id, "resume", "supplier")
        )
    assert state(world, found) == "suspended"


def test_every_state_is_reached_and_left_as_the_table_says() -> None:
    states = {at for at, _, _ in MOVES} | set(MOVES.values())
    ends = {s for s in states if not any(at == s for at, _, _ in MOVES)}
    assert ends == {"delisted", "superseded"}
    assert open_moves(MOVES, "submitted", "assessor") == ("list", "return")
    assert open_moves(MOVES, "delisted", "supplier") == ()


def test_who_sees_a_listing(world: Any) -> None:
    found = world.submitted()
    seen = [
        is_visible(found, world.supplier),
        is_visible(found, world.other),
        is_visible(found, None),
        is_visible(found, world.assessor, assesses=True),
        is_visible(replace(found, state="draft"), world.assessor, assesses=True),
        is_visible(replace(found, state="listed"), None),
        is_visible(replace(found, state="suspended"), world.other),
    ]
    assert seen == [True, False, False, True, False, True, False]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"price_fen": -1}, "wrong-amount"),
        ({"price_fen": 10**13 + 1}, "wrong-amount"),
        ({"price_fen": 1.5}, "wrong-amount"),
        ({"price_fen": True}, "wrong-amount"),
        ({"title": " "}, "wrong-text"),
        ({"title": "x" * 121}, "wrong-text"),
        ({"title": "a\u202eb"}, "wrong-text"),
        ({"title": "a\x00b"}, "wrong-text"),
        ({"summary": "x" * 20_001}, "wrong-text"),
        ({"version": "../../etc@1"}, "wrong-listing"),
        ({"version": "a/b"}, "wrong-listing"),
        ({"root": "5F" * 32}, "wrong-listing"),
        ({"kind": "magic"}, "wrong-listing"),
        ({"languages": ()}, "wrong-listing"),
        ({"languages": ("<b>",)}, "wrong-listing"),
        ({"annotators": {"a b": 1}}, "wrong-listing"),
        ({"annotators": {"a": 0}}, "wrong-listing"),
        ({"annotators": {"a": 1.5}}, "wrong-listing"),
        ({"manual": Manual("c", "s", ())}, "no-scenario"),
    ],
)
def test_content_that_does_not_fit_is_refused(
    world: Any, change: dict[str, Any], code: str
) -> None:
    with pytest.raises(LianjinError, match=code):
        replace(world.content, **change)


def test_markup_stays_text(world: Any) -> None:
    title = "<script>alert(1)</script>\"'`${x}"
    content = replace(world.content, title=title)
    found = world.listed(content)
    with world.database.read() as connection:
        assert listing.listing(connection, found.id).content.title == title
    assert Content.read(content.to_value()) == content


def test_the_manual_leaves_out_what_nobody_said(world: Any) -> None:
    said = chapters(
        world.content.manual,
        world.content.facts,
        code="listing_x",
        version="lanshi/gov-qa@1.0.0",
        supplier="岚石",
        certificate="gold",
        listed_utc="2026-01-31T08:00:00Z",
    )
    assert [(c.heading.zh, [str(name.zh) for name, _ in c.rows]) for c in said] == [
        ("基本信息", ["数据产品代码", "版本", "供方", "挂牌日期", "数据内容"]),
        ("数据来源", ["来源描述"]),
        ("数据规模", ["条数", "词元数", "字节数", "文件数"]),
        ("字段说明", ["id", "text"]),
        ("质量情况", ["质量证书"]),
        ("更新频率", []),
        ("交付方式", ["方式"]),
        ("使用条件", ["适用场景", "适用场景"]),
    ]
    assert said[4].rows == ((Words("certificate", "质量证书"), Words("gold", "金级")),)
    assert said[2].rows[1] == (
        Words("tokens", "词元数"),
        Words("about 361 (Qwen)", "约 361（Qwen）"),
    )


def test_grades_are_called_as_their_standards_call_them() -> None:
    for name in standards():
        grades = {grade.id: grade.title for grade in load_standard(name).grades}
        assert {name: GRADES[name] for name in grades} == grades
