"""A certificate: a signed statement of what was measured of one root, with its place in a log.

Takes an evaluation, a key and a log; gives canonical JSON that anyone can check offline with public
keys. It is over root, manifest and evaluation by their digests, and changes with none of them unseen.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from lianjin.core.encoded import decoded, encoded
from lianjin.core.entry import Entry
from lianjin.core.errors import Finding, NotFound, UsageError
from lianjin.core.fault import Fault
from lianjin.core.identity import canonical, digest, digest_bytes
from lianjin.core.key import SigningKey, VerifierKey
from lianjin.core.limits import CERTIFICATE_SIZE_BYTES, EVALUATION_SIZE_BYTES
from lianjin.core.log import Log
from lianjin.core.proof import Proof, check_proof
from lianjin.core.store import damaged, guarded
from lianjin.core.words import Words
from lianjin.corpus.dataset import open_dataset
from lianjin.corpus.verify import verify
from lianjin.evaluate.evaluation import SCHEMA_VERSION as EVALUATION_VERSION
from lianjin.evaluate.evaluation import Evaluation
from lianjin.evaluate.shape import CERTIFICATE, PROOF, misfit
from lianjin.evaluate.shape import EVALUATION as EVALUATION_SHAPE

SCHEMA_VERSION = 1
EVENT = "certified"
FILE = "certificate.json"
EVALUATION = "evaluation.json"
_MEANT = b"lianjin certificate 1\n"
"""Stands before what is signed, so that no signature of it is one of something else."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")


class NotAnEvaluation(ValueError):
    """Bytes that are no evaluation as one is written; `words` say what about them is not."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True)
class Draft:
    """A certificate that is not in a log and not signed yet; `body` is all that it states."""

    body: Mapping[str, Any]

    @cached_property
    def digest(self) -> str:
        """`sha256:…` of the body's canonical JSON: what the log's entry carries."""
        return digest(self.body)

    @property
    def entry(self) -> Entry:
        """The event `certified` for the log: digests of certificate, evaluation and manifest."""
        body = self.body
        ids = {"issuer": body["issuer"]["name"], "root": body["subject"]["root"]}
        ids |= {"dataset": body["name"]} if body["name"] else {}
        return Entry(EVENT, body["issued_utc"], ids, self.digests)

    def is_in(self, entry: Entry) -> bool:
        """Whether the entry says that this certificate was issued; it may say more."""
        return entry.event == EVENT and self.digests.items() <= dict(entry.digests).items()

    @property
    def digests(self) -> dict[str, str]:
        """What the entry's digests must be, at least."""
        subject = self.body["subject"]
        return {
            "certificate": self.digest,
            "evaluation": self.body["evaluation"],
            "manifest": subject["manifest"],
        }


@dataclass(frozen=True)
class Certificate:
    """A signed certificate. `to_bytes` is its one form; any other bytes are no certificate."""

    draft: Draft
    proof: Mapping[str, Any]
    signature: bytes

    @property
    def body(self) -> Mapping[str, Any]:
        """All that it states."""
        return self.draft.body

    @property
    def key(self) -> VerifierKey:
        """The key that it says it is signed with; who trusts it knows it from elsewhere."""
        return VerifierKey.read(self.body["issuer"]["key"])

    @property
    def log_key(self) -> VerifierKey:
        """The key of the log that it says it stands in."""
        return VerifierKey.read(self.body["log"])

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return canonical(
            {"certificate": self.body, "proof": self.proof, "signature": encoded(self.signature)}
        )

    @classmethod
    def read(cls, data: bytes) -> Certificate:
        """The certificate of its bytes, unchecked; ValueError if they are not exactly its form."""
        if len(data) > CERTIFICATE_SIZE_BYTES:
            raise ValueError("too long")
        value = json.loads(data.decode("utf-8"))
        shape = {"certificate": CERTIFICATE, "proof": PROOF, "signature": str}
        if place := misfit(value, shape):
            raise ValueError(f"it has no {place} as a certificate has")
        found = cls(Draft(value["certificate"]), value["proof"], decoded(value["signature"]))
        if found.to_bytes() != data:
            raise ValueError("it is not in its canonical form")
        if found.body.get("schema_version") != SCHEMA_VERSION:
            raise ValueError(f"it is not of version {SCHEMA_VERSION}")
        _ = found.key, found.log_key, found.draft.entry
        return found


