"""`/api/certificates`: issued by an assessor over an evaluation; buyers find them in listings."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel

from lianjin.core.database import Transaction
from lianjin.core.errors import Conflict, Forbidden
from lianjin.core.identity import digest_bytes
from lianjin.core.store import guarded
from lianjin.core.words import Words
from lianjin.evaluate.certificate import EVALUATION, NotAnEvaluation, check_certificate, seal
from lianjin.evaluate.certificate import evaluation_of as evaluation_in
from lianjin.evaluate.certificate_record import (
    CertificateRecord,
    certificate_by_id,
    certificates,
    issue,
    keep_sealed,
    no_certificate,
)
from lianjin.evaluate.evaluation_record import EvaluationRecord
from lianjin.evaluate.face import face
from lianjin.market import party
from lianjin.market.actor import Actor
from lianjin.market.organisation_key import register_key
from lianjin.service.access import Caller, Here, need, within
from lianjin.service.body import Body, Identity, PathIdentity
from lianjin.service.evaluation import evaluation_of
from lianjin.service.registry import SANDBOX
from lianjin.service.route import REFUSALS_OF_A_STREAM, router
from lianjin.service.state import State

ROUTER = router("certificate")


class Wanted(Body):
    """The evaluation that is to be certified."""

    evaluation: Identity


class CertificateView(BaseModel):
    """A certificate: `text` is what was signed, to be kept and checked anywhere."""

    id: str
    evaluation: str
    supplier: str
    issuer: str
    version: str
    grade: str | None
    valid_until_utc: str
    log_index: int
    text: str
    created_utc: str


@ROUTER.get("/certificates")
def list_certificates(
    who: Annotated[Caller, need("certificate.read")],
    state: Here,
    version: Annotated[str | None, Query(max_length=200)] = None,
) -> list[CertificateView]:
    """The certificates that one's organisation has or gave; the newest first."""
    own = None if who.reach == "any" else who.acting_for
    with state.database.read() as connection:
        found = certificates(connection, party=own, version=version)
    return [_view(_sealed(state, one)) for one in found]


@ROUTER.post("/certificates", status_code=201)
def make_certificate(
    who: Annotated[Caller, need("certificate.make")], state: Here, asked: Wanted
) -> CertificateView:
    """Issues a certificate, signed by the assessor's key; the same one if it was issued before."""
    found = evaluation_of(state, who, asked.evaluation)
    issuer = who.acting_for
    with state.database.read() as connection:
        kinds = party.organisation(connection, issuer).kinds
    if "assessor" not in kinds:
        raise Forbidden(
            "no-assessor",
            Words("your organisation is no assessor", "您所在的机构不是评测机构"),
            hint=Words("ask an assessor of this platform", "请委托本平台的评测机构"),
        )
    value = _measured(state, found)
    verifier = state.keyring.key(issuer).verifier
    actor = Actor(who.user_id, issuer)

    def work(tx: Transaction) -> CertificateRecord:
        register_key(tx, actor, issuer, verifier)
        keys = (verifier, state.log.verifier)
        return issue(tx, who.user_id, issuer, found, value, keys)

    return _view(_sealed(state, state.database.write(work)))


@ROUTER.get("/certificates/{certificate_id}")
def read_certificate(
    who: Annotated[Caller, need("certificate.read")], state: Here, certificate_id: PathIdentity
) -> CertificateView:
    """One certificate, for the supplier and the issuer."""
    return _view(_sealed(state, _found(state, who, certificate_id)))


@ROUTER.get(
    "/certificates/{certificate_id}/page",
    response_class=HTMLResponse,
    responses=REFUSALS_OF_A_STREAM,
)
def read_certificate_page(
    who: Annotated[Caller, need("certificate.read")], state: Here, certificate_id: PathIdentity
) -> Response:
    """Its face in Chinese and English, with the seal only if signature, proof and term hold."""
    found = _found(state, who, certificate_id)
    sealed = _sealed(state, found)
    keys = (state.keyring.key(found.issuer).verifier, state.log.verifier)
    checked = check_certificate(str(sealed.text).encode(), keys, now_utc=state.clock())
    return HTMLResponse(face(checked), headers=SANDBOX)


def _measured(state: State, found: EvaluationRecord) -> dict[str, Any]:
    """What `evaluation.json` says; Conflict `evaluation-damaged` unless it is what is on record."""
    path = state.results / found.id / EVALUATION
    with guarded(path, "read"):
        data = path.read_bytes()
    try:
        value = evaluation_in(data)
    except NotAnEvaluation as error:
        raise _damaged(found, error.words) from error
    if digest_bytes(data) != found.digest:
        said = Words(
            f"its digest is not {found.digest}, as was recorded", f"摘要不是记录的 {found.digest}"
        )
        raise _damaged(found, said)
    return value


def _damaged(found: EvaluationRecord, what: Words) -> Conflict:
    about = Words(
        f"the file of evaluation {found.id!r} is not as it was written: ",
        f"评测 {found.id!r} 的文件与写入时不符：",
    )
    hint = Words("have the version evaluated again", "请重新评测该版本")
    return Conflict("evaluation-damaged", about + what, hint=hint)


def _found(state: State, who: Caller, identity: str) -> CertificateRecord:
    with state.database.read() as connection:
        found = certificate_by_id(connection, identity)
    mine = who.organisation if who.organisation in (found.supplier, found.issuer) else None
    within(who, lambda: no_certificate(identity), organisation=mine)
    return found


def _sealed(state: State, found: CertificateRecord) -> CertificateRecord:
    """The certificate with its signature, made now if a kill came between log and seal."""
    if found.text is not None:
        return found
    proof = state.log.prove(state.sequencer.wait(found.event))
    text = seal(found.draft, state.keyring.key(found.issuer), proof).to_bytes().decode()
    return state.database.write(lambda tx: keep_sealed(tx, found.id, text))


def _view(found: CertificateRecord) -> CertificateView:
    assert found.text is not None
    body = found.draft.body
    return CertificateView(
        id=found.id,
        evaluation=found.evaluation,
        supplier=found.supplier,
        issuer=found.issuer,
        version=found.version,
        grade=None if body["grade"] is None else body["grade"]["id"],
        valid_until_utc=body["valid_until_utc"],
        log_index=json.loads(found.text)["proof"]["index"],
        text=found.text,
        created_utc=found.created_utc,
    )
