"""`/api/events`: what happened, with its proof; `/log`: the log itself, for whoever checks it.

The log is served as its folder lies there (C2SP tlog-tiles): checkpoint, verifier, tiles.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import FileResponse, Response
from pydantic import BaseModel

from lianjin.core import event as core
from lianjin.core.errors import NotFound
from lianjin.core.limits import EVENTS_PAGE
from lianjin.core.log import CHECKPOINT, VERIFIER
from lianjin.core.store import json_text
from lianjin.core.words import Words
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import PathIdentity
from lianjin.service.route import router
from lianjin.service.state import State

ROUTER = router("event")
LOG_ROUTER = router("log", prefix="/log")

TILE = r"^(entries|[0-9]{1,2})(/x[0-9]{3}){0,5}/[0-9]{3}(\.p/[0-9]{1,3})?$"
"""What stands behind `tile/` in the log's folder, and nothing else."""
FOR_EVER = "public, max-age=31536000, immutable"


class EventView(BaseModel):
    """One event: who did what to what; `log_index` once the log has it."""

    number: int
    id: str
    event: str
    time_utc: str
    actor: str
    subject: str
    ids: dict[str, str]
    digests: dict[str, str]
    log_index: int | None


@ROUTER.get("/events")
def list_events(
    who: Annotated[Caller, need("event.read")],
    state: Here,
    subject: Annotated[str | None, Query(max_length=160, pattern=r"^[^\x00-\x1f]+$")] = None,
    before: Annotated[int | None, Query(ge=1, lt=2**31)] = None,
    limit: Annotated[int, Query(ge=1, le=EVENTS_PAGE)] = EVENTS_PAGE,
) -> list[EventView]:
    """Events, the newest first: all, those of one's organisation, or one's own.

    `before`: the `number` of the last event of the page before.
    """
    organisation = who.organisation if who.reach == "organisation" else None
    with state.database.read() as connection:
        found = core.events(
            connection,
            subject=subject,
            actor=who.user_id if who.reach == "own" else None,
            organisation=organisation,
            before=before,
            limit=limit,
        )
    return [_view(one) for one in found]


@ROUTER.get("/events/{event_id}")
def read_event(
    who: Annotated[Caller, need("event.read")], state: Here, event_id: PathIdentity
) -> EventView:
    """One event."""
    return _view(_found(who, state, event_id))


PROOF: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {"application/json": {"schema": {"type": "object"}}}}},
}
"""How a route that gives a proof is described."""


@ROUTER.get("/events/{event_id}/proof", **PROOF)
def prove_event(
    who: Annotated[Caller, need("event.read")], state: Here, event_id: PathIdentity
) -> Response:
    """The proof that an event is in the log: `lianjin log check` and others check it offline."""
    return proof_of(state, _found(who, state, event_id))


def proof_of(state: State, found: core.Event) -> Response:
    """The proof of an event, as a file; waits until the log has it."""
    index = found.log_index if found.log_index is not None else state.sequencer.wait(found.id)
    name = f"{found.id}.proof.json"
    return Response(
        json_text(state.log.prove(index).to_json()),
        media_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


_FILE: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {"application/octet-stream": {}, "text/plain": {}}}},
}


@LOG_ROUTER.get("/checkpoint", **_FILE)
def read_checkpoint(who: Annotated[Caller, need("log.read")], state: Here) -> Response:
    """The last signed checkpoint."""
    return _file(state, CHECKPOINT, "text/plain; charset=utf-8", "no-store")


@LOG_ROUTER.get("/verifier", **_FILE)
def read_verifier(who: Annotated[Caller, need("log.read")], state: Here) -> Response:
    """The public key that checkpoints are signed with."""
    return _file(state, VERIFIER, "text/plain; charset=utf-8", "no-cache")


@LOG_ROUTER.get("/tile/{tile:path}", include_in_schema=False)  # C2SP tlog-tiles describes it
def read_tile(
    who: Annotated[Caller, need("log.read")], state: Here, tile: Annotated[str, Path(pattern=TILE)]
) -> Response:
    """A tile of hashes or of entries; what it holds never changes."""
    return _file(state, f"tile/{tile}", "application/octet-stream", FOR_EVER)


def _file(state: State, name: str, media_type: str, kept: str) -> Response:
    path = state.log.folder / name
    if not path.is_file():
        raise NotFound("no-such-tile", Words(f"the log has no {name!r}", f"日志里没有 {name!r}"))
    return FileResponse(path, media_type=media_type, headers={"Cache-Control": kept})


def _found(who: Caller, state: State, identity: str) -> core.Event:
    with state.database.read() as connection:
        found = core.event_by_id(connection, identity)
    within(
        who,
        lambda: core.no_event(identity),
        organisation=found.organisation,
        user=found.actor,
    )
    return found


def _view(one: core.Event) -> EventView:
    return EventView(
        number=one.number,
        id=one.id,
        event=one.entry.event,
        time_utc=one.entry.time_utc,
        actor=one.actor,
        subject=one.subject,
        ids=dict(one.entry.ids),
        digests=dict(one.entry.digests),
        log_index=one.log_index,
    )