def draft(
    evaluation: Evaluation | Mapping[str, Any],
    issuer: VerifierKey,
    log: VerifierKey,
    *,
    issued_utc: str,
    name: str = "",
) -> Draft:
    """What a certificate over the evaluation states; Finding `gate-failed` if a gate fails.

    `evaluation`: an Evaluation, or what its file holds. `issuer`, `log`: the public keys of who
    signs and of the log it will stand in. `name`: `organisation/name@1.0.0`, if it has one. It ends
    with the day a year after.
    """
    value = evaluation.value if isinstance(evaluation, Evaluation) else evaluation
    if failed := [gate for gate in value["gates"] if not gate["passed"]]:
        raise _gate_failed(failed)
    if not _TIME.fullmatch(issued_utc):
        raise UsageError(
            "certificate-time",
            Words(f"{issued_utc!r} is no time", f"{issued_utc!r} 不是合法的时间"),
            hint=Words("for example 2026-01-31T08:00:00Z", "例如 2026-01-31T08:00:00Z"),
        )
    return Draft(
        {
            "schema_version": SCHEMA_VERSION,
            "name": name,
            "subject": value["subject"],
            "standard": value["standard"],
            "requirement": value["requirement"],
            "grade": value["grade"],
            "dimensions": [
                {k: d[k] for k in ("code", "title", "score", "line", "reached", "measured")}
                for d in value["dimensions"]
            ],
            "gates": [{k: g[k] for k in ("id", "title", "passed")} for g in value["gates"]],
            "evaluation": digest(value),
            "issuer": {"name": issuer.name, "key": str(issuer)},
            "log": str(log),
            "issued_utc": issued_utc,
            "valid_until_utc": a_year_after(issued_utc),
        }
    )


def seal(draft: Draft, key: SigningKey, proof: Proof) -> Certificate:
    """The signed certificate of a draft whose entry stands in a log.

    UsageError `certificate-proof` if the proof is of another entry, or the key is another.
    """
    if not draft.is_in(proof.entry) or draft.body["issuer"]["key"] != str(key.verifier):
        raise UsageError(
            "certificate-proof",
            Words(
                "the proof is not of this certificate's entry, or the key is not its issuer's",
                "该证明不是这份证书条目的证明，或密钥不是签发者的",
            ),
        )
    proven = proof.to_json()
    return Certificate(draft, proven, key.sign(_message(draft.body, proven)))


def certify(
    evaluation: Evaluation | Mapping[str, Any],
    key: SigningKey,
    log: Log,
    *,
    issued_utc: str,
    name: str = "",
) -> Certificate:
    """A certificate over the evaluation, after its entry has been appended to the log.

    Finding `gate-failed` if a gate fails: then nothing is appended. Where another part of the program
    writes the log, `draft` gives the entry and `seal` takes the proof of it.
    """
    drafted = draft(evaluation, key.verifier, log.verifier, issued_utc=issued_utc, name=name)
    (index,) = log.append([drafted.entry])
    return seal(drafted, key, log.prove(index))


def a_year_after(time_utc: str) -> str:
    """The same time a year later; of 29 February, 28 February.

    >>> a_year_after("2028-02-29T08:00:00Z")
    '2029-02-28T08:00:00Z'
    """
    day = date.fromisoformat(time_utc[:10])
    try:
        later = day.replace(year=day.year + 1)
    except ValueError:
        later = day.replace(year=day.year + 1, day=day.day - 1)
    return later.isoformat() + time_utc[10:]


def _message(body: Mapping[str, Any], proof: Mapping[str, Any]) -> bytes:
    return _MEANT + canonical({"certificate": body, "proof": proof})


