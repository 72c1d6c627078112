"""A registry on a server: the same verbs as `corpus/registry.py`, over HTTP.

Takes an address and a token; gives versions. Bytes are hashed at both ends; what the server has is
not sent again, so that a push that was stopped sends the rest. No redirect is followed, as it
would carry the token elsewhere.
"""

from __future__ import annotations

import hashlib
import http.client
import ipaddress
import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from lianjin.core.errors import Conflict, Finding, LianjinError, StorageError, UsageError
from lianjin.core.identity import canonical
from lianjin.core.limits import MANIFEST_SIZE_BYTES
from lianjin.core.words import Words, spoken
from lianjin.corpus.answer import refusal
from lianjin.corpus.blob import BLOCK_BYTES
from lianjin.corpus.checkout import check_out
from lianjin.corpus.registry import Source, content_differs, described
from lianjin.corpus.shipment import Item, Report, Shipment, extras_of, pack
from lianjin.corpus.version import DatasetName, DatasetVersion, VersionName

RESUMED_FROM_BYTES = 8 << 20
"""Files from this size on are sent so that the server keeps what came of one that broke off."""
TIMES_AGAIN = 10
"""How often one file is gone on with by one call, and only if something came each time."""
WAIT_S = 60
"""How long a server may say nothing."""
_AGAIN = Words(
    "run the same command again; what was sent is kept", "运行同一条命令即可；传过的内容都保留着"
)


