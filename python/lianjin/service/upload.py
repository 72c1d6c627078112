"""`/api/uploads`: files to build from, sent one by one."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import Request
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from lianjin.core.database import Transaction
from lianjin.core.errors import LimitExceeded, NotFound
from lianjin.core.identity import new_id
from lianjin.core.limits import UPLOAD_FILE_BYTES, UPLOAD_FILES, UPLOAD_S
from lianjin.core.store import flush, guarded, remove_tree
from lianjin.core.words import Words
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import Body, FileName, PathIdentity, Title
from lianjin.service.route import router
from lianjin.service.state import State
from lianjin.service.work import upload as work
from lianjin.service.work.quota import Claim

ROUTER = router("upload")
FILE_ROUTER = router("upload", body_bytes=UPLOAD_FILE_BYTES, body_s=UPLOAD_S)
BLOCK_BYTES = 1 << 20


class UploadView(BaseModel):
    """A folder of files that were sent."""

    id: str
    name: str
    user: str
    created_utc: str
    n_files: int
    size_bytes: int


class NewUpload(Body):
    """A name for what will be sent."""

    name: Title


class FileView(BaseModel):
    """A file that was sent, all of it on disk."""

    name: str
    size_bytes: int


@ROUTER.get("/uploads")
def list_uploads(who: Annotated[Caller, need("upload.read")], state: Here) -> list[UploadView]:
    """The uploads of one's organisation, the newest first."""
    with state.database.read() as connection:
        found = work.uploads(connection, who.acting_for)
    return [_view(state, one) for one in found]


@ROUTER.post("/uploads", status_code=201)
def make_upload(
    who: Annotated[Caller, need("upload.make")], state: Here, asked: NewUpload
) -> UploadView:
    """Makes an upload, without files."""
    identity = who.acting_for
    made = state.database.write(lambda tx: work.make_upload(tx, who.user_id, identity, asked.name))
    return _view(state, made)


@ROUTER.delete("/uploads/{upload_id}", status_code=204)
def remove_upload(
    who: Annotated[Caller, need("upload.make")], state: Here, upload_id: PathIdentity
) -> None:
    """Removes an upload and its files."""

    def forget(tx: Transaction) -> None:
        found = work.upload_by_id(tx.connection, upload_id)
        within(who, lambda: work.no_upload(upload_id), organisation=found.organisation)
        work.remove_upload(tx, who.user_id, found)

    state.database.write(forget)
    remove_tree(state.uploads / upload_id)


@FILE_ROUTER.put(
    "/uploads/{upload_id}/files/{file_name}",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def put_file(
    who: Annotated[Caller, need("upload.make")],
    state: Here,
    upload_id: PathIdentity,
    file_name: FileName,
    request: Request,
) -> FileView:
    """Takes a file as it is; one of the same name is replaced.

    What would be more than the organisation may have is refused before it is read, if its length was
    said, and else as it comes.
    """
    organisation = await run_in_threadpool(_check, state, who, upload_id)
    claim = state.quota.claim(organisation, lambda: folders_of(state, organisation))
    # A name of ours while it arrives: readers see it whole or not at all.
    part = state.folder / "arriving" / new_id("file")
    try:
        await run_in_threadpool(claim.reach, int(request.headers.get("content-length", "0")))
        size_bytes = await _written(request, part, claim)
        await run_in_threadpool(_placed, part, state.uploads / upload_id / file_name)
        await run_in_threadpool(_check_there, state, upload_id)
    finally:
        await run_in_threadpool(part.unlink, True)
        claim.give_back()
    return FileView(name=file_name, size_bytes=size_bytes)


async def _written(request: Request, part: FilePath, claim: Claim) -> int:
    """The size of the file that arrived, once it is on disk under its passing name."""
    size_bytes, block = 0, bytearray()
    with guarded(part, "write"):
        file = await run_in_threadpool(part.open, "xb")

        def write(data: bytes) -> None:
            claim.reach(size_bytes)
            file.write(data)

        try:
            async for chunk in request.stream():
                block += chunk
                size_bytes += len(chunk)
                if len(block) >= BLOCK_BYTES:
                    await run_in_threadpool(write, bytes(block))
                    block.clear()
            await run_in_threadpool(write, bytes(block))
        finally:
            await run_in_threadpool(file.close)
    return size_bytes


def _placed(part: FilePath, path: FilePath) -> None:
    with guarded(path, "write"):
        path.parent.mkdir(exist_ok=True)
        flush(part)
        os.replace(part, path)
        flush(path.parent)


def _check(state: State, who: Caller, identity: str) -> str:
    """The organisation whose upload it is, if one more file may come."""
    with state.database.read() as connection:
        found = work.upload_by_id(connection, identity)
    within(who, lambda: work.no_upload(identity), organisation=found.organisation)
    if len(files_of(state, identity)) >= UPLOAD_FILES:
        raise LimitExceeded(
            "too-many-files",
            Words(
                f"the upload has {UPLOAD_FILES} files already", f"该上传已有 {UPLOAD_FILES} 个文件"
            ),
            hint=Words("make another upload", "请另建一份上传"),
        )
    return found.organisation


def _check_there(state: State, identity: str) -> None:
    """NotFound, and its folder goes, if the upload was removed while a file came."""
    try:
        with state.database.read() as connection:
            work.upload_by_id(connection, identity)
    except NotFound:
        remove_tree(state.uploads / identity)
        raise


def folders_of(state: State, organisation: str) -> list[FilePath]:
    """The folders of an organisation's uploads."""
    with state.database.read() as connection:
        return [state.uploads / one.id for one in work.uploads(connection, organisation)]


def files_of(state: State, identity: str) -> list[FilePath]:
    """The files of an upload that have arrived."""
    folder = state.uploads / identity
    if not folder.is_dir():
        return []
    with os.scandir(folder) as entries:
        return [folder / entry.name for entry in entries if entry.is_file()]


def _view(state: State, one: work.Upload) -> UploadView:
    files = files_of(state, one.id)
    known = asdict(one)
    del known["organisation"]
    size_bytes = sum(path.stat().st_size for path in files)
    return UploadView(**known, n_files=len(files), size_bytes=size_bytes)
