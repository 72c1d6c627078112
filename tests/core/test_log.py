from __future__ import annotations

import hashlib
import threading
from functools import cache

import pytest
from lianjin import _kernel
from lianjin.core.entry import Entry
from lianjin.core.errors import Conflict, LianjinError, LimitExceeded, NotFound, UsageError
from lianjin.core.key import make_key
from lianjin.core.log import Log
from lianjin.core.tile import read_tile, tile_at
from lianjin.core.verify import verify
from pymerkle import InmemoryTree, verify_consistency

WHEN = "2026-01-31T08:00:00Z"
SIZES = (1, 2, 3, 255, 256, 257, 100_000)


def entries(start, end):
    return [Entry("built", WHEN, {"number": str(n)}) for n in range(start, end)]


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return make_key(tmp_path_factory.mktemp("key") / "log.key", "example.com/log")


@pytest.fixture
def log(tmp_path, key):
    with Log.create(tmp_path / "log", key) as log:
        yield log


@pytest.fixture(scope="module")
def grown(tmp_path_factory, key):
    """A log of 100,000 entries, and the checkpoint it had at each of SIZES."""
    with Log.create(tmp_path_factory.mktemp("grown") / "log", key) as log:
        checkpoints, size, given = {}, 0, entries(0, SIZES[-1])
        for end in SIZES:
            while size < end:
                size = log.append(given[size : min(end, size + 10_000)]).stop
            checkpoints[end] = log.checkpoint()
        return log, checkpoints


@pytest.fixture(scope="module")
def data(grown):
    """The bytes of all entries."""
    log, _ = grown
    bundles = [tile_at(None, at, SIZES[-1]) for at in range(391)]
    return [e for tile in bundles for e in _kernel.log_entries(read_tile(log.folder, tile))]


@pytest.fixture(scope="module")
def oracle(data):
    """The same log as another program keeps it; it counts from 1."""
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(data)
    return tree


def test_what_was_appended_is_what_stands_there(data):
    assert len(data) == SIZES[-1]
    assert data[:300] == [entry.to_bytes() for entry in entries(0, 300)]


@pytest.mark.parametrize("size", SIZES)
def test_roots_are_those_of_another_program(grown, oracle, size):
    _, checkpoints = grown
    assert checkpoints[size].head == (size, oracle.get_root(size))


