"""Keys of signed notes: who says that a log is as it is.

Takes a name and a file; gives keys that sign or check a note's text. Keys are made when asked for,
never by default. The forms are those of C2SP signed-note, with Ed25519.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lianjin.core.encoded import decoded, encoded
from lianjin.core.errors import NotFound, UsageError
from lianjin.core.limits import KEY_NAME_CHARS, KEY_SIZE_BYTES
from lianjin.core.store import already_exists, damaged, flush, guarded
from lianjin.core.words import NOTHING, Words

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

ED25519 = b"\x01"
"""The signature type that a note's key begins with."""
_HEAD = "PRIVATE+KEY+"
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True)
class VerifierKey:
    """A public key: the `name` of who signs and 32 bytes of Ed25519.

    As text `name+hash+base64`, the form in which it is handed on.
    """

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """The 4 bytes that name it in a signature."""
        return key_id(self.name, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encoded(ED25519 + self.public)}"

    @classmethod
    def read(cls, text: str) -> VerifierKey:
        """The key of its text; ValueError says what is wrong with it."""
        name, public = _parsed(text)
        return cls(name, public)

    def has_signed(self, message: bytes, signature: bytes) -> bool:
        """Whether the signature is of this key over these bytes."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, repr=False)
class SigningKey:
    """A private key with the `name` that it signs under. Nothing prints its secret."""

    name: str
    secret: Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"SigningKey({self.name!r})"

    @property
    def verifier(self) -> VerifierKey:
        """The public key."""
        return VerifierKey(self.name, self.secret.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """64 bytes of signature."""
        return self.secret.sign(message)


def make_key(path: Path, name: str) -> SigningKey:
    """A new key, in a file that its owner alone may read; Conflict if the file exists.

    `name` should be the log's own, like an address without its scheme: `example.com/log`.
    UsageError: it is empty, too long, or has white space, signs of control or a plus.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if problem := name_problem(name):
        raise UsageError(
            "key-name",
            Words(f"{name!r} is no name of a key: ", f"{name!r} 不能作密钥的名称：") + problem,
            hint=Words("for example `example.com/log`", "例如 `example.com/log`"),
        )
    key = SigningKey(name, Ed25519PrivateKey.generate())
    with guarded(path, "write"):
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a kill while it is written leaves no half of a key under its name.
        temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(_text_of(key) + "\n")
                file.flush()
                os.fsync(descriptor)
            os.link(temporary, path)
        except FileExistsError as error:
            hint = Words("choose another file for the key", "换一个文件存放密钥")
            raise already_exists(path, hint) from error
        finally:
            temporary.unlink()
        flush(path.parent)
    return key


def read_key(path: Path) -> SigningKey:
    """The key of a file; refused if others than its owner may read it, or if it is damaged."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    if not path.is_file():
        raise NotFound(
            "no-key",
            Words(f"there is no key in {str(path)!r}", f"{str(path)!r} 处没有密钥"),
            hint=Words(
                "`lianjin log key FILE --name NAME` makes one",
                "用 `lianjin log key FILE --name NAME` 生成",
            ),
        )
    with guarded(path, "read"), path.open("rb") as file:
        if os.fstat(file.fileno()).st_mode & _OTHERS:
            raise UsageError(
                "key-not-private",
                Words(
                    f"others may read the key in {str(path)!r}; expected its owner alone",
                    f"{str(path)!r} 里的密钥可被他人读取；应当只有所有者可读",
                ),
                hint=Words(f"chmod 600 {str(path)!r}", f"运行 chmod 600 {str(path)!r}"),
            )
        content = file.read(KEY_SIZE_BYTES)
    try:
        text = content.decode("utf-8").removesuffix("\n")
        if not text.startswith(_HEAD):
            raise ValueError("no private key")
        name, _, text_of_seed = (*text.removeprefix(_HEAD).split("+", 2), "", "")[:3]
        seed = decoded(text_of_seed)
        key = SigningKey(name, Ed25519PrivateKey.from_private_bytes(seed[1:]))
        if _text_of(key) != text:
            raise ValueError("name, hash and key do not belong together")
    except ValueError:
        # From nothing: what the cause says may quote the secret.
        raise damaged(path, Words("is no private key", "不是私钥")) from None
    return key


def key_id(name: str, public: bytes) -> bytes:
    """The first 4 bytes of SHA-256 over name, line feed, signature type and public key."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:4]


def name_problem(name: str) -> Words:
    """What forbids a name of a key or a log; empty if nothing does."""
    if not 0 < len(name) <= KEY_NAME_CHARS:
        return Words(
            f"it has {len(name)} characters; expected 1 to {KEY_NAME_CHARS}",
            f"有 {len(name)} 个字符；应为 1 到 {KEY_NAME_CHARS} 个",
        )
    if wrong := [sign for sign in name if sign == "+" or sign.isspace() or not sign.isprintable()]:
        return Words(f"{wrong[0]!r} may not be in it", f"不能含有 {wrong[0]!r}")
    return NOTHING


def _text_of(key: SigningKey) -> str:
    identity = key.verifier.id.hex()
    seed = key.secret.private_bytes_raw()
    return f"{_HEAD}{key.name}+{identity}+{encoded(ED25519 + seed)}"


def _parsed(text: str) -> tuple[str, bytes]:
    """(name, public key) of the text of a verifier key."""
    name, identity, rest = (*text.split("+", 2), "", "")[:3]
    data = decoded(rest)
    if name_problem(name) or data[:1] != ED25519 or len(data) != 33:
        raise ValueError(f"{text!r} is no Ed25519 key of the form name+hash+base64")
    if identity != key_id(name, data[1:]).hex():
        raise ValueError(f"the hash {identity!r} is not that of the key")
    return name, data[1:]
