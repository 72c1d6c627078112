"""A request that is sent again has one effect and one answer.

Takes a key that the caller made, and the work; gives the work's answer, kept in the same
transaction as what it did.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from lianjin.core.clock import later
from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import Conflict
from lianjin.core.limits import ANSWER_KEPT_S
from lianjin.core.statement import ask
from lianjin.core.words import Words

ANSWERS = sa.Table(
    "answer",
    METADATA,
    sa.Column("actor", sa.String(40), primary_key=True),
    sa.Column("key", sa.String(128), primary_key=True),
    sa.Column("request_digest", sa.String(71), nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False, index=True),
)
"""The answers given to requests that had a key."""

_FOUND = sa.select(ANSWERS).where(
    ANSWERS.c.actor == sa.bindparam("actor"), ANSWERS.c.key == sa.bindparam("key")
)
_KEPT = ANSWERS.insert()
_OLD = ANSWERS.delete().where(ANSWERS.c.created_utc < sa.bindparam("before"))


def once(
    tx: Transaction,
    key: str | None,
    actor: str,
    request_digest: str,
    work: Callable[[Transaction], Any],
) -> Any:
    """The answer of `work`, or the one that the same request with this key was given before.

    `request_digest` is over all that the request asks for. Answers are plain JSON values. Without
    a key the work simply runs. Conflict `key-reused`: the key came with another request. A work
    that raises leaves no answer, so it may be sent again. Answers are kept for ANSWER_KEPT_S.
    """
    if key is None:
        return work(tx)
    asked = {"actor": actor, "key": key}
    if (found := ask(tx.connection, _FOUND, asked).one_or_none()) is not None:
        if found.request_digest != request_digest:
            raise Conflict(
                "key-reused",
                Words(
                    f"the idempotency key {key!r} was used for another request",
                    f"幂等键 {key!r} 已用于另一个请求",
                ),
                hint=Words("make a new key for a new request", "新的请求请用新的键"),
            )
        return json.loads(found.answer)
    answer = json.dumps(work(tx), ensure_ascii=False)
    row = {**asked, "request_digest": request_digest}
    row |= {"answer": answer, "created_utc": tx.now_utc}
    ask(tx.connection, _KEPT, row)
    ask(tx.connection, _OLD, {"before": later(tx.now_utc, -ANSWER_KEPT_S)})
    return json.loads(answer)  # the same as the next time: a tuple is a list
