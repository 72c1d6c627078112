"""`/api/datasets/…/documents`: the records of a version, what was done to each, and why.

Takes a version and an id; gives the text with its repairs marked, and scores beside their rules.
Records nothing. Texts are text: nothing in them becomes markup here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import isfinite
from typing import Annotated, Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
from fastapi import Query, Request
from pydantic import BaseModel, Field

from lianjin import _kernel
from lianjin.core.errors import Finding, LianjinError, NotFound, StorageError
from lianjin.core.limits import DOCUMENT_CHARS, DOCUMENTS_SEARCHED, PAGE_ROWS, SEARCH_CHARS
from lianjin.core.settings import Language
from lianjin.core.words import Words
from lianjin.corpus.dataset import FOLDER_OF, Dataset
from lianjin.corpus.page import Condition, Page, page
from lianjin.curate.line import must_be_scored
from lianjin.curate.redline import Span, redline
from lianjin.curate.why import Claim, Story, claims, reason_words, story_of
from lianjin.operators.rule import RuleFault
from lianjin.service.access import Caller, Here, need
from lianjin.service.account.mark import marks
from lianjin.service.errors import language_of
from lianjin.service.facts import has_recipe
from lianjin.service.registry import version_of
from lianjin.service.route import router

ROUTER = router("document")
HEAD_CHARS = 120
"""Characters of a text that stand in a list."""
HEAD_BYTES = 256
"""Bytes of an unreadable record that are shown."""

Outcome = Literal["kept", "dropped", "quarantined"]
Value = str | bool | int | float | None


class DocumentLine(BaseModel):
    """A record in a list. `reason` is the rule's own text, a twin, or an error code."""

    id: str
    outcome: Outcome
    step: int | None
    reason: str | None
    reason_text: str | None
    title: str | None
    head: str
    length_chars: int | None


class DocumentList(BaseModel):
    """A page of records in the order of the input.

    `following` is to be given as `place` for the next page; null at the end. A page may be short and
    yet not the last: its call had looked at enough.
    """

    documents: list[DocumentLine]
    following: int | None


class SpanView(BaseModel):
    """A stretch of text: the same before and after, cut by a repair, or put in by one."""

    kind: Literal["same", "cut", "put"]
    text: str
    step: int | None
    rule: str | None
    confidence: float | None


class ClaimView(BaseModel):
    """One claim of a rule: the score beside its line. `holds` is null where a value is absent."""

    step: int
    text: str
    holds: bool | None
    values: dict[str, Value]


class TurnView(BaseModel):
    """What somebody says in a dialogue, or one part of a preference: prompt, chosen, rejected."""

    role: str
    content: str


class EditCount(BaseModel):
    """How many edits a rule of a step made."""

    step: int
    rule: str
    count: int


class LinkView(BaseModel):
    """A cluster of near-duplicates that the record is in; `kept_id` stands for it."""

    step: int
    cluster: str
    kept_id: str
    similarity: float | None


class SourceView(BaseModel):
    """Where the record came from: a byte range of a file, or its rows."""

    path: str
    position: int
    start: int
    end: int


class DocumentView(BaseModel):
    """The whole story of one record.

    `steps` are the recipe's, in words; `decided_by` is the part of a rule that dropped it. `head`:
    the first bytes of an unreadable record as hexadecimal digits. `turns`: of a record that is no
    text, such as a dialogue. `is_cut`: the text or the turns are longer.
    """

    id: str
    outcome: Outcome
    step: int | None
    reason: str | None
    reason_text: str | None
    decided_by: str | None
    steps: list[str]
    source: SourceView
    about: dict[str, Value]
    text: list[SpanView]
    turns: list[TurnView]
    is_cut: bool
    edits: list[EditCount]
    scores: dict[str, Value]
    claims: list[ClaimView]
    links: list[LinkView]
    error: str | None
    head: str | None


