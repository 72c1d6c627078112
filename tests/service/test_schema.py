"""The revisions give the tables that are declared, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from lianjin.core.database import METADATA, Database
from lianjin.service import schema


def test_revisions_and_declared_tables_are_equal(database_url: str) -> None:
    with Database(database_url) as database:
        assert schema.revision_of(database) == schema.head()
        assert schema.differences(database) == []


def test_a_table_that_no_revision_has_is_found(sqlite_url: str) -> None:
    with Database(sqlite_url) as database:
        database.write(lambda tx: tx.connection.exec_driver_sql("DROP TABLE answer"))
        found = schema.differences(database)
    assert [name for name, *_ in found] == ["add_table", "add_index"]


def test_every_module_with_a_table_is_named() -> None:
    package = Path(schema.__file__).parents[1]
    written = {
        ".".join(("lianjin", *path.relative_to(package).with_suffix("").parts))
        for path in package.rglob("*.py")
        if "sa.Table(" in path.read_text("utf-8")
    }
    assert written == {"lianjin.core.database", *schema.NOUNS}


def test_going_back_and_forth_again_leaves_the_same_tables(database_url: str) -> None:
    with Database(database_url) as database:
        with schema._configured(database) as config:
            command.downgrade(config, "base")
        assert schema.revision_of(database) is None
        schema.migrate(database)
        assert schema.differences(database) == []


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    with Database(database_url) as database:
        schema.migrate(database)
        assert schema.revision_of(database) == schema.head()


@pytest.mark.parametrize("name", ["event", "answer", "organisation", "session", "token"])
def test_tables_are_declared(name: str) -> None:
    assert name in METADATA.tables
