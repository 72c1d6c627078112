"""Proofs that anyone can check without the log: one entry, a path of hashes, a signed checkpoint.

Takes a proof and the key of the log's owner; gives nothing, or refuses with what is wrong.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from lianjin import _kernel
from lianjin.core.checkpoint import Checkpoint, NotACheckpoint, read_checkpoint
from lianjin.core.encoded import decoded, encoded
from lianjin.core.entry import Entry
from lianjin.core.errors import Finding
from lianjin.core.key import VerifierKey
from lianjin.core.limits import PROOF_SIZE_BYTES
from lianjin.core.words import Words

_MOST_HASHES = 64


@dataclass(frozen=True)
class Proof:
    """That `entry` is number `index` of the log with this `checkpoint`.

    `path`: hashes of 32 bytes, from the leaf up, after RFC 6962 section 2.1.1.
    """

    index: int
    entry: Entry
    path: tuple[bytes, ...]
    checkpoint: Checkpoint

    def to_json(self) -> dict[str, Any]:
        """Plain values: the entry as the very text that is hashed, hashes in base64."""
        return {
            "index": self.index,
            "entry": self.entry.to_bytes().decode(),
            "path": [encoded(one) for one in self.path],
            "checkpoint": self.checkpoint.note,
        }


def check_proof(text: bytes, key: VerifierKey) -> Proof:
    """The proof of its JSON, if it holds under the key; Finding `proof-fails` otherwise."""
    try:
        if len(text) > PROOF_SIZE_BYTES:
            raise ValueError("too long")
        value = json.loads(text)
        entry, index, note = value["entry"], value["index"], value["checkpoint"]
        path = [decoded(one) for one in value["path"]]
        if type(index) is not int or index < 0 or len(path) > _MOST_HASHES:
            raise ValueError("index or path out of range")
        checkpoint = read_checkpoint(note.encode(), key)
        proven = index < checkpoint.size and _kernel.log_is_included(
            entry.encode(), index, checkpoint.head, path
        )
        found = Proof(index, Entry.read(entry.encode()), tuple(path), checkpoint)
    except NotACheckpoint as error:
        raise _fails(Words("its checkpoint: ", "其检查点：") + error.words) from error
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _fails(Words("it is no proof", "内容不是证明")) from error
    if not proven:
        raise _fails(Words("its hashes do not lead to the root", "各哈希算不出检查点里的根"))
    return found


def _fails(words: Words) -> Finding:
    return Finding(
        "proof-fails",
        Words("the proof does not hold: ", "证明不成立：") + words,
        hint=Words(
            "ask the log's owner for a proof and for the key it signs with",
            "向日志的所有者索取证明及其签名公钥",
        ),
    )
