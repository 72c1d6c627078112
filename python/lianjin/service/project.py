"""`/api/projects`: annotation projects, for those who own them and for those who work in them."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated, Any, Literal

from fastapi import Path as PathField
from fastapi import Query, Request
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from lianjin.annotate import project as projects
from lianjin.annotate import report as reports
from lianjin.annotate.project import Level, Order, Person, Plan, Project, RubricRow
from lianjin.annotate.review import close_project
from lianjin.annotate.task import fill
from lianjin.core import limits
from lianjin.core.database import Transaction
from lianjin.core.errors import NotFound
from lianjin.core.identity import new_id
from lianjin.core.words import Words
from lianjin.corpus.dataset import Dataset
from lianjin.corpus.version import VersionName
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import Body, PathIdentity
from lianjin.service.job import JobView
from lianjin.service.job import view_of as view_of_job
from lianjin.service.registry import version_of
from lianjin.service.route import router
from lianjin.service.sent import Sending
from lianjin.service.state import State
from lianjin.service.work.job import Job, make_job
from lianjin.service.work.upload import refuse_more

ROUTER = router("project")
VERSION = r"^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9a-z]{1,20}(\.[0-9a-z]{1,20})?)?$"
PathVersion = Annotated[str, PathField(pattern=VERSION)]


class Said(Body):
    """A sentence in English and in Chinese."""

    en: str = Field(default="", max_length=limits.QUESTION_CHARS)
    zh: str = Field(default="", max_length=limits.QUESTION_CHARS)


class RubricRowBody(Body):
    """One thing that answers are scored for."""

    id: str = Field(max_length=40)
    title: Said
    about: Said = Said()
    lowest: int = 1
    highest: int = 5
    weight: int = 1


class PlanBody(Body):
    """What a project asks, of whom, how often, with which review."""

    name: str = Field(max_length=limits.PROJECT_NAME_CHARS)
    dataset: str = Field(max_length=200)
    kind: Literal["pair", "rubric"]
    question: Said
    rubric: list[RubricRowBody] = Field(default=[], max_length=limits.RUBRIC_ROWS)
    guideline: str = Field(default="", max_length=limits.GUIDELINE_CHARS)
    overlap: int = 1
    review_share: float = 0.0
    annotators: list[str] = Field(default=[], max_length=limits.PROJECT_PEOPLE)
    reviewers: list[str] = Field(default=[], max_length=limits.PROJECT_PEOPLE)
    lease_s: int = 600
    reason_chars: int = 0
    order: Order = "as_is"
    level: Level = "普通标注员"

    def plan(self) -> Plan:
        """The plan, yet to be checked."""
        rows = tuple(
            RubricRow(
                row.id, _words(row.title), _words(row.about), row.lowest, row.highest, row.weight
            )
            for row in self.rubric
        )
        own = self.model_dump(exclude={"question", "rubric", "annotators", "reviewers"})
        return Plan(
            **own,
            question=_words(self.question),
            rubric=rows,
            annotators=tuple(self.annotators),
            reviewers=tuple(self.reviewers),
        )


class Move(Body):
    """The state that comes next. `anyway`: close although reviews wait; those do not count."""

    to: Literal["open", "paused", "closed"]
    anyway: bool = False


class Asked(Body):
    """The version that the export is to become, such as `1.1.0`."""

    version: str = Field(pattern=VERSION)


class ProjectView(BaseModel):
    """A project. Only its owner sees who works in it and how much is reviewed.

    `is_mine`: of the caller's organisation; `may_answer`, `may_review`: what the caller is named for.
    """

    id: str
    organisation: str
    state: Literal["draft", "open", "paused", "closed"]
    revision: int
    created_utc: str
    is_mine: bool
    may_answer: bool
    may_review: bool
    plan: PlanBody


class ProjectList(BaseModel):
    """A page of projects; `after`: the id to ask for the next page with, if there is one."""

    projects: list[ProjectView]
    after: str | None


class FilledView(BaseModel):
    """Tasks that were added, and records that were left out, by why."""

    added: int
    left_out: dict[str, int]


class ProgressView(BaseModel):
    """How far a project is."""

    n_tasks: int
    n_done: int
    n_answers_wanted: int
    places: dict[int, int]
    answers: dict[str, int]
    leases: int


class RecentAnswerView(BaseModel):
    """An answer of the caller's own, what became of it, and what the review said."""

    assignment: str
    position: int
    choice: str | None
    state: str
    comment: str


class OwnProgressView(BaseModel):
    """The caller's part: `counted` answers are paid, `waiting` ones not yet."""

    answers: int
    today: int
    counted: int
    waiting: int
    returned: int
    accepted_share: float | None
    recent: list[RecentAnswerView]


