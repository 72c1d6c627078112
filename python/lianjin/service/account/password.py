"""A password: checked without telling by time whether the account exists.

Takes a password; gives its argon2id hash, or whether it fits one. Few are hashed at once, outside of
the database's writer; whoever guesses is slowed down by `throttle.py` before it comes to that.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from lianjin.core.errors import LimitExceeded
from lianjin.core.limits import PASSWORD_CHARS, PASSWORD_CHARS_AT_LEAST, PASSWORDS_WAITING
from lianjin.core.words import NOTHING, Words

AT_ONCE = 2
"""Passwords hashed at once: each takes 64 MiB and four threads for a tenth of a second."""


class Passwords:
    """Hashes and checks passwords, by RFC 9106 section 4, second recommended option.

    argon2id, 3 passes over 64 MiB, 4 lanes, 16 bytes of salt, 32 of tag. Tests take a cheaper one.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
        self._turn = threading.BoundedSemaphore(AT_ONCE)
        self._places = threading.BoundedSemaphore(PASSWORDS_WAITING)
        self._nobody = self._hasher.hash("nobody has this password")

    def hash(self, password: str) -> str:
        """The hash with its parameters and salt, as it is stored."""
        with _place(self._places), self._turn:
            return self._hasher.hash(password)

    def is_right(self, password: str, stored: str | None) -> bool:
        """Whether the password fits; `stored` None, for an account that is not there, costs the same."""
        with _place(self._places), self._turn:
            try:
                fits = self._hasher.verify(stored or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
        return fits and stored is not None


@contextmanager
def _place(places: threading.BoundedSemaphore) -> Iterator[None]:
    """One of the places of those who wait; LimitExceeded `busy` if all are taken."""
    if not places.acquire(blocking=False):
        raise LimitExceeded(
            "busy",
            Words("too many people sign in at this moment", "此刻登录的人太多"),
            hint=Words("try again in a few seconds", "请几秒后重试"),
        )
    try:
        yield
    finally:
        places.release()


def password_problem(password: str, login: str) -> Words:
    """What forbids a new password; empty if nothing does.

    NIST SP 800-63B 5.1.1.2: length decides, no rules of composition; not what is known of the person.
    """
    if not PASSWORD_CHARS_AT_LEAST <= len(password) <= PASSWORD_CHARS:
        return Words(
            f"expected {PASSWORD_CHARS_AT_LEAST} to {PASSWORD_CHARS} characters",
            f"应为 {PASSWORD_CHARS_AT_LEAST} 到 {PASSWORD_CHARS} 个字符",
        )
    if len(set(password)) < 5:
        return Words("it repeats a few characters", "只是几个字符的重复")
    if login in password.lower():
        return Words("it holds the login", "其中含有登录名")
    return NOTHING
