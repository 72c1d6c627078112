"""`lianjin log verify | prove | key`: whether a log is as it was signed, proofs of it, and its key."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lianjin.cli.screen import Json, Lang, language, say, show, told
from lianjin.cli.usage import Command, Group

if TYPE_CHECKING:
    from lianjin.core.checkpoint import Checkpoint
    from lianjin.core.key import VerifierKey
    from lianjin.core.verify import Verified

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", help=told("The folder of a log.", "日志所在的目录。"))
]
Key = Annotated[
    str | None,
    typer.Option(
        "--key",
        metavar="NAME+HASH+BASE64",
        help=told(
            "The log's public key from elsewhere; by default the one in its folder is believed.",
            "从别处得到的日志公钥；默认相信目录里的那一个。",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Adds `log` and its commands."""
    group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, cls=Group)
    group.command(
        "verify",
        cls=Command,
        help=told(
            "Make every tile of a log again from its entries and compare it with what was signed. "
            "Exit 1 if anything differs.",
            "从条目重算日志的每个哈希块，与签名的内容核对。有出入则退出码为 1。",
        ),
        epilog=told("Example: lianjin log verify log", "示例：lianjin log verify log"),
    )(verify_)
    group.command(
        "prove",
        cls=Command,
        help=told(
            "Print the proof that an entry is in a log: JSON that anyone can check offline.",
            "输出某一条目在日志中的证明：JSON，任何人都能离线核对。",
        ),
        epilog=told(
            "Example: lianjin log prove log 17 > proof.json",
            "示例：lianjin log prove log 17 > proof.json",
        ),
    )(prove_)
    group.command(
        "check",
        cls=Command,
        help=told(
            "Check a proof, without the log. Exit 1 if it does not hold.",
            "核对一份证明，不需要日志。不成立则退出码为 1。",
        ),
        epilog=told(
            "Example: lianjin log check proof.json --key example.com/log+0a1b2c3d+AS…",
            "示例：lianjin log check proof.json --key example.com/log+0a1b2c3d+AS…",
        ),
    )(check_)
    group.command(
        "key",
        cls=Command,
        help=told(
            "Make the key that a log is signed with, in a file that its owner alone may read.",
            "生成给日志签名的密钥，文件只有所有者可读。",
        ),
        epilog=told(
            "Example: lianjin log key log.key --name example.com/log",
            "示例：lianjin log key log.key --name example.com/log",
        ),
    )(key_)
    group.callback()(language)
    app.add_typer(
        group,
        name="log",
        help=told("Verify a log and prove its entries.", "校验日志，证明其条目。"),
        epilog=told("Example: lianjin log verify log", "示例：lianjin log verify log"),
    )


