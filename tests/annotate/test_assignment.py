"""Drafts outlive leases; what was skipped does not come back, what was given back may."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from lianjin.annotate.assignment import release, renew, save_draft, skip
from lianjin.core import limits
from lianjin.core.clock import later
from lianjin.core.errors import Conflict, LianjinError, NotFound

from tests.annotate.conftest import ANN, BO, CAI, Clock, Desk

Make = Callable[..., Desk]
DRAFT = {"choice": "a_much", "reason": "写到一半 <script>alert(1)</script>"}


def test_a_draft_comes_back_to_its_person_after_the_lease(desk: Make, clock: Clock) -> None:
    here = desk(2)
    mine = here.taken(ANN).assignment.id
    here.call(save_draft, ANN, mine, DRAFT, 1)
    clock.wait(61)
    here.call(save_draft, ANN, mine, {**DRAFT, "reason": "写完"}, 2)
    again = here.taken(ANN).assignment
    assert (again.id, again.draft_number) == (mine, 2)
    assert again.draft == {**DRAFT, "reason": "写完"}


def test_a_draft_waits_while_others_have_the_place(desk: Make, clock: Clock) -> None:
    here = desk(1)
    mine = here.taken(ANN).assignment.id
    here.call(save_draft, ANN, mine, DRAFT, 1)
    clock.wait(60)
    theirs = here.taken(BO)
    assert here.next(ANN) is None
    here.call(release, BO, theirs.assignment.id)
    assert here.taken(ANN).assignment.draft == DRAFT


@pytest.mark.parametrize("number", [0, 3, 2, 2**31])
def test_a_draft_that_is_not_newer_replaces_none(desk: Make, number: int) -> None:
    here = desk(1)
    mine = here.taken(ANN).assignment.id
    here.call(save_draft, ANN, mine, DRAFT, 3)
    with pytest.raises(Conflict, match="draft-older"):
        here.call(save_draft, ANN, mine, {}, number)
    assert here.taken(ANN).assignment.draft == DRAFT


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"reason": "x" * 1_000_000}, "text-too-long"),
        ({"reason": "\ud800"}, "wrong-text"),
        ({"n": float("nan")}, "wrong-text"),
        ({"n": object()}, "wrong-text"),
        ("no object", "wrong-text"),
    ],
)
def test_a_draft_that_cannot_be_kept_is_refused(desk: Make, draft: Any, code: str) -> None:
    here = desk(1)
    mine = here.taken(ANN).assignment.id
    with pytest.raises(LianjinError) as refused:
        here.call(save_draft, ANN, mine, draft, 1)
    assert refused.value.code == code


def test_a_draft_of_another_person_is_not_found(desk: Make) -> None:
    here = desk(1)
    mine = here.taken(ANN).assignment.id
    for call in ((save_draft, DRAFT, 1), (skip, "不会"), (release,)):
        with pytest.raises(NotFound, match="no-such-assignment"):
            here.call(call[0], BO, mine, *call[1:])


def test_a_skipped_task_is_for_others(desk: Make) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    skipped = here.call(skip, ANN, mine.assignment.id, "题目不完整")
    assert (skipped.state, skipped.reason) == ("skipped", "题目不完整")
    assert here.next(ANN) is None
    assert here.taken(BO).task == mine.task
    with pytest.raises(Conflict, match="lease-over"):
        here.call(skip, ANN, mine.assignment.id, "再来")


def test_a_skip_has_a_reason(desk: Make) -> None:
    here = desk(1)
    mine = here.taken(ANN).assignment.id
    with pytest.raises(LianjinError, match="wrong-text"):
        here.call(skip, ANN, mine, " ")
    assert here.taken(ANN).assignment.id == mine


def test_what_was_given_back_may_come_again_and_goes_to_others_first(desk: Make) -> None:
    here = desk(1)
    mine = here.taken(ANN)
    here.call(release, ANN, mine.assignment.id)
    assert here.taken(BO).task == mine.task
    assert here.next(ANN) is None
    with pytest.raises(Conflict, match="lease-over"):
        here.call(release, ANN, mine.assignment.id)


def test_an_answered_task_takes_no_draft_and_is_not_given_back(desk: Make) -> None:
    here = desk(1)
    mine = here.taken(CAI)
    here.turn(CAI, mine)
    for call in ((save_draft, DRAFT, 9), (skip, "不会"), (release,)):
        with pytest.raises(Conflict, match="already-submitted"):
            here.call(call[0], CAI, mine.assignment.id, *call[1:])


def test_a_lease_is_renewed_by_its_own_length_once_half_of_it_is_over(
    desk: Make, clock: Clock
) -> None:
    here = desk(1)
    mine = here.taken(ANN).assignment
    assert here.call(renew, ANN, mine.id) == mine
    clock.wait(31)
    assert here.call(renew, ANN, mine.id).until_utc == later(clock.now, 60)
    clock.wait(59)
    assert here.next(BO) is None, "the place is still taken"
    assert here.taken(ANN).assignment.id == mine.id


def test_a_lease_is_not_renewed_for_ever_and_begins_anew_once_it_is_over(
    desk: Make, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "LEASE_RENEWALS", 2)
    here = desk(1)
    mine = here.taken(ANN).assignment.id
    for _ in range(2):
        clock.wait(40)
        here.call(renew, ANN, mine)
    clock.wait(40)
    with pytest.raises(Conflict, match="lease-renewed-out"):
        here.call(renew, ANN, mine)
    clock.wait(20)
    with pytest.raises(Conflict, match="lease-over"):
        here.call(renew, ANN, mine)
    assert here.taken(ANN).assignment.id == mine
    clock.wait(40)
    assert here.call(renew, ANN, mine).until_utc == later(clock.now, 60)


def test_only_its_person_renews_a_lease(desk: Make) -> None:
    here = desk(1)
    mine = here.taken(ANN).assignment.id
    with pytest.raises(NotFound, match="no-such-assignment"):
        here.call(renew, BO, mine)
