"""A statement that goes to the driver as it is says what SQLAlchemy's would say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from lianjin.core.database import METADATA, Database, writing
from lianjin.core.statement import ask

THINGS = sa.Table(
    "thing_in_test",
    sa.MetaData(),
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("n", sa.Integer, nullable=False),
    sa.Column("note", sa.Text, nullable=True),
)
PUT = THINGS.insert()
FIND = sa.select(THINGS, (THINGS.c.n * 2).label("twice")).where(
    THINGS.c.id == sa.bindparam("wanted"), THINGS.c.n < 100
)
MORE = (
    THINGS.update()
    .where(THINGS.c.id == sa.bindparam("wanted"), THINGS.c.n < sa.bindparam("most"))
    .values(n=THINGS.c.n + 1, note=sa.bindparam("why"))
)


@pytest.fixture
def connection(database_url: str) -> Iterator[sa.Connection]:
    assert "thing_in_test" not in METADATA.tables
    with Database(database_url) as database, writing(database.engine) as found:
        THINGS.create(found)
        yield found


def test_rows_are_put_found_and_changed(connection: sa.Connection) -> None:
    ask(connection, PUT, {"id": "a", "n": 1, "note": None})
    ask(
        connection, PUT, [{"id": "b", "n": 2, "note": "粟"}, {"id": "c", "n": 3, "note": "%s :x ?"}]
    )
    row = ask(connection, FIND, {"wanted": "b"}).one_or_none()
    assert (row.id, row.n, row.note, row.twice) == ("b", 2, "粟", 4)
    assert row._asdict() == {"id": "b", "n": 2, "note": "粟", "twice": 4}
    assert ask(connection, FIND, {"wanted": "z"}).one_or_none() is None
    assert ask(connection, MORE, {"wanted": "c", "most": 3, "why": "no"}).rowcount == 0
    assert ask(connection, MORE, {"wanted": "c", "most": 4, "why": "yes"}).rowcount == 1
    everything = connection.execute(sa.select(THINGS).order_by(THINGS.c.id)).all()
    assert [tuple(one) for one in everything] == [("a", 1, None), ("b", 2, "粟"), ("c", 4, "yes")]


def test_what_the_database_refuses_is_an_error_as_from_execute(connection: sa.Connection) -> None:
    ask(connection, PUT, {"id": "a", "n": 1, "note": None})
    point = connection.begin_nested()
    with pytest.raises(sa.exc.IntegrityError):
        ask(connection, PUT, {"id": "a", "n": 2, "note": None})
    point.rollback()
    assert ask(connection, FIND, {"wanted": "a"}).one_or_none().n == 1


def test_a_value_is_never_part_of_the_statement(connection: sa.Connection) -> None:
    hostile = "a'; DROP TABLE thing_in_test; --"
    ask(connection, PUT, {"id": hostile[:20], "n": 1, "note": hostile})
    assert ask(connection, FIND, {"wanted": hostile[:20]}).one_or_none().note == hostile
