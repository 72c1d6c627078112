"""`/hub`: what was bought, for the Hugging Face clients that people already have.

Takes a repository, a revision and a path; gives files and what is said of them. A repository is
gated: without a right its answer is that of a gated one. Every range of data that goes to a buyer
is recorded in the delivery of the order (`market/delivery.py`).

    HF_ENDPOINT=https://…/hub HF_TOKEN=lj_… python -c "load_dataset('lanshi/gov-qa')"
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qs

import anyio
import sqlalchemy as sa
from fastapi import Depends, Request
from fastapi import Path as InPath
from fastapi.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from lianjin.core.errors import Forbidden, LianjinError, NotFound, UsageError
from lianjin.core.identity import digest_bytes, digest_file
from lianjin.core.key import read_key
from lianjin.core.limits import HUB_PATHS
from lianjin.core.store import damaged, guarded
from lianjin.core.words import Words
from lianjin.corpus.dataset import Dataset
from lianjin.corpus.manifest import FileEntry
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import DatasetName, DatasetVersion, VersionName
from lianjin.market import party
from lianjin.market.actor import Actor
from lianjin.market.card import card
from lianjin.market.delivery import close_fetch, has_ended, not_bought, open_fetch, right
from lianjin.market.listing import LISTINGS, Listing, read
from lianjin.market.order import Order, order
from lianjin.service.access import Caller, Here, need
from lianjin.service.route import Handler, router
from lianjin.service.state import State

BLOCK_BYTES = 1 << 18
CARD = "README.md"
COMMIT_DIGITS = 40
"""A revision as Git writes it: the first digits of the manifest's SHA-256."""
ERROR_CODES = {
    "not-signed-in": "GatedRepo",
    "wrong-token": "GatedRepo",
    "not-bought": "GatedRepo",
    "not-permitted": "GatedRepo",
    "token-scope": "GatedRepo",
    "no-such-dataset": "RepoNotFound",
    "no-such-version": "RevisionNotFound",
    "no-such-file": "EntryNotFound",
}
"""What the clients know of our refusals, by `X-Error-Code`."""

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_COMMIT = re.compile(rf"[0-9a-f]{{{COMMIT_DIGITS}}}")

ROUTER = router("hub", prefix="/hub")
ROUTER.include_in_schema = False  # Hugging Face describes it


class _Route(ROUTER.route_class):  # type: ignore[name-defined,misc]
    """A route that says a refusal in the clients' words, too."""

    def get_route_handler(self) -> Handler:
        handle: Handler = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except LianjinError as error:
                code = ERROR_CODES.get(error.code)
                headers = {"X-Error-Message": error.code}
                request.state.headers = headers | ({"X-Error-Code": code} if code else {})
                raise

        return told


ROUTER.route_class = _Route

Name = Annotated[str, InPath(max_length=64)]
Revision = Annotated[str, InPath(max_length=64)]
Puller = Annotated[Caller, need("hub.read")]


@dataclass(frozen=True)
class Shelf:
    """A version that somebody may fetch; `order` is None for the supplier's own."""

    state: State
    version: DatasetVersion
    order: Order | None
    listing: Listing | None

    @property
    def commit(self) -> str:
        """The revision as the clients keep it."""
        return self.version.manifest[:COMMIT_DIGITS]

    @cached_property
    def dataset(self) -> Dataset:
        """The files, as they lie in the registry under their hashes."""
        return Registry(self.state.registry).open(self.version)

    @cached_property
    def files(self) -> tuple[FileEntry, ...]:
        """The data, and nothing of what was dropped or of how it was made."""
        return self.dataset.files("data")

    @cached_property
    def card(self) -> bytes:
        """README.md."""
        return card(str(self.version.name), self.version.root, self.listing).encode()

    def info(self) -> dict[str, Any]:
        """What the clients call the repository's info."""
        dataset = self.version.name.dataset
        siblings = [CARD, *(file.path for file in self.files)]
        return {
            "_id": self.commit[:24],
            "id": str(dataset),
            "author": dataset.organisation,
            "sha": self.commit,
            "lastModified": self.version.created_utc,
            "createdAt": self.version.created_utc,
            "private": False,
            "gated": "manual",
            "disabled": False,
            "downloads": 0,
            "likes": 0,
            "tags": [],
            "siblings": [{"rfilename": path} for path in siblings],
        }

    def entries(self) -> list[dict[str, Any]]:
        """Every file and folder as the clients list them."""
        readme = {"type": "file", "path": CARD, "size": len(self.card)}
        found = [readme | {"oid": digest_bytes(self.card)[7:][:COMMIT_DIGITS]}]
        if self.files:
            oid = self.version.root[:COMMIT_DIGITS]
            found.append({"type": "directory", "path": "data", "size": 0, "oid": oid})
        for file in self.files:
            oid = file.sha256[:COMMIT_DIGITS]
            found.append({"type": "file", "path": file.path, "size": file.size_bytes, "oid": oid})
        return found


