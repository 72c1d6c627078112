"""An upload: files that somebody sent, to build from.

Takes an organisation; gives a folder of its own below `uploads/`. Records `upload_made`,
`upload_removed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lianjin.core.database import METADATA, Transaction
from lianjin.core.errors import LimitExceeded, NotFound
from lianjin.core.identity import new_id
from lianjin.core.limits import TITLE_CHARS, UPLOADS
from lianjin.core.words import Words

UPLOADS_TABLE = sa.Table(
    "upload",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("organisation", sa.ForeignKey("organisation.id"), nullable=False, index=True),
    sa.Column("user", sa.ForeignKey("user_account.id"), nullable=False),
    sa.Column("name", sa.String(128), nullable=False),
    sa.Column("created_utc", sa.String(27), nullable=False),
)


@dataclass(frozen=True)
class Upload:
    """A folder of files. Its `id` is the folder's name; `name` is what people call it."""

    id: str
    organisation: str
    user: str
    name: str
    created_utc: str


def make_upload(tx: Transaction, user: str, organisation: str, name: str) -> Upload:
    """A new upload, without files; LimitExceeded `too-many-uploads` beyond UPLOADS."""
    refuse_more(tx.connection, organisation)
    return keep_upload(tx, user, organisation, name, new_id("upload"))


def refuse_more(connection: sa.Connection, organisation: str) -> None:
    """Refuses one more upload if there are UPLOADS: LimitExceeded `too-many-uploads`."""
    mine = UPLOADS_TABLE.c.organisation == organisation
    count = sa.select(sa.func.count()).select_from(UPLOADS_TABLE).where(mine)
    if (connection.execute(count).scalar() or 0) >= UPLOADS:
        raise LimitExceeded(
            "too-many-uploads",
            Words(f"there are {UPLOADS} uploads already", f"已有 {UPLOADS} 份上传"),
            hint=Words("remove those that are not needed", "请删除不再需要的上传"),
        )


def keep_upload(tx: Transaction, user: str, organisation: str, name: str, identity: str) -> Upload:
    """The upload with this id, from now on there: what a job made is kept, however many there are."""
    made = Upload(identity, organisation, user, name[:TITLE_CHARS], tx.now_utc)
    row = {"id": made.id, "organisation": organisation, "user": user, "name": made.name}
    tx.connection.execute(UPLOADS_TABLE.insert(), row | {"created_utc": tx.now_utc})
    tx.record("upload_made", user, made.id, {"organisation": organisation})
    return made


def remove_upload(tx: Transaction, actor: str, upload: Upload) -> None:
    """Forgets an upload; who calls removes its folder afterwards."""
    tx.connection.execute(UPLOADS_TABLE.delete().where(UPLOADS_TABLE.c.id == upload.id))
    tx.record("upload_removed", actor, upload.id, {"organisation": upload.organisation})


def upload_by_id(connection: sa.Connection, identity: str) -> Upload:
    """The upload with this id; NotFound `no-such-upload`."""
    query = sa.select(UPLOADS_TABLE).where(UPLOADS_TABLE.c.id == identity)
    if (row := connection.execute(query).one_or_none()) is None:
        raise no_upload(identity)
    return _upload(row)


def uploads(connection: sa.Connection, organisation: str) -> tuple[Upload, ...]:
    """The uploads of an organisation, the newest first."""
    query = sa.select(UPLOADS_TABLE).where(UPLOADS_TABLE.c.organisation == organisation)
    return tuple(map(_upload, connection.execute(query.order_by(UPLOADS_TABLE.c.id.desc()))))


def no_upload(identity: str) -> NotFound:
    """The refusal about an upload that is not there, or not for this caller."""
    return NotFound(
        "no-such-upload", Words(f"there is no upload {identity!r}", f"没有上传 {identity!r}")
    )


def _upload(row: sa.Row[Any]) -> Upload:
    return Upload(row.id, row.organisation, row.user, row.name, row.created_utc)
