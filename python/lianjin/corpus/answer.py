"""Refusals by HTTP: which status each has, and what a server refused as the refusal that it was there.

Takes a status and a body; gives a LianjinError. The body is from elsewhere: its words are shown as
text of one line, and its code only if it looks like one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from lianjin.core.errors import (
    Conflict,
    Finding,
    Forbidden,
    LianjinError,
    LimitExceeded,
    NotFound,
    StorageError,
    Unauthenticated,
    UsageError,
)
from lianjin.core.words import Words

MOST_CHARS = 600
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+){0,7}")
STATUSES: Mapping[int, type[LianjinError]] = {
    400: UsageError,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: LimitExceeded,
    422: Finding,
    503: StorageError,
}
"""How a refusal is told by HTTP: the server answers by it, and who asks one reads by it."""


def status_of(error: LianjinError) -> int:
    """The status of a refusal; 400 for calls that are wrong in themselves."""
    return next((status for status, kind in STATUSES.items() if isinstance(error, kind)), 400)


def refusal(status: int, body: bytes) -> LianjinError:
    """The refusal of a status and a body of the shape `{"error": {"code", "message", "hint"}}`.

    What has another shape is `server-refused`, with its status.
    """
    kind = STATUSES.get(status, UsageError if 400 <= status < 500 else StorageError)
    try:
        said = json.loads(body)["error"]
        code, message, hint = (said.get(name) or "" for name in ("code", "message", "hint"))
        if isinstance(code, str) and _CODE.fullmatch(code) and message:
            return kind(code, _shown(message), hint=_shown(hint))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return kind(
        "server-refused",
        Words(f"the server refused with status {status}", f"服务器以状态 {status} 拒绝"),
        hint=Words("check address and token", "检查地址与令牌"),
    )


def _shown(text: object) -> Words:
    """Text of a stranger on one line, without signs of control."""
    return Words.verbatim("".join(s if s.isprintable() else " " for s in str(text)[:MOST_CHARS]))