@pytest.mark.parametrize("size", SIZES)
def test_inclusion_proofs_are_those_of_another_program(grown, oracle, size):
    log, checkpoints = grown
    for index in {0, 1, size // 3, size // 2, size - 2, size - 1} & set(range(size)):
        places = _kernel.log_inclusion_tiles(index, size)
        path = _kernel.log_inclusion(index, size, log._tiles(places, size))
        expected = oracle.prove_inclusion(index + 1, size)
        assert path == expected.path[1:]
        data = entries(index, index + 1)[0].to_bytes()
        assert _kernel.log_is_included(data, index, checkpoints[size].head, path)


@pytest.mark.parametrize("old", SIZES[:-1])
def test_consistency_proofs_are_those_of_the_definition(grown, data, oracle, old):
    """The other program's paths are longer than RFC 6962 asks, so that only verdicts compare."""
    log, checkpoints = grown

    @cache
    def hashed(start, end):
        if end - start == 1:
            return hashlib.sha256(b"\0" + data[start]).digest()
        middle = split(start, end)
        return hashlib.sha256(b"\1" + hashed(start, middle) + hashed(middle, end)).digest()

    def subproof(start, end, is_whole):
        if old == end:
            return [] if is_whole else [hashed(start, end)]
        middle = split(start, end)
        if old <= middle:
            return [*subproof(start, middle, is_whole), hashed(middle, end)]
        return [*subproof(middle, end, False), hashed(start, middle)]

    for new in (size for size in SIZES if size >= old):
        path = list(log.prove_consistency(old, new))
        assert path == subproof(0, new, True)
        heads = checkpoints[old].head, checkpoints[new].head
        assert _kernel.log_is_consistent(*heads, path)
        theirs = oracle.prove_consistency(old, new)
        verify_consistency(oracle.get_root(old), oracle.get_root(new), theirs)


def split(start, end):
    """Where RFC 6962 splits: behind the largest power of two below the size."""
    return start + (1 << (end - start - 1).bit_length() - 1)


def test_a_proof_of_a_large_log_names_its_entry(grown):
    log, checkpoints = grown
    proof = log.prove(77_777)
    assert proof.entry == entries(77_777, 77_778)[0]
    assert proof.checkpoint == checkpoints[SIZES[-1]]
    assert len(proof.path) == 17


def test_a_large_log_is_intact(grown):
    log, checkpoints = grown
    found = verify(log.folder, seen=checkpoints[257])
    assert (found.size, found.faults, found.unsigned) == (100_000, (), ())


def test_indices_have_no_gaps_and_go_on_when_the_log_is_opened_again(log, key):
    assert log.append(entries(0, 3)) == range(3)
    assert log.append([]) == range(3, 3)
    log.close()
    with Log.open(log.folder, key) as again:
        assert again.append(entries(3, 4)) == range(3, 4)
    reader = Log.open(log.folder)
    assert [reader.entry(index) for index in range(4)] == entries(0, 4)


def test_the_empty_log_is_signed_and_has_nothing_to_prove(log):
    assert log.checkpoint().size == 0
    assert verify(log.folder).faults == ()
    for index in (0, -1, 2**70):
        with pytest.raises(NotFound, match="no-such-entry"):
            log.prove(index)
    assert log.prove_consistency(0, 0) == ()


def test_what_was_not_yet_there_cannot_be_proven_consistent(log):
    log.append(entries(0, 3))
    for old, new in ((2, 1), (0, 4), (-1, 2), (4, None)):
        with pytest.raises(NotFound, match="no-such-entry"):
            log.prove_consistency(old, new)


def test_a_second_writer_is_refused_until_the_first_is_done(log, key):
    with pytest.raises(Conflict, match="log-in-use"):
        Log.open(log.folder, key)
    log.close()
    Log.open(log.folder, key).close()
    with pytest.raises(UsageError, match="log-closed"):
        log.append(entries(0, 1))


def test_a_reader_does_not_append_and_a_folder_without_a_log_is_none(log, tmp_path):
    with pytest.raises(UsageError, match="log-read-only"):
        Log.open(log.folder).append(entries(0, 1))
    with pytest.raises(NotFound, match="not-a-log"):
        Log.open(tmp_path)
    assert not (tmp_path / "lock").exists()


def test_a_log_is_made_once_and_belongs_to_one_key(log, key, tmp_path):
    log.append(entries(0, 1))
    log.close()
    with pytest.raises(Conflict, match="already-exists"):
        Log.create(log.folder, key)
    other = make_key(tmp_path / "other.key", "example.com/log")
    for open_log in (Log.open, Log.create):
        with pytest.raises(Conflict, match="key-differs"):
            open_log(log.folder, other)
    assert Log.open(log.folder).checkpoint().size == 1


def test_a_log_that_lost_its_checkpoint_is_not_begun_again(log, key):
    log.append(entries(0, 3))
    log.close()
    (log.folder / "checkpoint").unlink()
    with pytest.raises(Conflict, match="already-exists"):
        Log.create(log.folder, key)
    assert (log.folder / "tile/0/000.p/3").exists()


def test_an_append_has_a_limit(log):
    log.append(entries(0, 10_000))
    with pytest.raises(LimitExceeded, match="too-many-entries"):
        log.append(entries(0, 10_001))
    assert log.checkpoint().size == 10_000


def test_threads_that_append_at_once_share_commits_and_lose_nothing(log):
    given = {}

    def append(name):
        for n in range(25):
            one = Entry("built", WHEN, {"who": f"{name}-{n}"})
            given[one.ids["who"]] = log.append([one])

    threads = [threading.Thread(target=append, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(indices.start for indices in given.values()) == list(range(200))
    assert {log.entry(i.start).ids["who"]: i for i in given.values()} == given
    assert verify(log.folder).faults == ()


@pytest.mark.slow  # a writer and a reader who wait for each other and the disk
def test_who_reads_while_it_grows_finds_every_tile(log):
    log.append(entries(0, 250))
    grows = threading.Thread(
        target=lambda: [log.append(entries(n, n + 14)) for n in range(250, 600, 14)]
    )
    grows.start()
    reader, proven = Log.open(log.folder), 0
    while grows.is_alive() or not proven:
        seen = reader.checkpoint()
        assert reader.prove(seen.size - 1).entry.ids["number"] == str(seen.size - 1)
        assert reader.continues(seen)
        assert verify(log.folder).faults == ()
        proven += 1
    grows.join()
    assert reader.checkpoint().size == 600


def test_a_full_disk_loses_no_index(log, monkeypatch):
    log.append(entries(0, 300))
    write, left = type(log.folder).write_bytes, iter([1, 1])

    def starved(path, data):
        if next(left, None) is None:
            raise OSError(28, "No space left on device")
        return write(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(type(log.folder), "write_bytes", starved)
        with pytest.raises(LianjinError, match="storage-enospc"):
            log.append(entries(300, 900))
    assert log.append(entries(300, 310)) == range(300, 310)
    assert verify(log.folder).faults == ()
    assert verify(log.folder).unsigned == ()


def test_a_full_tile_keeps_its_bytes_and_takes_the_place_of_the_partial_ones(log):
    log.append(entries(0, 100))
    log.append(entries(100, 256))
    assert not (log.folder / "tile/0/000.p").exists()
    before = (log.folder / "tile/0/000").stat()
    log.append(entries(256, 600))
    assert (log.folder / "tile/0/000").stat() == before


def test_a_log_that_was_rolled_back_is_not_appended_to(log, key):
    log.append(entries(0, 10))
    old = log.checkpoint()
    log.append(entries(10, 9_000))
    log.append(entries(9_000, 18_000))
    log.close()
    (log.folder / "checkpoint").write_text(old.note)
    with pytest.raises(Conflict, match="log-rolled-back"):
        Log.open(log.folder, key)
    assert (log.folder / "tile/0/000").exists()


def test_damaged_tiles_prove_nothing_and_take_no_entry(log, key):
    log.append(entries(0, 300))
    log.close()
    path = log.folder / "tile/0/001.p/44"
    whole = path.read_bytes()
    for damaged in (whole[:-1], bytes(len(whole)), whole + b"x"):
        path.write_bytes(damaged)
        with pytest.raises(LianjinError, match="damaged-file"):
            Log.open(log.folder, key)
        with pytest.raises(LianjinError, match="damaged-file"):
            Log.open(log.folder).prove(290)


# --- the border of the kernel, with what nobody should give it -------------------------

HASH = bytes(32)
HOSTILE = {
    "a size beyond 64 bits": lambda: _kernel.log_inclusion_tiles(0, 2**64),
    "a negative index": lambda: _kernel.log_inclusion_tiles(-1, 5),
    "an index behind the log": lambda: _kernel.log_inclusion_tiles(5, 5),
    "an old log that is larger": lambda: _kernel.log_consistency_tiles(6, 5),
    "no tiles": lambda: _kernel.log_inclusion(3, 5, []),
    "a short tile": lambda: _kernel.log_inclusion(3, 5, [HASH * 3]),
    "half a hash": lambda: _kernel.log_inclusion(3, 5, [HASH * 5 + b"x"]),
    "a root of 31 bytes": lambda: _kernel.log_is_included(b"", 0, (1, HASH[1:]), []),
    "a path of texts": lambda: _kernel.log_is_included(b"", 0, (1, HASH), ["x" * 32]),
    "a hash of 33 bytes": lambda: _kernel.log_is_consistent((1, HASH), (2, HASH), [HASH + b"x"]),
    "a bundle that breaks off": lambda: _kernel.log_leaves(b"\0\5abc"),
    "a bundle of too many": lambda: _kernel.log_entries(bytes(514)),
    "an edge of another size": lambda: _kernel.LogEdge(2, [HASH], b"\0\0"),
    "an edge of nine levels": lambda: _kernel.LogEdge(0, [b""] * 8 + [HASH], b""),
    "an entry of 64 KiB": lambda: _kernel.LogEdge(0, [], b"").grown([bytes(65_536)]),
}


@pytest.mark.parametrize("call", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_kernel_refuses_what_cannot_be(call):
    with pytest.raises((ValueError, OverflowError, TypeError)):
        call()


def test_the_largest_numbers_and_longest_paths_are_only_untrue():
    for size in (1, 2**53, 2**64 - 1):
        for n_hashes in (0, 1, 63, 64, 10_000):
            path = [HASH] * n_hashes
            assert not _kernel.log_is_included(b"x", size - 1, (size, HASH), path)
            assert not _kernel.log_is_consistent((size - 1, HASH), (size, bytes(31) + b"x"), path)
    assert len(_kernel.log_inclusion_tiles(2**64 - 2, 2**64 - 1)) <= 16
