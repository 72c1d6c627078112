"""Certificates as the market trusts them: signed by an assessor that is not the supplier.

Takes a certificate's text; gives what it says once everything it rests on was checked, offline.
"""

from __future__ import annotations

import sqlalchemy as sa

from lianjin.core.errors import Finding
from lianjin.core.identity import digest_bytes
from lianjin.core.key import VerifierKey
from lianjin.core.words import Words
from lianjin.evaluate.certificate import Certificate, check_certificate
from lianjin.market import party
from lianjin.market.listing import Certified
from lianjin.market.organisation_key import organisation_of


def certified(
    connection: sa.Connection, text: str, *, supplier: str, log: VerifierKey, now_utc: str
) -> Certified:
    """What the certificate says. Finding `certificate-unfit` if anything about it does not hold.

    Its issuer has to be a verified assessor other than the supplier, by a key that is registered;
    `log`: the key of this platform's log, in which it has to stand.
    """
    data = text.encode()
    try:
        found = Certificate.read(data)
        issuer = organisation_of(connection, found.key)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise unfit(Words("it is none", "不是证书")) from error
    if issuer is None:
        raise unfit(Words("nobody here signs with its key", "签发密钥未在本平台登记"))
    if issuer == supplier:
        raise unfit(Words("the supplier issued it itself", "由供方自己签发"))
    organisation = party.organisation(connection, issuer)
    if "assessor" not in organisation.kinds or organisation.state != "verified":
        raise unfit(Words("its issuer is no verified assessor", "签发方不是已核验的评测机构"))
    checked = check_certificate(data, (found.key, log), now_utc=now_utc)
    if found.log_key != log:
        raise unfit(Words("it stands in another log", "记在另一个日志里"))
    if checked.faults:
        fault = checked.faults[0]
        raise unfit(
            Words(
                f"{fault.code} in {fault.path}: {fault.found.en}",
                f"{fault.path} 有 {fault.code}：{fault.found.zh}",
            )
        )
    body = found.body
    grade = body["grade"]
    return Certified(
        digest_bytes(data),
        body["subject"]["root"],
        issuer,
        None if grade is None else grade["id"],
        body["valid_until_utc"],
        body["name"],
        body["evaluation"],
    )


def unfit(why: Words) -> Finding:
    """A certificate that does not stand for what is offered."""
    return Finding(
        "certificate-unfit",
        Words("the certificate does not stand for this: ", "证书不适用：") + why,
        hint=Words("evaluate and certify this version", "请对此版本评测并取得证书"),
    )
