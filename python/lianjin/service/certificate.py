"""`/api/certificates`: an assessor's word on a version, in the log and signed."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import BaseModel, Field

from lianjin.core.database import Transaction
from lianjin.core.errors import UsageError
from lianjin.core.identity import canonical, digest_bytes
from lianjin.core.limits import EVALUATION_SIZE_BYTES
from lianjin.core.words import Words
from lianjin.corpus.registry import Registry
from lianjin.corpus.version import VersionName
from lianjin.evaluate.certificate import EVENT, draft, same_subject, seal
from lianjin.market import party
from lianjin.market.actor import Actor
from lianjin.market.listing import own_listing
from lianjin.market.organisation_key import Keyring, register_key
from lianjin.service.access import Caller, Here, need
from lianjin.service.body import Body
from lianjin.service.route import router

ROUTER = router("certificate", body_bytes=2 * EVALUATION_SIZE_BYTES)


class Wanted(Body):
    """A version of the registry and the evaluation of it, as `lianjin evaluate` writes it."""

    version: Annotated[str, Field(max_length=200)]
    evaluation: Annotated[str, Field(max_length=EVALUATION_SIZE_BYTES)]


class CertificateView(BaseModel):
    """The certificate: its text is what a listing carries and `lianjin verify` checks."""

    certificate: str
    digest: str
    grade: str | None
    log_index: int


@ROUTER.post("/certificates", status_code=201)
def certify_version(
    who: Annotated[Caller, need("certificate.make")], state: Here, asked: Wanted
) -> CertificateView:
    """Signs for one's organisation what was evaluated; never a set of its own.

    The evaluation has to be of this version to the byte, and no gate may fail.
    """
    name, evaluation = VersionName.parse(asked.version), _read(asked.evaluation)
    actor = Actor(who.user_id, who.acting_for)
    registry = Registry(state.registry)
    version = registry.version(name)
    with state.database.read() as connection:
        if party.organisation(connection, actor.organisation).name == name.dataset.organisation:
            raise own_listing(asked.version)
    same_subject(evaluation, registry.open(version).folder)
    key = Keyring(state.folder / "keys").key(actor.organisation)
    said = draft(
        evaluation, key.verifier, state.log.verifier, issued_utc=state.clock(), name=str(name)
    )

    def work(tx: Transaction) -> str:
        register_key(tx, actor, actor.organisation, key.verifier)
        ids = {"organisation": actor.organisation, "version": str(name)}
        return tx.record(EVENT, actor.user_id, str(name), ids, said.entry.digests)

    index = state.sequencer.wait(state.database.write(work))
    data = seal(said, key, state.log.prove(index)).to_bytes()
    grade = said.body["grade"]
    return CertificateView(
        certificate=data.decode(),
        digest=digest_bytes(data),
        grade=grade and grade["id"],
        log_index=index,
    )


def _read(text: str) -> dict[str, object]:
    """The evaluation of its text; UsageError `wrong-evaluation` unless it is in its one form."""
    try:
        value = json.loads(text)
        if canonical(value).decode() == text and {"subject", "gates", "grade"} <= value.keys():
            return dict(value)
    except (ValueError, RecursionError, AttributeError):
        pass
    raise UsageError(
        "wrong-evaluation",
        Words("this is no evaluation as one is written", "这不是按原样写出的评测结果"),
        hint=Words("send the bytes of evaluation.json", "请发送 evaluation.json 的原文"),
    )
