"""Annotators of a listing: who shares in its price, and by how many answers.

Takes annotation projects of the supplier; gives the answers that count, by person, as the projects
have them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from lianjin.annotate.project import Person, owns, project_for
from lianjin.annotate.report import people_of
from lianjin.market.actor import Actor


def annotators_of(
    connection: sa.Connection, actor: Actor, projects: Iterable[str]
) -> Mapping[str, int]:
    """Answers that count (accepted, fixed, or not drawn for review), by person, over the projects.

    NotFound `no-such-project` for one that is another organisation's. A project named twice counts
    once; a person without an answer that counts has no share.
    """
    counted: Counter[str] = Counter()
    person = Person(actor.user_id, actor.organisation)
    for identity in dict.fromkeys(projects):
        project = project_for(connection, identity, person, owns)
        for part in people_of(connection, project):
            counted[part.person] += part.counted
    return {person: count for person, count in sorted(counted.items()) if count}
