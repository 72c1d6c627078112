"""Bytes on disk and on their way count together, whatever comes and goes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from lianjin.core.errors import LimitExceeded
from lianjin.service.work import quota
from lianjin.service.work.quota import Claim, Quota


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "UPLOADS_SIZE_BYTES", 100)


def claimed(found: Quota, folder: Path, organisation: str = "ours") -> Claim:
    return found.claim(organisation, lambda: [folder, folder / "absent"])


def test_files_that_are_there_and_those_that_come_share_the_room(tmp_path: Path) -> None:
    found = Quota()
    (tmp_path / "a").write_bytes(b"x" * 40)
    first, second = claimed(found, tmp_path), claimed(found, tmp_path)
    first.reach(30)
    first.reach(20)  # less than it has: nothing new
    with pytest.raises(LimitExceeded, match="uploads-full"):
        second.reach(31)
    second.reach(30)
    claimed(found, tmp_path / "absent", "theirs").reach(100)
    with pytest.raises(LimitExceeded):
        second.reach(31)
    first.give_back()
    second.reach(60)
    second.give_back()
    second.give_back()
    claimed(found, tmp_path).reach(60)


def test_a_folder_is_measured_again_when_it_changes(tmp_path: Path) -> None:
    found, folder = Quota(), tmp_path / "upload"
    folder.mkdir()
    for size, total in ((10, 10), (30, 30), (5, 5)):
        (folder / "part").write_bytes(b"x" * size)
        os.replace(folder / "part", folder / "a")  # as a file is put there
        assert found.stored([folder]) == total
    os.utime(folder, (1_700_000_000, 1_700_000_000))
    assert [found.stored([folder]) for _ in range(2)] == [5, 5]
    (folder / "b").write_bytes(b"x" * 7)
    assert found.stored([folder]) == 12
    (folder / "a").unlink()
    assert found.stored([folder]) == 7
