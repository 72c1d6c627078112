from __future__ import annotations

import base64
import hashlib
import json

import pytest
from lianjin.core.entry import Entry
from lianjin.core.errors import Finding
from lianjin.core.key import make_key
from lianjin.core.log import Log
from lianjin.core.proof import check_proof

WHEN = "2026-01-31T08:00:00Z"


@pytest.fixture
def proven(tmp_path):
    """(a proof as JSON, the key it holds under)."""
    key = make_key(tmp_path / "log.key", "example.com/log")
    with Log.create(tmp_path / "log", key) as log:
        log.append([Entry("built", WHEN, {"number": str(n)}) for n in range(300)])
        return json.dumps(log.prove(260).to_json()).encode(), key.verifier


def test_a_proof_is_checked_without_the_log(proven):
    text, key = proven
    found = check_proof(text, key)
    assert found.entry.ids["number"] == "260"
    assert json.dumps(found.to_json()).encode() == text


def test_a_proof_can_be_checked_by_hand(tmp_path):
    """With no program but SHA-256: leaf and root are where the standard says."""
    key = make_key(tmp_path / "log.key", "example.com/log")
    with Log.create(tmp_path / "log", key) as log:
        log.append([Entry("built", WHEN), Entry("listed", WHEN)])
        value = log.prove(1).to_json()
    leaf = hashlib.sha256(b"\0" + value["entry"].encode()).digest()
    root = hashlib.sha256(b"\1" + base64.b64decode(value["path"][0]) + leaf).digest()
    assert base64.b64encode(root).decode() == value["checkpoint"].splitlines()[2]


def test_every_flipped_bit_of_a_proof_is_seen(proven):
    text, key = proven
    value = json.loads(text)
    for at in range(len(text)):
        for bit in range(8):
            changed = text[:at] + bytes([text[at] ^ 1 << bit]) + text[at + 1 :]
            try:
                same = json.loads(changed) == value
            except ValueError:
                same = False
            if not same:
                with pytest.raises(Finding, match="proof-fails"):
                    check_proof(changed, key)


def test_a_proof_holds_under_its_key_only(proven, tmp_path):
    text, _ = proven
    other = make_key(tmp_path / "other.key", "example.com/log")
    with pytest.raises(Finding, match="proof-fails"):
        check_proof(text, other.verifier)


@pytest.mark.parametrize(
    "change",
    [
        {"index": 261},
        {"index": -1},
        {"index": 2**70},
        {"index": 260.0},
        {"index": True},
        {"index": "260"},
        {"path": []},
        {"path": None},
        {"path": ["AA=="] * 9},
        {"path": ["A" * 43 + "="] * 65},
        {"entry": "{}"},
        {"entry": None},
        {"checkpoint": ""},
        {"checkpoint": 3},
    ],
)
def test_what_is_not_the_proof_proves_nothing(proven, change):
    text, key = proven
    changed = json.dumps({**json.loads(text), **change}).encode()
    with pytest.raises(Finding, match="proof-fails"):
        check_proof(changed, key)


@pytest.mark.parametrize("text", [b"", b"[]", b"3", b"\xff", b"[" * 100_000, b" " * (3 << 20)])
def test_what_is_no_proof_proves_nothing(proven, text):
    with pytest.raises(Finding, match="proof-fails"):
        check_proof(text, proven[1])
