"""Names are what they can be and in their order; a version is its bytes and nothing else."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from lianjin.core.errors import UsageError
from lianjin.core.identity import canonical
from lianjin.corpus.version import DatasetName, DatasetVersion, Extra, Parent, VersionName

HASH = "ab" * 32
NAME = VersionName.parse("lab/zh-web@1.2.0")
VERSION = DatasetVersion(
    name=NAME,
    manifest=HASH,
    root=HASH,
    n_files=6,
    size_bytes=79_164,
    records=46,
    kept=14,
    created_utc="2026-01-31T08:00:00Z",
    created_by="lin",
    message="首版\n第二行",
    parents=(Parent(HASH, VersionName.parse("lab/zh-web@1.1.0")), Parent("cd" * 32)),
    extras={"report.html": Extra(HASH, 7)},
)

WRONG = [
    "", "/", "@", "a", "a/b", "a@1.0.0", "/b@1.0.0", "a/@1.0.0", "a/b@", "a/b@1", "a/b@1.0",
    "a/b@v1.0.0", "a/b@01.0.0", "a/b@1.0.0-", "a/b@1.0.0-01", "a/b@1.0.0+build", "a/b@1.0.0-rc..1",
    "a/b@1.0.0-RC", "A/b@1.0.0", "a/b c@1.0.0", "../x@1.0.0", "a/..@1.0.0", "./b@1.0.0",
    "a/b@1/../..", "a/b/c@1.0.0", "a/b@1.0.0/x", "a/b@1.0.0\n", "a/b\n@1.0.0", "a/-b@1.0.0",
    "a/b-@1.0.0", "a/b..c@1.0.0", "a/.b@1.0.0", "a\\b/c@1.0.0", "炼/金@1.0.0", "a/b@1.0.0@1.0.0",
    "a/b@１.0.0", "a/b@1.0.0\0", f"a/{'b' * 65}@1.0.0", f"a/b@1.0.0-{'a' * 25}", "a/b@../1.0.0",
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_name_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        VersionName.parse(text)
    assert raised.value.code == "wrong-name"


@pytest.mark.parametrize("text", ["a/b@0.0.0", "l4b/zh_web.v2-x@10.20.30-rc.1-a.b", "0/0@1.0.0--"])
def test_a_name_is_printed_as_it_was_read(text: str) -> None:
    assert str(VersionName.parse(text)) == text
    assert DatasetName.parse(text.partition("@")[0]).at(text.partition("@")[2]).dataset == (
        VersionName.parse(text).dataset
    )


def test_versions_stand_in_the_order_of_semver() -> None:
    ordered = [
        "0.0.1",
        "0.1.0",
        "0.9.0",
        "0.10.0",
        "1.0.0-1",
        "1.0.0-2",
        "1.0.0-10",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1-a",
        "1.0.1",
        "2.0.0",
    ]
    names = [VersionName.parse(f"a/b@{version}") for version in ordered]
    shuffled = random.Random(3).sample(names, len(names))
    assert sorted(shuffled, key=lambda name: name.order) == names
    assert [name.version for name in names if not name.is_pre_release] == (
        ["0.0.1", "0.1.0", "0.9.0", "0.10.0", "1.0.0", "1.0.1", "2.0.0"]
    )


def test_a_version_is_read_from_its_bytes() -> None:
    data = VERSION.to_bytes()
    assert DatasetVersion.read(data) == VERSION
    assert json.loads(data)["digest"] == VERSION.digest
    assert json.loads(data)["parents"][1] == {"name": None, "root": "cd" * 32}


def test_every_flipped_byte_of_a_version_shows() -> None:
    data = VERSION.to_bytes()
    for at in range(len(data)):
        for bit in range(at % 3, 8, 3):
            flipped = data[:at] + bytes([data[at] ^ 1 << bit]) + data[at + 1 :]
            with pytest.raises(ValueError, match=r"."):
                DatasetVersion.read(flipped)


@pytest.mark.parametrize(
    "change",
    [
        {"n_files": -1},
        {"size_bytes": 1.5},
        {"records": True},
        {"kept": 2**54},
        {"tokens": {}},
        {"tokens": []},
        {"tokens": {"tokens_estimate": -1}},
        {"tokens": {"letters": 1}},
        {"root": "x"},
        {"manifest": HASH.upper()},
        {"created_utc": "yesterday"},
        {"created_by": ""},
        {"message": "a\x1b[31m"},
        {"message": "x" * 2001},
        {"message": "\ud800"},
        {"message": None},
        {"parents": [{"name": None, "root": "../x"}]},
        {"parents": [{"name": "a/b@../..", "root": HASH}]},
        {"parents": [{"name": None, "root": HASH}] * 101},
        {"extras": {"../../x": {"sha256": HASH, "size_bytes": 1}}},
        {"extras": {"a/b": {"sha256": HASH, "size_bytes": 1}}},
        {"extras": {".pull": {"sha256": HASH, "size_bytes": 1}}},
        {"extras": {"manifest.json": {"sha256": HASH, "size_bytes": 1}}},
        {"extras": {"run.json": {"sha256": "x", "size_bytes": 1}}},
        {"extras": {"run.json": {}}},
        {"name": "lab/zh-web@1"},
        {"name": 3},
        {"schema_version": 2},
        {"more": 1},
    ],
)
def test_a_version_that_cannot_be_is_not_read(change: dict[str, Any]) -> None:
    value = VERSION.to_json() | change
    with pytest.raises(ValueError, match="it is"):
        DatasetVersion.read(json.dumps(value).encode())


@pytest.mark.parametrize(
    "data", [b"", b"null", b"[]", b"3", b'"a"', b"{}", b"[" * 100_000, b"\xff"]
)
def test_what_is_no_version_is_not_read(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        DatasetVersion.read(data)


def test_white_space_and_other_keys_show() -> None:
    data = VERSION.to_bytes()
    for other in (data + b" ", data[:-1], b" " + data, data.replace(b'","', b'", "', 1)):
        with pytest.raises(ValueError, match="written"):
            DatasetVersion.read(other)
    with pytest.raises(ValueError, match="version"):
        DatasetVersion.read(canonical({**VERSION.to_json(), "x": 1}) + b"\n")
