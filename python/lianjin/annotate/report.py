"""A project in figures: how far it is, how people agree, what review said, whose work counts.

Takes a project; gives its progress, cheap enough to be asked every few seconds, and its report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.annotate.annotation import ANNOTATIONS, COUNTED
from lianjin.annotate.answer import LEANING, SIDES, answer_of
from lianjin.annotate.assignment import ASSIGNMENTS
from lianjin.annotate.counted import pseudonym
from lianjin.annotate.project import Project
from lianjin.annotate.review import REVIEWS
from lianjin.annotate.task import TASKS
from lianjin.stats.agreement import Agreement, agreement, counts


@dataclass(frozen=True)
class Progress:
    """How far a project is, in counts.

    `places`: tasks by how many of their places are taken. `answers`: by what became of them.
    `leases`: tasks that are somebody's at this moment, or were and nobody has asked since.
    """

    n_tasks: int
    n_done: int
    n_answers_wanted: int
    places: Mapping[int, int]
    answers: Mapping[str, int]
    leases: int


@dataclass(frozen=True)
class PersonCount:
    """One person's part: answers given, counted, reviewed, returned; seconds of work."""

    person: str
    organisation: str
    answers: int
    counted: int
    reviewed: int
    returned: int
    active_s: int


@dataclass(frozen=True)
class ProjectReport:
    """What a project's answers are worth.

    `agreement`: Krippendorff's alpha over the answers as people first gave them, before any review:
    `choice` (ordinal, from A to B) and `side` (nominal: A, B, same, both bad) of pairs; `SIDE.ROW`
    (ordinal) of scores. `reviewed_share`: of the answers that stand, those with a verdict.
    `accepted_share`: of the verdicts, those that accept; None without any. People are pseudonyms.
    """

    project: str
    progress: Progress
    agreement: Mapping[str, Agreement]
    reviewed_share: float
    accepted_share: float | None
    verdicts: Mapping[str, int]
    people: tuple[PersonCount, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON."""
        return asdict(self)


@dataclass(frozen=True)
class RecentAnswer:
    """An answer of one's own: what was chosen, what became of it, and what the review said."""

    assignment: str
    position: int
    choice: str | None
    state: str
    comment: str


@dataclass(frozen=True)
class OwnProgress:
    """What a person sees of their own part in a project.

    `today`: answers since midnight UTC. `counted`: answers that count, which alone are paid.
    `waiting`: for review. `accepted_share`: of the reviewed ones, those accepted or fixed; None
    without any. `recent`: the latest, newest first.
    """

    answers: int
    today: int
    counted: int
    waiting: int
    returned: int
    accepted_share: float | None
    recent: tuple[RecentAnswer, ...]


RECENT = 10
"""Answers of one's own that are shown."""


def own_progress(
    connection: sa.Connection, project: Project, person: str, now_utc: str
) -> OwnProgress:
    """The person's part in the project, by the latest answer of each of their tasks."""
    query = (
        sa.select(
            ANNOTATIONS.c.assignment,
            ANNOTATIONS.c.choice,
            ANNOTATIONS.c.state,
            ANNOTATIONS.c.created_utc,
            TASKS.c.position,
            sa.func.coalesce(REVIEWS.c.comment, "").label("comment"),
        )
        .select_from(ASSIGNMENTS)
        .join(ANNOTATIONS, ANNOTATIONS.c.id == ASSIGNMENTS.c.annotation)
        .join(TASKS, TASKS.c.id == ASSIGNMENTS.c.task)
        .outerjoin(REVIEWS, REVIEWS.c.annotation == ANNOTATIONS.c.id)
        .where(ASSIGNMENTS.c.project == project.id, ASSIGNMENTS.c.person == person)
        .where(ANNOTATIONS.c.state.not_in(("superseded", "withdrawn")))
        .order_by(ANNOTATIONS.c.id.desc())
    )
    found = connection.execute(query).all()
    states = Counter(row.state for row in found)
    good, back = states["accepted"] + states["fixed"], states["returned"]
    return OwnProgress(
        answers=len(found),
        today=sum(row.created_utc[:10] == now_utc[:10] for row in found),
        counted=sum(states[state] for state in COUNTED),
        waiting=states["waiting"],
        returned=back,
        accepted_share=good / (good + back) if good + back else None,
        recent=tuple(
            RecentAnswer(row.assignment, row.position, row.choice, row.state, row.comment)
            for row in found[:RECENT]
        ),
    )


def progress(connection: sa.Connection, project: Project) -> Progress:
    """How far the project is."""
    places = _grouped(connection, TASKS.c.taken, TASKS.c.project == project.id)
    answers = _grouped(connection, ANNOTATIONS.c.state, ANNOTATIONS.c.project == project.id)
    states = _grouped(connection, ASSIGNMENTS.c.state, ASSIGNMENTS.c.project == project.id)
    standing = sum(answers.get(state, 0) for state in COUNTED)
    n_tasks = sum(places.values())
    return Progress(
        n_tasks=n_tasks,
        n_done=_n_done(connection, project),
        n_answers_wanted=n_tasks * project.plan.overlap,
        places=places,
        answers={**answers, "counted": standing},
        leases=states.get("leased", 0),
    )


def project_report(connection: sa.Connection, project: Project) -> ProjectReport:
    """The project's report; works at any state, and is final once it is closed."""
    verdicts = _grouped(connection, REVIEWS.c.verdict, REVIEWS.c.project == project.id)
    people = tuple(
        PersonCount(**(asdict(found) | {"person": pseudonym(project, found.person)}))
        for found in people_of(connection, project)
    )
    answered = sum(found.answers for found in people)
    n_verdicts = sum(verdicts.values())
    return ProjectReport(
        project=project.id,
        progress=progress(connection, project),
        agreement=agreements(connection, project),
        reviewed_share=sum(p.reviewed for p in people) / answered if answered else 0.0,
        accepted_share=verdicts.get("accept", 0) / n_verdicts if n_verdicts else None,
        verdicts=verdicts,
        people=tuple(sorted(people, key=lambda found: found.person)),
    )


def people_of(connection: sa.Connection, project: Project) -> tuple[PersonCount, ...]:
    """Each person's part, by id: the basis of pay is `counted`."""
    state = ANNOTATIONS.c.state

    def how_many(*states: str) -> Any:
        return sa.func.sum(sa.case((state.in_(states), 1), else_=0))

    query = (
        sa.select(
            ANNOTATIONS.c.person,
            ANNOTATIONS.c.organisation,
            sa.func.count(sa.distinct(ANNOTATIONS.c.assignment)),
            how_many(*COUNTED),
            how_many("accepted", "fixed"),
            how_many("returned"),
            sa.func.sum(ANNOTATIONS.c.active_s),
        )
        .where(ANNOTATIONS.c.project == project.id, state != "superseded")
        .group_by(ANNOTATIONS.c.person, ANNOTATIONS.c.organisation)
        .order_by(ANNOTATIONS.c.person)
    )
    found = connection.execute(query)
    return tuple(PersonCount(row[0], row[1], *map(int, row[2:])) for row in found)


def agreements(connection: sa.Connection, project: Project) -> dict[str, Agreement]:
    """Alpha of everything that people say; sides are as they were shown."""
    query = (
        sa.select(ANNOTATIONS)
        .where(ANNOTATIONS.c.project == project.id, ANNOTATIONS.c.state != "superseded")
        .order_by(ANNOTATIONS.c.assignment, ANNOTATIONS.c.round)
    )
    said: dict[str, list[tuple[str, float]]] = {name: [] for name in _named(project)}
    last = ""
    for row in connection.execute(query):
        if row.assignment == last:
            continue
        last, answer = row.assignment, answer_of(row)
        if answer.choice is not None:
            said["choice"].append((row.task, LEANING[answer.choice]))
            said["side"].append((row.task, _SIDE[answer.choice]))
        for side, rows in answer.scores.items():
            for name, score in rows.items():
                said[f"{side}.{name}"].append((row.task, score))
    seed = int(project.secret[:8], 16)
    return {
        name: agreement(counts(given), "nominal" if name == "side" else "ordinal", seed=seed)
        for name, given in said.items()
    }


_SIDE = {"a_much": 0, "a_slightly": 0, "b_slightly": 1, "b_much": 1, "same": 2, "both_bad": 3}
"""Choices as names of a side, whatever the strength."""


def _named(project: Project) -> list[str]:
    plan = project.plan
    found = ["choice", "side"] if plan.kind == "pair" else []
    return found + [f"{side}.{row.id}" for side in SIDES[plan.kind] for row in plan.rubric]


def _n_done(connection: sa.Connection, project: Project) -> int:
    """Tasks that have as many answers that count as were wanted."""
    done = (
        sa.select(ANNOTATIONS.c.task)
        .where(ANNOTATIONS.c.project == project.id, ANNOTATIONS.c.state.in_(COUNTED))
        .group_by(ANNOTATIONS.c.task)
        .having(sa.func.count() >= project.plan.overlap)
        .subquery()
    )
    return int(connection.execute(sa.select(sa.func.count()).select_from(done)).scalar_one())


def _grouped(connection: sa.Connection, column: Any, where: Any) -> dict[Any, int]:
    query = sa.select(column, sa.func.count()).where(where).group_by(column).order_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}
