"""What is refused, as HTTP: one shape for all, in the reader's language.

Takes any exception; gives `{"error": {"code", "message", "hint", "request_id"}}` and a status.
Records as events the refusals that a known caller ran into.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from lianjin.core.errors import Conflict, Forbidden, LianjinError, StorageError
from lianjin.core.settings import Language
from lianjin.core.words import NOTHING, Words
from lianjin.corpus.answer import status_of as answer_status
from lianjin.service.access import Caller, Foreign
from lianjin.service.account.throttle import TooOften
from lianjin.service.invalid import fields_of

LOG = logging.getLogger("lianjin")
TOO_MANY = {"too-often", "busy"}
"""Limits of a time rather than of a size: 429."""


class Refusal(BaseModel):
    """Why a request was refused; `code` is stable, `hint` the next step."""

    code: str
    message: str
    hint: str
    request_id: str
    fields: list[dict[str, str]] | None = None


class Refused(BaseModel):
    """The body of every answer that is a refusal."""

    error: Refusal


class RefusedBody(HTTPException):
    """A refusal while the body is read, in the only form that FastAPI lets through there."""

    def __init__(self, refusal: LianjinError, status: HTTPStatus) -> None:
        super().__init__(status)
        self.refusal = refusal


def add_handlers(app: FastAPI) -> None:
    """Has the app answer every exception in the one shape."""
    app.add_exception_handler(LianjinError, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def status_of(error: LianjinError) -> HTTPStatus:
    """The status of a refusal, as `corpus/answer.py` reads it; 429 for a limit of a time."""
    if error.code in TOO_MANY:
        return HTTPStatus.TOO_MANY_REQUESTS
    return HTTPStatus(answer_status(error))


def language_of(accepted: str | None) -> Language:
    """The language that a reader prefers; Chinese unless English is asked for first.

    >>> language_of("fr, en;q=0.8, zh;q=0.5"), language_of(None)
    ('en', 'zh')
    """
    best: tuple[float, Language] = (0.0, "zh")
    for part in (accepted or "")[:200].split(","):
        tag, _, parameters = part.strip().partition(";")
        quality = re.fullmatch(r"\s*q=(\d(?:\.\d{0,3})?)\s*", parameters)
        weight = float(quality[1]) if quality else 1.0
        for language in ("zh", "en"):
            if tag.lower().split("-")[0] == language and weight > best[0]:
                best = (weight, "zh" if language == "zh" else "en")
    return best[1]


def answer(
    request: Request,
    status: HTTPStatus,
    code: str,
    message: Words,
    hint: Words = NOTHING,
    fields: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A refusal as an answer."""
    language = language_of(request.headers.get("accept-language"))
    said: dict[str, Any] = {
        "code": code,
        "message": message.of(language),
        "hint": hint.of(language),
        "request_id": request_id_of(request),
    }
    if fields is not None:
        said["fields"] = fields
    named = {**(headers or {}), "Content-Language": language, "Vary": "Accept-Language"}
    return JSONResponse({"error": said}, status, named)


def request_id_of(request: Request) -> str:
    """The id under which the server's own output speaks of a request."""
    return str(request.scope.get("request_id", ""))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, LianjinError)
    status = status_of(error)
    if isinstance(error, StorageError):
        # What failed where is for the operator: paths and hosts stay here.
        LOG.error("%s: %s: %s", request_id_of(request), error.code, error.message.en)
        return answer(request, status, "unavailable", _UNAVAILABLE, _LATER)
    await run_in_threadpool(_record, request, error)
    headers = dict(getattr(request.state, "headers", {}))  # what a router has to say besides
    if isinstance(error, TooOften):
        headers["Retry-After"] = str(error.retry_s)
    elif status == HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = "5"
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return answer(request, status, error.code, error.message, error.hint, headers=headers)


def _record(request: Request, error: LianjinError) -> None:
    """One event `refused` for what a known caller may not do, or may not do now."""
    caller: Caller | None = getattr(request.state, "caller", None)
    if caller is None or not caller.is_known:
        return
    if not isinstance(error, Forbidden | Conflict | Foreign):
        return
    state = request.app.state.lianjin
    try:
        state.refusals.take(caller.user_id)
    except TooOften:
        return
    route = request.scope.get("route")
    subject = f"{request.method} {getattr(route, 'path', '')}"[:160]
    ids = {"code": error.code, "request": request_id_of(request)}
    if caller.organisation is not None:
        ids["organisation"] = caller.organisation
    state.database.write(lambda tx: tx.record("refused", caller.user_id, subject, ids))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    language = language_of(request.headers.get("accept-language"))
    fields = fields_of(error.errors(), language)
    listed = "; ".join(f"{field['path']}: {field['message']}" for field in fields[:3])
    said = Words(f"the request is not as described: {listed}", f"请求不合要求：{listed}")
    hint = Words("see /api/openapi.json", "参见 /api/openapi.json")
    return answer(request, HTTPStatus(422), "wrong-request", said, hint, fields)


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if isinstance(error, RefusedBody):
        refusal = error.refusal
        status = HTTPStatus(error.status_code)
        return answer(request, status, refusal.code, refusal.message, refusal.hint)
    status = HTTPStatus(error.status_code)
    code, said = _SAID.get(status, ("wrong-request", Words("the request is wrong", "请求有误")))
    return answer(request, status, code, said, headers=dict(error.headers or {}))


_SAID = {
    HTTPStatus.NOT_FOUND: ("no-such-page", Words("there is nothing here", "这里什么也没有")),
    HTTPStatus.METHOD_NOT_ALLOWED: (
        "wrong-method",
        Words("this method is not possible here", "此处不支持这个方法"),
    ),
    HTTPStatus.BAD_REQUEST: (
        "wrong-request",
        Words("the request cannot be read", "请求无法读取"),
    ),
}
_UNAVAILABLE = Words("the server cannot do this at the moment", "服务器暂时无法完成此操作")
_LATER = Words("try again later", "请稍后重试")
BUG = Words("this is a bug in lianjin", "这是 lianjin 的错误")
BUG_HINT = Words(
    "tell the operator the request's id; the server's output has more",
    "请把请求编号告诉运营方，服务器输出里有详情",
)
