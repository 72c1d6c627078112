"""The database's schema: every table of the product, brought up to date by Alembic's revisions.

Takes a database of any earlier revision, or an empty one; gives it with the tables as they are now.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from lianjin.core.database import Database, writing
from lianjin.market import ledger

if TYPE_CHECKING:
    from alembic.config import Config

NOUNS = (
    "lianjin.annotate.annotation",
    "lianjin.annotate.assignment",
    "lianjin.annotate.project",
    "lianjin.annotate.review",
    "lianjin.annotate.task",
    "lianjin.core.once",
    "lianjin.evaluate.certificate_record",
    "lianjin.evaluate.evaluation_record",
    "lianjin.market.agreement",
    "lianjin.market.delivery",
    "lianjin.market.demand",
    "lianjin.market.ledger",
    "lianjin.market.listing",
    "lianjin.market.order",
    "lianjin.market.organisation_key",
    "lianjin.market.party",
    "lianjin.market.settlement",
    "lianjin.service.account.invitation",
    "lianjin.service.account.mark",
    "lianjin.service.account.membership",
    "lianjin.service.account.session",
    "lianjin.service.account.token",
    "lianjin.service.account.user",
    "lianjin.service.work.job",
    "lianjin.service.work.upload",
    "lianjin.service.committed",
    "lianjin.service.holding",
)
"""Every module with a table. A new one is one line here, and a revision (`make migration`)."""

for _name in NOUNS:
    import_module(_name)


def migrate(database: Database) -> None:
    """Brings the tables up to date; a server that starts with another waits for it."""
    if revision_of(database) == head():
        return  # Alembic takes a fifth of a second to import
    from alembic import command

    with _configured(database) as config:
        command.upgrade(config, "head")
        ledger.protect(config.attributes["connection"])


def head() -> str | None:
    """The newest revision that there is; None before the first."""
    found = [path.stem.removeprefix("r").split("_")[0] for path in _folder().glob("r*.py")]
    return max(found, default=None)


def revision_of(database: Database) -> str | None:
    """The revision of a database; None for an empty one."""
    with database.read() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(
            sa.text("SELECT version_num FROM alembic_version")
        ).scalar()
        return found


def revise(database: Database, name: str) -> str:
    """Writes the revision that brings the database's tables to those declared; gives its path."""
    from alembic import command

    number = f"{int(head() or 0) + 1:04}"
    with _configured(database) as config:
        made: Any = command.revision(config, name, autogenerate=True, rev_id=number)
    return str(made.path)


def differences(database: Database) -> list[Any]:
    """What the database has and the declared tables have not, or the other way round."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from lianjin.core.database import METADATA

    with database.read() as connection:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), METADATA)
        return found


def _folder() -> Path:
    return Path(str(files("lianjin") / "migrations" / "versions"))


@contextmanager
def _configured(database: Database) -> Iterator[Config]:
    """Alembic's configuration over a transaction that nobody else writes in."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_folder().parent))
    config.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    with writing(database.engine) as connection:
        config.attributes["connection"] = connection
        yield config
