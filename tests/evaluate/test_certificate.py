"""A certificate holds offline, and nothing that it is over can change without being named."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from lianjin.core.entry import Entry
from lianjin.core.errors import Finding, NotFound, StorageError, UsageError
from lianjin.core.identity import canonical, digest_bytes
from lianjin.core.key import SigningKey, make_key
from lianjin.core.limits import CERTIFICATE_SIZE_BYTES, EVALUATION_SIZE_BYTES
from lianjin.core.log import Log
from lianjin.core.proof import check_proof
from lianjin.evaluate.certificate import (
    Certificate,
    Draft,
    a_year_after,
    certify,
    check_certificate,
    draft,
    read_evaluation,
    same_subject,
    seal,
)
from lianjin.evaluate.evaluation import Evaluation, evaluate
from lianjin.evaluate.requirement import parse_requirement
from lianjin.evaluate.standard import parse_standard

from .conftest import MARKET, made_in

ISSUED = "2026-01-31T08:00:00Z"
STANDARD = """
id: s
title: {zh: 小标准, en: small}
wording: {zh: 测, en: measured}
gates: [{id: schema, title: 可读, measure: readable}]
dimensions:
  - {code: a, title: 内容, indices: [{code: a1, title: 格式, measure: legal_form, trust: proposal}]}
grades: [{id: good, title: 好, dimensions: [a]}]
"""


@dataclass(frozen=True)
class Issued:
    """A small repository: a dataset, its evaluation, keys, a log and a certificate."""

    folder: Path
    evaluation: Evaluation
    key: SigningKey
    log_key: SigningKey
    certificate: Certificate

    @property
    def data(self) -> bytes:
        """The certificate's bytes."""
        return self.certificate.to_bytes()


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Issued:
    """To be looked at only."""
    folder = tmp_path_factory.mktemp("issued")
    dataset = made_in(folder, [{"text": MARKET}], [{"keep": "chars >= 1"}])
    evaluation = evaluate(dataset, parse_standard(STANDARD))
    key, log_key = (make_key(folder / n, f"example.com/{n}") for n in ("issuer", "log"))
    with Log.create(folder / "logged", log_key) as log:
        log.append([Entry("built", ISSUED)] * 3)
        certificate = certify(evaluation, key, log, issued_utc=ISSUED, name="lab/made@1.0.0")
        log.append([Entry("built", ISSUED)])
    return Issued(dataset.folder, evaluation, key, log_key, certificate)


def codes(data: bytes, issued: Issued, **more: Any) -> list[tuple[str, str]]:
    keys = more.pop("keys", [issued.key.verifier])
    return [(f.code, f.path) for f in check_certificate(data, keys, **more).faults]


def flipped(data: bytes, places: Iterator[int] | range) -> Iterator[tuple[int, bytes]]:
    """The bytes with one bit turned, at each of these places."""
    for place in places:
        changed = bytearray(data)
        changed[place] ^= 1 << place % 8
        yield place, bytes(changed)


def test_a_certificate_says_what_was_measured_and_by_whom(issued: Issued) -> None:
    body = issued.certificate.body
    assert body["name"] == "lab/made@1.0.0"
    assert body["subject"]["root"] == issued.evaluation.root
    assert body["subject"]["manifest"] == issued.evaluation.manifest_digest
    assert body["evaluation"] == issued.evaluation.digest
    assert body["grade"] == {"id": "good", "title": {"en": "好", "zh": "好"}, "seal": "好"}
    (dimension,) = body["dimensions"]
    assert (dimension["score"], dimension["line"], dimension["reached"]) == (100, 90, True)
    assert body["gates"] == [
        {"id": "schema", "title": {"en": "可读", "zh": "可读"}, "passed": True}
    ]
    assert body["issuer"] == {"name": "example.com/issuer", "key": str(issued.key.verifier)}
    assert (body["issued_utc"], body["valid_until_utc"]) == (ISSUED, "2027-01-31T08:00:00Z")


def test_its_entry_in_the_log_carries_its_digests(issued: Issued) -> None:
    proof = check_proof(canonical(issued.certificate.proof), issued.log_key.verifier)
    assert (proof.index, proof.entry.event) == (3, "certified")
    assert proof.entry.digests == {
        "certificate": issued.certificate.draft.digest,
        "evaluation": issued.evaluation.digest,
        "manifest": issued.evaluation.manifest_digest,
    }
    assert proof.entry.ids["dataset"] == "lab/made@1.0.0"


def test_it_holds_offline_with_all_that_it_is_over(issued: Issued) -> None:
    evaluation = issued.evaluation.to_bytes()
    found = check_certificate(
        issued.data, [issued.key.verifier], issued.folder, evaluation=evaluation, now_utc=ISSUED
    )
    assert found.faults == ()
    assert found.trusted
    assert found.looked_at == ("signature", "proof", "evaluation", "dataset")
    assert found.certificate == Certificate.read(issued.data)


