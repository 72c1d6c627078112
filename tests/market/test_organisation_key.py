"""An organisation signs with the keys it has now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lianjin.core.errors import NotFound, UsageError
from lianjin.market.organisation_key import (
    Keyring,
    check_key,
    end_key,
    keys,
    organisation_of,
    register_key,
)


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    keyring = Keyring(tmp_path / "keys")
    first = keyring.key("organisation_a")
    assert keyring.key("organisation_a").verifier == first.verifier
    assert first.verifier.name == "lianjin/organisation_a"
    assert (tmp_path / "keys" / "organisation_a.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", ["../a", "a/b", "", "a\x00", ".", "a b", "x" * 65])
def test_a_key_is_never_outside_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="wrong-value"):
        Keyring(tmp_path / "keys").key(name)
    assert list(tmp_path.iterdir()) == []


def test_keys_are_registered_and_ended(world: Any) -> None:
    key = world.keyring.key("organisation_a").verifier
    for _ in range(2):
        world.database.write(lambda tx: register_key(tx, world.operator, "organisation_a", key))
    with world.database.read() as connection:
        assert keys(connection, "organisation_a") == (key,)
        assert organisation_of(connection, key) == "organisation_a"
    world.database.write(lambda tx: end_key(tx, world.operator, "organisation_a", key))
    with world.database.read() as connection:
        assert keys(connection, "organisation_a") == ()
        assert organisation_of(connection, key) is None
        with pytest.raises(NotFound, match="no-key"):
            check_key(connection, "organisation_a", key)
    with pytest.raises(NotFound, match="no-key"):
        world.database.write(lambda tx: end_key(tx, world.operator, "organisation_b", key))
