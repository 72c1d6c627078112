"""What a log's owner signs: so many entries, with this root.

Takes the bytes of a signed note; gives a checkpoint, or says what is wrong. Forms of C2SP
signed-note and tlog-checkpoint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from lianjin.core.encoded import decoded, encoded
from lianjin.core.key import SigningKey, VerifierKey
from lianjin.core.limits import CHECKPOINT_SIZE_BYTES, LOG_ENTRIES
from lianjin.core.words import Words

_BODY = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n((?:[^\n]+\n)*)")
_SIGNATURE = re.compile(r"— ([^\n +]+) ([A-Za-z0-9+/=]+)\n")


class NotACheckpoint(ValueError):
    """Bytes that are no checkpoint, or one that the key did not sign; `words` say why."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


@dataclass(frozen=True)
class Checkpoint:
    """A log's state: its name (`origin`), how many entries (`size`), and the 32 bytes of `root`.

    `note` is the signed text as it stands in the file; it alone is handed on and checked.
    """

    origin: str
    size: int
    root: bytes
    note: str

    @property
    def head(self) -> tuple[int, bytes]:
        """(size, root)."""
        return self.size, self.root


def sign(key: SigningKey, size: int, root: bytes) -> Checkpoint:
    """The checkpoint of a log that has the key's name."""
    body = f"{key.name}\n{size}\n{encoded(root)}\n"
    signature = encoded(key.verifier.id + key.sign(body.encode()))
    return Checkpoint(key.name, size, root, f"{body}\n— {key.name} {signature}\n")


@lru_cache(maxsize=8)
def read_checkpoint(note: bytes, key: VerifierKey) -> Checkpoint:
    """The checkpoint of a note that `key` signed; NotACheckpoint says what is wrong.

    The last few are remembered: a log asks for the same one with each proof. Signatures of others, such
    as witnesses, are passed by. Each part has one form only, so that no byte can change unseen.
    """
    text = _text(note)
    body, _, signatures = text.rpartition("\n\n")
    body += "\n"
    if (parts := _BODY.fullmatch(body)) is None:
        raise NotACheckpoint(
            Words(
                "it does not begin with a name, a number and a root",
                "开头不是名称、条数和根",
            )
        )
    if (size := int(parts[2])) > LOG_ENTRIES:
        raise NotACheckpoint(
            Words(f"{size} entries are more than a log holds", f"{size} 条超过日志的上限")
        )
    try:
        root = decoded(parts[3])
    except ValueError:
        raise NotACheckpoint(Words("its root is no base64", "根不是规范的 base64")) from None
    if parts[1] != key.name:
        raise NotACheckpoint(
            Words(
                f"it is of the log {parts[1]!r}; expected {key.name!r}",
                f"属于日志 {parts[1]!r}；应为 {key.name!r}",
            )
        )
    _check_signatures(body, signatures, key)
    return Checkpoint(parts[1], size, root, text)


def _text(note: bytes) -> str:
    if len(note) > CHECKPOINT_SIZE_BYTES:
        raise NotACheckpoint(
            Words(
                f"it has {len(note)} bytes; expected at most {CHECKPOINT_SIZE_BYTES}",
                f"有 {len(note)} 字节；最多 {CHECKPOINT_SIZE_BYTES} 字节",
            )
        )
    try:
        text = note.decode("utf-8")
    except UnicodeDecodeError:
        raise NotACheckpoint(Words("it is not UTF-8", "不是 UTF-8")) from None
    if any(sign < " " and sign != "\n" for sign in text):
        raise NotACheckpoint(Words("it has signs of control", "含有控制字符"))
    return text


def _check_signatures(body: str, signatures: str, key: VerifierKey) -> None:
    """One signature at least is of the key, and none of it is wrong."""
    unsigned = NotACheckpoint(
        Words(f"it is not signed by {str(key)!r}", f"没有 {str(key)!r} 的签名")
    )
    found = list(_SIGNATURE.finditer(signatures))
    if "".join(match[0] for match in found) != signatures:
        raise NotACheckpoint(Words("a line is no signature", "有一行不是签名"))
    signed = False
    for match in found:
        try:
            data = decoded(match[2])
        except ValueError:
            raise NotACheckpoint(Words("a line is no signature", "有一行不是签名")) from None
        if match[1] == key.name and data[:4] == key.id:
            if not key.has_signed(body.encode(), data[4:]):
                raise unsigned
            signed = True
    if not signed:
        raise unsigned
