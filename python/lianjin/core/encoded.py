"""Bytes as base64 in one form only, so that no sign of it can change unseen."""

from __future__ import annotations

import base64
import binascii


def encoded(data: bytes) -> str:
    """The bytes as base64 (RFC 4648 section 4), padded.

    >>> encoded(b"tile")
    'dGlsZQ=='
    """
    return base64.b64encode(data).decode()


def decoded(text: str) -> bytes:
    """The bytes of what `encoded` wrote; ValueError for everything else.

    Base64 as it is usually read passes by bits that no byte needs: `dGlsZR==` would be `tile`, too.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("it is no base64") from error
    if encoded(data) != text:
        raise ValueError("it is not the usual base64")
    return data
