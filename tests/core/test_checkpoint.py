from __future__ import annotations

import pytest
from lianjin.core.checkpoint import NotACheckpoint, read_checkpoint, sign
from lianjin.core.key import make_key


@pytest.fixture
def key(tmp_path):
    return make_key(tmp_path / "log.key", "example.com/log")


def test_a_checkpoint_has_the_form_of_the_standard(key):
    note = sign(key, 7, bytes(32)).note
    body, _, signature = note.partition("\n\n")
    assert body == "example.com/log\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert signature.startswith("— example.com/log ")
    assert signature.endswith("\n")


def test_what_is_signed_is_read(key):
    for size in (0, 1, 2**53):
        checkpoint = sign(key, size, bytes(range(32)))
        assert read_checkpoint(checkpoint.note.encode(), key.verifier) == checkpoint


def test_every_flipped_bit_is_seen(key):
    note = sign(key, 12, bytes(range(32))).note.encode()
    for at in range(len(note)):
        for bit in range(8):
            flipped = note[:at] + bytes([note[at] ^ 1 << bit]) + note[at + 1 :]
            with pytest.raises(NotACheckpoint):
                read_checkpoint(flipped, key.verifier)


def test_a_witness_may_sign_beside_the_key(key, tmp_path):
    witness = make_key(tmp_path / "witness.key", "example.com/witness")
    checkpoint = sign(key, 3, bytes(32))
    line = sign(witness, 3, bytes(32)).note.splitlines()[-1]
    for note in (checkpoint.note + line + "\n", checkpoint.note + "— x QUFBQQ==\n"):
        assert read_checkpoint(note.encode(), key.verifier).head == checkpoint.head


def test_another_key_of_the_same_name_is_not_the_key(key, tmp_path):
    other = make_key(tmp_path / "other.key", "example.com/log")
    with pytest.raises(NotACheckpoint, match="not signed by"):
        read_checkpoint(sign(other, 3, bytes(32)).note.encode(), key.verifier)


def test_a_wrong_signature_beside_a_right_one_is_refused(key):
    note, other = sign(key, 3, bytes(32)).note, sign(key, 4, bytes(32)).note
    with pytest.raises(NotACheckpoint):
        read_checkpoint((note + other.splitlines()[-1] + "\n").encode(), key.verifier)


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n\n",
        b"a\n1\n",
        b"\xff",
        b"a\r\n1\n",
        b"\0" * 100,
        b"x" * (1 << 21),
        b"example.com/log\n01\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 a QUFBQQ==\n",
        b"example.com/log\n" + b"9" * 19 + b"\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 a QUFBQQ==\n",
        b"example.com/log\n1\n" + b"A" * 43 + b"=\n\n",
        b"example.com/log\n1\n" + b"A" * 43 + b"=\n\n\xe2\x80\x94 a =\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(key, note):
    with pytest.raises(NotACheckpoint):
        read_checkpoint(note, key.verifier)
