from __future__ import annotations

import pytest
from lianjin.core.entry import Entry
from lianjin.core.errors import UsageError

WHEN = "2026-01-31T08:00:00Z"
DIGEST = "sha256:" + "0" * 64


def test_an_entry_comes_back_from_its_bytes():
    entry = Entry("version_listed", WHEN, {"dataset": "新闻/一", "order": ""}, {"root": DIGEST})
    assert Entry.read(entry.to_bytes()) == entry


def test_the_largest_entry_fits_a_bundle():
    ids = {f"i{n:02}" + "x" * 61: "𠀀" * 256 for n in range(16)}
    digests = {f"d{n:02}" + "x" * 61: DIGEST for n in range(16)}
    entry = Entry("e" * 64, WHEN, ids, digests)
    assert 16_384 < len(entry.to_bytes()) < 65_536
    assert Entry.read(entry.to_bytes()) == entry


@pytest.mark.parametrize(
    "values",
    [
        {"event": ""},
        {"event": "Listed"},
        {"event": "a b"},
        {"event": 3},
        {"event": "e" * 65},
        {"time_utc": "2026-01-31 08:00:00"},
        {"time_utc": "2026-01-31T08:00:00+08:00"},
        {"ids": {"dataset": "a\nb"}},
        {"ids": {"dataset": "\x1b[31m"}},
        {"ids": {"dataset": "\ud800"}},
        {"ids": {"dataset": "x" * 257}},
        {"ids": {"dataset": 3}},
        {"ids": {"Data": "x"}},
        {"ids": {f"i{n}": "" for n in range(17)}},
        {"ids": ["x"]},
        {"digests": {"root": "sha256:0"}},
        {"digests": {"root": "the payload itself"}},
    ],
)
def test_what_is_no_event_with_ids_and_digests_is_refused(values):
    with pytest.raises(UsageError, match="log-entry"):
        Entry(**{"event": "built", "time_utc": WHEN, **values})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b"[" * 100_000,
        b'{"digests":{},"event":"built","ids":{},"time_utc":"2026-01-31T08:00:00Z" }',
        b'{"event":"built","digests":{},"ids":{},"time_utc":"2026-01-31T08:00:00Z"}',
        b'{"digests":{},"event":"built","ids":{},"more":1,"time_utc":"2026-01-31T08:00:00Z"}',
    ],
)
def test_bytes_that_no_entry_has_are_refused(data):
    with pytest.raises((ValueError, RecursionError)):
        Entry.read(data)
