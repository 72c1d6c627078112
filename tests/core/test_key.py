from __future__ import annotations

import base64
import stat

import pytest
from lianjin.core.errors import LianjinError
from lianjin.core.key import VerifierKey, make_key, read_key

# The key of the Go module proxy's checksum database, an independent log of the same form.
PUBLISHED = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"


def test_a_published_key_is_read_and_written_the_same():
    key = VerifierKey.read(PUBLISHED)
    assert key.name == "sum.golang.org"
    assert str(key) == PUBLISHED


def test_a_signature_that_another_program_made_is_right():
    """The example in the tests of Go's package for signed notes."""
    key = VerifierKey.read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        b"If you think cryptography is the answer to your problem,\n"
        b"then you don't know what your problem is.\n"
    )
    signature = base64.b64decode(
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
    )
    assert signature[:4] == key.id
    assert key.has_signed(text, signature[4:])
    assert not key.has_signed(text[1:], signature[4:])


def test_a_key_is_in_a_file_of_its_owner_alone_and_comes_back(tmp_path):
    made = make_key(tmp_path / "log.key", "example.com/log")
    assert stat.S_IMODE((tmp_path / "log.key").stat().st_mode) == 0o600
    read = read_key(tmp_path / "log.key")
    assert read.verifier == made.verifier
    assert made.verifier.has_signed(b"text", read.sign(b"text"))
    assert not made.verifier.has_signed(b"text", read.sign(b"other"))


def test_keys_come_back_whatever_signs_their_base64_has(tmp_path):
    for number in range(50):
        made = make_key(tmp_path / str(number), "a")
        assert read_key(tmp_path / str(number)).verifier == made.verifier
        assert VerifierKey.read(str(made.verifier)) == made.verifier


def test_no_key_is_ever_replaced_or_made_by_reading(tmp_path):
    with pytest.raises(LianjinError, match="no-key"):
        read_key(tmp_path / "log.key")
    assert list(tmp_path.iterdir()) == []
    make_key(tmp_path / "log.key", "a")
    before = (tmp_path / "log.key").read_bytes()
    with pytest.raises(LianjinError, match="already-exists"):
        make_key(tmp_path / "log.key", "a")
    assert (tmp_path / "log.key").read_bytes() == before


def test_a_key_that_others_may_read_is_refused(tmp_path):
    make_key(tmp_path / "log.key", "a")
    (tmp_path / "log.key").chmod(0o640)
    with pytest.raises(LianjinError, match="key-not-private"):
        read_key(tmp_path / "log.key")


def test_no_message_and_no_print_shows_the_secret(tmp_path):
    key = make_key(tmp_path / "log.key", "a")
    # base64 has a `+` of its own: the secret is all that stands behind name and id.
    secret = (tmp_path / "log.key").read_text().split("+a+", 1)[1].partition("+")[2].strip()
    assert len(secret) == 44
    assert secret not in repr(key)
    (tmp_path / "log.key").write_text((tmp_path / "log.key").read_text().replace("+a+", "+b+"))
    with pytest.raises(LianjinError, match="damaged-file") as caught:
        read_key(tmp_path / "log.key")
    assert secret not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\nb", "a\u3000b", "x" * 129, "\ud800"])
def test_a_name_that_a_note_cannot_say_is_refused(tmp_path, name):
    with pytest.raises(LianjinError, match="key-name"):
        make_key(tmp_path / "log.key", name)
    assert list(tmp_path.iterdir()) == []


def test_every_flipped_bit_of_a_private_key_is_seen(tmp_path):
    path = tmp_path / "log.key"
    make_key(path, "a")
    whole = path.read_bytes()
    for at in range(len(whole)):
        for bit in range(8):
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            with pytest.raises(LianjinError, match="damaged-file"):
                read_key(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a+b",
        "++",
        PUBLISHED + "A",
        PUBLISHED.replace("033d", "033e"),
        PUBLISHED.replace("sum", "sun"),
        PUBLISHED.replace("An8", "An9"),
        PUBLISHED.upper(),
        "é" + PUBLISHED,
        "a+00000000+AQ==",
    ],
)
def test_what_is_no_public_key_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        VerifierKey.read(text)
