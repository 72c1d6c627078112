"""`lianjin verify DIR --certificate FILE`: whether a certificate holds, offline."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lianjin.cli.screen import say, show

if TYPE_CHECKING:
    from lianjin.core.key import VerifierKey
    from lianjin.evaluate.certificate import Checked


def verify_certificate(folder: Path, path: Path, keys: list[str], *, as_json: bool) -> None:
    """Checks, prints the result, exits 1 if there is a fault."""
    from lianjin.core.clock import now_utc
    from lianjin.core.limits import CERTIFICATE_SIZE_BYTES, EVALUATION_SIZE_BYTES
    from lianjin.evaluate.certificate import EVALUATION, check_certificate

    trusted = [_verifier(text) for text in keys]
    data = _bytes(path, CERTIFICATE_SIZE_BYTES)
    beside = path.parent / EVALUATION
    evaluation = _bytes(beside, EVALUATION_SIZE_BYTES) if beside.is_file() else None
    found = check_certificate(data, trusted, folder, evaluation=evaluation, now_utc=now_utc())
    faults = [
        f"{f.code}: {f.path}: "
        + say(f"found {f.found}, expected {f.expected}", f"实为 {f.found}，应为 {f.expected}")
        for f in found.faults
    ]
    show(_data(found), as_json=as_json, text="\n".join(faults) or _good(found))
    if faults:
        raise SystemExit(1)


def _good(found: Checked) -> str:
    from lianjin.evaluate.face import LOOKED_AT

    assert found.certificate is not None
    body = found.certificate.body
    looked = say(
        ", ".join(LOOKED_AT[name].en for name in found.looked_at),
        "、".join(LOOKED_AT[name].zh for name in found.looked_at),
    )
    grade = body["grade"]
    shown = "—" if grade is None else say(grade["title"]["en"], grade["title"]["zh"])
    issuer, until, root = found.certificate.key, body["valid_until_utc"], body["subject"]["root"]
    lines = [
        say(f"the certificate holds: {shown}, root {root}", f"证书成立：{shown}，根 {root}"),
        say(f"checked: {looked}", f"已核对：{looked}"),
        say(f"issued by {issuer}, valid until {until}", f"签发公钥 {issuer}，有效至 {until}"),
    ]
    if not found.trusted:
        lines.append(
            say(
                "its key is not known from elsewhere: give the one you trust with --key",
                "公钥取自证书本身：请用 --key 给出你信任的公钥",
            )
        )
    return "\n".join(lines)


def _data(found: Checked) -> dict[str, Any]:
    faults = [
        asdict(f) | {"found": str(f.found), "expected": str(f.expected)} for f in found.faults
    ]
    body = None if found.certificate is None else found.certificate.body
    return {
        "holds": not faults,
        "trusted": found.trusted,
        "checked": list(found.looked_at),
        "faults": faults,
        "certificate": body,
    }


def _bytes(path: Path, most: int) -> bytes:
    from lianjin.core.store import guarded

    with guarded(path, "read"), path.open("rb") as file:
        return file.read(most + 1)


def _verifier(text: str) -> VerifierKey:
    from lianjin.core.errors import UsageError
    from lianjin.core.key import VerifierKey
    from lianjin.core.words import Words

    try:
        return VerifierKey.read(text)
    except ValueError as error:
        raise UsageError(
            "wrong-value",
            Words(f"--key takes no {text!r}", f"--key 的值不能是 {text!r}"),
            hint=Words(
                "expected `name+hash+base64`, as `lianjin certify` prints it",
                "应为 `name+hash+base64`，即 `lianjin certify` 所显示的",
            ),
        ) from error
