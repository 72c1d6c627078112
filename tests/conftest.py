"""What tests of several packages share."""

from .database import (
    database_url,
    postgresql,
    postgresql_databases,
    sqlite_pattern,
    sqlite_url,
)

__all__ = ["database_url", "postgresql", "postgresql_databases", "sqlite_pattern", "sqlite_url"]