def test_without_keys_its_own_is_believed_and_that_is_said(issued: Issued) -> None:
    found = check_certificate(issued.data)
    assert (found.faults, found.trusted) == ((), False)


def test_a_key_that_is_not_trusted_is_refused(issued: Issued) -> None:
    assert codes(issued.data, issued, keys=[issued.log_key.verifier]) == [
        ("certificate-key", "certificate.json")
    ]


def test_it_ends_after_a_year(issued: Issued) -> None:
    assert codes(issued.data, issued, now_utc="2027-01-31T07:59:59Z") == []
    assert codes(issued.data, issued, now_utc="2027-02-01T00:00:00Z") == [
        ("certificate-expired", "certificate.json")
    ]
    assert a_year_after("2026-11-26T16:51:48.197822Z") == "2027-11-26T16:51:48.197822Z"


@pytest.mark.slow  # 3,000 bytes, each time with two signatures and a proof
def test_every_flipped_byte_of_a_certificate_is_found(issued: Issued) -> None:
    known = {
        "not-a-certificate",
        "certificate-differs",
        "certificate-key",
        "certificate-proof",
    }
    for place, changed in flipped(issued.data, range(len(issued.data))):
        found = codes(changed, issued)
        assert found, f"bit {place % 8} of byte {place}"
        assert {code for code, _ in found} <= known
        assert all(path.startswith("certificate.json") for _, path in found)


def test_a_flipped_byte_of_the_proof_is_named_as_the_proofs(issued: Issued) -> None:
    value = json.loads(issued.data)
    checkpoint = value["proof"]["checkpoint"].replace("\n4\n", "\n5\n")
    changed = replace(issued.certificate, proof=value["proof"] | {"checkpoint": checkpoint})
    assert ("certificate-proof", "certificate.json proof") in codes(changed.to_bytes(), issued)


@pytest.mark.slow  # every byte of the evaluation, each time with two signatures and a proof
def test_every_flipped_byte_of_the_evaluation_is_found(issued: Issued) -> None:
    data = issued.evaluation.to_bytes()
    for place, changed in flipped(data, range(len(data))):
        assert codes(issued.data, issued, evaluation=changed) == [
            ("evaluation-differs", "evaluation.json")
        ], f"bit {place % 8} of byte {place}"


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(17, marks=pytest.mark.slow),  # a flip a millisecond: all files are hashed
        pytest.param(1, marks=pytest.mark.attack),
    ],
)
def test_every_flipped_byte_of_the_dataset_is_found_and_its_file_named(
    issued: Issued, tmp_path: Path, step: int
) -> None:
    """Every 5th byte of the manifest and 17th of the other files; in the attack every one."""
    folder = Path(shutil.copytree(issued.folder, tmp_path / "copied"))
    names = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    for name in sorted(names - {"run.json", "report.html"}):
        data = (folder / name).read_bytes()
        is_manifest = name == "manifest.json"
        for place, changed in flipped(
            data, range(0, len(data), min(step, 5) if is_manifest else step)
        ):
            (folder / name).write_bytes(changed)
            code = "manifest-differs" if is_manifest else "content-differs"
            assert codes(issued.data, issued, folder=folder) == [(code, name)], place
        (folder / name).write_bytes(data)
    assert codes(issued.data, issued, folder=folder) == []


def test_another_intact_dataset_is_not_what_was_certified(issued: Issued, tmp_path: Path) -> None:
    other = made_in(tmp_path, [{"text": MARKET + "完"}], [{"keep": "chars >= 1"}])
    assert codes(issued.data, issued, folder=other.folder) == [("subject-differs", "manifest.json")]
    with pytest.raises(Finding, match="subject-differs"):
        same_subject(issued.evaluation.value, other.folder)
    same_subject(issued.evaluation.value, issued.folder)


def test_another_evaluation_is_not_what_was_certified(issued: Issued) -> None:
    value = issued.evaluation.value | {"grade": None}
    assert codes(issued.data, issued, evaluation=canonical(value)) == [
        ("evaluation-differs", "evaluation.json")
    ]
    assert codes(issued.data, issued, evaluation=b" " * (EVALUATION_SIZE_BYTES + 1)) == [
        ("evaluation-differs", "evaluation.json")
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{}", b"[]", b"\xff", b'{"certificate":{},"proof":{},"signature":""}', b"[" * 100_000,
        b'{"certificate":[],"proof":{},"signature":""}', b" " * (CERTIFICATE_SIZE_BYTES + 1),
    ],
)  # fmt: skip
def test_other_bytes_are_no_certificate(issued: Issued, data: bytes) -> None:
    found = check_certificate(data, [issued.key.verifier])
    assert [(f.code, f.path) for f in found.faults] == [("not-a-certificate", "certificate.json")]
    assert (found.certificate, found.trusted) == (None, False)