class IntervalView(BaseModel):
    """Where a number lies with `level` confidence."""

    low: float
    high: float
    level: float
    n_replicates: int
    n_undefined: int


class AgreementView(BaseModel):
    """Krippendorff's alpha; null where it is undefined."""

    level: Literal["nominal", "ordinal", "interval"]
    alpha: float | None
    interval: IntervalView | None
    n_units: int
    n_answers: int
    n_alone: int


class PersonView(BaseModel):
    """One person's part, under a pseudonym or, for the owner's pay, an id."""

    person: str
    organisation: str
    answers: int
    counted: int
    reviewed: int
    returned: int
    active_s: int


class ReportView(BaseModel):
    """What a project's answers are worth."""

    project: str
    progress: ProgressView
    agreement: dict[str, AgreementView]
    reviewed_share: float
    accepted_share: float | None
    verdicts: dict[str, int]
    people: list[PersonView]


class PeopleView(BaseModel):
    """Everybody's part by id: what an annotators' share is divided by."""

    people: list[PersonView]


@ROUTER.post("/projects", status_code=201)
def make_project(
    who: Annotated[Caller, need("project.make")], sent: Sending, asked: PlanBody
) -> ProjectView:
    """A new project of the caller's organisation, in draft."""
    person = person_of(who)
    VersionName.parse(asked.dataset)

    def work(tx: Any) -> Any:
        return view_of(projects.create_project(tx, person, asked.plan()), person).model_dump()

    return ProjectView.model_validate(sent.write(who, work), strict=False)


@ROUTER.get("/projects")
def read_projects(
    who: Annotated[Caller, need("project.read")],
    state: Here,
    after: Annotated[str, Query(max_length=40)] = "",
) -> ProjectList:
    """The projects of the caller's organisation and those the caller is named in, newest first."""
    person = person_of(who)
    with state.database.read() as connection:
        found = projects.projects_for(connection, person, after=after, limit=100)
    last = found[-1].id if len(found) == 100 else None
    return ProjectList(projects=[view_of(one, person) for one in found], after=last)


@ROUTER.get("/projects/{project_id}")
def read_project(
    who: Annotated[Caller, need("project.read")], state: Here, project_id: PathIdentity
) -> ProjectView:
    """One project."""
    return view_of(known(state, who, project_id), person_of(who))


@ROUTER.put("/projects/{project_id}/plan")
def change_project(
    who: Annotated[Caller, need("project.change")],
    state: Here,
    sent: Sending,
    project_id: PathIdentity,
    asked: PlanBody,
) -> ProjectView:
    """Changes the plan: everything in draft, later what does not unmake answers."""
    mine(state, who, project_id)
    person = person_of(who)

    def work(tx: Any) -> Any:
        changed = projects.change_plan(tx, person, project_id, asked.plan())
        return view_of(changed, person).model_dump()

    return ProjectView.model_validate(sent.write(who, work), strict=False)


@ROUTER.post("/projects/{project_id}/tasks")
def fill_project(
    who: Annotated[Caller, need("project.change")], state: Here, project_id: PathIdentity
) -> FilledView:
    """Makes a task of each record of the project's version; again adds what is not there yet."""
    project = mine(state, who, project_id)
    projects.must_be(project, ("draft",), Words("add tasks", "添加任务"))
    found = fill(state.database, person_of(who), project_id, _dataset(state, who, project))
    return FilledView(added=found.added, left_out=dict(found.left_out))


@ROUTER.post("/projects/{project_id}/state")
def move_project(
    who: Annotated[Caller, need("project.change")],
    state: Here,
    sent: Sending,
    project_id: PathIdentity,
    asked: Move,
) -> ProjectView:
    """Opens, pauses, continues or closes the project."""
    mine(state, who, project_id)
    person = person_of(who)

    def work(tx: Any) -> Any:
        if asked.to == "closed":
            moved = close_project(tx, person, project_id, anyway=asked.anyway)
        else:
            moved = projects.move_project(tx, person, project_id, asked.to)
        return view_of(moved, person).model_dump()

    return ProjectView.model_validate(sent.write(who, work), strict=False)


@ROUTER.get("/projects/{project_id}/progress")
def read_project_progress(
    who: Annotated[Caller, need("project.read")], state: Here, project_id: PathIdentity
) -> ProgressView:
    """How far the project is."""
    project = known(state, who, project_id)
    with state.database.read() as connection:
        return ProgressView(**asdict(reports.progress(connection, project)))


@ROUTER.get("/projects/{project_id}/mine")
def read_own_progress(
    who: Annotated[Caller, need("task.take")], state: Here, project_id: PathIdentity
) -> OwnProgressView:
    """The caller's own part, with the latest answers and what became of them."""
    project = known(state, who, project_id)
    with state.database.read() as connection:
        found = reports.own_progress(connection, project, who.user_id, state.clock())
    return OwnProgressView.model_validate(asdict(found))


