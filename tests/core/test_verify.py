from __future__ import annotations

import hashlib
import shutil

import pytest
from lianjin import _kernel
from lianjin.core.checkpoint import sign
from lianjin.core.entry import Entry
from lianjin.core.errors import NotFound
from lianjin.core.key import make_key
from lianjin.core.log import Log
from lianjin.core.tile import Tile
from lianjin.core.verify import verify

WHEN = "2026-01-31T08:00:00Z"


def entries(start, end, event="built"):
    return [Entry(event, WHEN, {"number": str(n)}) for n in range(start, end)]


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("key") / "log.key", "example.com/log")


def made(folder, key, *steps):
    """A log that grew to these sizes, one append for each."""
    with Log.create(folder, key) as log:
        size = 0
        for end in steps:
            while size < end:
                size = log.append(entries(size, min(end, size + 10_000))).stop
    return log


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "lock")


def every_flip_is_named(folder, step):
    assert verify(folder).faults == ()
    for path in files(folder):
        name = path.relative_to(folder).as_posix()
        whole = path.read_bytes()
        for at in range(0, len(whole), step):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :])
            found = {fault.path for fault in verify(folder).faults}
            assert found == {name}, f"byte {at}"
        path.write_bytes(whole)


def test_every_flipped_byte_of_a_small_log_is_named(tmp_path, key):
    made(tmp_path / "log", key, 1, 3)
    every_flip_is_named(tmp_path / "log", 1)


def test_flipped_bytes_of_full_tiles_and_of_those_above_are_named(tmp_path, key):
    made(tmp_path / "log", key, 200, 520, 530)
    every_flip_is_named(tmp_path / "log", 1_009)


@pytest.mark.attack
def test_every_flipped_byte_of_a_log_of_two_levels_is_named(tmp_path, key):
    made(tmp_path / "log", key, 200, 520, 530)
    every_flip_is_named(tmp_path / "log", 1)


def test_every_missing_or_cut_file_is_named(tmp_path, key):
    folder = tmp_path / "log"
    made(folder, key, 200, 520)
    for path in files(folder):
        whole, name = path.read_bytes(), path.relative_to(folder).as_posix()
        for cut in (None, b"", whole[:-1], whole + b"\0", whole + whole):
            path.unlink()
            if cut is not None:
                path.write_bytes(cut)
            found = verify(folder) if name != "verifier" or cut is not None else None
            assert found is None or {fault.path for fault in found.faults} == {name}, cut
            path.write_bytes(whole)


def test_strange_files_are_named_and_those_of_a_killed_append_are_told_apart(tmp_path, key):
    folder = tmp_path / "log"
    made(folder, key, 5)
    (folder / "tile" / "more").touch()
    (folder / "tile" / "0" / "0").touch()
    (folder / "tile" / "0" / "000.p" / "6").touch()
    (folder / "tile" / "0" / "000.p" / ".7.part").touch()
    found = verify(folder)
    assert [fault.path for fault in found.faults] == ["tile/0/0", "tile/more"]
    assert found.unsigned == ("tile/0/000.p/.7.part", "tile/0/000.p/6")
    with Log.open(folder, key):
        pass
    assert verify(folder).unsigned == ()


def test_a_folder_without_a_log_is_none(tmp_path):
    with pytest.raises(NotFound, match="not-a-log"):
        verify(tmp_path)


# --- one who can write every file, but has not the key ---------------------------------


def rewritten(folder, forger, given, size):
    """The log of `folder` replaced by one of other entries, signed by whoever this is."""
    shutil.rmtree(folder)
    with Log.create(folder, forger) as log:
        log.append(given[:size])


def test_a_log_that_was_made_anew_under_another_key_is_not_the_log(tmp_path, key):
    folder = tmp_path / "log"
    made(folder, key, 5)
    forger = make_key(tmp_path / "forger.key", key.name)
    rewritten(folder, forger, entries(0, 5, "forged"), 5)
    found = verify(folder, key=key.verifier)
    assert {fault.code for fault in found.faults} == {"key-differs", "checkpoint-differs"}
    (folder / "verifier").write_text(f"{key.verifier}\n")
    assert [fault.path for fault in verify(folder).faults] == ["checkpoint"]


