"""A project: what is asked about the records of a version, of whom, how often, with which review.

Takes a plan; gives the project, whose state moves draft → open ⇄ paused → closed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import sqlalchemy as sa

from lianjin.annotate.text import checked_text
from lianjin.core import limits
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict, Forbidden, NotFound, UsageError
from lianjin.core.identity import digest, new_id
from lianjin.core.words import NOTHING, Words

Kind = Literal["pair", "rubric"]
State = Literal["draft", "open", "paused", "closed"]
Order = Literal["as_is", "shuffled"]
Level = Literal["普通标注员", "专业标注员", "行业领域专家", "其他"]

LEVELS: tuple[Level, ...] = ("普通标注员", "专业标注员", "行业领域专家", "其他")
"""Who annotates, in the words of TC609-5-2025-02."""

MOVES: Mapping[str, tuple[State, ...]] = {
    "draft": ("open",),
    "open": ("paused", "closed"),
    "paused": ("open", "closed"),
    "closed": (),
}
"""From each state to those that may follow."""

STATES: Mapping[str, Words] = {
    "draft": Words("in draft", "草稿"),
    "open": Words("open", "进行中"),
    "paused": Words("paused", "已暂停"),
    "closed": Words("closed", "已关闭"),
}
"""What each state is called."""

PROJECTS = sa.Table(
    "project",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("organisation", sa.String(64), nullable=False, index=True),
    sa.Column("dataset", sa.String(200), nullable=False, index=True),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("plan", sa.Text, nullable=False),  # JSON of Plan
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("secret", sa.String(64), nullable=False),  # shuffles, draws, names people anew
    sa.Column("created_by", sa.String(64), nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
)
"""Projects; their tasks are rows of `annotate/task.py`."""


@dataclass(frozen=True)
class Person:
    """Who acts: a person's id and the id of the organisation they act for."""

    id: str
    organisation: str


@dataclass(frozen=True)
class RubricRow:
    """One thing that answers are scored for, in whole numbers from `lowest` to `highest`.

    `weight`: its share of the total, relative to the other rows.
    """

    id: str
    title: Words
    about: Words = NOTHING
    lowest: int = 1
    highest: int = 5
    weight: int = 1


@dataclass(frozen=True)
class Plan:
    """What a project asks.

    `dataset`: the version, `organisation/name@1.2.0`. `kind`: `pair`, which of two answers is
    better, with scores of both where there is a rubric; or `rubric`, scores of one answer.
    `overlap`: people who answer each task. `review_share`: of the answers, 0 to 1, that another
    person reviews. `annotators`, `reviewers`: ids of persons and organisations. `lease_s`: seconds
    that a task is one person's. `reason_chars`: how long a reason is at least where one answer is
    much better, 0: none is asked for. `order`: tasks as the version has them, or shuffled.
    """

    name: str
    dataset: str
    kind: Kind
    question: Words
    rubric: tuple[RubricRow, ...] = ()
    guideline: str = ""
    overlap: int = 1
    review_share: float = 0.0
    annotators: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    lease_s: int = 600
    reason_chars: int = 0
    order: Order = "as_is"
    level: Level = "普通标注员"

    def to_json(self) -> dict[str, Any]:
        """The plan as plain JSON."""
        return asdict(self)

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> Plan:
        """The plan that `to_json` wrote."""
        rows = tuple(
            RubricRow(**(row | {"title": Words(**row["title"]), "about": Words(**row["about"])}))
            for row in value["rubric"]
        )
        lists = {name: tuple(value[name]) for name in ("annotators", "reviewers")}
        return cls(**({**value, "question": Words(**value["question"]), "rubric": rows} | lists))


