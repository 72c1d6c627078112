"""`/api/blobs`: the bytes of versions on their way in, hashed as they come.

Takes files by their SHA-256; gives whether the caller's organisation has sent them. Records
nothing: the version that names them does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from typing import Annotated

from fastapi import Path, Query, Request, Response
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from lianjin.core.database import Transaction
from lianjin.core.limits import BLOB_S, BLOB_SIZE_BYTES
from lianjin.corpus.blob import BLOCK_BYTES, BlobWriter, no_such_blob
from lianjin.corpus.registry import Registry
from lianjin.service.access import Caller, Here, need
from lianjin.service.holding import full, held, hold, refuse_beyond, room
from lianjin.service.route import router

ROUTER = router("blob", body_bytes=BLOB_SIZE_BYTES, body_s=BLOB_S)

Start = Annotated[int | None, Query(ge=0, le=BLOB_SIZE_BYTES)]
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class BlobView(BaseModel):
    """A blob that the organisation holds."""

    sha256: str
    size_bytes: int


@ROUTER.head("/blobs/{sha256}", response_model=None)
def has_blob(who: Annotated[Caller, need("blob.read")], state: Here, sha256: Sha256) -> Response:
    """Whether the caller's organisation has sent these bytes; 404 says nothing of others.

    `Upload-Offset` beside a 404: how much came of a file that was sent with `start` and broke off.
    """
    with state.database.read() as connection:
        is_held = bool(held(connection, who.acting_for, [sha256]))
    # Whoever asks counts on it from now on, so that it is not collected before its version appears.
    blobs = Registry(state.registry).blobs
    if is_held and blobs.renewed(sha256):
        return Response()
    if sent := blobs.part_bytes(sha256, who.acting_for):
        return Response(status_code=404, headers={"Upload-Offset": str(sent)})
    raise no_such_blob(sha256)


@ROUTER.put("/blobs/{sha256}", status_code=201)
async def put_blob(
    who: Annotated[Caller, need("blob.send")],
    state: Here,
    request: Request,
    sha256: Sha256,
    start: Start = None,
) -> BlobView:
    """Takes bytes, and keeps them if they have the digest; the same bytes again change nothing.

    With `start` the body is the file from that byte on, 0 or the `Upload-Offset` that HEAD says, and
    what comes of it is kept if it breaks off.
    """
    organisation = who.acting_for
    declared = int(request.headers.get("content-length", "0")) + (start or 0)

    def refuse() -> int:
        with state.database.read() as connection:
            refuse_beyond(connection, organisation, declared)
            return room(connection, organisation)

    room_bytes = await run_in_threadpool(refuse)
    blobs = Registry(state.registry).blobs
    if start is None:
        incoming = blobs.incoming(sha256, most_bytes=BLOB_SIZE_BYTES)
    else:
        incoming = blobs.part(sha256, organisation, start, most_bytes=BLOB_SIZE_BYTES)
    size_bytes = await _taken(incoming, request.stream(), room_bytes)

    def work(tx: Transaction) -> None:
        refuse_beyond(tx.connection, organisation, size_bytes)
        hold(tx, organisation, sha256, size_bytes)

    await run_in_threadpool(state.database.write, work)
    return BlobView(sha256=sha256, size_bytes=size_bytes)


async def _taken(
    incoming: AbstractContextManager[BlobWriter], stream: AsyncIterator[bytes], room_bytes: int
) -> int:
    """The size of a blob that was taken; what differs or has no room is not kept.

    The disk is waited for in threads, a block at a time.
    """
    writer = await run_in_threadpool(incoming.__enter__)
    try:
        waiting = bytearray()
        async for data in stream:
            waiting += data
            if writer.size_bytes + len(waiting) > room_bytes:
                raise full()
            if len(waiting) >= BLOCK_BYTES:
                await run_in_threadpool(writer.write, bytes(waiting))
                waiting.clear()
        await run_in_threadpool(writer.write, bytes(waiting))
    except BaseException as error:
        ended = incoming.__exit__(type(error), error, error.__traceback__)
        assert not ended
        raise
    await run_in_threadpool(incoming.__exit__, None, None, None)
    return writer.size_bytes