@pytest.mark.parametrize("size", [5, 256, 300])
def test_entries_and_tiles_that_agree_but_are_not_signed_are_found(tmp_path, key, size):
    folder, other = tmp_path / "log", tmp_path / "other"
    made(folder, key, size)
    with Log.create(other, key) as log:
        log.append([*entries(0, size - 1), *entries(0, 1, "forged")])
    shutil.rmtree(folder / "tile")
    shutil.copytree(other / "tile", folder / "tile")
    assert [fault.code for fault in verify(folder).faults] == ["root-differs"]


def test_a_bundle_and_its_tile_changed_together_are_found(tmp_path, key):
    folder = tmp_path / "log"
    made(folder, key, 600)
    bundle, tile = folder / Tile(None, 1).path, folder / Tile(0, 1).path
    bundle.write_bytes(bundle.read_bytes().replace(b"built", b"build", 1))
    tile.write_bytes(_kernel.log_leaves(bundle.read_bytes()))
    assert [fault.path for fault in verify(folder).faults] == ["tile/entries/001"]


@pytest.mark.parametrize("change", ["swap", "drop last", "double"])
def test_entries_in_another_order_or_number_are_found(tmp_path, key, change):
    folder = tmp_path / "log"
    made(folder, key, 5)
    path = folder / Tile(None, 0, 5).path
    one, two, *rest = _kernel.log_entries(path.read_bytes())
    changed = {
        "swap": [two, one, *rest],
        "drop last": [one, two, *rest[:-1]],
        "double": [one, one, *rest],
    }[change]
    path.write_bytes(b"".join(len(e).to_bytes(2, "big") + e for e in changed))
    assert [fault.path for fault in verify(folder).faults] == ["tile/entries/000.p/5"]


def test_a_stranger_who_signs_a_huge_number_keeps_nobody_busy(tmp_path, key):
    folder = tmp_path / "log"
    made(folder, key, 3)
    (folder / "checkpoint").write_text(sign(key, 2**53, bytes(32)).note)
    assert next(fault.path for fault in verify(folder).faults) == "tile/entries/000"


def test_a_file_longer_than_any_tile_is_not_read_whole(tmp_path, key):
    folder = tmp_path / "log"
    made(folder, key, 3)
    with (folder / "tile/0/000.p/3").open("r+b") as file:
        file.truncate(1 << 36)
    assert [fault.path for fault in verify(folder).faults] == ["tile/0/000.p/3"]


# --- one who has the key ---------------------------------------------------------------


@pytest.mark.parametrize("now", [1, 4, 5, 256, 257, 700])
def test_a_log_continues_what_was_seen(tmp_path, key, now):
    log = made(tmp_path / "log", key, 1, now)
    seen = sign(key, 1, hashlib.sha256(b"\0" + entries(0, 1)[0].to_bytes()).digest())
    assert verify(log.folder, seen=log.checkpoint()).faults == ()
    assert verify(log.folder, seen=seen).faults == ()


def test_a_checkpoint_put_back_is_found_by_who_saw_a_later_one(tmp_path, key):
    folder = tmp_path / "log"
    old = made(folder, key, 3).checkpoint()
    with Log.open(folder, key) as log:
        log.append(entries(3, 9))
        seen = log.checkpoint()
    (folder / "checkpoint").write_text(old.note)
    assert verify(folder).faults == ()
    assert [fault.code for fault in verify(folder, seen=seen).faults] == ["log-rolled-back"]


@pytest.mark.parametrize("size", [9, 10, 300])
def test_a_fork_is_found_by_who_saw_the_other_side(tmp_path, key, size):
    folder = tmp_path / "log"
    seen = made(folder, key, 9).checkpoint()
    rewritten(folder, key, [*entries(0, 8), *entries(8, size, "forged")], size)
    assert verify(folder).faults == ()
    assert [fault.code for fault in verify(folder, seen=seen).faults] == ["log-forked"]
