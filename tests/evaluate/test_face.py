"""The face of a certificate: the seal only where all holds, and nothing of a name becomes HTML."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from lianjin.core.key import SigningKey, make_key
from lianjin.core.log import Log
from lianjin.evaluate.certificate import Certificate, certify, check_certificate
from lianjin.evaluate.evaluation import Evaluation
from lianjin.evaluate.face import face, write_certificate

HOSTILE = '"><script>alert(1)</script>'


class Seen(HTMLParser):
    """Tags, classes and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.classes: list[str] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.classes += [value or "" for name, value in attrs if name == "class"]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return make_key(tmp_path_factory.mktemp("key") / "key", "example.com/issuer")


@pytest.fixture
def certificate(evaluation: Evaluation, key: SigningKey, tmp_path: Path) -> Certificate:
    with Log.create(tmp_path / "log", key) as log:
        return certify(evaluation, key, log, issued_utc="2026-01-31T08:00:00Z", name=HOSTILE)


def test_a_verified_certificate_bears_the_seal(certificate: Certificate, key: SigningKey) -> None:
    seen = Seen(face(check_certificate(certificate.to_bytes(), [key.verifier])))
    assert "seal plain" in seen.classes, "ore is no gold"
    assert "seal none" not in seen.classes
    for said in ("矿", "原矿", "数据质量", "75.0", "2026-01-31", "2027-01-31", str(key.verifier)):
        assert said in seen.text
    assert "verified here: signature, entry in the log" in seen.text
    assert "measured against the published clauses of TC609-5-2025-04" in seen.text
    assert "the key is the one in the certificate" not in seen.text


def test_a_key_that_nobody_brought_is_said_to_be_its_own(certificate: Certificate) -> None:
    seen = Seen(face(check_certificate(certificate.to_bytes())))
    assert "the key is the one in the certificate" in seen.text


def test_one_that_does_not_hold_bears_none(certificate: Certificate, key: SigningKey) -> None:
    changed = replace(certificate, signature=b"\0" * 64)
    seen = Seen(face(check_certificate(changed.to_bytes(), [key.verifier])))
    assert "seal none" in seen.classes
    assert "certificate-differs" in seen.text


def test_bytes_that_are_none_say_so() -> None:
    seen = Seen(face(check_certificate(b"nothing")))
    assert "not-a-certificate" in seen.text


def test_nothing_of_a_name_becomes_html(certificate: Certificate) -> None:
    page = face(check_certificate(certificate.to_bytes()))
    assert Seen(page).tags.count("script") == 1
    assert HOSTILE in Seen(page).text


def test_both_files_are_written(certificate: Certificate, tmp_path: Path) -> None:
    checked = check_certificate(certificate.to_bytes())
    path = tmp_path / "new" / "certificate.json"
    assert write_certificate(certificate, checked, path) == tmp_path / "new" / "certificate.html"
    assert path.read_bytes() == certificate.to_bytes()
    assert path.with_suffix(".html").read_text("utf-8") == face(checked)
