"""The database's schema: every table of the product, brought up to date by Alembic's revisions.

Takes a database of any earlier revision, or an empty one; gives it with the tables as they are now.
"""

from __future__ import annotations

from importlib import import_module

from lianjin.core.database import METADATA, Database

NOUNS = (
    "lianjin.core.once",
    "lianjin.market.agreement",
    "lianjin.market.delivery",
    "lianjin.market.ledger",
    "lianjin.market.listing",
    "lianjin.market.order",
    "lianjin.market.organisation_key",
    "lianjin.market.party",
    "lianjin.market.settlement",
    "lianjin.service.account.session",
    "lianjin.service.account.token",
)
"""Every module with a table. A new one is one line here, and a revision (`make migration`)."""

for _name in NOUNS:
    import_module(_name)


def migrate(database: Database) -> None:
    """Brings the tables up to date."""
    METADATA.create_all(database.engine)