@ROUTER.get("/api/datasets/{organisation}/{name}")
def read_repository(who: Puller, state: Here, organisation: Name, name: Name) -> JSONResponse:
    """The newest version that the caller may fetch."""
    return JSONResponse(shelf(state, who, organisation, name, "main").info())


@ROUTER.get("/api/datasets/{organisation}/{name}/revision/{revision}")
def read_revision(
    who: Puller, state: Here, organisation: Name, name: Name, revision: Revision
) -> JSONResponse:
    """One version: `1.2.0`, the first 40 digits of its manifest's SHA-256, or `main`."""
    return JSONResponse(shelf(state, who, organisation, name, revision).info())


@ROUTER.get("/api/datasets/{organisation}/{name}/tree/{revision}")
def read_tree(
    who: Puller,
    state: Here,
    organisation: Name,
    name: Name,
    revision: Revision,
    recursive: bool = False,
) -> JSONResponse:
    """The files and folders of a version."""
    return _tree(shelf(state, who, organisation, name, revision), "", recursive)


@ROUTER.get("/api/datasets/{organisation}/{name}/tree/{revision}/{path:path}")
def read_subtree(
    who: Puller,
    state: Here,
    organisation: Name,
    name: Name,
    revision: Revision,
    path: str,
    recursive: bool = False,
) -> JSONResponse:
    """The files and folders below one folder."""
    return _tree(shelf(state, who, organisation, name, revision), path.strip("/"), recursive)