@dataclass(frozen=True)
class Project:
    """A plan of `organisation`, and how far it is. `revision` counts changes of the plan.

    `secret` never leaves the server: who knew it could tell which answer stood first, whose answer
    is reviewed, and who is behind a pseudonym.
    """

    id: str
    organisation: str
    plan: Plan
    state: State
    revision: int
    secret: str
    created_by: str
    created_utc: str

    def is_annotator(self, person: Person) -> bool:
        """Whether the person, or their organisation, answers tasks."""
        return not {person.id, person.organisation}.isdisjoint(self.plan.annotators)

    def is_reviewer(self, person: Person) -> bool:
        """Whether the person, or their organisation, reviews answers."""
        return not {person.id, person.organisation}.isdisjoint(self.plan.reviewers)

    def is_known_to(self, person: Person) -> bool:
        """Whether the project exists for this person at all."""
        mine = person.organisation == self.organisation
        return mine or self.is_annotator(person) or self.is_reviewer(person)


def create_project(
    tx: Transaction, actor: Person, plan: Plan, *, secret: str | None = None
) -> Project:
    """A new project of the actor's organisation, in draft. UsageError `wrong-plan`."""
    project = Project(
        id=new_id("project"),
        organisation=actor.organisation,
        plan=checked_plan(plan),
        state="draft",
        revision=1,
        secret=secret or os.urandom(32).hex(),
        created_by=actor.id,
        created_utc=tx.now_utc,
    )
    tx.connection.execute(PROJECTS.insert(), _row(project))
    _record(tx, "project_created", actor, project)
    return project


def change_plan(tx: Transaction, actor: Person, project_id: str, plan: Plan) -> Project:
    """The project with another plan.

    In draft everything may change but the dataset and the kind. Later only what does not unmake
    answers: name, guideline, people and level; Conflict `project-state` for the rest and once it
    is closed.
    """
    project, plan = project_by_id(tx.connection, project_id), checked_plan(plan)
    old = project.plan
    fixed = replace(plan, dataset=old.dataset, kind=old.kind, order=old.order)
    if project.state != "draft":
        free = ("name", "guideline", "annotators", "reviewers", "level")
        fixed = replace(old, **{name: getattr(plan, name) for name in free})
    if project.state == "closed" or fixed != plan:
        raise _wrong_state(project, Words("change this of its plan", "修改方案的这一部分"))
    project = replace(project, plan=plan, revision=project.revision + 1)
    statement = PROJECTS.update().where(PROJECTS.c.id == project.id)
    tx.connection.execute(statement, {"plan": _stored(plan), "revision": project.revision})
    _record(tx, "project_changed", actor, project)
    return project


def move_project(tx: Transaction, actor: Person, project_id: str, to: State) -> Project:
    """The project in its next state; Conflict `project-state` for a move that is none.

    Opening needs tasks (`no-tasks`). Who closes is asked by `annotate/review.py` whether reviews wait.
    """
    project = project_by_id(tx.connection, project_id)
    if to not in MOVES[project.state]:
        raise _wrong_state(project, Words(f"make it {STATES[to].en}", f"改为{STATES[to].zh}"))
    if to == "open" and not n_tasks(tx.connection, project.id):
        raise Conflict(
            "no-tasks",
            Words("the project has no tasks yet", "项目还没有任务"),
            hint=Words("add the records of its dataset first", "请先从数据集添加记录"),
        )
    project = replace(project, state=to)
    tx.connection.execute(PROJECTS.update().where(PROJECTS.c.id == project.id), {"state": to})
    _record(tx, f"project_{to}" if to != "open" else "project_opened", actor, project)
    return project


_BY_ID = sa.select(PROJECTS).where(PROJECTS.c.id == sa.bindparam("project"))


def project_by_id(connection: sa.Connection, project_id: str) -> Project:
    """The project with this id; NotFound `no-such-project`."""
    row = connection.execute(_BY_ID, {"project": project_id}).one_or_none()
    if row is None:
        raise no_such_project(project_id)
    return project_of(row)


def project_for(
    connection: sa.Connection,
    project_id: str,
    person: Person,
    may: Callable[[Project, Person], bool] = Project.is_known_to,
) -> Project:
    """The project, if it exists for the person and `may` holds.

    NotFound `no-such-project` hides it from strangers; Forbidden `not-your-project` says that
    others of it may do this.
    """
    project = project_by_id(connection, project_id)
    allow(project, person, may)
    return project