def test_a_certificate_of_another_shape_is_none_even_if_it_is_signed(issued: Issued) -> None:
    body = dict(issued.certificate.body)
    for changed in (body | {"extra": 1}, body | {"grade": "gold"}, body | {"dimensions": [{}]}):
        made = Certificate(Draft(changed), issued.certificate.proof, b"")
        assert codes(made.to_bytes(), issued) == [("not-a-certificate", "certificate.json")]
    for proof in ({}, {"index": "0", "entry": "", "path": [], "checkpoint": ""}):
        made = replace(issued.certificate, proof=proof)
        assert codes(made.to_bytes(), issued) == [("not-a-certificate", "certificate.json")]


def test_white_space_makes_other_bytes(issued: Issued) -> None:
    assert codes(issued.data + b"\n", issued) == [("not-a-certificate", "certificate.json")]


def test_a_signature_of_something_else_does_not_stand_in(issued: Issued) -> None:
    signature = issued.key.sign(canonical(issued.certificate.body))
    assert codes(replace(issued.certificate, signature=signature).to_bytes(), issued) == [
        ("certificate-differs", "certificate.json")
    ]


def test_a_proof_of_another_certificate_does_not_stand_in(issued: Issued, tmp_path: Path) -> None:
    with Log.create(tmp_path / "log", issued.log_key) as log:
        other = certify(issued.evaluation, issued.key, log, issued_utc="2026-02-01T00:00:00Z")
    drafted = draft(
        issued.evaluation, issued.key.verifier, issued.log_key.verifier, issued_utc=ISSUED
    )
    proof = check_proof(canonical(other.proof), issued.log_key.verifier)
    with pytest.raises(UsageError, match="certificate-proof"):
        seal(drafted, issued.key, proof)
    forged = Certificate(drafted, other.proof, b"")
    assert ("certificate-proof", "certificate.json proof") in codes(forged.to_bytes(), issued)


def test_another_key_than_the_issuers_does_not_seal(issued: Issued) -> None:
    proof = check_proof(canonical(issued.certificate.proof), issued.log_key.verifier)
    with pytest.raises(UsageError, match="certificate-proof"):
        seal(issued.certificate.draft, issued.log_key, proof)


def test_no_certificate_while_a_gate_fails_and_nothing_is_logged(
    undeclared: Evaluation, issued: Issued, tmp_path: Path
) -> None:
    with Log.create(tmp_path / "log", issued.log_key) as log:
        with pytest.raises(Finding) as refused:
            certify(undeclared, issued.key, log, issued_utc=ISSUED)
        assert log.checkpoint().size == 0
    assert refused.value.code == "gate-failed"
    assert "rights: 3 of 4: no licence is known" in refused.value.message.en
    assert "权利清楚：4 项中有 3 项：许可不明" in refused.value.message.zh


def test_a_time_that_is_none_is_refused(issued: Issued) -> None:
    with pytest.raises(UsageError, match="certificate-time"):
        draft(issued.evaluation, issued.key.verifier, issued.log_key.verifier, issued_utc="today")


def test_an_evaluation_is_read_only_as_it_was_written(issued: Issued, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="not-an-evaluation"):
        read_evaluation(tmp_path)
    path = tmp_path / "evaluation.json"
    path.write_bytes(issued.evaluation.to_bytes())
    data, value = read_evaluation(tmp_path)
    assert (data, value) == (issued.evaluation.to_bytes(), json.loads(data))
    for changed in (data + b"\n", b"{}", b"nothing", canonical(value | {"schema_version": 9})):
        path.write_bytes(changed)
        with pytest.raises(StorageError, match="damaged-file"):
            read_evaluation(tmp_path)


def test_a_certificate_of_the_files_value_is_that_of_the_evaluation(issued: Issued) -> None:
    keys = issued.key.verifier, issued.log_key.verifier
    one = draft(issued.evaluation, *keys, issued_utc=ISSUED)
    two = draft(json.loads(issued.evaluation.to_bytes()), *keys, issued_utc=ISSUED)
    assert one.digest == two.digest
    assert one.body["evaluation"] == digest_bytes(issued.evaluation.to_bytes())


def test_a_requirement_is_named_by_its_digest(issued: Issued) -> None:
    needed = parse_requirement("name: r")
    found = evaluate(issued.folder, parse_standard(STANDARD), needed)
    keys = issued.key.verifier, issued.log_key.verifier
    assert draft(found, *keys, issued_utc=ISSUED).body["requirement"]["digest"] == needed.digest