class RemoteRegistry:
    """The registry of a server at `url`. It has one connection, for one thread."""

    def __init__(self, url: str, token: str | None) -> None:
        self.url = url
        self._parts = urlsplit(url)
        self._token = token
        self._connection: http.client.HTTPConnection | None = None

    @classmethod
    def at(cls, url: str, token: str | None) -> RemoteRegistry:
        """The registry at an address like `https://example.com`.

        UsageError `wrong-address`, and `token-in-clear` for a token that would go over the network
        unencrypted.
        """
        with suppress(ValueError):
            parts = urlsplit(url)
            plain = not (parts.username or parts.query or parts.fragment) and parts.port != 0
            if parts.scheme in ("http", "https") and parts.hostname and plain:
                if token and parts.scheme == "http" and not _is_here(parts.hostname):
                    raise UsageError(
                        "token-in-clear",
                        Words(
                            f"the token would go to {url!r} unencrypted",
                            f"令牌会以明文发往 {url!r}",
                        ),
                        hint=Words("use https://", "请用 https://"),
                    )
                return cls(url.rstrip("/"), token)
        raise UsageError(
            "wrong-address",
            Words(f"{url!r} is no address of a server", f"{url!r} 不是服务器地址"),
            hint=Words("for example https://example.com", "例如 https://example.com"),
        )

    def commit(
        self,
        dataset: Path,
        name: VersionName,
        *,
        created_by: str = "",
        now: str = "",
        parents: Sequence[Source] = (),
        message: str = "",
        report: Report = lambda done, total: None,
    ) -> DatasetVersion:
        """The version that a dataset folder becomes on the server.

        Refusals as `Registry.commit`. The server says who made it and when: `created_by` and `now`
        are not sent.
        """
        del created_by, now
        shipment = pack(dataset)
        self._refuse_early(shipment, name, message)
        done = 0
        for item in shipment.items:
            self._put(shipment, item)
            done += item.size_bytes
            report(done, shipment.size_bytes)
        asked = {
            "version": name.version,
            "manifest": shipment.manifest.sha256,
            "parents": [str(parent) for parent in parents],
            "message": message,
            "extras": {item.path: item.sha256 for item in shipment.extras},
        }
        path = f"{_dataset(name.dataset)}/versions"
        return self._version(self._json("POST", path, canonical(asked)), name)

    def _refuse_early(self, shipment: Shipment, name: VersionName, message: str) -> None:
        """Refuses what the server would refuse anyway, before its bytes are sent."""
        described(
            shipment.manifest.sha256,
            shipment.facts,
            name,
            created_by="server",
            now="2026-01-31T08:00:00Z",
            message=message,
            extras=extras_of(shipment.extras),
        )

    def _put(self, shipment: Shipment, item: Item) -> None:
        """Sends a file unless the server has it; it is hashed here in any case."""
        path = f"/api/blobs/{item.sha256}"
        response = self._head(path)
        if response.status == 200:
            for _ in _checked_blocks(shipment, item):
                pass
            return
        if response.status != 404:
            # An answer to HEAD has no words; the same question with a body has.
            self._read(self._request("PUT", path, b""))
            raise refusal(response.status, b"")
        if item.size_bytes < RESUMED_FROM_BYTES:
            self._send(shipment, item, path)
        else:
            self._resume(shipment, item, _sent_bytes(response, item))

    def _resume(self, shipment: Shipment, item: Item, start: int) -> None:
        """Sends the rest of a large file; where the connection breaks, from what came by then.

        A beginning that the server does not have like this, or that was another's, is sent again.
        """
        path = f"/api/blobs/{item.sha256}"
        for _ in range(TIMES_AGAIN):
            try:
                self._send(shipment, item, f"{path}?start={start}", start)
                return
            except Finding as error:
                if not start or error.code != "content-differs":
                    raise
                start = 0
            except (Conflict, StorageError) as error:
                response = self._head(path)
                if response.status == 200:
                    return
                now = _sent_bytes(response, item)
                if now == start or (isinstance(error, StorageError) and now < start):
                    raise
                start = now
        self._send(shipment, item, f"{path}?start={start}", start)

    def _send(self, shipment: Shipment, item: Item, path: str, start: int = 0) -> None:
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Length": str(item.size_bytes - start),
        }
        self._read(self._request("PUT", path, _checked_blocks(shipment, item, start), headers))

    def _head(self, path: str) -> http.client.HTTPResponse:
        """The answer to HEAD, whatever it says."""
        response = self._request("HEAD", path, refuse=False)
        self._read(response)
        return response

    def version(self, name: VersionName) -> DatasetVersion:
        """The version of that name; NotFound if the caller may not see it or it is not there."""
        return self._version(self._json("GET", _version(name)), name)

    def versions(self, dataset: DatasetName) -> tuple[VersionName, ...]:
        """The versions of a dataset, lowest first."""
        return self._names(self._json("GET", _dataset(dataset)), dataset)

    def latest(self, dataset: DatasetName) -> VersionName:
        """The highest version; a pre-release only where there is nothing else."""
        names = self.versions(dataset)
        return ([name for name in names if not name.is_pre_release] or list(names))[-1]

    def pull(
        self, version: DatasetVersion, folder: Path, report: Report = lambda done, total: None
    ) -> bool:
        """Copies the version into a folder, as `Registry.pull` does."""
        return check_out(
            version, folder, lambda item, at: self._file(version.name, item, at), report
        )

    def _file(self, name: VersionName, item: Item, start: int) -> Iterator[bytes]:
        """A file's bytes from a place on; where the connection breaks, from what came by then."""
        at = start
        for _ in range(TIMES_AGAIN):
            before = at
            try:
                for block in self._rest(name, item, at):
                    at += len(block)
                    yield block
                return
            except StorageError:
                if not before < at < item.size_bytes:
                    raise
        yield from self._rest(name, item, at)

    def _rest(self, name: VersionName, item: Item, at: int) -> Iterator[bytes]:
        """What one answer gives of a file from a place on."""
        headers = {"Range": f"bytes={at}-"} if at else None
        path = f"{_version(name)}/files/{quote(item.path)}"
        response = self._request("GET", path, headers=headers)
        skipped = at  # of an answer that begins at the beginning all the same
        if response.status == 206:
            if not (response.getheader("Content-Range") or "").startswith(f"bytes {at}-"):
                raise self._strange()
            skipped = 0
        try:
            while block := response.read(BLOCK_BYTES):
                if len(block) > skipped:
                    yield block[skipped:]
                skipped = max(0, skipped - len(block))
            if response.length:
                raise http.client.IncompleteRead(b"", response.length)
        except (OSError, http.client.HTTPException) as error:
            raise self._failed(error) from error
        finally:
            if not response.isclosed():
                self._close()  # the rest of the answer stands before any other

    def _json(self, method: str, path: str, body: bytes | None = None) -> Any:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        data = self._read(self._request(method, path, body, headers))
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise self._strange() from error

    def _request(
        self,
        method: str,
        path: str,
        body: bytes | Iterator[bytes] | None = None,
        headers: dict[str, str] | None = None,
        *,
        refuse: bool = True,
    ) -> http.client.HTTPResponse:
        """The server's answer; what it refuses is raised as the refusal that it is.

        A connection that the server closed meanwhile is opened again, once.
        """
        sent = {"Accept-Language": spoken(), "User-Agent": "lianjin", **(headers or {})}
        sent |= {"Authorization": f"Bearer {self._token}"} if self._token else {}
        was_open = self._connection is not None
        try:
            response = self._answer(method, self._parts.path.rstrip("/") + path, body, sent)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError) as error:
            self._close()
            if not was_open or isinstance(body, Iterator):
                raise self._failed(error) from error
            return self._request(method, path, body, headers, refuse=refuse)
        except (OSError, http.client.HTTPException) as error:
            raise self._failed(error) from error
        if refuse and response.status >= 300:
            said = self._read(response, BLOCK_BYTES)
            self._close()
            raise refusal(response.status, said)
        return response

    def _read(
        self, response: http.client.HTTPResponse, most_bytes: int = MANIFEST_SIZE_BYTES
    ) -> bytes:
        """The body of an answer, or as much of it as is wanted."""
        try:
            data = response.read(most_bytes)
            if response.length and len(data) < most_bytes:
                raise http.client.IncompleteRead(data, response.length)
            return data
        except (OSError, http.client.HTTPException) as error:
            raise self._failed(error) from error

    def _answer(
        self, method: str, path: str, body: bytes | Iterator[bytes] | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        connection = self._opened()
        try:
            connection.request(method, path, body, headers)
        except (BrokenPipeError, ConnectionResetError):
            # A server that refuses early says why before it closes.
            with suppress(OSError, http.client.HTTPException):
                response = connection.getresponse()
                if response.status >= 400:
                    return response
            raise
        except LianjinError:
            self._close()  # half a body went out: the connection is of no use
            raise
        return connection.getresponse()

    def _opened(self) -> http.client.HTTPConnection:
        if self._connection is None:
            kind = (
                http.client.HTTPSConnection
                if self._parts.scheme == "https"
                else http.client.HTTPConnection
            )
            assert self._parts.hostname is not None
            self._connection = kind(self._parts.hostname, self._parts.port, timeout=WAIT_S)
        return self._connection

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _failed(self, error: Exception) -> StorageError:
        self._close()
        return StorageError(
            "server-unreachable",
            Words(f"{self.url!r} does not answer: {error}", f"{self.url!r} 没有应答"),
            hint=_AGAIN,
        )

    def _strange(self) -> StorageError:
        self._close()
        return StorageError(
            "server-strange",
            Words(
                f"{self.url!r} does not answer as a server of lianjin does",
                f"{self.url!r} 的应答不像 lianjin 服务器",
            ),
            hint=Words("check the address", "检查地址"),
        )

    def _version(self, value: Any, name: VersionName) -> DatasetVersion:
        try:
            version = DatasetVersion.read(canonical(value["version"]) + b"\n")
            if version.name != name:
                raise ValueError(f"it is of {version.name}")
        except (KeyError, TypeError, ValueError) as error:
            raise self._strange() from error
        return version

    def _names(self, value: Any, dataset: DatasetName) -> tuple[VersionName, ...]:
        try:
            names = [dataset.at(entry["version"]) for entry in value["versions"]]
        except (KeyError, TypeError, UsageError) as error:
            raise self._strange() from error
        if not names:
            raise self._strange()
        return tuple(sorted(names, key=lambda name: name.order))


def _sent_bytes(response: http.client.HTTPResponse, item: Item) -> int:
    """How much of a file the server has, by its answer to HEAD; 0 if it says nothing that can be."""
    said = response.getheader("Upload-Offset") or ""
    return int(said) if said.isascii() and said.isdecimal() and int(said) <= item.size_bytes else 0


def _checked_blocks(shipment: Shipment, item: Item, start: int = 0) -> Iterator[bytes]:
    """A file's blocks from a place on; the last one is held back until the digest of the whole file is
    the promised one.

    So a server never gets the whole of a file that changed: it sees a body that breaks off.
    """
    total, held, skipped = hashlib.sha256(), b"", start
    for block in shipment.blocks(item):
        if held:
            yield held
        total.update(block)
        held = block[skipped:]
        skipped = max(0, skipped - len(block))
    if total.hexdigest() != item.sha256:
        raise content_differs(item, total.hexdigest())
    if held:
        yield held


def _is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _dataset(dataset: DatasetName) -> str:
    return f"/api/datasets/{dataset}"


def _version(name: VersionName) -> str:
    return f"/api/datasets/{name.dataset}/versions/{name.version}"