class Wanted(BaseModel):
    """Which records are listed: all that is set has to fit.

    `step`, `reason`: what dropped it. `repaired`: a step that changed its text. `score` between
    `low` and `high`, both included. `words`: what its text or title holds, in either script; such
    a list is of kept records unless `outcome` is dropped.
    """

    model_config = {"extra": "forbid"}

    outcome: Outcome | None = None
    step: Annotated[int | None, Field(ge=0, le=255)] = None
    reason: Annotated[str | None, Field(max_length=10_000)] = None
    repaired: Annotated[int | None, Field(ge=0, le=255)] = None
    score: Annotated[str | None, Field(max_length=100)] = None
    low: Annotated[float | None, Field(allow_inf_nan=False)] = None
    high: Annotated[float | None, Field(allow_inf_nan=False)] = None
    words: Annotated[str | None, Field(max_length=SEARCH_CHARS)] = None
    marked: bool = False
    place: Annotated[int, Field(ge=0, le=2**53)] = 0
    limit: Annotated[int, Field(ge=1, le=PAGE_ROWS)] = 50


@ROUTER.get("/datasets/{organisation}/{name}/versions/{version}/documents")
def list_documents(
    who: Annotated[Caller, need("document.read")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
    request: Request,
    wanted: Annotated[Wanted, Query()],
) -> DocumentList:
    """The records of a version: all, or those of an outcome, a reason, a score, or with words."""
    registry, found = version_of(state, who, organisation, name, version)
    dataset = registry.open(found)
    language = language_of(request.headers.get("accept-language"))
    with state.database.read() as connection:
        mine = marks(connection, who.user_id, found.digest) if wanted.marked else ()
    with as_built():
        if wanted.marked:
            rows = _marked(dataset, [one.document for one in mine], wanted)
        else:
            rows = _with_words(dataset, wanted) if wanted.words else _receipts(dataset, wanted)
        return DocumentList(
            documents=list(_lines(dataset, rows.rows, language)), following=rows.following
        )


COLUMNS = ("id", "outcome", "step", "reason")


def _marked(dataset: Dataset, ids: Sequence[str], wanted: Wanted) -> Page:
    """A page of the records with these ids, in their order."""
    end = wanted.place + wanted.limit
    some = ids[wanted.place : end]
    receipts = dataset.records("receipts", some, list(COLUMNS))
    return Page(tuple(receipts[i] for i in some if i in receipts), end if len(ids) > end else None)


def _receipts(dataset: Dataset, wanted: Wanted) -> Page:
    """A page of receipts that fit."""
    asked = {"outcome": wanted.outcome, "step": wanted.step, "reason": wanted.reason}
    equal = {column: value for column, value in asked.items() if value is not None}
    return page(
        dataset, "receipts", COLUMNS, equal=equal, place=wanted.place, limit=wanted.limit,
        conditions=list(_conditions(dataset, wanted)),
    )  # fmt: skip


def _conditions(dataset: Dataset, wanted: Wanted) -> Iterator[Condition]:
    if (step := wanted.repaired) is not None:
        yield Condition(["edits"], lambda batch: _has_edit(batch["edits"], step))
    if wanted.score is not None:
        must_be_scored(dataset, wanted.score)
        if wanted.low is not None:
            yield _scored(wanted.score, pc.greater_equal, wanted.low)
        if wanted.high is not None:
            yield _scored(wanted.score, pc.less_equal, wanted.high)


def _scored(score: str, compare: Callable[[pa.Array, float], pa.Array], bound: float) -> Condition:
    def holds(batch: pa.RecordBatch) -> pa.Array:
        return compare(pc.struct_field(batch["scores"], score).cast(pa.float64()), bound)

    return Condition([f"scores.{score}"], holds)


def _has_edit(edits: pa.Array, step: int) -> pa.Array:
    """bool[n]: whether a step made any of the edits of each row."""
    of_step = pc.equal(pc.struct_field(pc.list_flatten(edits), "step"), step)
    rows = pc.list_parent_indices(edits).filter(of_step)
    return pc.is_in(pa.array(range(len(edits)), pa.int64()), rows.cast(pa.int64()))


def _with_words(dataset: Dataset, wanted: Wanted) -> Page:
    """A page of kept, or dropped, records whose text has the words, and whose receipts fit.

    Records come a page at a time in the order of their file; of those, the receipts that fit stay.
    """
    outcome = wanted.outcome or "kept"
    if outcome == "quarantined":
        return Page((), None)
    sought, folder = folded(wanted.words or ""), FOLDER_OF[outcome]
    columns = [name for name in ("title", "text") if name in dataset.columns(folder)]
    if wanted.score is not None:
        must_be_scored(dataset, wanted.score)

    def holds(batch: pa.RecordBatch) -> pa.Array:
        texts = zip(*(batch[name].to_pylist() for name in columns), strict=True)
        return pa.array([any(sought in folded(t) for t in row if t) for row in texts], pa.bool_())

    found = page(
        dataset, folder, ["id"], equal={}, place=wanted.place, limit=wanted.limit,
        conditions=[Condition(columns, holds)], looked_at=DOCUMENTS_SEARCHED,
    )  # fmt: skip
    ids = [row["id"] for row in found.rows]
    receipts = dataset.records("receipts", ids, _needed(wanted))
    fitting = (receipts[i] for i in ids if i in receipts and _fits(receipts[i], wanted))
    return Page(tuple({c: row[c] for c in COLUMNS} for row in fitting), found.following)


def folded(text: str) -> str:
    """The text in one script and case. Width stays: to fold it would cost ten times as much.

    >>> folded("Data 數據")
    'data 数据'
    """
    return _kernel.simplified(text).lower()


def _needed(wanted: Wanted) -> list[str]:
    """The columns of a receipt that tell whether it fits, and what of it is listed."""
    asked = [*COLUMNS]
    if wanted.repaired is not None:
        asked.append("edits")
    if wanted.score is not None:
        asked.append(f"scores.{wanted.score}")
    return asked


def _fits(receipt: Mapping[str, Any], wanted: Wanted) -> bool:
    """Whether one receipt fits, as `_conditions` says of many."""
    if wanted.step is not None and receipt["step"] != wanted.step:
        return False
    if wanted.reason is not None and receipt["reason"] != wanted.reason:
        return False
    edits = receipt.get("edits") or ()
    if wanted.repaired is not None and all(edit["step"] != wanted.repaired for edit in edits):
        return False
    if wanted.score is None:
        return True
    value = receipt["scores"][wanted.score]
    low, high = wanted.low, wanted.high
    return value is not None and (low is None or value >= low) and (high is None or value <= high)


@ROUTER.get("/datasets/{organisation}/{name}/versions/{version}/documents/{identifier:path}")
def read_document(
    who: Annotated[Caller, need("document.read")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
    identifier: str,
    request: Request,
) -> DocumentView:
    """One record: its text with repairs marked, its scores beside their rules, what became of it."""
    registry, found = version_of(state, who, organisation, name, version)
    dataset = registry.open(found)
    language = language_of(request.headers.get("accept-language"))
    with as_built():
        if (receipt := dataset.record("receipts", identifier)) is None:
            raise no_record(identifier)
        story = story_of(dataset, receipt)
        made = claims(dataset, story) if has_recipe(dataset.manifest) else ()
        return _view(story, made, language)


@contextmanager
def as_built() -> Iterator[None]:
    """Turns what files of another form raise inside the block into a Finding `not-as-built`.

    Anybody may have written what was pushed: columns, types and values can be anything. Only what
    reads them stands in the block.
    """
    try:
        yield
    except LianjinError as error:
        if not isinstance(error, StorageError) or error.code != "damaged-file":
            raise
        raise _notas_built() from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise _notas_built() from error
    except (pa.ArrowException, RuleFault) as error:
        raise _notas_built() from error


def _notas_built() -> Finding:
    return Finding(
        "not-as-built",
        Words(
            "the version's records are not in the form that a build writes",
            "该版本的记录不是构建所写的形式",
        ),
        hint=Words("its files can be pulled all the same", "仍可拉取它的文件"),
    )


def no_record(identifier: str) -> NotFound:
    """The NotFound for a record that a version does not have."""
    said = Words(
        f"the version has no record {identifier[:300]!r}", f"该版本没有记录 {identifier[:300]!r}"
    )
    return NotFound("unknown-id", said)


def _lines(
    dataset: Dataset, rows: Sequence[Mapping[str, Any]], language: Language
) -> Iterator[DocumentLine]:
    seen: dict[str, dict[str, Any]] = {}
    for outcome, folder in FOLDER_OF.items():
        ids = [row["id"] for row in rows if row["outcome"] == outcome]
        if ids and folder != "quarantine":
            columns: list[str] = [
                c for c in ("id", "title", "text") if c in dataset.columns(folder)
            ]
            seen |= dataset.records(folder, ids, columns)
    for row in rows:
        record = seen.get(row["id"], {})
        text = record.get("text")
        yield DocumentLine(
            **row,
            reason_text=_said(row["reason"], language),
            title=record.get("title"),
            head=(text or "")[:HEAD_CHARS],
            length_chars=None if text is None else len(text),
        )


def _view(story: Story, found: Sequence[Claim], language: Language) -> DocumentView:
    receipt, record = story.receipt, story.record
    spans, is_cut = _cut(redline(record.get("text") or "", receipt["edits"] or ()))
    turns, has_more = _turns(record)
    head = record.get("head")
    return DocumentView(
        id=receipt["id"],
        outcome=receipt["outcome"],
        step=receipt["step"],
        reason=receipt["reason"],
        reason_text=_said(receipt["reason"], language),
        decided_by=None if story.verdict is None else story.verdict.part,
        steps=[step.of(language) for step in story.steps],
        source=SourceView(**receipt["source"]),
        about={n: _plain(record[n]) for n in ABOUT if record.get(n) is not None},
        text=[SpanView(**vars(span)) for span in spans],
        turns=turns,
        is_cut=is_cut or has_more,
        edits=list(_counted(receipt["edits"] or ())),
        scores={n: _plain(v) for n, v in (receipt.get("scores") or {}).items()},
        claims=[ClaimView(**vars(c) | {"values": _values(c.values)}) for c in found],
        links=[LinkView(**link) for link in receipt["links"] or ()],
        error=Words.read(record["error"]).of(language) if record.get("error") else None,
        head=None if head is None else head[:HEAD_BYTES].hex(),
    )


ABOUT = (
    "kind", "title", "author", "published", "url", "licence", "copyright", "origin", "generated",
    "charset", "source_id", "language",
)  # fmt: skip
"""What a record says of itself, in the order of its columns."""


def _cut(spans: Sequence[Span]) -> tuple[list[Span], bool]:
    """The spans up to a length, and whether that is not all."""
    kept: list[Span] = []
    room = DOCUMENT_CHARS
    for span in spans:
        if len(span.text) > room:
            return kept, True
        kept.append(span)
        room -= len(span.text)
    return kept, False


def _turns(record: Mapping[str, Any]) -> tuple[list[TurnView], bool]:
    """The turns of a dialogue or the parts of a preference up to a length, and whether not all."""
    said = [(turn["role"], turn["content"]) for turn in record.get("messages") or ()]
    said += [(part, text) for part, text in (record.get("preference") or {}).items()]
    kept: list[TurnView] = []
    room = DOCUMENT_CHARS
    for role, content in said:
        if room <= 0:
            return kept, True
        kept.append(TurnView(role=(role or "")[:HEAD_CHARS], content=(content or "")[:room]))
        room -= len(content or "")
    return kept, room < 0


def _counted(edits: Sequence[Mapping[str, Any]]) -> Iterator[EditCount]:
    counts: dict[tuple[int, str], int] = {}
    for edit in edits:
        key = (edit["step"], edit["rule"])
        counts[key] = counts.get(key, 0) + 1
    for (step, rule), count in sorted(counts.items()):
        yield EditCount(step=step, rule=rule, count=count)


def _said(reason: str | None, language: Language) -> str | None:
    return None if reason is None else reason_words(reason).of(language)


def _values(values: Mapping[str, Any]) -> dict[str, Value]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Value:
    """A value as JSON has it: what is no number is null, what is long is cut."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if isfinite(value) else None
    return str(value)[:HEAD_CHARS]