def _gate_failed(failed: Sequence[Mapping[str, Any]]) -> Finding:
    said = [(gate["title"], gate["reason"]) for gate in failed]
    en = "; ".join(f"{title['en']}: {reason['en']}" for title, reason in said)
    zh = "；".join(f"{title['zh']}：{reason['zh']}" for title, reason in said)
    return Finding(
        "gate-failed",
        Words("no certificate while a gate fails: ", "门禁未过，不能发证：") + Words(en, zh),
        hint=Words(
            "mend the dataset, or declare source and licence in the requirement, and evaluate again",
            "修好数据集，或在需求中声明来源与许可，再评测一次",
        ),
    )


# --- checking -------------------------------------------------------------------------


@dataclass(frozen=True)
class Checked:
    """What a check found. `certificate` is None if the bytes are none.

    `trusted`: whether the issuer's key was among the keys that were given; with none given, the
    certificate's own is believed. `looked_at`: what was checked beside the certificate itself.
    """

    certificate: Certificate | None
    faults: tuple[Fault, ...]
    trusted: bool
    looked_at: tuple[str, ...]


def check_certificate(
    data: bytes,
    keys: Sequence[VerifierKey] = (),
    folder: Path | None = None,
    *,
    evaluation: bytes | None = None,
    now_utc: str | None = None,
) -> Checked:
    """Whether a certificate holds, offline: signature, log proof, and what it is over.

    `keys`: those that are trusted; the issuer's must be among them, the log's may be, else the
    issuer vouches for it. `folder`: the dataset, of which every byte is hashed again. `evaluation`: the
    bytes of `evaluation.json`. `now_utc`: the time at which it must not be over. Every fault names what it is in. NotFound if the folder holds no dataset.
    """
    try:
        found = Certificate.read(data)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, UsageError) as error:
        return Checked(None, (_not_one(str(error)),), False, ())
    faults = [*_signature_faults(found, keys), *_proof_faults(found, keys)]
    looked_at = ["signature", "proof"]
    if evaluation is not None:
        looked_at.append("evaluation")
        faults += _evaluation_faults(found, evaluation)
    if folder is not None:
        looked_at.append("dataset")
        faults += _subject_faults(found.body["subject"], folder)
    if now_utc is not None and (until := found.body["valid_until_utc"]) < now_utc:
        faults.append(Fault("certificate-expired", FILE, *map(Words.verbatim, (now_utc, until))))
    return Checked(found, tuple(faults), found.key in keys, tuple(looked_at))


def _not_one(said: str) -> Fault:
    return Fault(
        "not-a-certificate",
        FILE,
        Words(f"no certificate: {said}", "不是证书"),
        Words("a certificate as it was written", "写下时的证书"),
    )


def _signature_faults(found: Certificate, keys: Sequence[VerifierKey]) -> list[Fault]:
    if keys and found.key not in keys:
        listed = Words.joined((Words.verbatim(str(key)) for key in keys), by=", ")
        return [Fault("certificate-key", FILE, Words.verbatim(str(found.key)), listed)]
    if not found.key.has_signed(_message(found.body, found.proof), found.signature):
        return [
            Fault(
                "certificate-differs",
                FILE,
                Words("another content than was signed", "内容与签名不符"),
                Words(f"signed by {found.key}", f"由 {found.key} 签名"),
            )
        ]
    return []


def _proof_faults(found: Certificate, keys: Sequence[VerifierKey]) -> list[Fault]:
    place = f"{FILE} proof"
    try:
        proof = check_proof(canonical(found.proof), found.log_key)
    except Finding as error:
        return [
            Fault(
                "certificate-proof", place, error.message, Words("a proof that holds", "成立的证明")
            )
        ]
    if not found.draft.is_in(proof.entry):
        listed = Words.verbatim(digest_bytes(proof.entry.to_bytes()))
        return [Fault("certificate-proof", place, listed, Words(f"an entry with {found.draft.digest}", f"带有 {found.draft.digest} 的条目"))]  # fmt: skip
    return []


def _evaluation_faults(found: Certificate, evaluation: bytes) -> list[Fault]:
    claimed = Words.verbatim(found.body["evaluation"])
    if (
        len(evaluation) > EVALUATION_SIZE_BYTES
        or digest_bytes(evaluation) != found.body["evaluation"]
    ):
        return [
            Fault(
                "evaluation-differs", EVALUATION, Words.verbatim(digest_bytes(evaluation)), claimed
            )
        ]
    return []


