"""`lianjin certify DIR --evaluation EVAL`: signs what was measured, after logging it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianjin.cli.screen import Json, Lang, say, show, told
from lianjin.cli.usage import Command

if TYPE_CHECKING:
    from lianjin.evaluate.certificate import Certificate


def register(app: typer.Typer) -> None:
    """Adds `certify`."""
    app.command(
        "certify",
        cls=Command,
        help=told(
            "Sign a certificate over a dataset and its evaluation, with an entry in a log. Exit 1 if "
            "a gate fails or the dataset is another one.",
            "为数据集及其评测结果签发证书，并记入日志。有门禁未过，或数据集不是评测过的那一份，则退出码为 1。",
        ),
        epilog=told(
            "Example: lianjin certify clean --evaluation clean-evaluation --key issuer.key "
            "--log log --log-key log.key --out clean-evaluation/certificate.json",
            "示例：lianjin certify clean --evaluation clean-evaluation --key issuer.key "
            "--log log --log-key log.key --out clean-evaluation/certificate.json",
        ),
    )(certify_)


Dataset = Annotated[
    Path,
    typer.Argument(metavar="DIR", help=told("The dataset that was evaluated.", "评测过的数据集。")),
]
Evaluated = Annotated[
    Path,
    typer.Option(
        "--evaluation",
        metavar="EVAL",
        help=told("The folder that `lianjin evaluate` wrote.", "`lianjin evaluate` 写出的目录。"),
    ),
]
Key = Annotated[
    Path,
    typer.Option("--key", metavar="KEY", help=told("The issuer's private key.", "签发者的私钥。")),
]
LogFolder = Annotated[
    Path,
    typer.Option(
        "--log", metavar="LOG", help=told("The log; made if there is none.", "日志；没有则新建。")
    ),
]
LogKey = Annotated[
    Path,
    typer.Option("--log-key", metavar="KEY", help=told("The log's private key.", "日志的私钥。")),
]
Out = Annotated[
    Path,
    typer.Option(
        "--out",
        metavar="FILE",
        help=told(
            "The certificate to write, a new file; its page is put beside it.",
            "写入的证书，新文件；网页放在旁边。",
        ),
    ),
]
Name = Annotated[
    str,
    typer.Option(
        "--name",
        metavar="ORG/NAME@VERSION",
        help=told("The version that it is of, if it has a name.", "所证的版本，如有名称。"),
    ),
]


def certify_(
    folder: Dataset,
    evaluation: Evaluated,
    key: Key,
    log: LogFolder,
    log_key: LogKey,
    out: Out,
    name: Name = "",
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Checks the dataset, logs and signs, writes certificate and page."""
    from lianjin.core.clock import now_utc
    from lianjin.core.key import read_key
    from lianjin.core.log import CHECKPOINT, Log
    from lianjin.core.store import already_exists
    from lianjin.core.words import Words
    from lianjin.corpus.version import VersionName
    from lianjin.evaluate.certificate import (
        certify,
        check_certificate,
        read_evaluation,
        same_subject,
    )
    from lianjin.evaluate.face import write_certificate
    from lianjin.evaluate.report.folder import refuse_inside

    refuse_inside(out, folder)
    version = str(VersionName.parse(name)) if name else ""
    if out.exists():
        raise already_exists(out, Words("choose another name with --out", "用 --out 换一个名称"))
    data, value = read_evaluation(evaluation)
    same_subject(value, folder)
    signing, logging = read_key(key), read_key(log_key)
    open_log = Log.open if (log / CHECKPOINT).exists() else Log.create
    with open_log(log, logging) as opened:
        found = certify(value, signing, opened, issued_utc=now_utc(), name=version)
    checked = check_certificate(found.to_bytes(), [signing.verifier], folder, evaluation=data)
    page = write_certificate(found, checked, out)
    show(_data(found, out, page), as_json=as_json, text=_text(found, out, page))


def _data(found: Certificate, out: Path, page: Path) -> dict[str, Any]:
    body = found.body
    return {
        "certificate": str(out),
        "page": str(page),
        "grade": body["grade"] and body["grade"]["id"],
        "key": str(found.key),
        "log_index": found.proof["index"],
        "issued_utc": body["issued_utc"],
        "valid_until_utc": body["valid_until_utc"],
    }


def _text(found: Certificate, out: Path, page: Path) -> str:
    grade = found.body["grade"]
    shown = "—" if grade is None else say(grade["title"]["en"], grade["title"]["zh"])
    return say(
        f"certified: {shown}\ncertificate: {out}\npage: {page}\nkey: {found.key}",
        f"已发证：{shown}\n证书：{out}\n网页：{page}\n公钥：{found.key}",
    )
