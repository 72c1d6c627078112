"""A secret that is shown once: the cookie of a session, a token, a code of invitation.

Takes a prefix; gives text with 256 bits of chance, and the digest under which it is kept.
"""

from __future__ import annotations

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """A secret as text: the prefix and 43 letters, digits, `-`, `_`."""
    return prefix + secrets.token_urlsafe(32)


def secret_digest(secret: str) -> str:
    """The SHA-256 under which a secret is kept and found.

    A plain hash is enough, and finding by it tells no timing: nobody guesses 256 bits of chance.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