@ROUTER.get("/projects/{project_id}/report")
def read_project_report(
    who: Annotated[Caller, need("project.change")], state: Here, project_id: PathIdentity
) -> ReportView:
    """What the answers are worth: agreement, review, each person's part under a pseudonym."""
    project = mine(state, who, project_id)
    with state.database.read() as connection:
        return ReportView(**reports.project_report(connection, project).to_json())


@ROUTER.get("/projects/{project_id}/people")
def read_project_people(
    who: Annotated[Caller, need("project.change")], state: Here, project_id: PathIdentity
) -> PeopleView:
    """Each person's part by id: whose answers count, and how many."""
    project = mine(state, who, project_id)
    with state.database.read() as connection:
        found = reports.people_of(connection, project)
    return PeopleView(people=[PersonView(**asdict(one)) for one in found])


@ROUTER.post("/projects/{project_id}/export", status_code=202)
def make_export(
    who: Annotated[Caller, need("project.change")],
    state: Here,
    sent: Sending,
    project_id: PathIdentity,
    asked: Asked,
    request: Request,
) -> JobView:
    """Has a job write the closed project's records and pairs, to be built into a version.

    Its result names `files` under `/api/projects/ID/export/VERSION/FILE`, the `upload` with the
    records once more, to be built with the preset `annotated`, the numbers `n_records`, `n_annotated`
    and `n_pairs`, and `labels`: tasks by what their answers came to.
    """
    project = mine(state, who, project_id)
    projects.must_be(project, ("closed",), Words("be exported", "导出"))
    _dataset(state, who, project)
    told = {"project": project_id, "dataset": project.plan.dataset, "version": asked.version}
    told |= {"upload": new_id("upload")}

    def work(tx: Transaction) -> dict[str, Any]:
        refuse_more(tx.connection, project.organisation)
        return asdict(make_job(tx, who.user_id, project.organisation, "export", told))

    job = Job(**sent.write(who, work))
    state.crew.wake()
    return view_of_job(job, request)


@ROUTER.get("/projects/{project_id}/export/{version}/{export_file}", response_class=FileResponse)
def read_export(
    who: Annotated[Caller, need("project.change")],
    state: Here,
    project_id: PathIdentity,
    version: PathVersion,
    export_file: Literal["records.jsonl", "dpo.jsonl"],
) -> FileResponse:
    """A file of an export, as it was written."""
    mine(state, who, project_id)
    path = state.exports / project_id / version / export_file
    if not path.is_file():
        raise NotFound(
            "no-such-export",
            Words(f"there is no export {version!r} of it", f"没有 {version!r} 的导出"),
            hint=Words("export it first", "请先导出"),
        )
    return FileResponse(path, media_type="application/x-ndjson", filename=export_file)


def person_of(who: Caller) -> Person:
    """The caller as annotate knows people; nobody's organisation is no organisation's id."""
    return Person(who.user_id, who.organisation or "")


def known(state: State, who: Caller, project_id: str) -> Project:
    """The project, if the caller owns it, works in it or reads everything; else it is not found."""
    with state.database.read() as connection:
        project = projects.project_by_id(connection, project_id)
    is_known = project.is_known_to(person_of(who))
    whose = who.organisation if is_known else project.organisation
    within(who, lambda: projects.no_such_project(project_id), organisation=whose)
    return project


def mine(state: State, who: Caller, project_id: str) -> Project:
    """The project of the caller's organisation; else it is not found."""
    with state.database.read() as connection:
        project = projects.project_by_id(connection, project_id)
    missing = lambda: projects.no_such_project(project_id)  # noqa: E731
    within(who, missing, organisation=project.organisation)
    return project


def view_of(project: Project, person: Person) -> ProjectView:
    """What a person sees of a project."""
    is_mine = project.organisation == person.organisation
    plan = project.plan
    if not is_mine:
        plan = replace(plan, annotators=(), reviewers=(), review_share=0.0)
    names = ("id", "organisation", "state", "revision", "created_utc")
    return ProjectView(
        **{name: getattr(project, name) for name in names},
        is_mine=is_mine,
        may_answer=project.is_annotator(person),
        may_review=project.is_reviewer(person),
        plan=PlanBody.model_validate(plan.to_json(), strict=False),
    )


def _dataset(state: State, who: Caller, project: Project) -> Dataset:
    """The version that the project asks about, from the registry."""
    name = VersionName.parse(project.plan.dataset)
    owner, dataset = name.dataset.organisation, name.dataset.name
    registry, version = version_of(state, who, owner, dataset, name.version)
    return registry.open(version)


def _words(said: Said) -> Words:
    return Words(said.en, said.zh)