def _subject_faults(subject: Mapping[str, Any], folder: Path) -> list[Fault]:
    """What differs in the folder; of an intact dataset, whether it is the one that was evaluated."""
    faults = list(verify(folder).faults)
    if faults:
        return faults
    manifest = open_dataset(folder).manifest
    for name, is_in in (("root", "root"), ("digest", "manifest")):
        if manifest[name] != subject[is_in]:
            return [
                Fault(
                    "subject-differs",
                    "manifest.json",
                    Words.verbatim(manifest[name]),
                    Words.verbatim(subject[is_in]),
                )
            ]
    return []


# --- before certifying ----------------------------------------------------------------


def read_evaluation(folder: Path) -> tuple[bytes, dict[str, Any]]:
    """(bytes, value) of the evaluation in a folder.

    NotFound `not-an-evaluation`; StorageError `damaged-file` if it is not exactly as one is written.
    """
    path = folder / EVALUATION
    if not path.is_file():
        raise NotFound(
            "not-an-evaluation",
            Words(f"{str(folder)!r} holds no {EVALUATION}", f"{str(folder)!r} 里没有 {EVALUATION}"),
            hint=Words(
                "name the folder given to `lianjin evaluate --out`",
                "应填 `lianjin evaluate --out` 所给的目录",
            ),
        )
    with guarded(path, "read"), path.open("rb") as file:
        data = file.read(EVALUATION_SIZE_BYTES + 1)
    try:
        return data, evaluation_of(data)
    except NotAnEvaluation as error:
        said = error.words
        raise damaged(
            path, Words(f"is no evaluation ({said.en})", f"不是评测结果（{said.zh}）")
        ) from error


def evaluation_of(data: bytes) -> dict[str, Any]:
    """The evaluation of its bytes; NotAnEvaluation names what is not exactly as one is written."""
    if len(data) > EVALUATION_SIZE_BYTES:
        raise NotAnEvaluation(Words("too long", "过长"))
    try:
        value = json.loads(data.decode("utf-8"))
        is_canonical = canonical(value) == data
    except RecursionError as error:
        raise NotAnEvaluation(Words("nested too deep", "嵌套过深")) from error
    except ValueError as error:
        raise NotAnEvaluation(Words(f"no JSON: {error}", "不是合法的 JSON")) from error
    if not is_canonical:
        raise NotAnEvaluation(Words("it is not in its canonical form", "不是规范形式"))
    if place := misfit(value, EVALUATION_SHAPE):
        raise NotAnEvaluation(
            Words(f"it has no {place} as an evaluation has", f"其中的 {place} 不合评测结果的格式")
        )
    if value["schema_version"] != EVALUATION_VERSION:
        raise NotAnEvaluation(
            Words(f"it is not of version {EVALUATION_VERSION}", f"不是版本 {EVALUATION_VERSION}")
        )
    found: dict[str, Any] = value
    return found


def check_evaluation(folder: Path) -> dict[str, Any]:
    """The evaluation that somebody put into a folder; UsageError `wrong-evaluation` if it is none."""
    path = folder / EVALUATION
    with guarded(path, "read"):
        data = path.read_bytes()
    try:
        return evaluation_of(data)
    except NotAnEvaluation as error:
        raise UsageError(
            "wrong-evaluation",
            Words("this is no evaluation as one is written: ", "这不是按原样写出的评测结果：")
            + error.words,
            hint=Words("send the bytes of evaluation.json", "请发送 evaluation.json 的原文"),
        ) from error


def same_subject(evaluation: Mapping[str, Any], folder: Path) -> None:
    """Refuses with a Finding unless the folder holds, to the byte, what was evaluated."""
    faults = _subject_faults(evaluation["subject"], folder)
    if faults:
        first = faults[0]
        raise Finding(
            "subject-differs",
            Words(
                f"the dataset is not what was evaluated: {first.code} in {first.path}",
                f"数据集不是评测过的那一份：{first.path} 有 {first.code}",
            ),
            hint=Words("evaluate the dataset as it is now", "重新评测现在的数据集"),
        )
