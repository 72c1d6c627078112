"""`/api/datasets/…/marks`: the documents of a version that somebody marked for sampling."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, StringConstraints

from lianjin.core.database import Transaction
from lianjin.service.access import Caller, Here, need
from lianjin.service.account.mark import mark, marks, unmark
from lianjin.service.body import Body
from lianjin.service.document import no_record
from lianjin.service.registry import version_of
from lianjin.service.route import router

ROUTER = router("mark")


class MarkBody(Body):
    """A document of the version, and whether it shall be on one's list."""

    document: Annotated[
        str, StringConstraints(min_length=1, max_length=4_096, pattern=r"^[^\x00]+$")
    ]
    is_marked: bool


class MarkView(BaseModel):
    """A document on one's list, and since when."""

    document: str
    created_utc: str


class MarkList(BaseModel):
    """One's own list of a version, in the order of marking."""

    version: str
    root: str
    marks: list[MarkView]


@ROUTER.get("/datasets/{organisation}/{name}/versions/{version}/marks")
def list_marks(
    who: Annotated[Caller, need("mark.read")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
) -> MarkList:
    """The documents of a version that the caller marked."""
    _, found = version_of(state, who, organisation, name, version)
    with state.database.read() as connection:
        mine = marks(connection, who.user_id, found.digest)
    shown = [MarkView(document=one.document, created_utc=one.created_utc) for one in mine]
    return MarkList(version=str(found.name), root=found.root, marks=shown)


@ROUTER.put("/datasets/{organisation}/{name}/versions/{version}/marks", status_code=204)
def change_mark(
    who: Annotated[Caller, need("mark.change")],
    state: Here,
    organisation: str,
    name: str,
    version: str,
    asked: MarkBody,
) -> None:
    """Puts a document on the caller's list, or takes it off; twice changes nothing."""
    registry, found = version_of(state, who, organisation, name, version)
    if asked.is_marked and registry.open(found).record("receipts", asked.document) is None:
        raise no_record(asked.document)

    def work(tx: Transaction) -> None:
        change = mark if asked.is_marked else unmark
        change(tx, who.user_id, found.digest, asked.document)

    state.database.write(work)
