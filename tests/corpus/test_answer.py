"""Statuses and bodies of strangers as refusals."""

from __future__ import annotations

import pytest
from lianjin.core.errors import Conflict, Forbidden, LianjinError, StorageError, UsageError
from lianjin.corpus.answer import refusal


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Forbidden), (409, Conflict), (418, UsageError), (502, StorageError)]
)
def test_a_status_says_who_must_act(status: int, kind: type[LianjinError]) -> None:
    error = refusal(status, b'{"error": {"code": "a-code", "message": "said", "hint": null}}')
    assert (type(error), error.code, error.message.zh, error.hint.zh) == (
        kind,
        "a-code",
        "said",
        "",
    )
    assert refusal(status, b"\xff").code == "server-refused"
    assert type(refusal(status, b"")) is kind
