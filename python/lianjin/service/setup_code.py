"""The code that makes the first account of an empty server.

Takes a database; gives a code while nobody has an account, and takes it once. There is no default
password: who reads the server's own output is its operator.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from lianjin.core.database import Database
from lianjin.service.account.secret import new_secret, secret_digest
from lianjin.service.account.user import is_empty


@dataclass(frozen=True, repr=False)
class SetupCode:
    """The code in `text`, or none: somebody has an account already."""

    text: str | None

    @classmethod
    def of(cls, database: Database) -> SetupCode:
        """A new code if the server is empty."""
        with database.read() as connection:
            return cls(new_secret("setup_") if is_empty(connection) else None)

    def is_right(self, code: str) -> bool:
        """Whether it is this code. That nobody has an account is to be asked in the transaction."""
        known = secret_digest(self.text) if self.text is not None else ""
        return hmac.compare_digest(known, secret_digest(code))