def allow(project: Project, person: Person, may: Callable[[Project, Person], bool]) -> None:
    """Nothing, if `may` holds; the refusals of `project_for` otherwise."""
    if not project.is_known_to(person):
        raise no_such_project(project.id)
    if not may(project, person):
        raise Forbidden(
            "not-your-project",
            Words(
                f"{person.id!r} has no such part in the project {project.plan.name!r}",
                f"{person.id!r} 在项目 {project.plan.name!r} 中没有这个角色",
            ),
            hint=Words("ask its owner", "请联系项目负责人"),
        )


def owns(project: Project, person: Person) -> bool:
    """Whether the project is of the person's organisation."""
    return project.organisation == person.organisation


def projects_for(
    connection: sa.Connection, person: Person, *, after: str = "", limit: int = 100
) -> tuple[Project, ...]:
    """The projects that exist for a person, newest first; `after`: the last id of the page before.

    Whom a plan names stands in its JSON; an id in quotes is found there as it is written.
    """
    mine = [PROJECTS.c.organisation == person.organisation]
    mine += [
        PROJECTS.c.plan.contains(json.dumps(i), autoescape=True)
        for i in (person.id, person.organisation)
    ]
    query = sa.select(PROJECTS).where(sa.or_(*mine)).order_by(PROJECTS.c.id.desc())
    if after:
        query = query.where(PROJECTS.c.id < after)
    found: list[Project] = []
    for row in connection.execute(query):
        if len(found) == limit:
            break
        if (project := project_of(row)).is_known_to(person):
            found.append(project)
    return tuple(found)


def project_of(row: Any) -> Project:
    """The project of a row that has the columns of PROJECTS."""
    return Project(
        row.id, row.organisation, _read(row.plan), row.state, row.revision, row.secret,
        row.created_by, row.created_utc,
    )  # fmt: skip


def n_tasks(connection: sa.Connection, project_id: str) -> int:
    """How many tasks a project has."""
    task = METADATA.tables["task"]
    query = sa.select(sa.func.count()).select_from(task).where(task.c.project == project_id)
    return int(connection.execute(query).scalar_one())


def no_such_project(project_id: str) -> NotFound:
    """The NotFound for a project that is not there, or not for this caller."""
    return NotFound(
        "no-such-project", Words(f"there is no project {project_id!r}", f"没有项目 {project_id!r}")
    )


def must_be(project: Project, states: tuple[State, ...], doing: Words) -> None:
    """Conflict `project-state` unless the project is in one of the states."""
    if project.state not in states:
        raise _wrong_state(project, doing)


def checked_plan(plan: Plan) -> Plan:
    """The plan, if it can be carried out; UsageError `wrong-plan` says what cannot."""
    name = checked_text(plan.name, Words("the name", "名称"), limits.PROJECT_NAME_CHARS, least=1)
    guideline = checked_text(plan.guideline, Words("the guideline", "规范"), limits.GUIDELINE_CHARS)
    question = _words(plan.question, Words("the question", "问题"), least=1)
    rubric = tuple(map(_rubric_row, plan.rubric))
    for holds, words in _demands(plan):
        if not holds:
            raise UsageError("wrong-plan", words)
    return replace(plan, name=name, guideline=guideline, question=question, rubric=rubric)


