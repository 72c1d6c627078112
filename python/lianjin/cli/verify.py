"""`lianjin verify DIR`: whether a dataset is what its manifest says."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianjin.cli.certificate import verify_certificate
from lianjin.cli.screen import Json, Lang, say, show, told
from lianjin.cli.usage import Command

if TYPE_CHECKING:
    from lianjin.corpus.integrity import Integrity
    from lianjin.corpus.verify import Verified


Certified = Annotated[
    Path | None,
    typer.Option(
        "--certificate",
        metavar="FILE",
        help=told(
            "A certificate: check its signature, its entry in the log, and that it is over this "
            "dataset, offline; `evaluation.json` beside it is checked, too.",
            "证书：离线核对其签名、日志条目，以及所证的正是本数据集；旁边的 `evaluation.json` 一并核对。",
        ),
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Option(
        "--key",
        metavar="NAME+HASH+BASE64",
        help=told(
            "A public key that is trusted, of the issuer or the log; may be given again. By default the "
            "certificate's own is believed.",
            "信任的公钥，签发者或日志的；可重复给出。默认相信证书里的那一个。",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Adds `verify`."""
    app.command(
        "verify",
        cls=Command,
        help=told(
            "Check every byte of a dataset against its manifest, or of a registry against its "
            "versions. Exit 1 if anything differs.",
            "逐字节核对数据集与清单，或仓库与其中各版本。有出入则退出码为 1。",
        ),
        epilog=told("Example: lianjin verify clean", "示例：lianjin verify clean"),
    )(verify_)


def verify_(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR", help=told("A built dataset or a registry.", "建成的数据集或仓库。")
        ),
    ],
    records: Annotated[
        bool,
        typer.Option(
            "--records",
            help=told("Also hash every record again.", "连每条记录的哈希也重算。"),
        ),
    ] = False,
    certificate: Certified = None,
    key: Keys = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Verifies, prints the result, exits 1 if there is a fault."""
    from lianjin.corpus.registry import Registry
    from lianjin.corpus.verify import verify

    if certificate is not None:
        verify_certificate(folder, certificate, key or [], as_json=as_json)
        return

    found: Verified | Integrity
    if not (folder / "manifest.json").exists() and Registry(folder).exists:
        found = Registry(folder).check()
        good = _good_registry(found)
    else:
        found = verify(folder, records=records)
        good = say(
            f"intact: {found.n_files} files, {found.size_bytes:,} bytes, root {found.root}",
            f"完好：{found.n_files} 个文件，{found.size_bytes:,} 字节，根 {found.root}",
        )
    _show(found, good, as_json)


def _show(found: Verified | Integrity, good: str, as_json: bool) -> None:
    """Prints what was found; exits 1 if there is a fault."""
    faults = [
        f"{f.code}: {f.path}: "
        + say(f"found {f.found}, expected {f.expected}", f"实为 {f.found}，应为 {f.expected}")
        for f in found.faults
    ]
    show(_data(found), as_json=as_json, text="\n".join(faults) or good)
    if faults:
        raise SystemExit(1)


def _good_registry(found: Integrity) -> str:
    said = say(
        f"intact: {found.n_versions} versions, {found.n_blobs} blobs, {found.size_bytes:,} bytes",
        f"完好：{found.n_versions} 个版本，{found.n_blobs} 份内容，{found.size_bytes:,} 字节",
    )
    if found.n_unused:
        said += "\n" + say(
            f"{found.n_unused} blobs are of no version: a push was stopped or goes on",
            f"{found.n_unused} 份内容不属于任何版本：有推送中断了或仍在进行",
        )
    return said


def _data(found: Verified | Integrity) -> dict[str, Any]:
    faults = [
        asdict(f) | {"found": str(f.found), "expected": str(f.expected)} for f in found.faults
    ]
    return asdict(found) | {"faults": faults}