async def _paths(request: Request) -> frozenset[str]:
    """The paths of a body: of a form, as the client sends it, or of JSON."""
    body, kind = await request.body(), request.headers.get("content-type", "")
    try:
        if kind.startswith("application/json"):
            found = json.loads(body)["paths"]
        else:
            found = parse_qs(body.decode(), max_num_fields=HUB_PATHS + 1).get("paths", [])
        if len(found) <= HUB_PATHS:
            return frozenset(path.strip("/") for path in found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    raise UsageError(
        "wrong-value",
        Words(
            f"the body names no paths, or more than {HUB_PATHS}",
            f"请求体没有给出路径，或超过 {HUB_PATHS} 个",
        ),
    )


@ROUTER.post("/api/datasets/{organisation}/{name}/paths-info/{revision}")
def read_paths(
    who: Puller,
    state: Here,
    organisation: Name,
    name: Name,
    revision: Revision,
    asked: Annotated[frozenset[str], Depends(_paths)],
) -> JSONResponse:
    """What is at each of the paths; what is not there is left out."""
    found = shelf(state, who, organisation, name, revision).entries()
    return JSONResponse([entry for entry in found if entry["path"] in asked])


FILE = "/datasets/{organisation}/{name}/resolve/{revision}/{path:path}"


@ROUTER.get(FILE)
def fetch_file(
    who: Puller,
    state: Here,
    request: Request,
    organisation: Name,
    name: Name,
    revision: Revision,
    path: str,
) -> Response:
    """A file of a version, or a range of it; what a buyer gets is recorded."""
    found = shelf(state, who, organisation, name, revision)
    if path == CARD:
        return _card_of(found)
    file = _file_of(found, path)
    check_intact(found.dataset.folder / file.path, file.sha256)
    status, headers, span = _head_of(found, file, request.headers.get("range"))
    if span is None:
        return Response(status_code=status, headers=headers)
    return Served(found, who, file, span, status, headers)


@ROUTER.head(FILE)
def look_at_file(
    who: Puller,
    state: Here,
    request: Request,
    organisation: Name,
    name: Name,
    revision: Revision,
    path: str,
) -> Response:
    """What `fetch_file` would say of it, without a byte."""
    found = shelf(state, who, organisation, name, revision)
    if path == CARD:
        return _card_of(found)
    asked = request.headers.get("range")
    status, headers, _ = _head_of(found, _file_of(found, path), asked)
    return Response(status_code=status, headers=headers)


def _card_of(found: Shelf) -> Response:
    headers = {"X-Repo-Commit": found.commit, "ETag": f'"{digest_bytes(found.card)[7:]}"'}
    media_type = "text/markdown; charset=utf-8"
    return PlainTextResponse(found.card, headers=headers, media_type=media_type)


def _file_of(found: Shelf, path: str) -> FileEntry:
    """The file: only a path that the manifest names is ever joined to a folder."""
    for file in found.files:
        if file.path == path:
            return file
    raise _no_file(path)


def _head_of(
    found: Shelf, file: FileEntry, asked: str | None
) -> tuple[int, dict[str, str], tuple[int, int] | None]:
    """(status, headers, span) of an answer about a file; no span beyond its end."""
    headers = {
        "X-Repo-Commit": found.commit,
        "Accept-Ranges": "bytes",
        "ETag": f'"{file.sha256}"',
        "Content-Disposition": f'attachment; filename="{Path(file.path).name}"',
    }
    span, size = span_of(asked, file.size_bytes), file.size_bytes
    if span is None:
        return 416, headers | {"Content-Range": f"bytes */{size}"}, None
    start, end = span
    headers["Content-Length"] = str(end - start)
    if asked is None or span == (0, size):
        return 200, headers, span
    return 206, headers | {"Content-Range": f"bytes {start}-{end - 1}/{size}"}, span


class Served(StreamingResponse):
    """A range on its way to somebody; what a buyer gets is recorded before the last of it goes."""

    def __init__(
        self,
        found: Shelf,
        who: Caller,
        file: FileEntry,
        span: tuple[int, int],
        status: int,
        headers: Mapping[str, str],
    ) -> None:
        self._found, self._file, self._span = found, file, span
        self._sent = 0
        self._number: int | None = None
        if found.order is not None:
            self._number = self._open(found.order, who)
        super().__init__(
            self._blocks(), status, dict(headers), media_type="application/octet-stream"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it; what went is recorded even if the client left."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_in_threadpool(self._close)

    async def _blocks(self) -> AsyncIterator[bytes]:
        start, end = self._span
        path = self._found.dataset.folder / self._file.path
        with path.open("rb") as stream:
            stream.seek(start)
            while self._sent < end - start:
                wanted = min(BLOCK_BYTES, end - start - self._sent)
                block = await run_in_threadpool(stream.read, wanted)
                if not block:
                    raise OSError(f"{path} is shorter than its manifest says")
                self._sent += len(block)
                if self._sent == end - start:
                    # Before the last block: a client that has it all finds the order delivered.
                    await run_in_threadpool(self._close)
                yield block

    def _open(self, bought: Order, who: Caller) -> int:
        actor, (start, end) = Actor(who.user_id, who.acting_for), self._span
        token = digest_bytes((who.token_id or who.session_id or "").encode())
        return self._found.state.database.write(
            lambda tx: open_fetch(tx, actor, bought.id, token, self._file.path, start, end - start)
        )

    def _close(self) -> None:
        if (number := self._number) is None:
            return
        self._number = None
        state, files, sent = self._found.state, self._found.files, self._sent
        key = read_key(state.folder / "log.key")
        state.database.write(lambda tx: close_fetch(tx, number, sent, files, key))


def shelf(state: State, who: Caller, organisation: str, name: str, revision: str) -> Shelf:
    """The version that is meant, if the caller may fetch it.

    Forbidden `not-bought`: it is offered, and was not bought; NotFound `no-such-dataset`,
    `no-such-version`: it is neither.
    """
    registry = Registry(state.registry)
    with state.database.read() as connection:
        if not _is_own(connection, who, organisation):
            return _bought(state, connection, who, f"{organisation}/{name}", revision)
    dataset = DatasetName(organisation, name)
    names = registry.versions(dataset)
    if revision == "main":
        return Shelf(state, registry.version(names[-1]), None, None)
    for found in map(registry.version, names):
        if revision in (found.name.version, found.manifest[:COMMIT_DIGITS]):
            return Shelf(state, found, None, None)
    raise _no_version(revision)


def check_intact(path: Path, sha256: str) -> None:
    """Refuses a file whose bytes are not those that were certified: StorageError `damaged-file`.

    Each file is hashed at its first use, and again once it looks changed.
    """
    with guarded(path, "read"):
        seen = path.stat()
    if _sha256_of(path, seen.st_ino, seen.st_mtime_ns, seen.st_size) != sha256:
        raise damaged(path, Words("has other bytes than were certified", "内容与认证时不同"))


@lru_cache(maxsize=65_536)
def _sha256_of(path: Path, *_: int) -> str:
    return digest_file(path).removeprefix("sha256:")


def span_of(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) that a Range header asks for; all of it if there is none that we read.

    None: beyond the end. Several ranges are answered with the whole, as RFC 9110 allows.

    >>> span_of("bytes=-2", 10), span_of("bytes=4-", 10), span_of("bytes=10-", 10)
    ((8, 10), (4, 10), None)
    """
    match = _RANGE.fullmatch(header or "")
    if match is None or not any(match.groups()):
        return 0, size
    first, last = match.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) else None
    end = min(int(last) + 1, size) if last else size
    return (int(first), end) if int(first) < end else None


def _is_own(connection: sa.Connection, who: Caller, organisation: str) -> bool:
    return party.organisation(connection, who.acting_for).name == organisation


def _bought(
    state: State, connection: sa.Connection, who: Caller, dataset: str, revision: str
) -> Shelf:
    actor = Actor(who.user_id, who.acting_for)
    is_commit = _COMMIT.fullmatch(revision) is not None
    number = None if revision == "main" or is_commit else revision
    try:
        found = right(connection, actor, dataset, number)
    except Forbidden:
        if not _is_offered(connection, dataset):
            raise _no_dataset() from None
        raise
    found = order(connection, found.id)
    if has_ended(found, state.clock()):
        raise not_bought(dataset)
    version = Registry(state.registry).version(VersionName.parse(found.version))
    query = sa.select(LISTINGS).where(LISTINGS.c.id == found.listing_id)
    offered = read(connection.execute(query).one())
    assert version.root == found.root, (version.root, found.root)
    result = Shelf(state, version, found, offered)
    if is_commit and revision != result.commit:
        raise _no_version(revision)
    return result


def _is_offered(connection: sa.Connection, dataset: str) -> bool:
    query = sa.select(LISTINGS.c.id).where(
        LISTINGS.c.dataset == dataset, LISTINGS.c.state.in_(["listed", "superseded"])
    )
    return connection.execute(query.limit(1)).first() is not None


def _tree(found: Shelf, path: str, recursive: bool) -> JSONResponse:
    entries = found.entries()
    at = [entry for entry in entries if entry["path"] == path]
    if path and not at:
        raise _no_file(path)
    if at and at[0]["type"] == "file":
        return JSONResponse(at)
    below = f"{path}/" if path else ""
    return JSONResponse(
        [
            entry
            for entry in entries
            if entry["path"].startswith(below)
            and (recursive or "/" not in entry["path"][len(below) :])
        ]
    )


def _no_dataset() -> NotFound:
    return NotFound("no-such-dataset", Words("there is no such dataset", "没有这个数据集"))


def _no_version(revision: str) -> NotFound:
    return NotFound(
        "no-such-version",
        Words(f"no version {revision!r} was bought", f"没有购买过版本 {revision!r}"),
        hint=Words("name a version such as `1.0.0`", "请指定版本，例如 `1.0.0`"),
    )


def _no_file(path: str) -> NotFound:
    return NotFound(
        "no-such-file",
        Words(f"the version has no file {path!r}", f"该版本没有文件 {path!r}"),
    )
