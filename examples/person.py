"""A person at a server: signs in, asks, and waits for jobs. Standard library alone.

Takes addresses and plain values; gives plain values. Every change carries a key made of who, where and
what, so that the same script run again has one effect.
"""

from __future__ import annotations

import hashlib
import json
import time
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener


class Refused(Exception):
    """What the server would not do: `code` and its sentence."""

    def __init__(self, status: int, said: dict[str, Any]) -> None:
        super().__init__(f"{said['code']}: {said['message']}")
        self.status, self.code = status, said["code"]


class Person:
    """Somebody in front of a browser, or their program."""

    def __init__(self, server: str, login: str, password: str) -> None:
        self.server, self.login, self.password = server, login, password
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def sign_in(self) -> Person:
        """A session, whose organisation is the person's."""
        self.session = self.post("/session", login=self.login, password=self.password)
        return self

    @property
    def organisation(self) -> str:
        """The id of the organisation that the person acts for."""
        return str(self.session["organisation"])

    def get(self, path: str) -> Any:
        """What is there."""
        return self._ask("GET", path)

    def get_text(self, path: str, root: str = "/api") -> str:
        """What is there, as text."""
        with self._opener.open(f"{self.server}{root}{path}", timeout=120) as answer:
            return str(answer.read().decode())

    def post(self, path: str, **said: Any) -> Any:
        """What came of it; the same again changes nothing."""
        return self._ask("POST", path, json.dumps(said, ensure_ascii=False).encode())

    def look(self, path: str) -> Any:
        """What comes next, which is another thing every time."""
        return self._ask("POST", path, b"{}", has_key=False)

    def put(self, path: str, data: bytes | dict[str, Any]) -> Any:
        """What came of it."""
        is_bytes = isinstance(data, bytes)
        body = data if is_bytes else json.dumps(data, ensure_ascii=False).encode()
        return self._ask("PUT", path, body, "application/octet-stream" if is_bytes else None)

    def upload(self, source: Path) -> str:
        """The id of an upload with a file, or with all files of a folder."""
        upload = self.post("/uploads", name=source.name)["id"]
        folder = source if source.is_dir() else source.parent
        found = sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]
        for path in found:
            name = "-".join(path.relative_to(folder).parts)
            self.put(f"/uploads/{upload}/files/{name}", path.read_bytes())
        return str(upload)

    def job(self, path: str = "/jobs", **asked: Any) -> Any:
        """What a job gave, once it has ended."""
        job = self.post(path, **asked)
        while job["state"] in ("queued", "running"):
            time.sleep(0.05)
            job = self.get(f"/jobs/{job['id']}")
        if job["state"] != "done":
            raise SystemExit(f"{job['kind']}: {job['failure']}")
        return job["result"] | {"id": job["id"]}

    def _ask(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        kind: str | None = None,
        *,
        has_key: bool = True,
    ) -> Any:
        request = Request(f"{self.server}/api{path}", data, method=method)
        request.add_header("Sec-Fetch-Site", "same-origin")
        if data is not None:
            request.add_header("Content-Type", kind or "application/json")
        if data is not None and has_key:
            key = hashlib.sha256(f"{self.login}\n{path}\n".encode() + data).hexdigest()
            request.add_header("Idempotency-Key", key)
        try:
            with self._opener.open(request, timeout=120) as answer:
                body = answer.read()
        except HTTPError as error:
            raise Refused(error.code, json.loads(error.read())["error"]) from None
        return json.loads(body) if body and body[:1] in b"{[" else body.decode()
