"""Who has sent which bytes."""

from __future__ import annotations

from lianjin.core.database import Transaction
from lianjin.service.holding import held, hold

from .world import World


def test_a_blob_is_held_by_who_sent_it(world: World) -> None:
    ours, theirs = world.ours.organisation.id, world.theirs.organisation.id
    digests = [f"{number:064x}" for number in range(1_020)]

    def work(tx: Transaction) -> None:
        for sha256 in digests[::50]:
            hold(tx, ours, sha256, 1)
            hold(tx, ours, sha256, 1)
        hold(tx, theirs, digests[1], 1)

    world.state.database.write(work)
    with world.state.database.read() as connection:
        assert held(connection, ours, digests) == set(digests[::50])
        assert held(connection, theirs, digests) == {digests[1]}
        assert held(connection, ours, []) == set()
