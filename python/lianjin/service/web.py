"""The web app: files that were built beforehand, handed out as they are.

Takes nothing of the state; gives the app's one page for every address that is not of a program.
Nothing is built here and nothing of Node runs: `make web` puts the files beside this package.
"""

from __future__ import annotations

import gzip
import mimetypes
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import sha256
from pathlib import Path

from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lianjin.core.words import Words

FOLDER = Path(__file__).parents[1] / "web"
"""Where the build puts its files; they are package data of a wheel."""
INDEX = "index.html"
ASSETS = "assets/"
"""Files with a digest in their names: what is behind a name never changes."""
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
SMALL = 1_000
"""Bytes below which a packed file is not worth its header."""

NOT_BUILT = Words(
    "the web app is not built: run `make web` (Node 20 or later), then start again",
    "网页尚未构建：请运行 `make web`（需要 Node 20 以上），再重新启动",
)

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>炼金 lianjin</title></head>
<body><h1>炼金 lianjin</h1><p>{zh}</p><p lang="en">{en}</p></body></html>
"""


class _Page(Convertor[str]):
    """Paths that are not of a program: `/api`, `/hub` and `/log` answer for themselves."""

    regex = r"(?!(?:api|hub|log)(?:/|$)).*"

    def convert(self, value: str) -> str:
        """The path as it is."""
        return value

    def to_string(self, value: str) -> str:
        """The path as it is."""
        return value


register_url_convertor("page", _Page())


@dataclass(frozen=True)
class File:
    """A built file: its bytes, as they are and packed."""

    body: bytes
    media_type: str

    @cached_property
    def packed(self) -> bytes:
        """The bytes as gzip; the same bytes every time."""
        return gzip.compress(self.body, 9, mtime=0)

    @cached_property
    def etag(self) -> str:
        """Names the bytes, so that a browser that has them need not fetch them again."""
        return f'"{sha256(self.body).hexdigest()[:32]}"'


def is_built(folder: Path = FOLDER) -> bool:
    """Whether there is a web app to hand out."""
    return (folder / INDEX).is_file()


@lru_cache(maxsize=1)
def files() -> dict[str, File]:
    """Every built file by its path. Only these are handed out, whatever path is asked for."""
    return read_files(FOLDER)


def read_files(folder: Path) -> dict[str, File]:
    """The files of a build; without one, a page that says what is missing."""
    if not is_built(folder):
        page = _PAGE.format(zh=NOT_BUILT.zh, en=NOT_BUILT.en).encode()
        return {INDEX: File(page, "text/html; charset=utf-8")}
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): File(path.read_bytes(), _media_type(path))
        for path in found
    }


def _media_type(path: Path) -> str:
    kind = {".js": "text/javascript"}.get(path.suffix) or mimetypes.guess_type(path.name)[0]
    kind = kind or "application/octet-stream"
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


async def page(request: Request) -> Response:
    """The file of that name; for all other addresses the app itself, which knows what they are."""
    path, known = request.path_params["path"], files()
    if path not in known and path.startswith(ASSETS):
        raise HTTPException(404)
    file = known.get(path) or known[INDEX]
    headers = {
        "Cache-Control": FOR_EVER if path.startswith(ASSETS) else ASK_EACH_TIME,
        "ETag": file.etag,
        "Vary": "Accept-Encoding",
    }
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    body = file.body
    if len(body) > SMALL and "gzip" in request.headers.get("accept-encoding", ""):
        body, headers["Content-Encoding"] = file.packed, "gzip"
    return Response(body, media_type=file.media_type, headers=headers)


PAGES = Route("/{path:page}", page, include_in_schema=False)
"""The one route that asks nobody for a permission: it has nothing but what was built."""