def _demands(plan: Plan) -> tuple[tuple[bool, Words], ...]:
    """What must hold of a plan, and what is said where it does not."""
    rows, people = limits.RUBRIC_ROWS, limits.PROJECT_PEOPLE
    ids = [row.id for row in plan.rubric]
    named = (*plan.annotators, *plan.reviewers)
    return (
        (plan.kind in ("pair", "rubric"), Words("a project asks for `pair` or `rubric`", "项目类型是 `pair` 或 `rubric`")),
        (0 < len(plan.dataset) <= 200 and plan.dataset.isprintable(), Words("a project has a dataset version", "项目须指定数据集版本")),
        (plan.kind == "pair" or bool(ids), Words("scores need a rubric", "评分需要评分细则")),
        (len(ids) <= rows, Words(f"a rubric has at most {rows} rows", f"评分细则最多 {rows} 行")),
        (len(set(ids)) == len(ids), Words("two rows of the rubric have the same id", "评分细则有两行编号相同")),
        (_within(plan.overlap, 1, limits.OVERLAP), Words(f"the overlap is 1 to {limits.OVERLAP}", f"每题人数为 1 到 {limits.OVERLAP}")),
        (isinstance(plan.review_share, float | int) and 0 <= plan.review_share <= 1, Words("the share to review is 0 to 1", "审核比例为 0 到 1")),
        (plan.review_share == 0 or bool(plan.reviewers), Words("a review needs reviewers", "审核需要指定审核人")),
        (len(named) <= people, Words(f"a project has at most {people} people", f"项目最多 {people} 人")),
        (all(isinstance(i, str) and 0 < len(i) <= 64 and i.isprintable() for i in named), Words("people are named by their ids", "人员以编号指定")),
        (_within(plan.lease_s, 10, limits.LEASE_S), Words(f"a lease is 10 to {limits.LEASE_S} seconds", f"领取时长为 10 到 {limits.LEASE_S} 秒")),
        (_within(plan.reason_chars, 0, limits.REASON_CHARS), Words("a reason has a length", "理由的长度不合法")),
        (plan.order in ("as_is", "shuffled"), Words("the order is `as_is` or `shuffled`", "顺序是 `as_is` 或 `shuffled`")),
        (plan.level in LEVELS, Words(f"the level is one of {', '.join(LEVELS)}", f"标注员类别是 {', '.join(LEVELS)} 之一")),
    )  # fmt: skip


def _rubric_row(row: RubricRow) -> RubricRow:
    if not (isinstance(row.id, str) and row.id.isidentifier() and len(row.id) <= 40):
        raise UsageError(
            "wrong-plan",
            Words(
                f"{row.id!r:.80} is no id of a rubric row; use a word like `correct`",
                f"{row.id!r:.80} 不能作评分细则的编号；请用 `correct` 这样的词",
            ),
        )
    scale = _within(row.lowest, 0, 100) and _within(row.highest, row.lowest + 1, 100)
    if not (scale and _within(row.weight, 1, 1_000)):
        raise UsageError(
            "wrong-plan",
            Words(
                f"the row {row.id!r} has a scale within 0 to 100 and a weight of 1 to 1000",
                f"细则 {row.id!r} 的分值须在 0 到 100 之间，权重为 1 到 1000",
            ),
        )
    title = _words(row.title, Words("a row's title", "细则的标题"), least=1)
    return replace(row, title=title, about=_words(row.about, Words("a row's note", "细则的说明")))


def _words(words: Words, what: Words, least: int = 0) -> Words:
    most = limits.QUESTION_CHARS
    en, zh = (checked_text(text, what, most, least=least) for text in (words.en, words.zh))
    return Words(en, zh)


def _within(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _wrong_state(project: Project, doing: Words) -> Conflict:
    state = STATES[project.state]
    return Conflict(
        "project-state",
        Words(f"the project is {state.en}; it does not allow to ", f"项目{state.zh}，不能") + doing,
    )


def _record(tx: Transaction, event: str, actor: Person, project: Project) -> None:
    ids = {"dataset": project.plan.dataset, "organisation": project.organisation}
    ids |= {"revision": str(project.revision)}
    tx.record(event, actor.id, project.id, ids, {"plan": digest(project.plan.to_json())})


def _stored(plan: Plan) -> str:
    return json.dumps(plan.to_json(), ensure_ascii=False)


@lru_cache(maxsize=512)
def _read(stored: str) -> Plan:
    return Plan.of_json(json.loads(stored))


def _row(project: Project) -> dict[str, Any]:
    names = ("id", "organisation", "state", "revision", "secret", "created_by", "created_utc")
    row = {name: getattr(project, name) for name in names}
    return row | {"dataset": project.plan.dataset, "plan": _stored(project.plan)}
