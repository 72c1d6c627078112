"""Figures of a project are those of its rows, and people in them are nobody's ids."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from lianjin.annotate.answer import Answer
from lianjin.annotate.counted import pseudonym
from lianjin.annotate.report import (
    OwnProgress,
    PersonCount,
    RecentAnswer,
    own_progress,
    people_of,
    progress,
    project_report,
)
from lianjin.annotate.review import review

from tests.annotate.conftest import ANN, BETTER, BO, CAI, RITA, RU, RUBRIC, Clock, Desk

Make = Callable[..., Desk]


def test_a_fresh_project_has_its_tasks_and_nothing_else(desk: Make) -> None:
    here = desk(3, overlap=2)
    with here.database.read() as connection:
        found = project_report(connection, here.project)
    assert (found.progress.n_tasks, found.progress.n_answers_wanted) == (3, 6)
    assert (found.progress.n_done, found.progress.leases) == (0, 0)
    assert (found.reviewed_share, found.accepted_share, found.people) == (0.0, None, ())
    assert found.agreement["choice"].alpha is None
    json.dumps(found.to_json())


def test_people_are_counted_by_what_counts(desk: Make) -> None:
    here = desk(3, review_share=1.0)
    mine = [here.answered(ANN) for _ in range(3)]
    here.call(review, RITA, mine[0].id, "accept")
    here.call(review, RITA, mine[1].id, "fix", answer=Answer("b_much"))
    here.call(review, RITA, mine[2].id, "return", comment="再看看")
    again = here.answered(ANN)
    here.call(review, RU, again.id, "accept")
    with here.database.read() as connection:
        assert people_of(connection, here.project) == (
            PersonCount("user_ann", "organisation_base", 3, 3, 3, 1, 0),
        )
        found = project_report(connection, here.project)
        how_far = progress(connection, here.project)
    assert found.verdicts == {"accept": 2, "fix": 1, "return": 1}
    assert (found.accepted_share, found.reviewed_share) == (0.5, 1.0)
    assert (how_far.n_done, how_far.answers["counted"]) == (3, 3)
    assert [person.person for person in found.people] == [pseudonym(here.project, ANN.id)]
    assert ANN.id not in json.dumps(found.to_json())


def test_a_person_sees_their_own_part(desk: Make, clock: Clock) -> None:
    here = desk(4, review_share=1.0)
    mine = [here.answered(ANN) for _ in range(2)]
    here.answered(BO)
    here.call(review, RITA, mine[0].id, "accept")
    here.call(review, RITA, mine[1].id, "return", comment="<b>再看看</b>")
    clock.wait(86_400)
    with here.database.read() as connection:
        found = own_progress(connection, here.project, ANN.id, clock.now)
    assert (found.answers, found.today, found.counted, found.waiting) == (2, 0, 1, 0)
    assert (found.returned, found.accepted_share) == (1, 0.5)
    assert found.recent == (
        RecentAnswer(mine[1].assignment, 1, "a_slightly", "returned", "<b>再看看</b>"),
        RecentAnswer(mine[0].assignment, 0, "a_slightly", "accepted", ""),
    )
    with here.database.read() as connection:
        nobody = own_progress(connection, here.project, CAI.id, clock.now)
    assert nobody == OwnProgress(0, 0, 0, 0, 0, None, ())


def test_agreement_is_of_first_answers_before_any_review(desk: Make) -> None:
    here = desk(2, overlap=2, review_share=1.0, reviewers=("organisation_check",))
    # Both agree on each task, and the tasks differ: alpha is 1, whatever review says later.
    for choice in ("a_much", "b_much"):
        found = [here.answered(person, Answer(choice)) for person in (ANN, BO)]
        here.call(review, RITA, found[0].id, "return", comment="反了")
        here.answered(ANN, Answer("same"))
    with here.database.read() as connection:
        agreed = project_report(connection, here.project).agreement
    assert (agreed["choice"].alpha, agreed["side"].alpha) == (1.0, 1.0)
    assert (agreed["choice"].n_units, agreed["choice"].n_answers) == (2, 4)


def test_scores_have_an_agreement_for_each_row(desk: Make) -> None:
    here = desk(2, kind="rubric", rubric=RUBRIC, overlap=3)
    for person in (ANN, BO, CAI):
        for correct in (1, 5):
            here.answered(person, Answer(None, {"A": {"correct": correct, "clear": 2}}))
    with here.database.read() as connection:
        agreed = project_report(connection, here.project).agreement
    assert set(agreed) == {"A.correct", "A.clear"}
    assert agreed["A.correct"].alpha == 1.0
    assert agreed["A.clear"].alpha is None


def test_a_pseudonym_is_of_one_project(desk: Make) -> None:
    here = desk(1)
    assert pseudonym(here.project, ANN.id) == pseudonym(here.project, ANN.id)
    assert pseudonym(here.project, ANN.id) != pseudonym(here.project, BO.id)
    other = here.project.__class__(**{**here.project.__dict__, "secret": "77" * 32})
    assert pseudonym(other, ANN.id) != pseudonym(here.project, ANN.id)


@pytest.mark.parametrize("choice", ["same", "both_bad"])
def test_a_tie_is_an_answer_like_any(desk: Make, choice: str) -> None:
    here = desk(1)
    here.answered(ANN, Answer(choice))
    with here.database.read() as connection:
        assert progress(connection, here.project).n_done == 1
    assert BETTER.choice != choice