def verify_(
    folder: Folder,
    key: Key = None,
    seen: Annotated[
        Path | None,
        typer.Option(
            "--seen",
            metavar="CHECKPOINT",
            help=told(
                "An earlier checkpoint, which the log has to continue.",
                "较早的检查点，日志必须是它的延续。",
            ),
        ),
    ] = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Verifies, prints the result, exits 1 if there is a fault."""
    from lianjin.core.verify import verify

    verifier = None if key is None else _verifier(key)
    found = verify(folder, key=verifier, seen=_seen(folder, seen, verifier))
    faults = [
        f"{f.code}: {f.path}: "
        + say(f"found {f.found}, expected {f.expected}", f"实为 {f.found}，应为 {f.expected}")
        for f in found.faults
    ]
    show(_data(found), as_json=as_json, text="\n".join(faults) or _good(found))
    if faults:
        raise SystemExit(1)


def _good(found: Verified) -> str:
    lines = [
        say(
            f"intact: {found.size:,} entries, {found.n_files} files, root {found.root}",
            f"完好：{found.size:,} 条，{found.n_files} 个文件，根 {found.root}",
        ),
        say(f"signed by {found.key}", f"签名公钥 {found.key}"),
    ]
    if count := len(found.unsigned):
        lines.append(
            say(
                f"{count} files are not signed: an append was killed; the next one removes them",
                f"{count} 个文件未经签名：有一次追加被中断；下次追加会清除它们",
            )
        )
    return "\n".join(lines)


def _data(found: Verified) -> dict[str, Any]:
    faults = [
        asdict(f) | {"found": str(f.found), "expected": str(f.expected)} for f in found.faults
    ]
    return asdict(found) | {"unsigned": list(found.unsigned), "faults": faults}


def prove_(
    folder: Folder,
    index: Annotated[
        str,
        typer.Argument(
            metavar="INDEX", help=told("The entry's number, from 0.", "条目的序号，从 0 起。")
        ),
    ],
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Prints the proof; it is JSON with and without `--json`."""
    from lianjin.core.errors import UsageError
    from lianjin.core.log import Log
    from lianjin.core.words import Words

    if not (index.isascii() and index.isdecimal() and len(index) < 20):
        raise UsageError(
            "wrong-value",
            Words(
                f"INDEX takes no {index!r}; expected a whole number from 0",
                f"INDEX 的值不能是 {index!r}；应为从 0 起的整数",
            ),
            hint=Words("for example `lianjin log prove log 0`", "例如 `lianjin log prove log 0`"),
        )
    show(Log.open(folder).prove(int(index)).to_json(), as_json=True, text="")


def check_(
    proof: Annotated[
        Path,
        typer.Argument(metavar="PROOF", help=told("A proof as JSON.", "JSON 格式的证明。")),
    ],
    key: Annotated[
        str,
        typer.Option(
            "--key",
            metavar="NAME+HASH+BASE64",
            help=told("The log's public key.", "日志的公钥。"),
        ),
    ],
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Prints what the proof proves."""
    from lianjin.core.limits import PROOF_SIZE_BYTES
    from lianjin.core.proof import check_proof
    from lianjin.core.store import guarded

    with guarded(proof, "read"), proof.open("rb") as file:
        text = file.read(PROOF_SIZE_BYTES + 1)
    found = check_proof(text, _verifier(key))
    said = say(
        f"proven: number {found.index} of {found.checkpoint.size:,} in {found.checkpoint.origin}\n",
        f"成立：{found.checkpoint.origin} 的第 {found.index} 条，共 {found.checkpoint.size:,} 条\n",
    )
    entry = found.entry.to_bytes().decode()
    show(found.to_json(), as_json=as_json, text=said + entry)


def key_(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help=told("Where the key is put; a new file.", "密钥存放处；新文件。")
        ),
    ],
    name: Annotated[
        str,
        typer.Option(
            "--name",
            metavar="NAME",
            help=told(
                "The log's name, like an address without its scheme.",
                "日志的名称，写法如同不带协议的网址。",
            ),
        ),
    ],
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Makes the key and prints its public half."""
    from lianjin.core.key import make_key

    verifier = str(make_key(file, name).verifier)
    said = say(
        f"made {str(file)!r}: keep it secret; its public key is\n",
        f"已生成 {str(file)!r}：请保密；公钥是\n",
    )
    show({"file": str(file), "verifier": verifier}, as_json=as_json, text=said + verifier)


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
                "expected `name+hash+base64`, as in the log's file `verifier`",
                "应为 `name+hash+base64`，见日志里的文件 `verifier`",
            ),
        ) from error


def _seen(folder: Path, path: Path | None, key: VerifierKey | None) -> Checkpoint | None:
    from lianjin.core.checkpoint import NotACheckpoint, read_checkpoint
    from lianjin.core.errors import UsageError
    from lianjin.core.log import read_verifier
    from lianjin.core.store import guarded
    from lianjin.core.words import Words

    if path is None:
        return None
    with guarded(path, "read"):
        note = path.read_bytes()
    try:
        return read_checkpoint(note, key or read_verifier(folder))
    except NotACheckpoint as error:
        raise UsageError(
            "not-a-checkpoint",
            Words(f"{str(path)!r} is no checkpoint: ", f"{str(path)!r} 不是检查点：") + error.words,
            hint=Words(
                "expected a copy of the log's file `checkpoint`", "应为日志文件 `checkpoint` 的副本"
            ),
        ) from error
